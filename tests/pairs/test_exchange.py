"""Files of pairs: what is written keeps every rule of the service and reads back the same."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amts_ext.errors import InputError
from amts_ext.pairs import exchange
from amts_ext.pairs.exchange import Example, Examples
from amts_ext.pairs.terms import glossary
from amts_ext.service.content.corpora import read_corpus

TEXT = st.one_of(
    st.text(alphabet='ab=+-@",\t\n 漢é<&>\x0b\u2028', max_size=12),
    st.text(max_size=30),
    st.sampled_from(["x" * 1000, "x" * 1001, "漢" * 333, "漢" * 334, "", " ", "=1"]),
)
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=8)


def examples(rows: list[tuple[str, str, str]]) -> Examples:
    made = [Example(s, {"zh": z, "es": e}, f"f:{n}") for n, (s, z, e) in enumerate(rows, 1)]
    return Examples("en", ["zh", "es"], made)


@given(rows=ROWS, form=st.sampled_from(exchange.FORMATS))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_reads_back_and_the_service_takes_all_of_it(
    rows: list[tuple[str, str, str]], form: str, tmp_path: Path
) -> None:
    sent = exchange.usable(examples(rows), form)
    for row in sent.rows:
        for text in (row.source, *row.targets.values()):
            assert text.strip() and len(text.encode()) <= 1000 and len(text.splitlines()) == 1
            assert form == "tmx" or not text.startswith(("+", "-", "=", "@"))
    places = Counter(s.place for s in sent.skipped)
    kept = {row.place: row for row in sent.rows}
    for row in examples(rows).rows:  # every row is kept whole, or told with its place
        lost = len(row.targets) - len(kept[row.place].targets) if row.place in kept else 1
        assert places[row.place] >= lost and (lost or not places[row.place])
    if not sent.rows:
        return
    path = tmp_path / f"pairs.{form}"
    path.write_bytes(exchange.dump(sent, form))
    back = exchange.read(path)
    assert [(r.source, dict(r.targets)) for r in back.rows] == [
        (r.source, dict(r.targets)) for r in sent.rows
    ]
    assert back.skipped == []
    corpus = read_corpus(path.read_bytes(), form.upper(), 1000)
    assert (corpus.imported, corpus.skipped, corpus.failed) == (len(sent.rows), 0, 0)


def test_the_last_of_equal_sources_counts() -> None:
    sent = exchange.usable(examples([("a", "1", "1"), ("b", "2", ""), ("a", "3", "3")]), "csv")
    assert [(r.source, r.targets) for r in sent.rows] == [
        ("b", {"zh": "2"}),
        ("a", {"zh": "3", "es": "3"}),
    ]
    assert [str(s) for s in sent.skipped] == [
        "f:2: es is empty: b",
        "f:1: a later pair has the same source: a",
    ]


def test_tmx_of_other_tools(tmp_path: Path) -> None:
    """Inline tags hold a tool's own codes; ``hi`` marks text; ``*all*`` names no source."""
    path = tmp_path / "omegat.tmx"
    path.write_text(
        '\ufeff<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx11.dtd">\n'
        '<tmx version="1.4"><header srclang="*all*" segtype="sentence"/><body>'
        '<tu><tuv xml:lang="EN-US"><seg>See <bpt i="1">&lt;b&gt;</bpt>the <hi>line</hi>'
        '<ept i="1">&lt;/b&gt;</ept><ph x="2">&lt;br/&gt;</ph>.</seg></tuv>'
        '<tuv lang="ZH"><seg>见<bpt i="1">&lt;b&gt;</bpt>直线<ept i="1"/>。</seg></tuv></tu>'
        '<tu><tuv lang="ZH"><seg>孤</seg></tuv></tu></body></tmx>'
    )
    found = exchange.read(path, "EN-us")
    assert [(r.source, r.targets) for r in found.rows] == [("See the line.", {"ZH": "见直线。"})]
    assert [s.reason for s in found.skipped] == ["has no EN-US segment"]


BOMB = '<!DOCTYPE t [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><tmx><body>&c;</body></tmx>'


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", r"a\.csv:1: the first row must hold the language codes.* like en,zh"),
        ("a.csv", b"source,target\nx,y\n", "the first row must hold the language codes"),
        ("a.csv", b"en,zh,en\na,b,c\n", r"a\.csv:1: the first row names en twice"),
        ("a.csv", "en,zh\na,b\n".encode("utf-16"), r"a\.csv:1: is UTF-16; save the file as UTF-8"),
        ("a.csv", "en,zhé\na,b\n".encode("latin-1"), "must hold the language codes"),
        ("a.tmx", b"<tmx><body>", r"a\.tmx:1: not XML: no element found"),
        ("a.tmx", BOMB.encode(), r"a\.tmx: declares entities, which are refused"),
        ("a.tmx", b"<tmx/>", "needs segments in en and in another; has: none"),
        ("a.txt", b"", r"unknown suffix; allowed: \.csv, \.tsv, \.tmx"),
    ],
)
def test_files_that_cannot_be_used(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as error:
        exchange.read(tmp_path / name, "en")
    assert "\n" not in str(error.value)


def test_rows_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('\ufeffen,zh\na,b\n\nx,y,z\n"two\nlines",c\nd,e\n')
    found = exchange.read(tmp_path / "a.csv")
    assert [r.source for r in found.rows] == ["a", "two\nlines", "d"]
    assert found.rows[-1].place.endswith("a.csv:7")
    assert [str(s).partition("a.csv:")[2] for s in found.skipped] == [
        "4: has 3 fields for 2 languages; check the quotes: x"
    ]


def test_the_good_rows_of_a_damaged_file_are_used(tmp_path: Path) -> None:
    """A stray quote, a byte of another encoding, a TMX file that breaks off."""
    path = tmp_path / "a.csv"
    path.write_bytes(b'en,zh\na,"b\nc,d\ne,"f" g\n' + "h,\xe9\ni,j\n".encode("latin-1"))
    found = exchange.read(path)
    assert [r.source for r in found.rows] == ["c", "i"]
    assert [str(s).partition("a.csv:")[2].partition(" (")[0] for s in found.skipped] == [
        "2: not CSV", "4: not CSV", "5: not UTF-8",
    ]  # fmt: skip
    unit = '<tu{}><tuv xml:lang="en"><seg>a</seg></tuv><tuv xml:lang="zh"><seg>b</seg></tuv></tu>\n'
    path = tmp_path / "a.tmx"
    marks = ("", ' changeid="MT"')
    path.write_text(
        '<tmx><header srclang="en"/><body>\n' + "".join(map(unit.format, marks)) + "<tu>"
    )
    found = exchange.read(path)
    assert [(r.place[-2:], r.by_machine) for r in found.rows] == [(":2", False), (":3", True)]
    assert [str(s).partition("a.tmx:")[2].partition(" (")[0] for s in found.skipped] == [
        "4: not XML from here on"
    ]


def test_a_glossary_in_markdown(tmp_path: Path) -> None:
    page = (
        "## Terms，all\n\n均值，mean\n\nvariance, 方差\n\nGRU，GRU\n\nno pair here\n\n"
        "独立同分布，independent, identically distributed\n\n"
        "| English | 中文 |\n|:--|:--|\n| median | 中位数 |\n"
    )
    found = glossary(page, Path("T.md"), "en", "zh")
    assert [(r.source, r.targets["zh"], r.place) for r in found.rows] == [
        ("mean", "均值", "T.md:3"),
        ("variance", "方差", "T.md:5"),
        ("GRU", "GRU", "T.md:7"),
        ("independent, identically distributed", "独立同分布", "T.md:11"),
        ("median", "中位数", "T.md:15"),
    ]
    with pytest.raises(InputError, match="no line holds a term"):
        glossary("# Nothing\n", Path("T.md"), "en", "zh")
