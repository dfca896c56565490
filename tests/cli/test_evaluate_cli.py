"""``amts evaluate``: books on the embedded service, Amazon's client and its money, and files."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from support.aws import BUCKET, ROLE, serving
from support.places import DEMO
from support.program import amts, start, write
from support.waiting import Clock, until

from amts_ext.cli import main
from amts_ext.service.server import Service
from amts_ext.translators.amazon import pushed

pytestmark = pytest.mark.slow

TERMS = DEMO.parent / "book_config/terminology/en-pt.csv"
CONFIG = """[project]
name = tiny
lang = en

[build]
notebooks = *.md

[amts]
human_pt = human
held_out = test
"""
AWS = """bucket = {bucket}
role_arn = {role}
region = us-east-1
endpoint = {url}
price = 10
price_act = 40

[translation]
translator = aws
"""
TEXTS = {
    "test.md": "# Testing\n\nThe mean is $x$. It is the centre. A new thing follows here.\n",
    "human/test.md": "# Teste\n\nA média é $x$. Ela é o centro. Segue aqui uma coisa nova.\n",
    "other.md": "# Other\n\nIt is the centre. We know it well.\n\nThe mean is $x$.\n",
    "human/other.md": "# Outro\n\nEla é o centro. Sabemos disso bem.\n\nA média é $x$.\n",
}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book whose other document teaches two sentences of the tested one; the current folder."""
    (tmp_path / "human").mkdir()
    for name, text in {"config.ini": CONFIG, **TEXTS}.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def service(book: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """The book on Amazon's client, with the embedded service in the place of AWS."""
    with serving(texts=True) as running:
        more = AWS.format(bucket=BUCKET, role=ROLE, url=running.url)
        (book / "config.ini").write_text(CONFIG + more)
        yield running


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    assert main(["evaluate", "--json", *arguments]) == code
    return json.loads(capsys.readouterr().out)


def test_the_demo_book_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The real engine on a real translation: better than nothing, and far from the human."""
    monkeypatch.chdir(DEMO)
    page = tmp_path / "scores.md"
    there, back = evaluated(
        capsys, "--lang", "pt", "--both", "--article", "chapter_relating/lines.md", "--terms",
        str(TERMS), "--columns", "without,sentence", "--markdown", str(page),
    )  # fmt: skip
    assert (there["source"], there["target"], back["source"], back["target"]) == (
        "en", "pt", "pt", "en",
    )  # fmt: skip
    assert there["segments"] == back["segments"] > 40 and there["articles"] == ["lines"]
    for table in (there, back):
        without, sentence = table["columns"]
        assert re.fullmatch(r"firefox-[^+]+(\+terms=[^+]+)?", without["translator"])
        made_by = sentence["translator"]
        assert re.search(r"parallel=evaluate-[\w-]+-sentence@[0-9a-f]{16}(\+|$)", made_by)
        assert (without["pairs"], without["p"]) == (None, None) and sentence["pairs"] > 100
        total = without["total"]
        assert 25 < total["prose"]["BLEU"]["score"] < total["whole"]["BLEU"]["score"] < 90
        assert total["prose"]["BLEU"]["fraction"] == pytest.approx(
            total["prose"]["BLEU"]["score"] / 100, abs=1e-6
        )
        assert without["articles"]["lines"] == total, "one article is all articles"
        assert total["slots"]["fraction"] == 1 and 0.2 < total["terms"]["fraction"] <= 1
        assert 0 < total["effort"]["fraction"] < 0.5
        assert 0 < sentence["p"]["prose"]["BLEU"] <= 1
    text = page.read_text("utf-8")
    assert text.count("\n| lines |") == 12 and "## pt to en: 1 article" in text
    assert "nrefs:1\\|" not in text and "- BLEU: nrefs:1|case:mixed" in text


def test_what_would_leak_into_the_score_is_left_out_and_told(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An engine that knows nothing but the pairs' own sentences learns nothing of the article."""
    [table] = evaluated(capsys, "--engine", "upper")
    without, paragraph, sentence = table["columns"]
    assert [c["pairs"] for c in table["columns"]] == [None, 2, 2]
    assert [c["leaks"] for c in table["columns"]] == [0, 1, 2]
    assert without["total"] == paragraph["total"] == sentence["total"]
    assert table["segments"] == 4


def test_pairs_of_other_texts_are_added_and_their_leaks_left_out(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["en,pt", "We measure the height.,Medimos a altura.", "It is the centre.,É o centro."]
    (book / "more.csv").write_text("\n".join(rows) + "\n")
    [table] = evaluated(capsys, "--engine", "upper", "--pairs", "more.csv")
    assert [c["pairs"] for c in table["columns"]] == [None, 3, 3]
    assert [c["leaks"] for c in table["columns"]] == [0, 2, 3]


def test_the_tables_for_a_person(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--engine", "upper", "--both"]) == 0
    out = capsys.readouterr().out
    assert "en to pt: 1 article, 4 segments" in out and "pt to en: 1 article, 4 segments" in out
    assert "sentence: 2 pairs that a held-out document has too were left out" in out
    [row] = re.findall(r"^slots kept, % +(.*)$", out.split("pt to en")[0], re.M)
    assert row.split("  ") == ["100.0 (1/1)"] * 3 or row.split() == ["100.0", "(1/1)"] * 3
    assert re.search(r"^test +\d+\.\d \(0\.\d{3}\)", out, re.M), "0 to 100 and 0 to 1"
    assert "p: paired bootstrap over all segments, seed:12345|bs:1000" in out
    assert "tok:13a" in out


@pytest.mark.parametrize("title", ["Testing", "Pooling"])  # the second is a term
def test_a_pair_without_an_engine_is_a_column_without_scores(book: Path, title: str) -> None:
    (book / "test.md").write_text(TEXTS["test.md"].replace("Testing", title))
    (book / "config.ini").write_text(CONFIG.replace("human_pt", "human_zh"))
    named = {"Testing": "测试", "Pooling": "池化"}[title]
    (book / "human/test.md").write_text(f"# {named}\n\n均值是 $x$。它是中心。这里有一件新事物。\n")
    (book / "human/other.md").write_text("# 其他\n\n它是中心。我们很了解它。\n\n均值是 $x$。\n")
    done = amts(book, "evaluate", "--picture", "p.svg")
    assert done.code == 1
    assert re.search(r"^test +no engine +no engine +no engine$", done.out, re.M)
    [line] = done.err.splitlines()
    assert line.startswith("amts: en to zh (without, paragraph, sentence): no engine for en to zh")
    assert "without (no scores)" in (book / "p.svg").read_text()


def test_held_out_documents_are_in_no_pairs(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluated(capsys, "--both")
    state = service.state.parallel
    assert sorted(state) == [
        f"evaluate-tiny-{pair}-{column}"
        for pair in ("en-pt", "pt-en")
        for column in ("paragraph", "sentence")
    ]
    for name, resource in state.items():
        assert resource.corpus is not None
        rows = {
            *resource.corpus.rows,
            *(t for r in resource.corpus.rows.values() for t in r.values()),
        }
        assert "A new thing follows here." not in rows and "Testing" not in rows, name
    assert set(state["evaluate-tiny-en-pt-paragraph"].corpus.rows) == {  # type: ignore[union-attr]
        "Other", "It is the centre. We know it well.",
    }  # fmt: skip
    used = [job.properties.get("ParallelDataNames") for job in service.state.jobs.values()]
    assert sorted(names[0] for names in used if names) == sorted(state), "each is used"
    assert pushed.load(book / ".amts/resources.json") == (), "no build is adapted by them"


def test_nothing_is_paid_for_twice(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    first = evaluated(capsys, "--both")
    sent = service.segments
    assert sent > 0 and evaluated(capsys, "--both") == first
    assert service.segments == sent
    plan = evaluated(capsys, "--plan", "--both")
    assert [row["characters"] for row in plan] == [0] * 6
    (book / "human/other.md").write_text(TEXTS["human/other.md"].replace("Outro", "Outra"))
    rows = evaluated(capsys, "--plan")
    assert [(r["column"], r["segments"]) for r in rows] == [
        ("without", 0), ("paragraph", 4), ("sentence", 4),
    ]  # fmt: skip


def test_a_killed_run_is_taken_up_and_paid_once(book: Path, service: Service, clock: Clock) -> None:
    service.faults.add([{"fault": "linger", "operation": "Job", "seconds": 60}])
    process = start(book, "-m", "amts_ext", "evaluate", "--columns", "sentence")
    journal = book / ".amts/jobs"
    until(lambda: "DescribeTextTranslationJob" in [entry.operation for entry in service.log])
    process.kill()
    process.communicate()
    assert list(journal.glob("*.json")), "the run was killed while its job ran"
    clock.let_go()
    done = amts(book, "evaluate", "--columns", "sentence")
    assert done.code == 0 and "4 segments" in done.out
    assert service.ledger.billed_twice() == {} and len(service.ledger.texts) == 4
    assert not list(journal.glob("*.json"))


def test_pairs_that_are_refused_are_one_columns_problem(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = {"fault": "fail", "operation": "ParallelData", "message": "no access", "first": 1}
    service.faults.add([rule])
    assert main(["evaluate"]) == 1
    told = capsys.readouterr()
    assert re.search(r"^test +\d+\.\d \(0\.\d+\) +failed +\d+\.\d", told.out, re.M)
    assert "amts: en to pt (paragraph): parallel data" in told.err
    assert re.search(r"^amts: sent \d+ characters, about 0\.\d+ USD; billed \d+", told.err, re.M)


def test_it_stops_before_it_costs_more_than_max_cost(
    book: Path, service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    config = book / "config.ini"
    rows = evaluated(capsys, "--plan")
    cost = sum(r["characters"] * (10 if r["column"] == "without" else 40) / 1e6 for r in rows)
    written = config.read_text()
    config.write_text(written.replace("price = 10", f"max_cost = {cost - 1e-6:.6f}\nprice = 10"))
    assert main(["evaluate"]) == 1
    err = capsys.readouterr().err
    assert "stopped before sending" in err and len(err.splitlines()) == 1
    assert not service.log, "nothing was pushed, nothing was sent"
    config.write_text(written.replace("price = 10", f"max_cost = {cost + 1e-6:.6f}\nprice = 10"))
    assert main(["evaluate"]) == 0


def test_files_of_segments(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = {
        "ref.txt": ["A média é $x$.", "Ela fica no centro de tudo."],
        "good.txt": ["A média é $x$.", "Ela fica no centro."],
        "bad.txt": ["Uma coisa.", "Ela no centro."],
        "src.txt": ["The mean is $x$.", "It is in the centre of everything."],
    }
    for name, own in lines.items():
        (tmp_path / name).write_text("\n".join(own) + "\n")
    ref, good, bad, src = (str(tmp_path / name) for name in lines)
    [table] = evaluated(
        capsys, "--lang", "pt", "--references", ref, "--hypotheses", bad, "--hypotheses", good,
        "--sources", src, "--format", "d2l", "--terms", str(TERMS),
    )  # fmt: skip
    assert [c["name"] for c in table["columns"]] == ["bad", "good"]
    totals = [c["total"] for c in table["columns"]]
    assert [t["slots"]["found"] for t in totals] == [0, 1]
    assert [t["terms"]["found"] for t in totals] == [0, 1]
    assert totals[0]["prose"]["chrF"]["score"] < totals[1]["prose"]["chrF"]["score"]
    [table] = evaluated(capsys, "--lang", "pt", "--references", ref, "--hypotheses", ref)
    assert table["columns"][0]["total"]["prose"]["BLEU"]["score"] == 100


@pytest.mark.parametrize("package", ["sacrebleu", "matplotlib"])
def test_a_missing_package_is_told_before_anything_is_sent(
    package: str, book: Path, service: Service, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setitem(sys.modules, package, None)
    assert main(["evaluate", "--columns", "without", "--picture", "p.svg"]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert f"needs the package {package}; install it: pip install 'amts-ext[evaluate]'" in line
    assert not service.log
    assert main(["evaluate", "--columns", "without", "--plan"]) == 0


def test_a_column_named_twice_is_one(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [table] = evaluated(capsys, "--engine", "echo", "--columns", "without,without")
    assert [column["name"] for column in table["columns"]] == ["without"]


def test_files_of_one_name_and_other_line_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        tmp_path, {"a/pt.txt": "\ufeffUma coisa.\r\nOutra.\r\n", "b/pt.txt": "Uma coisa.\nOutra.\n"}
    )
    one, other = (str(tmp_path / name / "pt.txt") for name in "ab")
    [table] = evaluated(
        capsys, "--lang", "pt", "--references", other, "--hypotheses", one, "--hypotheses", other,
        "--sources", other,
    )  # fmt: skip
    assert [column["name"] for column in table["columns"]] == [one, other]
    assert [column["total"]["effort"]["typed"] for column in table["columns"]] == [0, 0]


def test_the_picture(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one.svg", "two.svg", "three.png"):
        evaluated(capsys, "--engine", "upper", "--columns", "without,sentence", "--picture", name)
    first = (book / "one.svg").read_bytes()
    assert first == (book / "two.svg").read_bytes(), "the same numbers, the same file"
    words = "".join(ElementTree.fromstring(first).itertext())
    assert all(word in words for word in ("en → pt: BLEU of the prose", "without", "sentence"))
    assert (book / "three.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--article", "nosuch"], "held_out: no document is named 'nosuch'; there are: other.md"),
        (["--columns", "words"], "--columns: 'words' is not allowed; allowed: without,paragraph"),
        (["--human", "gone"], "gone: no such folder"),
        (["--lang", "es"], "no human translation: set human_es, or name it with --human"),
        (["--picture", "p.gif"], "p.gif: unknown suffix; allowed: .svg, .png"),
        (["--terms", "t.csv"], "t.csv: has no terms from en to pt; it has: en, es"),
        (["--references", "other.md"], "--hypotheses and --references belong together"),
        (["--references", "other.md", "--hypotheses", "other.md"], "name the language"),
        (["--lang", "pt", "--references", "other.md", "--hypotheses", "test.md"],
         "3 translations, 5 references"),
        (["--lang", "p?", "--references", "other.md", "--hypotheses", "other.md"], "one code like"),
        (["--lang", "pt", "--references", "none.txt", "--hypotheses", "none.txt"], "no segments"),
        (["--engine", "none"], "unknown engine 'none'"),
        (["--config", "no.ini"], "no.ini: no such file"),
        (["--config", "no.ini", "--human", "human", "--translator", "aws"], "needs a book's"),
    ],
)  # fmt: skip
def test_wrong_use_is_one_line(
    arguments: list[str], told: str, book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (book / "t.csv").write_text("en,es\nmean,media\n")
    (book / "none.txt").write_text("")
    assert main(["evaluate", *arguments]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert told in line


def test_no_document_is_held_out(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (book / "config.ini").write_text(CONFIG.replace("held_out = test", ""))
    assert main(["evaluate"]) == 2
    assert "no document to test on; name some with --article" in capsys.readouterr().err
    [table] = evaluated(capsys, "--article", "*e*", "--engine", "echo", code=1)
    assert [c["problem"] for c in table["columns"]] == [
        "", *["no pairs are left without the held-out documents"] * 2,
    ]  # fmt: skip


def test_a_folder_that_is_no_book(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Originals and translations alone, with a document that cannot be read."""
    (book / "config.ini").unlink()
    (book / "bad.md").write_bytes(b"\xff")
    (book / "human/bad.md").write_text("# Mau\n")
    [table] = evaluated(
        capsys, "--human", "human", "--lang", "pt", "--article", "test.md", "--engine", "upper"
    )
    assert [c["pairs"] for c in table["columns"]] == [None, 2, 2]
    assert main(["evaluate", "--human", "human", "--lang", "pt", "--article", "bad"]) == 2
    assert "bad.md:1: not UTF-8" in capsys.readouterr().err


def test_the_five_articles_of_the_published_evaluation(
    shared: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("approx-training", "bert-dataset", "language-models-and-dataset")
    names += ("machine-translation-and-dataset", "sentiment-analysis-and-dataset")
    articles = [word for name in names for word in ("--article", name)]
    folder = ["--human", str(shared / "d2l-zh"), "--lang", "zh"]
    there, back = evaluated(capsys, *folder, *articles, "--both", "--columns", "without", "--plan")
    assert there["segments"] > 270 and back["segments"] > 270
    assert there["characters"] > 2 * back["characters"] > 10_000
