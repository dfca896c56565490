"""Word, PowerPoint and Excel files: written and read by the libraries that others use for them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.table import Table
from service_clients import PAIR, Clients

from amts_ext.service import office
from amts_ext.service.contents import OFFICE_TYPES, text_of
from amts_ext.service.documents import ContentError
from amts_ext.service.markup import translate_runs
from amts_ext.service.office import DOCX, PPTX, XLSX, translate_office
from amts_ext.service.runs import Piece, Run
from amts_ext.service.server import Service


def by(change: Callable[[str], str]) -> Callable[[Sequence[Run]], list[list[Piece]]]:
    return lambda runs: translate_runs(runs, lambda texts: [change(t) for t in texts], "en")


upper = by(str.upper)
turned = by(lambda text: " ".join(reversed(text.split())))
same = by(lambda text: text)


def saved(file: Any) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def letter() -> Any:
    """A Word document with some of everything."""
    file = docx.Document()
    file.add_heading("About the mean", 0)
    line = file.add_paragraph("The ")
    line.add_run("mean").bold = True
    line.add_run(" is the sum\tdivided by ")
    line.add_run("the count").italic = True
    line.add_run(".")
    table = file.add_table(1, 2)
    table.cell(0, 0).text = "1 < 2 & left"
    table.cell(0, 1).text = "12.5"
    file.sections[0].header.paragraphs[0].text = "a header"
    file.sections[0].footer.paragraphs[0].text = "a footer"
    return file


def runs_of(paragraph: Any) -> list[tuple[str, bool, bool]]:
    return [(r.text, bool(r.bold), bool(r.italic)) for r in paragraph.runs]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_a_word_document_keeps_its_shape() -> None:
    result = docx.Document(io.BytesIO(translate_office(saved(letter()), DOCX, upper)))
    assert result.paragraphs[0].text == "ABOUT THE MEAN"
    assert result.paragraphs[0].style.name == "Title"
    assert runs_of(result.paragraphs[1]) == [
        ("THE ", False, False),
        ("MEAN", True, False),
        (" IS THE SUM", False, False),
        ("\t", False, False),
        ("DIVIDED BY ", False, False),
        ("THE COUNT", False, True),
        (".", False, False),
    ]
    assert [c.text for c in result.tables[0].rows[0].cells] == ["1 < 2 & LEFT", "12.5"]
    assert result.sections[0].header.paragraphs[0].text == "A HEADER"
    assert result.sections[0].footer.paragraphs[0].text == "A FOOTER"


def test_formatting_follows_its_words() -> None:
    result = docx.Document(io.BytesIO(translate_office(saved(letter()), DOCX, turned)))
    found = "".join(t for t, _, _ in runs_of(result.paragraphs[1]))
    assert sorted(found) == sorted("The mean is the sum\tdivided by the count.")
    assert [t for t, bold, _ in runs_of(result.paragraphs[1]) if bold] == ["mean"]


@pytest.mark.parametrize("kind", OFFICE_TYPES)
def test_all_but_the_changed_paragraphs_keeps_its_bytes(kind: str) -> None:
    data = {DOCX: saved(letter()), PPTX: saved(slides()), XLSX: saved(workbook())}[kind]
    assert parts(translate_office(data, kind, same)) == parts(data)
    before, after = parts(data), parts(translate_office(data, kind, upper))
    assert list(before) == list(after), "the same parts in the same order"
    changed = {name for name in before if before[name] != after[name]}
    assert (
        changed
        == {
            DOCX: {"word/document.xml", "word/header1.xml", "word/footer1.xml"},
            PPTX: {"ppt/slides/slide1.xml", "ppt/notesSlides/notesSlide1.xml"},
            XLSX: {"xl/worksheets/sheet1.xml"},
        }[kind]
    )


FIELD = (
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{}</w:t></w:r>{}'
)
END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
BREAK = "<w:r><w:br/></w:r>"
MATH = "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"
BOX = (
    "<w:r><w:pict><v:textbox><w:txbxContent><w:p><w:r><w:t>in a box</w:t></w:r></w:p>"
    "</w:txbxContent></v:textbox></w:pict></w:r>"
)
LINK = '<w:hyperlink w:anchor="there"><w:r><w:t>a link</w:t></w:r></w:hyperlink>'
CONTROL = "<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>a control</w:t></w:r></w:sdtContent></w:sdt>"
SPACES = (
    nsdecls("w") + ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


def one(content: str, change: Any) -> str:
    """The XML of one paragraph after its translation."""
    file = docx.Document()
    element = parse_xml(f"<w:p {SPACES}>{content}</w:p>")
    file.element.body.insert(0, element)
    result = docx.Document(io.BytesIO(translate_office(saved(file), DOCX, change)))
    xml: str = result.paragraphs[0]._p.xml
    return "".join(line.strip() for line in xml.splitlines())


def words(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize("change", [upper, turned])
@pytest.mark.parametrize(
    "kept", [MATH, "<w:r><w:br/></w:r>", '<w:bookmarkStart w:id="0" w:name="n"/>']
)
def test_what_is_no_text_stays_once(kept: str, change: Any) -> None:
    assert one(words("before it ") + kept + words(" after it"), change).count(kept) == 1


def test_text_in_links_controls_and_boxes_is_translated() -> None:
    assert LINK.replace("<w:t>a link", '<w:t xml:space="preserve">A LINK') in one(
        words("see ") + LINK + words(" there"), upper
    )
    assert '<w:sdtContent><w:r><w:t xml:space="preserve">A CONTROL' in one(
        words("see ") + CONTROL, upper
    )
    boxed = one(words("beside ") + BOX, upper)
    assert ">IN A BOX<" in boxed and ">BESIDE<" in boxed.replace("BESIDE ", "BESIDE")


@pytest.mark.parametrize("change", [upper, turned])
def test_a_field_stays_in_order(change: Any) -> None:
    found = one(
        words("see page ") + FIELD.format("PAGEREF x", "some page", END) + words(" now"), change
    )
    places = [found.index(f'"{kind}"') for kind in ("begin", "separate", "end")]
    assert places == sorted(places) and found.index("PAGEREF x") < places[1]
    result = found[places[1] : places[2]].lower()
    assert "some" in result and "page" in result and "see" not in result


def test_half_a_field_leaves_its_paragraph_alone() -> None:
    half = FIELD.format("TOC", "first entry", "")
    assert "first entry" in one(half, upper)
    assert "last entry" in one(words("last entry") + END, upper)
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert "no result" in one(words("before ") + begin + words("no result") + END, upper)


def test_runs_that_a_spell_checker_cut_are_one_text() -> None:
    cut = words("The me") + '<w:proofErr w:type="spellStart"/>' + words("an is here.")
    assert text_of(saved(_with(cut)), DOCX).splitlines()[0] == "The mean is here."


def _with(content: str) -> Any:
    file = docx.Document()
    file.element.body.insert(0, parse_xml(f"<w:p {SPACES}>{content}</w:p>"))
    return file


ATOMS = [
    words("plain text "),
    words("&amp; "),
    "<w:r><w:rPr><w:b/></w:rPr><w:t>bold</w:t></w:r>",
    "<w:r><w:tab/></w:r>",
    MATH,
    LINK,
    CONTROL,
    FIELD.format("PAGE", "page", END),
    BOX,
]
PARAGRAPHS = st.lists(st.sampled_from(ATOMS), min_size=1, max_size=7)


@given(PARAGRAPHS, st.sampled_from([same, upper, turned]))
@settings(max_examples=60, deadline=None)
def test_any_paragraph_keeps_what_it_holds(atoms: list[str], change: Any) -> None:
    file = _with("".join(atoms))
    result = docx.Document(io.BytesIO(translate_office(saved(file), DOCX, change)))
    before, after = file.paragraphs[0]._p, result.paragraphs[0]._p
    for tag in ("w:tab", "w:hyperlink", "w:sdt", "w:fldChar", "w:instrText", "w:pict", "w:sdtPr"):
        assert len(list(before.iter(qn(tag)))) == len(list(after.iter(qn(tag))))
    letters = [
        sorted(c for t in p.iter(qn("w:t")) for c in (t.text or "").upper() if c.isalpha())
        for p in (before, after)
    ]
    assert letters[0] == letters[1], "no word is lost and none is told twice"


# Presentations and workbooks ---------------------------------------------------------------------


def slides() -> Any:
    file = pptx.Presentation()
    slide = file.slides.add_slide(file.slide_layouts[1])
    slide.shapes.title.text = "The mean"
    frame = slide.placeholders[1].text_frame
    frame.text = "first line\vsecond line"
    line = frame.add_paragraph()
    bold = line.add_run()
    bold.text, bold.font.bold = "bold", True
    line.add_run().text = " and plain text"
    slide.notes_slide.notes_text_frame.text = "a note"
    return file


def test_a_presentation_keeps_its_shape() -> None:
    result = pptx.Presentation(io.BytesIO(translate_office(saved(slides()), PPTX, upper)))
    [slide] = result.slides
    assert slide.shapes.title.text == "THE MEAN"
    first, second = slide.placeholders[1].text_frame.paragraphs
    assert first.text == "FIRST LINE\vSECOND LINE"
    assert [(r.text, r.font.bold) for r in second.runs] == [
        ("BOLD", True),
        (" AND PLAIN TEXT", None),
    ]
    assert slide.notes_slide.notes_text_frame.text == "A NOTE"


def workbook() -> Any:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["name", "value"])
    sheet.append(["the mean", 3])
    sheet.append(["=A2", "some text"])
    bold = TextBlock(InlineFont(b=True), "bold")
    sheet["D1"] = CellRichText("plain text ", bold, " and more")
    sheet.add_table(Table(displayName="Values", ref="A1:B3"))
    return book


def shared(data: bytes) -> bytes:
    """The workbook as Excel writes it: its strings in a part of their own."""
    content = parts(data)
    sheet, strings = content["xl/worksheets/sheet1.xml"].decode(), []

    def move(match: re.Match[str]) -> str:
        strings.append(f"<si>{match[2]}</si>")
        return f'{match[1]} t="s"><v>{len(strings) - 1}</v></c>'

    cell = r'(<c r="\w+") t="inlineStr"><is>(.*?)</is></c>'
    content["xl/worksheets/sheet1.xml"] = re.sub(cell, move, sheet).encode()
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    content["xl/sharedStrings.xml"] = f'<sst xmlns="{space}">{"".join(strings)}</sst>'.encode()
    kind = f"{XLSX.removesuffix('.sheet')}.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    types = content["[Content_Types].xml"].decode()
    content["[Content_Types].xml"] = types.replace("</Types>", override).encode()
    return packed(content)


@pytest.mark.parametrize("kept", [lambda data: data, shared])
def test_a_workbook_keeps_its_numbers_formulas_and_heads_of_tables(kept: Any) -> None:
    data = translate_office(kept(saved(workbook())), XLSX, upper)
    sheet = openpyxl.load_workbook(io.BytesIO(data), rich_text=True).active
    rows = [[cell.value for cell in row[:2]] for row in sheet.rows]
    assert rows == [["name", "value"], ["THE MEAN", 3], ["=A2", "SOME TEXT"]]
    rich = sheet["D1"].value
    assert str(rich) == "PLAIN TEXT BOLD AND MORE" and rich[1].font.b


# What is refused ---------------------------------------------------------------------------------


ENTITY = b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'


def packed(content: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in content.items():
            file.writestr(name, data)
    return out.getvalue()


def with_part(name: str, data: bytes) -> bytes:
    return packed({**parts(saved(letter())), name: data})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no zip", "not a file of the type"),
        (packed({"a": b"x"}), "no main part"),
        (saved(openpyxl.Workbook()), "no main part"),
        (saved(letter())[:3000], "not a file of the type"),
        (with_part("word/document.xml", b"<w:p"), "cannot be read"),
        (with_part("word/document.xml", ENTITY), "not allowed"),
        (with_part("word/document.xml", "<a>é</a>".encode("utf-16")), "UTF-16"),
        (with_part("[Content_Types].xml", ENTITY), "cannot be read"),
    ],
)  # fmt: skip
def test_files_that_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(ContentError, match=message):
        translate_office(data, DOCX, upper)


def test_a_file_that_grows_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    data = saved(letter())
    monkeypatch.setattr(office, "_UNPACKED", sum(map(len, parts(data).values())))
    translate_office(data, DOCX, upper)
    monkeypatch.setattr(office, "_UNPACKED", sum(map(len, parts(data).values())) - 1)
    with pytest.raises(ContentError, match="unpacked"):
        translate_office(data, DOCX, upper)


# Over HTTP ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    with Service(engine="upper", workers=1) as service:
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        yield clients


def test_a_word_document_is_translated_at_once(clients: Clients) -> None:
    document = {"Content": saved(letter()), "ContentType": DOCX}
    answer = clients.translate.translate_document(Document=document, **PAIR)
    result = docx.Document(io.BytesIO(answer["TranslatedDocument"]["Content"]))
    assert result.paragraphs[0].text == "ABOUT THE MEAN"
    refused = clients.translate.exceptions.InvalidRequestException
    for document in ({"Content": saved(slides()), "ContentType": PPTX},
                     {"Content": b"PK", "ContentType": DOCX}):  # fmt: skip
        with pytest.raises(refused):
            clients.translate.translate_document(Document=document, **PAIR)


@pytest.mark.parametrize(("kind", "make"), [(DOCX, letter), (PPTX, slides), (XLSX, workbook)])
def test_jobs_of_office_documents(clients: Clients, kind: str, make: Callable[[], Any]) -> None:
    folder = kind.rpartition(".")[2]
    for name, data in (("deep/good", saved(make())), ("bad", b"no zip")):
        clients.s3.put_object(Bucket="books", Key=f"{folder}/{name}", Body=data)
    config = {"S3Uri": f"s3://books/{folder}/", "ContentType": kind}
    ended = clients.finished(clients.start(folder, InputDataConfig=config))
    assert ended["JobStatus"] == "COMPLETED_WITH_ERROR"
    assert ended["JobDetails"]["TranslatedDocumentsCount"] == 1
    out = ended["OutputDataConfig"]["S3Uri"]
    key = out.removeprefix("s3://books/") + "deep/pt.good"
    result = clients.s3.get_object(Bucket="books", Key=key)["Body"].read()
    assert "MEAN" in text_of(result, kind)
    details = clients.get(out + "details/pt.auxiliary-translation-details.json")
    assert "not a file of the type" in details
