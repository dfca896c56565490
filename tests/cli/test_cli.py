"""The commands as a person types them, on good input, with the real embedded service."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.places import DEMO
from support.program import Done, amts, files, finish, notebook, start, write
from support.waiting import DEADLINE

from amts_ext import cli
from amts_ext.service.server import Service
from amts_ext.translators.amazon.connection import make_clients
from amts_ext.translators.embedded import Loopback

pytestmark = pytest.mark.slow

PAGE = """# The weather today

The sun is **very** warm. We measure $x^2$ with `heat_now()` every day.

```python
print("the sun")
```

| Day | House |
|:--|:--|
| Monday | the house is big |
"""
CELL = "## The house\n\nThe cat drinks $y$ milk.\n"
CODE = "print('the cat')  # the house\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    texts: dict[str, str | bytes] = {
        "src/page.md": PAGE,
        "src/deep/er/note.ipynb": notebook(("markdown", CELL), ("code", CODE)),
        "src/.ipynb_checkpoints/note-checkpoint.ipynb": notebook(("markdown", CELL)),
        "src/data.csv": "the,cat\n",
    }
    return write(tmp_path, texts)


@pytest.fixture
def services(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Service]]:
    """The services that were started, with their logs."""
    started: list[Service] = []
    original = Loopback._start

    def begin(self: Loopback) -> object:
        clients = original(self)
        assert self.service is not None
        started.append(self.service)
        return clients

    monkeypatch.setattr(Loopback, "_start", begin)
    yield started


def test_a_folder_becomes_portuguese_and_keeps_its_structure(book: Path) -> None:
    done = amts(book, "translate", "src", "--from", "en", "--to", "pt", "-o", "out")
    assert (done.code, done.err) == (0, "")
    assert done.out == "9 segments: 9 machine\n"
    assert files(book / "out") == {"page.md", "deep/er/note.ipynb", ".amts/memory.sqlite"}
    page = (book / "out/page.md").read_text("utf-8")
    assert "# O tempo hoje\n" in page and "casa" in page and "sol" in page
    for kept in ("$x^2$", "`heat_now()`", '```python\nprint("the sun")\n```', "|:--|:--|", "**"):
        assert kept in page, kept
    translated = json.loads((book / "out/deep/er/note.ipynb").read_text("utf-8"))
    original = json.loads((book / "src/deep/er/note.ipynb").read_text("utf-8"))
    assert "gato" in "".join(translated["cells"][0]["source"])
    assert "$y$" in "".join(translated["cells"][0]["source"])
    assert translated["cells"][1] == original["cells"][1]
    assert translated | {"cells": []} == original | {"cells": []}


def test_the_second_run_starts_no_service_and_an_edit_sends_one_segment(
    book: Path, services: list[Service], capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["translate", str(book / "src"), "--to", "pt", "-o", str(book / "out"), "--json"]
    assert cli.main(command) == 0
    # Of a cell and of a title the carriers are asked for too; a title has two.
    assert len(services) == 1 and services[0].segments == 8 + 2 + 3
    before = (book / "out/page.md").stat().st_mtime_ns
    capsys.readouterr()

    assert cli.main(command) == 0
    assert len(services) == 1, "nothing was to be sent, so nothing was started"
    assert json.loads(capsys.readouterr().out)["segments"] == {"memory": 9}
    assert (book / "out/page.md").stat().st_mtime_ns == before, "written only if it changes"

    page = book / "src/page.md"
    page.write_text(PAGE.replace("The sun is", "The water is"), "utf-8")
    assert cli.main(command) == 0
    assert len(services) == 2 and services[1].segments == 1
    operations = [e.operation for e in services[1].log if not e.operation.endswith("Terminology")]
    assert operations == ["TranslateText"]
    assert json.loads(capsys.readouterr().out)["segments"] == {"memory": 8, "machine": 1}
    assert "água" in (book / "out/page.md").read_text("utf-8")


def test_frozen_lists_what_is_missing_and_writes_nothing(book: Path) -> None:
    command = ["translate", "src/page.md", "--to", "pt", "-o", "out"]
    before = files(book)
    done = amts(book, *command, "--frozen")
    assert (done.code, done.out) == (3, "")
    lines = done.err.splitlines()
    assert lines[0] == "amts: 7 segments are not in the memory; build once without --frozen"
    assert lines[1] == "src/page.md:1: The weather today"
    assert "src/page.md:3: The sun is ⟦strong1⟧very⟦/strong1⟧ warm." in lines
    assert len(lines) == 8
    assert files(book) == before and not (book / "out").exists()

    assert amts(book, *command).code == 0
    made = (book / "out/page.md").read_bytes()
    (book / "out/page.md").unlink()
    done = amts(book, *command, "--frozen")
    assert (done.code, done.out) == (0, "7 segments: 7 memory\n")
    assert (book / "out/page.md").read_bytes() == made


def test_an_unsupported_pair_keeps_the_source_lists_it_once_and_exits_1(book: Path) -> None:
    done = amts(book, "translate", "src", "--to", "zh", "-o", "out")
    assert (done.code, done.out) == (1, "9 segments: 9 untranslated\n")
    reason, *places = done.err.splitlines()
    assert reason.startswith("untranslated, no engine for en to zh: ") and reason.endswith("(9):")
    assert "copy the model folder there" in reason
    assert len(places) == 9 and "  src/page.md:1: The weather today" in places
    assert (book / "out/page.md").read_bytes() == (book / "src/page.md").read_bytes()
    assert (book / "out/deep/er/note.ipynb").read_bytes() == (
        book / "src/deep/er/note.ipynb"
    ).read_bytes()


def test_problems_as_json_name_file_line_and_reason(book: Path) -> None:
    write(book, {"src/broken.ipynb": "{"})
    done = amts(book, "translate", "src", "--to", "zh", "-o", "out", "--json")
    problems = done.json["problems"]
    assert done.code == 1 and done.json["segments"] == {"untranslated": 9}
    assert {p["file"] for p in problems} == {
        "src/page.md",
        "src/broken.ipynb",
        "src/deep/er/note.ipynb",
    }
    found = next(p for p in problems if p["source"] == "The weather today")
    assert found["line"] == 1 and "no engine" in found["reason"]


def test_results_of_an_earlier_run_inside_the_folder_are_no_sources(book: Path) -> None:
    for _ in range(2):
        done = amts(book / "src", "translate", ".", "--to", "pt", "-o", "out")
        assert done.code == 0
    assert done.out == "9 segments: 9 memory\n"
    assert not (book / "src/out/out").exists()
    done = amts(book, "translate", "src/deep", "--to", "pt", "-o", ".")
    assert (done.code, done.out) == (0, "2 segments: 2 machine\n")
    assert (book / "er/note.ipynb").is_file(), "a folder inside the output folder is no result"


def test_segments_are_json_lines_of_what_a_translator_sees(book: Path) -> None:
    done = amts(book, "segments", "src/page.md")
    assert (done.code, done.err) == (0, "")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(r["kind"], r["line"]) for r in rows] == [
        ("title", 1), ("paragraph", 3), ("paragraph", 3), ("cell", 9), ("cell", 9), ("cell", 11),
        ("cell", 11),
    ]  # fmt: skip
    assert rows[2]["source"] == "We measure ⟦math1⟧ with ⟦code2⟧ every day."
    assert rows[2]["slots"] == {"⟦math1⟧": "$x^2$", "⟦code2⟧": "`heat_now()`"}
    whole = amts(book, "segments", "src/page.md", "--granularity", "paragraph")
    assert len(whole.out.splitlines()) == len(rows) - 1
    assert "print" not in done.out


def test_segments_into_a_closed_pipe_end_quietly(book: Path) -> None:
    write(book, {"long.md": "The sun is warm.\n\n" * 20_000})
    process = start(book, "-m", "amts_ext", "segments", "long.md")
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == "" and process.wait(DEADLINE) == 1
    process.stderr.close()


def test_plan_of_the_demo_book(tmp_path: Path) -> None:
    demo = tmp_path / "demo"
    shutil.copytree(DEMO, demo, ignore=shutil.ignore_patterns("_build", ".amts"))
    done = amts(demo, "plan", "--lang", "pt,zh", "--json")
    assert (done.code, done.err) == (0, "")
    pt, zh = done.json
    assert (pt["lang"], zh["lang"]) == ("pt", "zh")
    for plan in (pt, zh):
        assert plan["documents"] == pt["documents"] > 3
        assert plan["human"] > plan["segments"] / 2
        assert plan["memory"] == 0 and plan["characters"] > plan["send"] > 0
        assert plan["cost"] is None, "the embedded service costs nothing"
    table = amts(demo, "plan", "--lang", "pt").out.splitlines()
    assert table[0].split()[:3] == ["lang", "documents", "segments"]
    assert table[1].split()[0] == "pt" and table[1].split()[-1] == "-"


def test_a_plan_foretells_what_a_translation_sends(tmp_path: Path) -> None:
    from amts_ext import translate_book

    write(tmp_path, {"config.ini": "[project]\nlang = en\n\n[amts]\nlangs = pt\n", "a.md": PAGE})
    plan = amts(tmp_path, "plan", "--json").json[0]
    assert plan["send"] == 7
    result = translate_book(tmp_path / "config.ini")["pt"]
    assert result.counts["machine"] == 7 and result.problems == []
    assert "sol" in (tmp_path / "_build/translated/pt/a.md").read_text("utf-8")
    after = amts(tmp_path, "plan", "--json").json[0]
    assert after.pop("remembered") == plan["characters"]
    assert after == {k: v for k, v in plan.items() if k != "remembered"} | {
        "send": 0, "memory": 7, "characters": 0,
    }  # fmt: skip
    again = translate_book(tmp_path / "config.ini", out="results")["pt"]
    assert again.counts == {"memory": 7}, "results are no sources"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_service_answers_boto3_and_stops_at_a_signal(tmp_path: Path, number: int) -> None:
    process = start(tmp_path, "-m", "amts_ext", "service", "--port", "0")
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Amazon Translate and S3 at http://127.0.0.1:")
    url = next(word for word in line.split() if word.startswith("http"))
    clients = make_clients(region="us-east-1", endpoint=url, dummy=True)
    clients.s3.create_bucket(Bucket="bucket")
    clients.s3.put_object(Bucket="bucket", Key="in/a.txt", Body=b"The house")
    answer = clients.translate.translate_text(
        Text="The house is big.", SourceLanguageCode="en", TargetLanguageCode="pt"
    )
    assert answer["TranslatedText"] == "A casa é grande."
    process.send_signal(number)
    done = finish(process)
    assert (done.code, done.err) == (0, "")


def test_progress_without_a_terminal_is_plain_lines_on_standard_error(book: Path) -> None:
    code = (
        "from amts_ext import cli, progress; progress.SECONDS_BETWEEN_LINES = 0\n"
        "cli.main(['translate', 'src', '--to', 'pt', '-o', 'out', '--json'])"
    )
    done = finish(start(book, "-c", code))
    assert done.json["segments"] == {"machine": 9}, "standard output holds the answer alone"
    lines = done.err.splitlines()
    assert "amts: read 2/2" in lines and "amts: write 2/2" in lines
    assert "amts: translate 9/9" in lines
    assert "\r" not in done.err


def test_python_calls(book: Path) -> None:
    import amts_ext
    from amts_ext.translators.embedded import embedded

    translator = embedded()
    try:
        result = amts_ext.translate_file(
            book / "src/page.md", book / "one/page.md", target="pt", translate=translator
        )
        text = amts_ext.translate_text("The house is big.", target="pt", translate=translator)
    finally:
        translator.close()
    assert result.counts == {"machine": 7} and "sol" in (book / "one/page.md").read_text("utf-8")
    assert text == "A casa é grande."


def test_help_names_every_command(tmp_path: Path) -> None:
    done: Done = amts(tmp_path, "--help")
    assert done.code == 0
    for command in ("build", "translate", "plan", "segments", "service"):
        assert command in done.out
    assert "--lang" in amts(tmp_path, "build", "--help").out
    assert amts(tmp_path, "--version").out.startswith("amts ")
