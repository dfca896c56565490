"""``amts check`` as a person types it: exit codes, table, JSON, on files and on books."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.places import DEMO
from support.program import Table, amts, write

from amts_ext.checks import Kind
from amts_ext.checks.review import Review, check_book, check_files, load_terms
from amts_ext.config import load
from amts_ext.errors import InputError
from amts_ext.pipeline.book import Book, translate_book
from amts_ext.pipeline.plan import plan_book

ENGLISH = """# Buses

The bus needs 12 minutes.
It is late, as $x$ shows.

The *mean* wait is long. Nobody likes to wait.
"""
CHINESE = """# 公交车

公交车需要12分钟。
如$x$所示，它
晚点了。

*平均*等待时间很长。没有人喜欢等待。
"""
SPOILED = CHINESE.replace("12", "21").replace("没有人", "没有 人")
CONFIG = "[project]\nname = bus\ntitle = Buses\n[build]\nnotebooks = *.md\n[amts]\nlangs = zh\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        {
            "en/bus.md": ENGLISH,
            "zh/bus.md": CHINESE,
            "bad/bus.md": SPOILED,
            "terms.csv": "en,zh\nmean,均值\nbus,公交车\n",
        },
    )


def test_nothing_found_is_zero(folder: Path) -> None:
    done = amts(folder, "check", "en/bus.md", "zh/bus.md", "--to", "zh")
    assert (done.code, done.err) == (0, "")
    assert done.out == "zh: 5 segments, 0 findings\n"


def test_findings_are_one_with_file_and_line_of_the_translation(folder: Path) -> None:
    done = amts(folder, "check", "en/bus.md", "bad/bus.md", "--to", "zh")
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0].startswith("bad/bus.md:3  error    numbers  the number 12 is missing  | 公交车")
    assert "the number 21 is not in the source" in lines[1]
    assert lines[2].startswith("bad/bus.md:7  warning  spacing  ")
    assert lines[3:] == ["zh: 5 segments, 3 findings: 2 numbers, 1 spacing"]


def test_folders_and_json(folder: Path) -> None:
    done = amts(folder, "check", "en", "bad", "--to", "zh", "--json", "--skip", "spacing")
    assert done.code == 1
    (review,) = done.json
    assert (review["lang"], review["segments"], review["counts"]) == ("zh", 5, {"numbers": 2})
    first = review["findings"][0]
    assert (first["kind"], first["severity"]) == ("numbers", "error")
    assert first["source"] == {
        "file": "en/bus.md", "line": 3, "text": "The bus needs 12 minutes.",
    }  # fmt: skip
    assert first["target"] == {"file": "bad/bus.md", "line": 3, "text": "公交车需要21分钟。"}


def test_terms_only(folder: Path) -> None:
    done = amts(
        folder, "check", "en", "bad", "--to", "zh", "--terms", "terms.csv", "--only", "term"
    )
    assert done.code == 1
    assert done.out.splitlines()[0] == (
        "bad/bus.md:7  error  term  'mean' should be 均值  | *平均*等待时间很长。"
    )
    assert done.out.splitlines()[1:] == ["zh: 5 segments, 1 finding: 1 term"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("en", "zh"), "--to"),
        (("en", "--to", "zh"), "SOURCE TARGET"),
        (("en", "zh/bus.md", "--to", "zh"), "one is a folder"),
        (("en", ".", "--to", "zh"), "no file here has an original"),
        (("en", "gone", "--to", "zh"), "gone: no such file or folder"),
        (("en", "zh", "--to", "xx"), "unknown language 'xx'"),
        (("en", "zh", "--to", "zh", "--only", "colour"), "'colour' is no check; allowed: untran"),
        (("en", "zh", "--to", "zh", "--terms", "gone.csv"), "gone.csv"),
        (("en", "zh", "--to", "es", "--terms", "terms.csv"), "holds no terms from en to es"),
        (("--lang", "zh"), "config.ini"),
        (("en", "zh", "--to", "zh", "--format", "word"), "unknown format 'word'; available: cells"),
        (("en", "zh", "--to", "zh", "--only", "term", "--skip", "term"), "leave no check"),
    ],
)
def test_wrong_use_is_two_and_one_line(
    folder: Path, arguments: tuple[str, ...], words: str
) -> None:
    done = amts(folder, "check", *arguments)
    assert (done.code, done.out) == (2, "")
    assert words in done.err and len(done.err.splitlines()) == 1


def test_a_file_that_cannot_be_read_is_listed_and_the_others_go_on(folder: Path) -> None:
    write(folder, {"en/odd.md": "Fine.\n", "bad/odd.md": b"\xff\xfe"})
    done = amts(folder, "check", "en", "bad", "--to", "zh")
    assert done.code == 2
    assert "bad/odd.md:1: not UTF-8" in done.err and "2 numbers" in done.out


@pytest.mark.slow
def test_files_without_a_partner_are_named(folder: Path) -> None:
    write(folder, {"en/new.md": "Fine.\n", "zh/notes.md": "很好。\n"})
    done = amts(folder, "check", "en", "zh", "--to", "zh")
    assert done.code == 0, done.out
    assert done.err.splitlines() == [
        "zh/notes.md: has no partner, and was not checked",
        "en/new.md: has no partner, and was not checked",
    ]
    done = amts(folder, "check", "en", "zh", "--to", "zh", "--json")
    [told] = json.loads(done.out)
    assert told["alone"] == ["zh/notes.md", "en/new.md"]


def test_what_the_translation_lacks_is_told(folder: Path) -> None:
    code = "\n```\nrun()\n```\n", "\n```\nstop()\n```\n"
    more = "\n## Trains\n\nTrains are fast, and they leave every hour in the morning.\n"
    long = {"long.md": more.join([ENGLISH + code[0], code[1]]), "zh.md": CHINESE + "".join(code)}
    write(folder, long)
    review = check_files(folder / "long.md", folder / "zh.md", ("en", "zh"), {})
    assert {f.finding.kind for f in review.faults} == {Kind.UNTRANSLATED}
    places = [str(f.place) for f in review.faults]
    assert places == [f"{folder}/long.md:12", f"{folder}/long.md:14"]


def test_a_term_that_is_hardly_ever_kept_is_told_once(tmp_path: Path) -> None:
    english = "".join(f"The mean of line {n} is here.\n\n" for n in range(10, 30))
    chinese = "".join(f"第{n}行的平均在这里。\n\n" for n in range(10, 30))
    write(tmp_path, {"en.md": english, "zh.md": chinese})
    terms = {"mean": ("均值",), "line": ("行",)}
    review = check_files(tmp_path / "en.md", tmp_path / "zh.md", ("en", "zh"), terms)
    (fault,) = review.faults
    assert fault.finding.message == "'mean' should be 均值; it is in 0 of 20 places"
    assert fault.place.line == 1


def test_terms_with_variants_and_explanations(tmp_path: Path) -> None:
    page = write(
        tmp_path, {"terms.md": "循环网络，recurrent network (RNN)\n\n实例/示例，instance\n"}
    )
    terms = load_terms([page / "terms.md"], "en", "zh")
    assert terms == {"recurrent network": ("循环网络",), "instance": ("实例", "示例")}
    with pytest.raises(InputError):
        load_terms([page / "gone.md"], "en", "zh")


# --- books ---------------------------------------------------------------------------------------


def checked(book: Path, lang: str = "zh") -> Review:
    """As ``amts check`` does it, with the signature of the tests' own translator."""
    with Book(load(book / "config.ini"), frozen=True, translator=Table()) as opened:
        return check_book(opened, lang, {})


def test_a_book_is_checked_as_its_memory_would_build_it(tmp_path: Path) -> None:
    """Nothing is translated by the check; what a machine made is found with its source's line."""
    book = write(tmp_path, {"config.ini": CONFIG, "bus.md": ENGLISH})
    before = checked(book)
    assert before.counts == {"untranslated": before.segments}
    table: dict[str, tuple[str, ...] | None] = {
        "Buses": ("公交车",),
        "The bus needs 12 minutes.": ("公交车ж需要12分钟。",),
        "Nobody likes to wait.": ("没有人喜欢等待。",),
    }
    translate_book(book / "config.ini", ["zh"], translator=Table(table))  # type: ignore[arg-type]
    after = checked(book)
    wrong = {(f.place.line, str(f.finding.kind), f.origin) for f in after.faults}
    # What is not in the table comes back in capitals: the source's own words.
    assert wrong == {
        (3, "script", "memory"),
        (4, "untranslated", "memory"),
        (6, "untranslated", "memory"),
    }
    assert after.segments == before.segments


def test_a_human_sentence_is_told_with_the_line_of_the_human_file(tmp_path: Path) -> None:
    texts: dict[str, str | bytes] = {
        "config.ini": CONFIG + "human_zh = human\n",
        "bus.md": ENGLISH,
        "human/bus.md": SPOILED,
    }
    review = checked(write(tmp_path, texts))
    faults = [f for f in review.faults if f.finding.kind is Kind.NUMBERS]
    assert {(str(f.place), f.origin) for f in faults} == {("human/bus.md:3", "human")}


def test_plan_and_check_count_the_same_segments(tmp_path: Path) -> None:
    """The book's title is one of them, and is told with its line of the configuration."""
    book = write(tmp_path, {"config.ini": CONFIG, "bus.md": ENGLISH})
    review = checked(book)
    with Book(load(book / "config.ini"), frozen=True, translator=Table()) as opened:
        assert plan_book(opened, "zh")["segments"] == review.segments
    assert "config.ini:3" in {str(fault.place) for fault in review.faults}


@pytest.mark.slow
@pytest.mark.book
def test_the_demo_book(tmp_path: Path) -> None:
    """The demo's human Portuguese has no faults; what nobody has translated is listed."""
    book = tmp_path / "book"
    shutil.copytree(DEMO, book, ignore=shutil.ignore_patterns("_build", ".amts"))
    done = amts(book, "check", "--lang", "pt,zh", "--json")
    assert done.code == 1
    by_lang = {review["lang"]: review for review in done.json}
    assert set(by_lang) == {"pt", "zh"}
    for review in by_lang.values():
        assert set(review["counts"]) == {"untranslated"}
        assert 0 < review["counts"]["untranslated"] < review["segments"] / 2
        for finding in review["findings"]:
            source = finding["source"]
            lines = (book / source["file"]).read_text("utf-8").splitlines()
            below = " ".join(" ".join(lines[source["line"] - 1 :]).split())
            assert source["text"][:15] in below
    done = amts(book, "check", "--lang", "pt", "--skip", "untranslated")
    assert done.code == 0, done.out


@pytest.mark.slow
def test_a_human_file_that_cannot_be_read_does_not_stop_the_check(tmp_path: Path) -> None:
    config = CONFIG + "human_zh = zh\n"
    texts = {"config.ini": config, "bus.md": ENGLISH, "zh/bus.md": CHINESE, "mean.md": ENGLISH}
    write(tmp_path, texts)
    assert amts(tmp_path, "check").code == 0
    write(tmp_path, {"zh/bus.md": CHINESE.encode("gb18030")})
    done = amts(tmp_path, "check")
    assert (done.code, done.out) == (0, "zh: 7 segments, 0 findings\n")
    assert "zh/bus.md:1: not UTF-8" in done.err and "amts:" not in done.err
