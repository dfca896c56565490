"""Catalogs filled from memory and translator: who wrote what, what is sent, what stays as it is."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support.catalogs import HEADER, A, B, book, catalog, edit, run, texts
from support.program import Table

from amts_ext import formats
from amts_ext.errors import ConfigError
from amts_ext.translators.function import Function

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
