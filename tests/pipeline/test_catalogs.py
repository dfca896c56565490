"""Catalogs filled from memory and translator: who wrote what, what is sent, what stays as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from support.program import Table, write
from support.pseudo import han
from support.rst import held

from amts_ext import formats
from amts_ext.config import load
from amts_ext.errors import AmtsError, ConfigError, FrozenError, InputError
from amts_ext.pairs.po import PoFile
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.catalog_files import find_catalogs
from amts_ext.pipeline.catalogs import Filling, fill, wanted
from amts_ext.pipeline.plan import plan_book
from amts_ext.translators.base import Translator
from amts_ext.translators.function import Function

HEADER = 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
A = "locale/zh_CN/LC_MESSAGES/a.po"
B = "locale/zh_CN/LC_MESSAGES/deep/b.po"
CHINESE = Function(lambda texts: [t.replace(" ", "") for t in han(texts)], sure=True)


def catalog(*messages: tuple[str, str], place: str = "../../a.rst") -> str:
    entries = (
        f'\n#: {place}:{line}\nmsgid "{id}"\nmsgstr "{text}"\n'
        for line, (id, text) in enumerate(messages, 1)
    )
    return HEADER + "".join(entries)


def book(root: Path, catalogs: Mapping[str, str | bytes], more: str = "") -> Path:
    return write(root, {"config.ini": f"[amts]\n{more}", **catalogs})


def run(
    root: Path, translator: Translator | None = None, langs: Sequence[str] = (), **options: object
) -> dict[str, Filling]:
    frozen = bool(options.pop("frozen", False))
    with Book(load(root / "config.ini"), frozen=frozen, translator=translator or Table()) as opened:
        found = find_catalogs([root / "locale"], "en", langs)
        return fill(opened, found, **options)  # type: ignore[arg-type]


def texts(path: Path) -> dict[str, str]:
    file = PoFile.read(path.read_bytes(), str(path))
    return {message.id: message.text for message in file.messages if message.id}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


# --- what is filled ------------------------------------------------------------------------------


def test_empty_messages_are_filled_and_all_else_keeps_its_bytes(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("One dog.", ""), ("Two ``cats``.", "两只\\\\ ``cats``。"))})
    before = (tmp_path / A).read_text("utf-8")
    told = run(tmp_path)["zh"]
    after = (tmp_path / A).read_text("utf-8").split("\n")
    added = [line for line in after if line.startswith("# amts: machine ")]
    assert len(added) == 1
    after.remove(added[0])
    assert "\n".join(after) == before.replace(
        'msgstr ""\n\n#: ../../a.rst:2', 'msgstr "ONE DOG."\n\n#: ../../a.rst:2'
    )
    assert str(told) == "zh: 1 catalogs, 2 messages: 1 human, 1 filled"
    assert told.written == [tmp_path / A] and not told.problems


def test_a_second_run_sends_nothing_and_writes_nothing(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("One dog.", ""), ("``x``", ""))})
    run(tmp_path)
    before, second = (tmp_path / A).read_bytes(), Table()
    told = run(tmp_path, second)["zh"]
    assert (tmp_path / A).read_bytes() == before and not second.sent and not told.written
    assert dict(told.counts) == {"filled before": 1, "no words": 1}


def test_all_catalogs_of_a_language_are_one_batch_each_text_once(tmp_path: Path) -> None:
    both = {A: catalog(("One dog. Two cats.", "")), B: catalog(("Two cats.", ""), ("A cow.", ""))}
    book(tmp_path, both)
    translator = Table()
    run(tmp_path, translator)
    assert [sorted(batch) for batch in translator.batches] == [["A cow.", "One dog.", "Two cats."]]
    assert texts(tmp_path / B) == {"Two cats.": "TWO CATS.", "A cow.": "A COW."}


def test_messages_from_markdown_are_markdown(tmp_path: Path) -> None:
    name = "myst" if "myst" in formats.available() else "md"
    book(tmp_path, {A: catalog(("See [it](b.md) and `x`.", ""), place="../../a.md")})
    run(tmp_path)
    assert name and texts(tmp_path / A) == {"See [it](b.md) and `x`.": "SEE [IT](b.md) AND `x`."}
    text = "Use ``x`` and `y`_."
    book(tmp_path, {A: catalog((text, ""), place="../../a.rst")})
    run(tmp_path)
    assert texts(tmp_path / A) == {text: "USE ``x`` AND `Y <y_>`__. #noqa"}


def test_code_and_the_header_stay(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("x = 1\\ny = 2", ""), (".. image:: a.png", ""))})
    before = (tmp_path / A).read_bytes()
    told = run(tmp_path)["zh"]
    assert (tmp_path / A).read_bytes() == before
    assert dict(told.counts) == {"code": 2}


# --- plural forms --------------------------------------------------------------------------------

ONE, TWO = "nplurals=1; plural=0;", "nplurals=2; plural=(n > 1);"
SLAVIC = (
    "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<12 || n%100>14) ? 1 : 2);"
)
TENS = "nplurals=2; plural=(n%10==1 && n%100!=11 ? 0 : 1);"
"""Macedonian: 21 takes the form of 1."""


def plural(rule: str, *forms: str, more: str = "") -> str:
    """A catalog with one message that has a plural; ``rule`` is the header's."""
    head = HEADER + f'"Plural-Forms: {rule}\\n"\n' * bool(rule)
    lines = "".join(f'msgstr[{n}] "{text}"\n' for n, text in enumerate(forms))
    return f'{head}\n#, c-format\nmsgid "One file."\nmsgid_plural "%d files."\n{lines}{more}'


@pytest.mark.parametrize(
    ("rule", "forms", "filled"),
    [(ONE, [""], ["%d FILES."]), (TWO, ["", ""], ["ONE FILE.", "%d FILES."])],
)
def test_plural_forms_that_the_source_has_are_filled(
    tmp_path: Path, rule: str, forms: list[str], filled: list[str]
) -> None:
    more = '\nmsgid "A cow."\nmsgstr ""\n'
    book(tmp_path, {A: plural(rule, *forms, more=more)})
    told = run(tmp_path)["zh"]
    assert dict(told.counts) == {"filled": 2} and not told.problems
    expected = plural(rule, *filled, more='\nmsgid "A cow."\nmsgstr "A COW."\n').split("\n")
    after = (tmp_path / A).read_text("utf-8").split("\n")
    assert [line for line in after if not line.startswith("# amts: ")] == expected
    if shutil.which("msgfmt"):
        command = ["msgfmt", "--check-format", "-o", "/dev/null", str(tmp_path / A)]
        subprocess.run(command, check=True)
    before, second = (tmp_path / A).read_bytes(), Table()
    assert dict(run(tmp_path, second)["zh"].counts) == {"filled before": 2}
    assert (tmp_path / A).read_bytes() == before and not second.sent


@pytest.mark.parametrize("rule", [SLAVIC, TENS, "", "nplurals=2; plural=os;"])
def test_plural_forms_without_a_counterpart_are_listed_and_stay(tmp_path: Path, rule: str) -> None:
    book(tmp_path, {A: plural(rule, "", "")})
    before = (tmp_path / A).read_bytes()
    told = run(tmp_path)["zh"]
    assert (tmp_path / A).read_bytes() == before and dict(told.counts) == {"plural": 1}
    [problem] = told.problems
    assert problem.line and "plural forms" in problem.reason and problem.source == "One file."


def test_a_humans_plural_forms_stay_and_are_learned_each(tmp_path: Path) -> None:
    theirs = {A: plural(TWO, "", "%d 个文件。"), B: plural(TWO, "一个文件。", "%d 份文件。")}
    book(tmp_path, theirs | {"locale/zh_CN/LC_MESSAGES/c.po": catalog(("One file.", ""))})
    translator = Table()
    assert dict(run(tmp_path, translator)["zh"].counts) == {"human": 2, "filled": 1}
    assert {name: (tmp_path / name).read_text("utf-8") for name in theirs} == theirs
    assert not translator.sent
    assert texts(tmp_path / "locale/zh_CN/LC_MESSAGES/c.po") == {"One file.": "一个文件。"}


def test_an_edited_plural_form_is_a_humans(tmp_path: Path) -> None:
    book(tmp_path, {A: plural(TWO, "", "")})
    run(tmp_path)
    edit(tmp_path / A, "%d FILES.", "%d 个文件。")
    assert dict(run(tmp_path)["zh"].counts) == {"human": 1}


def test_a_message_is_not_filled_with_some_of_its_forms(tmp_path: Path) -> None:
    book(tmp_path, {A: plural(TWO, "", "")})
    before = (tmp_path / A).read_bytes()
    lossy = Function(lambda texts: [t if "One" in t else "nothing" for t in texts], sure=True)
    told = run(tmp_path, lossy)["zh"]
    assert dict(told.counts) == {"left empty": 1} and "lost" in told.problems[0].reason
    assert (tmp_path / A).read_bytes() == before


# --- humans --------------------------------------------------------------------------------------


def test_a_humans_sentence_is_used_in_other_messages_of_all_catalogs(tmp_path: Path) -> None:
    human = catalog(("One dog. Use ``x`` now.", "一只狗。现在用\\\\ ``x``\\\\ 吧。"))
    book(tmp_path, {A: human, B: catalog(("Use ``y`` now.", ""), ("One dog.", ""), ("A cow.", ""))})
    translator = Table()
    run(tmp_path, translator)
    assert translator.sent == ["A cow."]
    assert texts(tmp_path / B)["Use ``y`` now."] == "现在用\\ ``y``\\ 吧。"
    assert texts(tmp_path / B)["One dog."] == "一只狗。"
    assert (tmp_path / B).read_text("utf-8").count("# amts: human ") == 2
    assert (tmp_path / A).read_text("utf-8") == human


def test_a_human_correction_replaces_the_machines_words_elsewhere(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("One dog.", "")), B: catalog(("One dog.", ""))})
    run(tmp_path)
    edit(tmp_path / A, "ONE DOG.", "一只狗。")
    told = run(tmp_path)["zh"]
    assert texts(tmp_path / A) == texts(tmp_path / B) == {"One dog.": "一只狗。"}
    assert dict(told.counts) == {"human": 1, "filled again": 1}


def test_fuzzy_texts_of_humans_are_neither_changed_nor_learned(tmp_path: Path) -> None:
    fuzzy = catalog(("One dog.", "旧狗。")).replace('msgid "One', '#, fuzzy\nmsgid "One')
    book(tmp_path, {A: fuzzy, B: catalog(("One dog.", ""))})
    told = run(tmp_path)["zh"]
    assert (tmp_path / A).read_text("utf-8") == fuzzy
    assert texts(tmp_path / B) == {"One dog.": "ONE DOG."} and told.counts["fuzzy"] == 1


def test_a_machines_text_is_filled_again_when_its_message_changes(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("One dog.", ""))})
    run(tmp_path)
    edit(tmp_path / A, 'msgid "One dog."', '#, fuzzy\n#| msgid "One dog."\nmsgid "One big dog."')
    told = run(tmp_path)["zh"]
    assert texts(tmp_path / A) == {"One big dog.": "ONE BIG DOG."}
    assert "fuzzy" not in (tmp_path / A).read_text("utf-8") and told.counts["filled again"] == 1


def test_the_mark_fuzzy_keeps_a_text_out_until_a_human_approves_it(tmp_path: Path) -> None:
    book(tmp_path, {A: catalog(("One dog.", ""))})
    run(tmp_path, mark="fuzzy")
    assert '#, fuzzy\nmsgid "One dog."\nmsgstr "ONE DOG."' in (tmp_path / A).read_text("utf-8")
    assert run(tmp_path, mark="fuzzy")["zh"].counts["filled before"] == 1
    edit(tmp_path / A, "#, fuzzy\n", "")
    assert run(tmp_path, mark="fuzzy")["zh"].counts == {"human": 1}
    with pytest.raises(ConfigError, match="allowed: comment, fuzzy"):
        run(tmp_path, mark="flag")


def test_what_a_human_wrote_for_sphinx_alone_is_not_learned(tmp_path: Path) -> None:
    human = catalog(("See `a thing`_.", "看\\\\ `甲 <a thing_>`__。 #noqa"))
    book(tmp_path, {A: human, B: catalog(("See `a thing`_. More.", ""))})
    run(tmp_path)
    assert texts(tmp_path / B) == {"See `a thing`_. More.": "看\\ `甲 <a thing_>`__。MORE. #noqa"}


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
