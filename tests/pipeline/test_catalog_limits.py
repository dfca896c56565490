"""Catalogs and what stands in their way: faults, limits of cost, places, size, other programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.catalogs import CHINESE, A, B, book, catalog, edit, run, texts
from support.program import Table, write
from support.rst import held

from amts_ext.config import load
from amts_ext.errors import AmtsError, FrozenError, InputError
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.catalog_files import find_catalogs
from amts_ext.pipeline.catalogs import wanted
from amts_ext.pipeline.plan import plan_book
from amts_ext.translators.function import Function

# --- what goes wrong -----------------------------------------------------------------------------


def test_a_broken_catalog_is_listed_and_the_others_are_filled(tmp_path: Path) -> None:
    conflict = catalog(("One dog.", "")) + "<<<<<<< HEAD\n"
    book(tmp_path, {A: conflict, B: catalog(("One dog.", ""))})
    told = run(tmp_path)["zh"]
    line = conflict.count("\n")
    assert [str(p) for p in told.problems] == [
        f"{tmp_path / A}:{line}: the marks of a merge conflict (<<<<<<<) are still here; "
        "resolve it first"
    ]
    assert (tmp_path / A).read_text("utf-8") == conflict
    assert texts(tmp_path / B) == {"One dog.": "ONE DOG."}


def test_a_refused_answer_leaves_its_message_empty_and_is_listed(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("One dog. A bad one.", ""), ("Two cats.", ""))})
    told = run(tmp_path, Table({"A bad one.": None}))["zh"]
    assert texts(tmp_path / A) == {"One dog. A bad one.": "", "Two cats.": "TWO CATS."}
    [problem] = told.problems
    assert (problem.file, problem.line) == (str(tmp_path / A), 7) and "no idea" in problem.reason
    assert told.counts["left empty"] == 1


def test_references_without_names_do_not_change_places(tmp_path: Path) -> None:
    text = "See `one`__ then `two`__."
    book(tmp_path, {A: catalog((text, ""))})
    swapped = "⟦link2⟧二⟦/link2⟧先于⟦link1⟧一⟦/link1⟧。"
    told = run(tmp_path, Function(lambda _: [swapped], sure=True))["zh"]
    assert texts(tmp_path / A) == {text: ""}
    assert [p.reason for p in told.problems] == [
        "rejected, references without names have changed their order"
    ]


def test_a_catalog_that_changes_meanwhile_is_left_alone(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("One dog.", ""))})

    def slow(sentences: list[str]) -> list[str]:
        edit(tmp_path / A, 'msgid "One dog."\nmsgstr ""', 'msgid "One dog."\nmsgstr "一只狗。"')
        return sentences

    told = run(tmp_path, Function(slow, sure=True))["zh"]
    assert "was changed while it was filled" in str(told.problems[0])
    assert texts(tmp_path / A) == {"One dog.": "一只狗。"}


def test_frozen_lists_what_lacks_and_writes_no_catalog(tmp_path: Path) -> None:
    other = A.replace("zh_CN", "pt_BR")
    book(tmp_path, {A: catalog(("One dog.", "")), other: catalog(("One dog.", ""))})
    run(tmp_path)
    book(tmp_path, {A: catalog(("One dog.", ""), ("Two.", "")), other: catalog(("One dog.", ""))})
    with pytest.raises(FrozenError, match=r"a\.po:11:1: Two\."):
        run(tmp_path, frozen=True)
    assert texts(tmp_path / other) == {"One dog.": ""}
    assert run(tmp_path, frozen=True, langs=["pt"])["pt"].counts == {"filled": 1}


def test_what_was_filled_by_another_engine_is_no_lack_of_a_frozen_run(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("One dog.", ""))})
    run(tmp_path, Function(lambda texts: ["一只狗。"], sure=True))
    assert run(tmp_path, frozen=True)["zh"].counts == {"filled before": 1}
    assert texts(tmp_path / A) == {"One dog.": "一只狗。"}


def test_a_dry_run_tells_the_amount_and_changes_nothing(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("One dog.", ""), ("Two.", "二。"))})
    before, translator = (tmp_path / A).read_bytes(), Table()
    told = run(tmp_path, translator, dry_run=True)["zh"]
    assert told.estimate is not None
    assert (told.estimate.send, told.estimate.characters) == (1, 8)
    assert dict(told.counts) == {"human": 1, "empty": 1}
    assert (tmp_path / A).read_bytes() == before and not translator.batches


class Dear(Table):
    """A translator that bills."""

    billed = {"zh": 0}  # type: ignore[assignment]  # noqa: RUF012


def test_max_cost_holds_for_all_languages_before_anything_is_sent(tmp_path: Path) -> None:
    other = A.replace("zh_CN", "pt_BR")
    cost = (
        "price = 1000\nmax_cost = 0.012\nbucket = b\nrole_arn = arn:aws:iam::123456789012:role/r\n"
    )
    book(tmp_path, {A: catalog(("One dog.", "")), other: catalog(("One dog.", ""))},
         f"{cost}\n[translation]\ntranslator = aws\n")  # fmt: skip
    dear = Dear()
    with pytest.raises(AmtsError, match=r"16 characters would cost about 0\.02 USD"):
        run(tmp_path, dear)
    assert not dear.batches and texts(tmp_path / A) == {"One dog.": ""}
    assert run(tmp_path, dear, ["zh"])["zh"].counts == {"filled": 1}


def test_documents_and_messages_are_one_batch_and_one_limit(tmp_path: Path) -> None:
    terms = "price = 1000\nbucket = b\nrole_arn = arn:aws:iam::123456789012:role/r\n"
    texts = {
        "conf.py": 'project = "Herons"\nextensions = ["myst_parser"]\nlocale_dirs = ["locale"]\n',
        "b.md": "A cow.\n",
        A: catalog(("One dog.", ""), ("A cow.", "")),
        "locale/zh_CN/LC_MESSAGES/b.po": catalog(("Not sent.", ""), place="../../b.md"),
    }
    book(tmp_path, texts, f"{terms}max_cost = 0.019\n\n[translation]\ntranslator = aws\n")

    def ask(dear: Dear) -> dict[str, object]:
        with Book(load(tmp_path / "config.ini"), translator=dear) as opened:
            plan = plan_book(opened, "zh")
            documents, messages = wanted(opened, "zh")
            opened.fetch_each({"zh": [*documents, *messages]})
            return plan

    dear = Dear()
    with pytest.raises(AmtsError, match=r"20 characters would cost about 0\.02 USD"):
        ask(dear)
    assert not dear.batches
    edit(tmp_path / "config.ini", "0.019", "0.021")
    plan = ask(dear)
    assert [sorted(batch) for batch in dear.batches] == [["A cow.", "Herons", "One dog."]]
    assert (plan["documents"], plan["send"], plan["characters"]) == (1, 3, 20)


# --- where catalogs lie --------------------------------------------------------------------------


def test_catalogs_are_found_by_language(tmp_path: Path) -> None:
    names = [A, B, A.replace("zh_CN", "pt_BR"), A.replace("zh_CN", "en")]
    book(tmp_path, dict.fromkeys(names, catalog()))
    found = find_catalogs([tmp_path / "locale"], "en")
    assert {lang: len(paths) for lang, paths in found.items()} == {"pt": 1, "zh": 2}
    assert list(find_catalogs([tmp_path / "locale"], "en", ["pt"])) == ["pt"]
    write(tmp_path, {"x.po": catalog()})
    assert list(find_catalogs([tmp_path / "x.po"], "en")) == ["zh"]
    assert list(find_catalogs([tmp_path / "x.po"], "en", ["ja"])) == ["ja"]
    with pytest.raises(InputError, match="no catalogs here; expected <language>/LC_MESSAGES"):
        find_catalogs([tmp_path], "en")
    with pytest.raises(InputError, match="no catalog; allowed"):
        find_catalogs([tmp_path / "config.ini"], "en")


# --- a large one, and other programs -------------------------------------------------------------


def large() -> list[str]:
    """2,000 different messages with all kinds of markup."""
    marks = (
        "``x{n}``", ":ref:`lab{n}`", ":doc:`page {n} <p{n}>`", "*this {n}*", "**big {n}**",
        "`docs {n} <https://a.b/{n}>`_", "|sub{n}|", ":math:`a_{n}`", ":term:`axis {n}`", "50% of",
    )  # fmt: skip
    return [
        f"Sentence {n} tells of {marks[n % len(marks)].format(n=n)}. Its end has "
        f"{marks[n // 10 % len(marks)].format(n=n + 1)} in it."
        for n in range(2000)
    ]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("large")
    messages = [(text, "人的话。" if n % 20 == 0 else "") for n, text in enumerate(large())]
    flagged = catalog(*messages).replace('msgid "Sentence', '#, python-format\nmsgid "Sentence')
    book(root, {A: flagged})
    told = run(root, CHINESE)["zh"]
    assert dict(told.counts) == {"human": 100, "filled": 1900} and not told.problems
    return root / A


def test_two_thousand_messages_are_filled_with_the_same_markup(filled: Path) -> None:
    found = texts(filled)
    assert list(found) == large()
    for n, (id, text) in enumerate(found.items()):
        assert text == "人的话。" if n % 20 == 0 else held(text) == held(id)


def test_msgfmt_accepts_what_was_filled(filled: Path) -> None:
    if shutil.which("msgfmt") is None:
        pytest.skip("gettext's msgfmt is not on this machine")
    done = subprocess.run(
        ["msgfmt", "--check-format", "--check-domain", "-o", "/dev/null", str(filled)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    broken = [line for line in done.stderr.splitlines() if "warning" not in line]
    assert (done.returncode, broken) == (0, [])


def test_translate_toolkit_reads_what_was_filled(filled: Path) -> None:
    command = shutil.which("pocount", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if command is None:
        pytest.skip("translate-toolkit's pocount is not on this machine")
    done = subprocess.run(
        [command, "--csv", str(filled)], capture_output=True, text=True, check=True
    )
    head, row = (line.split(",") for line in done.stdout.strip().splitlines()[-2:])
    assert (
        dict(zip(map(str.strip, head), map(str.strip, row), strict=False))["Translated Messages"]
        == "2000"
    )
