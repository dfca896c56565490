"""CSV and TSV by one set of rules, and which of two units of TMX with one source counts."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from amts_ext.pairs import exchange
from amts_ext.pairs.tables import DELIMITERS, Defect, dump, read
from amts_ext.pairs.tmx import NotXmlError, TmxReader, date
from amts_ext.service.content.corpora import Corpus, read_corpus, write_corpus

FORMS = st.sampled_from(sorted(DELIMITERS))
FIELD = st.one_of(st.text(alphabet='a",\t 漢\u2028', max_size=8), st.text(max_size=8))
TABLE = st.lists(st.lists(FIELD, min_size=2, max_size=3), min_size=1, max_size=4)


@pytest.mark.slow
@given(table=TABLE, form=FORMS)
def test_what_is_written_is_read_back_by_all(table: list[list[str]], form: str) -> None:
    """By the strict reader, by the liberal one and by Python's, each record on one line."""
    mark = DELIMITERS[form]
    table = [[text.replace("\r\n", "\n").replace("\r", "\n") for text in row] for row in table]
    expected = [[text.replace("\n", " ") for text in row] for row in table]
    text = dump(table, form)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)) == expected
    assert [(r.line, r.fields) for r in read(text, form)] == list(enumerate(expected, 1))
    for record, row in zip(read(text, form, strict=True), expected, strict=True):
        assert record.fields == row
        is_formula = any(field.startswith(("+", "-", "=", "@")) for field in row)
        assert (record.defect is Defect.FORMULA) == is_formula


@pytest.mark.parametrize("form", sorted(DELIMITERS))
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('34"" monitor|tela de 34""', ['34" monitor', 'tela de 34"']),
        ('"34"" monitor"|x', ['34" monitor', "x"]),
        ('"a|b"|x', ["a|b", "x"]),
        ('""so""|""', ['"so"', ""]),
        ('"""so"""|x', ['"so"', "x"]),
        ('34" monitor|x', Defect.OPEN_QUOTE),
        ('3" by 4"|x', Defect.STRAY_QUOTE),
        ('"a"b|x', Defect.STRAY_QUOTE),
        ('"open|x', Defect.OPEN_QUOTE),
        ('"+a"|x', Defect.FORMULA),
        ("a|=x", Defect.FORMULA),
        ("a|b|c", Defect.MORE_FIELDS),
    ],
)
def test_the_service_reads_as_the_guide_says(
    line: str, expected: list[str] | Defect, form: str
) -> None:
    mark = DELIMITERS[form]
    line = line.replace("|", mark)
    text = f"en{mark}pt\n{line}\na{mark}b\n"
    _, record, last = read(text, form, strict=True)
    assert (record.line, record.text, last.fields) == (2, line, ["a", "b"])
    if isinstance(expected, list):
        assert record.fields == [text.replace("|", mark) for text in expected]
        assert record.defect is None
        return
    assert record.defect is expected
    found = read_corpus(text.encode(), form.upper(), 1000)
    assert (found.rows, found.failed) == ({"a": {"pt": "b"}}, 1)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('34" in,x', "a quote is not closed; a field must stand on one line"),
        ('3" by 4",x', "stray quotes; a field with quotes is quoted, and those inside are doubled"),
        ('a,"=x"', "field 2 begins with '=', which a CSV or TSV field must not"),
        ("a,b,c", "3 fields for 2 languages"),
    ],
)
def test_the_service_says_what_is_wrong_in_its_own_words(line: str, told: str) -> None:
    corpus = read_corpus(f"en,pt\n{line}\n".encode(), "CSV", 1000)
    assert corpus.remarks.text() == f"line 2: failed: {told}: {line}\n"


def test_tsv_of_tools_that_quote_nothing(tmp_path: Path) -> None:
    """A person's file is read where it can mean one thing; quotes by the rules are undone."""
    path = tmp_path / "a.tsv"
    path.write_text(
        "en\tpt\n"
        'A 34" screen.\tUma tela de 34".\n'
        '"Yes," she said.\t"Sim", disse.\n'
        '"Wait.\tEspere.\n'  # a quote that goes on in the next segment
        'Now."\tAgora."\n'
        'Say ""yes"".\t"Diga ""sim""."\n'  # by the rules
        '"a\ttab"\tx\n'
        'An "" and a "b".\tUm "" e um "b".\n'
        '"two\nlines"\tc\n'
        "last\td\n"
    )
    found = exchange.read(path)
    assert [(int(r.place.rpartition(":")[2]), r.source, r.targets["pt"]) for r in found.rows] == [
        (2, 'A 34" screen.', 'Uma tela de 34".'),
        (3, '"Yes," she said.', '"Sim", disse.'),
        (4, '"Wait.', "Espere."),
        (5, 'Now."', 'Agora."'),
        (6, 'Say "yes".', 'Diga "sim".'),
        (7, "a\ttab", "x"),
        (8, 'An "" and a "b".', 'Um "" e um "b".'),
        (9, "two\nlines", "c"),
        (11, "last", "d"),
    ]
    assert found.skipped == []


@pytest.mark.slow
@given(table=TABLE, form=FORMS, noise=st.text(alphabet='a",\t\r\n', max_size=12))
@example(table=[["a", "b"]], form="csv", noise='"')
def test_what_cannot_be_read_does_not_take_the_rest_with_it(
    table: list[list[str]], form: str, noise: str
) -> None:
    """Nothing raises, and every line that has no quotes around it is a record of its own."""
    mark = DELIMITERS[form]
    every = list(read(f"{noise}\n{dump(table, form)}a{mark}b\n", form))
    assert [record.line for record in every] == sorted({record.line for record in every})
    if '"' not in noise:
        assert every[-1].fields == ["a", "b"]


@pytest.mark.parametrize("form", sorted(DELIMITERS))
def test_a_formula_goes_in_no_table(form: str) -> None:
    rows = [exchange.Example(s, {"pt": t}, "f") for s, t in (("-1", "x"), ("a", "@b"), ("c", "d"))]
    sent = exchange.usable(exchange.Examples("en", ["pt"], rows), form)
    assert [row.source for row in sent.rows] == ["c"]
    assert [s.reason for s in sent.skipped] == [
        "the source begins with '-', which a CSV or TSV field must not; use TMX",
        "pt begins with '@', which a CSV or TSV field must not; use TMX",
    ]
    sent = exchange.usable(exchange.Examples("en", ["pt"], rows), "tmx")
    assert [row.source for row in sent.rows] == ["-1", "a", "c"]


def test_the_service_writes_by_the_rules() -> None:
    rows = {'34" a\tb': {"pt": "x, y"}, "two\nlines": {"pt": "z"}}
    for form in DELIMITERS:
        text = write_corpus(Corpus("en", ["pt"], rows), form.upper()).decode()
        assert [record.fields for record in read(text, form, strict=True)] == [
            ["en", "pt"], ['34" a\tb', "x, y"], ["two lines", "z"],
        ]  # fmt: skip


def tmx(units: list[tuple[str, str]]) -> bytes:
    """One unit a line, all with the source ``one``: a ``changedate`` and a translation."""
    marks = ((f' changedate="{date}"' if date else "", text) for date, text in units)
    body = "\n".join(
        f'<tu{mark}><tuv xml:lang="en"><seg>one</seg></tuv>'
        f'<tuv xml:lang="pt"><seg>{text}</seg></tuv></tu>'
        for mark, text in marks
    )
    return f'<tmx version="1.4"><header srclang="en"/><body>\n{body}</body></tmx>'.encode()


@pytest.mark.parametrize(
    ("dates", "counts"),
    [
        (("20240102T000000Z", "20230102T000000Z"), 0),
        (("20230102T000000Z", "20240102T000000Z"), 1),
        (("20240102T000000Z", "20250101T000000Z", "20230102T000000Z"), 1),
        (("20240102T000000Z", "20230102T000000Z", "20230601T000000Z"), 0),
        (("20240102T000000Z", "20240102T000000Z"), 1),
        (("2024-01-02T01:00:00+02:00", "20240101T230001Z"), 1),
        (("20240102T000000Z", ""), 1),
        (("", "20240102T000000Z"), 1),
        (("", ""), 1),
        (("20240102T000000Z", "yesterday"), 1),
    ],
)
def test_the_newest_of_equal_units_counts(
    dates: tuple[str, ...], counts: int, tmp_path: Path
) -> None:
    data = tmx([(date, f"texto {n}") for n, date in enumerate(dates)])
    corpus = read_corpus(data, "TMX", 1000)
    assert corpus.rows == {"one": {"pt": f"texto {counts}"}}
    assert (corpus.imported, corpus.skipped, corpus.failed) == (1, len(dates) - 1, 0)
    (tmp_path / "a.tmx").write_bytes(data)
    sent = exchange.usable(exchange.read(tmp_path / "a.tmx"), "csv")
    assert [(r.source, r.targets) for r in sent.rows] == [("one", {"pt": f"texto {counts}"})]
    others = {str(n + 2) for n in range(len(dates)) if n != counts}
    assert {s.place.rpartition(":")[2] for s in sent.skipped} == others, "the others are told"


def test_the_older_of_equal_units_is_told_why(tmp_path: Path) -> None:
    data = tmx([("20240102T000000Z", "hum"), ("20230102T000000Z", "um")])
    assert read_corpus(data, "TMX", 1000).remarks.text() == (
        "unit 2: skipped: unit 1 has the same source and a newer changedate: one\n"
    )
    (tmp_path / "a.tmx").write_bytes(data)
    sent = exchange.usable(exchange.read(tmp_path / "a.tmx"), "tmx")
    assert [str(s).partition("a.tmx:")[2] for s in sent.skipped] == [
        "3: an earlier pair has the same source and a newer changedate: one"
    ]


@given(st.datetimes())
def test_dates_of_tmx(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    written = moment.isoformat().replace("-", "").replace(":", "")
    expected = moment.replace(tzinfo=UTC)
    assert date(f"{written}Z") == date(f" {moment.isoformat()} ") == expected
    assert date(None) is date("") is date("soon") is None


def test_tmx_is_read_as_a_stream() -> None:
    """Units come before the file is parsed to its end, and what stands before a break is kept."""
    data = tmx([("", f"texto {n}") for n in range(5000)])
    reader = TmxReader(data[:-20])
    first = next(iter(reader))
    assert (first.line, dict(first.variants)) == (2, {"en": "one", "pt": "texto 0"})
    found = []
    with pytest.raises(NotXmlError, match="line 5001") as error:
        found.extend(TmxReader(data.replace(b"texto 4999", b"<texto")))
    assert (len(found), error.value.line, error.value.is_unsafe) == (4999, 5001, False)


def test_codes_of_other_tools_are_told_apart() -> None:
    """A person's pairs have no codes in them; the service takes all text of a segment."""
    data = tmx([("", 'see <bpt i="1">&lt;b&gt;</bpt>all<ept i="1">&lt;/b&gt;</ept>')])
    texts = [dict(next(iter(TmxReader(data, keep_codes=keep))).variants) for keep in (False, True)]
    assert [text["pt"] for text in texts] == ["see all", "see <b>all</b>"]
    assert read_corpus(data, "TMX", 1000).rows == {"one": {"pt": "see <b>all</b>"}}
