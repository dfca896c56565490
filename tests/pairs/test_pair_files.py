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
from amts_ext.pairs.tables import DELIMITERS, BadRecordError, changed, dump, fields, records
from amts_ext.service.content.corpora import Corpus, read_corpus, write_corpus

FORMS = st.sampled_from(sorted(DELIMITERS))
FIELD = st.one_of(st.text(alphabet='a",\t 漢\u2028', max_size=8), st.text(max_size=8))
TABLE = st.lists(st.lists(FIELD, min_size=2, max_size=3), min_size=1, max_size=4)


@given(table=TABLE, form=FORMS)
def test_what_is_written_is_read_back_by_all(table: list[list[str]], form: str) -> None:
    """By the strict reader, by the liberal one and by Python's, each record on one line."""
    mark = DELIMITERS[form]
    table = [[text.replace("\r\n", "\n").replace("\r", "\n") for text in row] for row in table]
    expected = [[text.replace("\n", " ") for text in row] for row in table]
    text = dump(table, mark)
    assert list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)) == expected
    assert list(records(text, mark)) == [(n, row, "") for n, row in enumerate(expected, 1)]
    for line, row in zip(text.removesuffix("\n").split("\n"), expected, strict=True):
        if any(field.startswith(("+", "-", "=", "@")) for field in row):
            with pytest.raises(BadRecordError, match="which a CSV or TSV field must not"):
                fields(line, mark)
        else:
            assert fields(line, mark) == row


@pytest.mark.parametrize("form", sorted(DELIMITERS))
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('34"" monitor|tela de 34""', ['34" monitor', 'tela de 34"']),
        ('"34"" monitor"|x', ['34" monitor', "x"]),
        ('"a|b"|x', ["a|b", "x"]),
        ('""so""|""', ['"so"', ""]),
        ('"""so"""|x', ['"so"', "x"]),
        ('34" monitor|x', "stray quotes|not closed"),
        ('"a"b|x', "stray quotes"),
        ('"open|x', "a quote is not closed; a field must stand on one line"),
        ('"+a"|x', r"field 1 begins with '\+'"),
        ("a|=x", "field 2 begins with '='"),
    ],
)
def test_the_service_reads_as_the_guide_says(
    line: str, expected: list[str] | str, form: str
) -> None:
    mark = DELIMITERS[form]
    line = line.replace("|", mark)
    if isinstance(expected, list):
        assert fields(line, mark) == [text.replace("|", mark) for text in expected]
        return
    with pytest.raises(BadRecordError, match=expected):
        fields(line, mark)
    found = read_corpus(f"en{mark}pt\n{line}\na{mark}b\n".encode(), form.upper(), 1000)
    assert (found.rows, found.failed) == ({"a": {"pt": "b"}}, 1)


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


@given(table=TABLE, form=FORMS, noise=st.text(alphabet='a",\t\r\n', max_size=12))
@example(table=[["a", "b"]], form="csv", noise='"')
def test_what_cannot_be_read_does_not_take_the_rest_with_it(
    table: list[list[str]], form: str, noise: str
) -> None:
    """Nothing raises, and every line that has no quotes around it is a record of its own."""
    mark = DELIMITERS[form]
    every = list(records(f"{noise}\n{dump(table, mark)}a{mark}b\n", mark))
    assert [line for line, _, _ in every] == sorted({line for line, _, _ in every})
    if '"' not in noise:
        assert every[-1][1:] == (["a", "b"], "")


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
    for form, mark in DELIMITERS.items():
        lines = write_corpus(Corpus("en", ["pt"], rows), form.upper()).decode().splitlines()
        assert [fields(line, mark) for line in lines] == [
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
    assert changed(f"{written}Z") == changed(f" {moment.isoformat()} ") == expected
    assert changed(None) is changed("") is changed("soon") is None
