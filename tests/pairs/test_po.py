r"""Catalogs: every byte outside a changed message stays, whichever tool wrote the file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from hypothesis import given
from hypothesis import strategies as st

from amts_ext.errors import DocumentError
from amts_ext.pairs import exchange
from amts_ext.pairs.po import PoChange, PoFile
from amts_ext.pairs.po_writers import PoWord, PoWriter, filling, is_current, writer

HEADER = 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
SPHINX = f"""# SOME DESCRIPTIVE TITLE.
#, fuzzy
{HEADER}
#: ../../intro.rst:3 ../../other.rst:8
msgid ""
"A first sentence that is long enough to be wrapped by the tool that wrote "
"this. A second one."
msgstr ""

#: ../../intro.rst:9
#, python-format
msgid "It is 50% of it."
msgstr ""
"""
WEBLATE = f"""# Translators:
# Ana <ana@example.org>, 2026.
{HEADER}"X-Generator: Weblate 5.5\\n"

# A note of a human.
#. Extracted.
#: a.rst:1
#| msgid "An old text."
#, fuzzy, no-wrap
msgctxt "menu"
msgid "A new text."
msgstr "旧。"

#: a.rst:5
msgid "A file"
msgid_plural "%d files"
msgstr[0] "%d 个文件"

#~ msgid "Gone."
#~ msgstr "没了。"

#, fuzzy
#~ msgid "Gone too."
#~ msgstr "也没了。"
"""
CROWDIN = HEADER + 'msgid "One"\nmsgstr "一"\nmsgid "Two \\"2\\"\\t"\nmsgstr ""\n"二 \\"2\\"\\t"'
POEDIT = HEADER.replace("\n", "\r\n") + '\r\n#: a.rst:1\r\nmsgid "One"\r\nmsgstr ""\r\n'
LONG = f'{HEADER}\nmsgid "{"many words " * 30}"\nmsgstr "{"很 " * 90}"\n\nmsgid "x"\nmsgstr ""\n'
CATALOGS = {
    "sphinx-intl": SPHINX, "Weblate": WEBLATE, "Crowdin": CROWDIN, "Poedit": POEDIT, "long": LONG,
    "byte order mark": "\ufeff" + SPHINX, "empty": "", "only comments": "# a\n\n",
}  # fmt: skip


def read(text: str | bytes) -> PoFile:
    return PoFile.read(text if isinstance(text, bytes) else text.encode(), "a.po")


def change(text: str, id: str, translation: str, **more: object) -> str:
    file = read(text)
    [at] = [i for i, message in enumerate(file.messages) if message.id == id]
    return file.changed({at: PoChange(translation, **more)}).decode()  # type: ignore[arg-type]


@pytest.mark.parametrize("text", CATALOGS.values(), ids=CATALOGS)
def test_without_a_change_all_bytes_stay(text: str) -> None:
    assert read(text).changed({}) == text.encode()


@pytest.mark.parametrize("text", CATALOGS.values(), ids=CATALOGS)
def test_babel_reads_the_same_messages(text: str) -> None:
    catalog = read_po(io.BytesIO(text.encode().removeprefix(b"\xef\xbb\xbf")), ignore_obsolete=True)
    theirs = {(m.context, m.id): m for m in catalog if m.id and not m.pluralizable}
    ours = {(m.context, m.id): m for m in read(text).messages if m.id and not m.is_plural}
    assert ours.keys() == theirs.keys()
    for key, message in ours.items():
        babels = theirs[key]
        assert (message.text, message.line) == (babels.string, babels.lineno)
        assert set(message.flags) - {"python-format"} == babels.flags - {"python-format"}
        told = [c for c in babels.user_comments if not c.startswith("|")]  # Babel's reading of #|
        assert list(message.comments) == told
        assert list(message.extracted) == babels.auto_comments
        assert list(message.locations) == [f"{name}:{line}" for name, line in babels.locations]


def test_a_change_replaces_the_lines_of_one_translation() -> None:
    new = change(SPHINX, "It is 50% of it.", "它是。", comment="by hand")
    place = '#: ../../intro.rst:9\n#, python-format\nmsgid "It is 50% of it."\nmsgstr '
    assert new == SPHINX.replace(f'{place}""', f'# by hand\n{place}"它是。"')


def test_a_change_takes_the_flag_off_and_what_the_message_was_before() -> None:
    new = change(WEBLATE, "A new text.", "新。", comment="new", remove=["fuzzy"])
    same = 'no-wrap\nmsgctxt "menu"\nmsgid "A new text."\nmsgstr '
    old = f'#| msgid "An old text."\n#, fuzzy, {same}"旧。"'
    fresh = f'#, {same}"新。"'
    expected = WEBLATE.replace(old, fresh).replace("#. Extracted", "# new\n#. Extracted")
    assert new == expected


def test_a_flag_and_a_comment_come_before_a_bare_message() -> None:
    new = change(CROWDIN, "One", "壹", comment="c", add=["fuzzy"])
    assert new == CROWDIN.replace(
        'msgid "One"\nmsgstr "一"', '# c\n#, fuzzy\nmsgid "One"\nmsgstr "壹"'
    )


def test_line_ends_wrapping_and_the_missing_end_of_the_last_line_are_the_files() -> None:
    assert change(POEDIT, "One", "word " * 30).count("\n") == change(
        POEDIT, "One", "word " * 30
    ).count("\r\n")
    assert change(POEDIT, "One", "一").endswith('msgid "One"\r\nmsgstr "一"\r\n')
    assert not change(CROWDIN, 'Two "2"\t', "二").endswith("\n")
    assert f'msgstr "{"word " * 30}"\n' in change(LONG, "x", "word " * 30)
    assert max(map(len, change(SPHINX, "It is 50% of it.", "word " * 30).split("\n"))) <= 80


def test_an_encoding_of_its_own_is_kept_or_refused() -> None:
    latin = HEADER.replace("UTF-8", "ISO-8859-1") + '\nmsgid "One é"\nmsgstr ""\n'
    file = read(latin.encode("latin-1"))
    assert file.changed({}) == latin.encode("latin-1")
    assert 'msgstr "é"'.encode("latin-1") in file.changed({1: PoChange("é")})
    with pytest.raises(DocumentError, match=r"a\.po: iso8859-1 lacks '一'; convert it first"):
        file.changed({1: PoChange("一")})


BAD = {
    "a.po:6: the marks of a merge conflict (<<<<<<<)": HEADER + '\n<<<<<<< HEAD\nmsgid "a"\n',
    "a.po:6: the marks of a merge conflict (>>>>>>>)": HEADER + "\n>>>>>>> main\n",
    "a.po:7: msgcat left both texts": HEADER
    + '\nmsgid "a"\nmsgstr "#-#-#-#-#  b.po  #-#-#-#-#\\n"\n',
    "a.po:9: the message of line 6 again": HEADER
    + '\nmsgid "a"\nmsgstr ""\n\nmsgid "a"\nmsgstr ""\n',
    "a.po:6: no line of a catalog": HEADER + '\nmsgid "a\nmsgstr ""\n',
    "a.po:7: no line of a catalog": HEADER + '\nmsgid "a"\n"b" c\nmsgstr ""\n',
    "a.po:6: a message without": HEADER + '\nmsgid "a"\n\nmsgid "b"\nmsgstr ""\n',
    "a.po:6: a msgstr without a msgid": HEADER + '\nmsgstr "a"\n',
    "a.po:8: a second msgstr": HEADER + '\nmsgid "a"\nmsgstr ""\nmsgstr ""\n',
    "a.po:4: unknown encoding 'x-none'": HEADER.replace("UTF-8", "x-none"),
    "a.po:1: is UTF-16": HEADER.encode("utf-16"),
    "a.po:6: not utf-8 (byte 0xe9)": HEADER.encode() + b'\nmsgid "\xe9"\nmsgstr ""\n',
}


@pytest.mark.parametrize("told", BAD)
def test_a_broken_catalog_is_one_line_with_its_place(told: str) -> None:
    with pytest.raises(DocumentError) as raised:
        read(BAD[told])
    assert str(raised.value).startswith(told) and "\n" not in str(raised.value)


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=90)


@given(st.lists(st.tuples(texts.filter(bool), texts), unique_by=lambda each: each[0], max_size=6),
       texts, st.data())  # fmt: skip
def test_any_change_is_what_babel_reads_and_all_else_stays(
    messages: list[tuple[str, str]], new: str, data: st.DataObject
) -> None:
    catalog = Catalog(locale="zh_CN")
    for id, string in messages:
        catalog.add(id, string, locations=[("a.rst", 3)])
    out = io.BytesIO()
    write_po(out, catalog, width=76)
    file = PoFile.read(out.getvalue(), "a.po")
    assert file.changed({}) == out.getvalue()
    if messages:
        at = data.draw(st.integers(1, len(messages)))
        changed = file.changed({at: PoChange(new)})
        again = {m.id: m.string for m in read_po(io.BytesIO(changed)) if m.id}
        assert again == dict(messages) | {file.messages[at].id: new}
        old = file.messages[at].text
        assert PoFile.read(changed, "a.po").changed({at: PoChange(old)}) == out.getvalue()


# --- who wrote a message -------------------------------------------------------------------------


def filled(word: PoWord = PoWord.MACHINE) -> str:
    file = read(CROWDIN)
    return file.changed({1: filling(file.messages[1], "壹", word)}).decode()


def by(text: str) -> PoWriter:
    return writer(read(text).messages[1])


def test_a_mark_tells_what_the_program_filled_in() -> None:
    assert by(CROWDIN) is PoWriter.HUMAN
    assert by(filled()) is PoWriter.PROGRAM and "fuzzy" not in filled()
    assert by(filled(PoWord.FUZZY)) is PoWriter.PROGRAM and "#, fuzzy\n" in filled(PoWord.FUZZY)


def test_what_a_human_edits_or_approves_is_the_humans() -> None:
    assert by(filled().replace("壹", "一")) is PoWriter.HUMAN
    assert by(filled().replace("# amts: machine", "# was machine")) is PoWriter.HUMAN
    assert by(filled(PoWord.FUZZY).replace("#, fuzzy\n", "")) is PoWriter.HUMAN
    assert by(filled(PoWord.FUZZY).replace("壹", "一")) is PoWriter.UNSURE


def test_a_message_that_changed_under_its_translation_is_known() -> None:
    assert by(filled().replace('msgid "One"', '#, fuzzy\nmsgid "The one"')) is PoWriter.OUTDATED
    human = CROWDIN.replace('msgid "One"', '#, fuzzy\nmsgid "The one"')
    assert by(human) is PoWriter.UNSURE


def test_a_second_filling_replaces_the_mark() -> None:
    file = read(filled(PoWord.FUZZY))
    again = file.changed({1: filling(file.messages[1], "个", PoWord.MACHINE)}).decode()
    assert again.count("# amts:") == 1 and "fuzzy" not in again and by(again) is PoWriter.PROGRAM


def test_a_percent_sign_is_no_format_where_it_cannot_be_meant() -> None:
    file = read(SPHINX)
    message = file.messages[2]
    new = file.changed({2: filling(message, "它是 50%的。", PoWord.MACHINE)}).decode()
    assert "#, no-python-format\n" in new and "#, python-format\n" not in new
    kept = filling(message, "它是 50% of。", PoWord.MACHINE)
    assert not kept.remove or "python-format" not in kept.remove
    updated = read(new.replace("no-python-format", "no-python-format, python-format"))
    assert not is_current(updated.messages[2], updated.messages[2].text)


def test_a_catalog_is_a_file_of_pairs(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text(filled() + '\n#, fuzzy\nmsgid "Three"\nmsgstr "三"\n', "utf-8")
    found = exchange.read(path, "en")
    rows = {row.source: (dict(row.targets), row.by_machine) for row in found.rows}
    assert rows == {"One": ({"zh_CN": "壹"}, True), 'Two "2"\t': ({"zh_CN": '二 "2"\t'}, False)}
    assert [str(each) for each in found.skipped] == [f"{path}:12: zh_CN is fuzzy: 三"]
