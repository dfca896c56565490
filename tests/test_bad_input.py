"""Bad input: one clear line, the right exit code, nothing half written, the others go on."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from program import Done, Table, amts, environment, files, finish, notebook, start, write

import amts_ext
from amts_ext.errors import ConfigError, DocumentError, InputError, MemoryStoreError
from amts_ext.memory import Memory
from amts_ext.service.engines.echo import Upper
from amts_ext.service.engines.models import _bundled
from amts_ext.standalone import translate_paths
from amts_ext.translators.embedded import embedded

GOOD = "The house is big.\n"


def one_line(done: Done) -> str:
    """The only line on standard error."""
    lines = done.err.splitlines()
    assert len(lines) == 1 and "Traceback" not in done.err, done.err
    return lines[0]


# --- arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("translate a.md --to xx -o out", "unknown language 'xx'; profiles exist for en, es, ja,"),
        ("translate a.md --to pt --from e? -o out", "'e?' is no language code; allowed: codes"),
        ("translate a.md --to pt --from PT -o out", "'pt' is the source language; name another"),
        ("translate a.md --to pt --format rtf -o out", "unknown format 'rtf'; available: d2l, ip"),
        (
            "translate a.txt --to pt -o out",
            "a.txt: no format reads '.txt' files; allowed: .md, .ip",
        ),
        ("translate none.md --to pt -o out", "none.md: no such file or folder"),
        ("translate empty --to pt -o out", "empty: no .md or .ipynb file in this folder; check"),
        ("translate a.md --to pt -o .", "a.md: would be overwritten by its translation; choose"),
        ("translate . --to pt -o .", "a.md: would be overwritten by its translation; choose"),
        ("translate a.md b/a.md --to pt -o out", "a.md: two sources would be written to out/a.md"),
        ("segments none.md", "none.md: cannot be read: No such file or directory"),
        ("segments a.txt", "a.txt: no format reads '.txt' files"),
        ("segments a.md --format rtf", "unknown format 'rtf'; available: d2l, ipynb"),
        ("segments a.md --from e?", "'e?' is no language code"),
        ("plan", "config.ini: no such file; a book has its config.ini in its top folder"),
        ("plan --config no/config.ini", "no/config.ini: no such file"),
        ("build html --lang pt", "config.ini: no such file; a book has its config.ini"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(arguments: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, {"a.md": GOOD, "b/a.md": GOOD, "a.txt": "x", "empty/x.csv": "x"})
    before = files(tmp_path)
    done = amts(tmp_path, *arguments.split())
    assert (done.code, done.out) == (2, "")
    assert one_line(done).startswith(f"amts: {message}")
    assert files(tmp_path) == before and not (tmp_path / "out").exists()


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_is_none(port: str, tmp_path: Path) -> None:
    done = amts(tmp_path, "service", f"--port={port}")
    assert done.code == 2 and f"'{port}' is no port; allowed: 0 to 65535" in done.err


@pytest.mark.parametrize(
    ("config", "line", "message"),
    [
        ("[amts]\nlang = pt\n", 2, "[amts] lang: unknown key; allowed: langs, "),
        ("[amts]\nlangs = pt, qq\n", 2, "'qq' has no profile"),
        ("[project]\nlang = en\n\n[amts]\nhuman_pt = nowhere\n", 5, "there is no folder"),
        (
            "[translation]\ntranslator = aws\n\n[amts]\nlangs = pt\n",
            2,
            "aws needs bucket in [amts]",
        ),
        ("[translation]\ntranslator = deep\n\n[amts]\nlangs = pt\n", 2, "'deep' is not allowed"),
        ("langs = pt\n", 1, "not an INI file"),
        ("[amts]\nlangs = pt\nmax_cost = 2\n", 3, "needs price"),
    ],
)
def test_a_wrong_configuration_names_file_line_and_key(
    config: str, line: int, message: str, tmp_path: Path
) -> None:
    write(tmp_path, {"config.ini": config, "a.md": GOOD})
    done = amts(tmp_path, *(["build", "html"] if "unknown" in message else ["plan"]))
    told = one_line(done)
    assert done.code == 2 and told.startswith(f"amts: config.ini:{line}: "), told
    assert message in told
    assert files(tmp_path) == {"config.ini", "a.md"}


def test_a_book_without_languages_says_where_to_name_them(tmp_path: Path) -> None:
    write(tmp_path, {"config.ini": "[project]\nlang = en\n", "a.md": GOOD})
    assert "--lang" in one_line(amts(tmp_path, "plan"))
    assert "--lang" in one_line(amts(tmp_path, "build", "html"))


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = amts(tmp_path, "segments", "none.md", "--debug")
    assert "Traceback" in done.err and done.code == 1


def test_a_bug_is_one_line(tmp_path: Path) -> None:
    code = (
        "from amts_ext import cli, standalone\n"
        "standalone._places = None\n"
        "raise SystemExit(cli.main(['translate', 'x', '--to', 'pt', '-o', 'o']))"
    )
    done = finish(start(tmp_path, "-c", code))
    assert done.code == 1 and "repeat with --debug" in one_line(done)


# --- documents -----------------------------------------------------------------------------------

NO_SOURCE = '{"nbformat": 4, "cells": [\n{"source": "x"},\n{"cell_type": "markdown"}]}'
BROKEN: dict[str, tuple[str | bytes, str]] = {
    "json.ipynb": ('{"cells": [\n {"x": }]}', ":2: not a notebook: invalid JSON (Expecting value,"),
    "empty.ipynb": ("", ":1: not a notebook: invalid JSON"),
    "three.ipynb": (
        '{"nbformat": 3}',
        ":1: notebook format 3 is not supported, only nbformat 4; c",
    ),
    "list.ipynb": ("[1]", ":1: not a notebook: its JSON has no 'nbformat'; restore the file"),
    "cells.ipynb": ('{"nbformat": 4}', ":1: not a notebook: its JSON has no 'cells'; restore"),
    "source.ipynb": (NO_SOURCE, ":3: cell 2 has no 'source' (a string or a list of strings); rep"),
    "deep.ipynb": ('{"x":' + "[" * 90_000, ":1: not a notebook: its JSON is nested too deeply; re"),
    "latin.md": (b"fine\n\nr\xe9sum\xe9\n", ":3: not UTF-8 (byte 0xe9); save the file as UTF-8"),
    "utf16.md": ("The house.\n".encode("utf-16"), ":1: not UTF-8 (byte 0xff); save the file as UT"),
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Done]:
    """All broken files beside two good ones, translated in one run."""
    root = tmp_path_factory.mktemp("mixed")
    write(root, {f"src/{name}": text for name, (text, _) in BROKEN.items()})
    write(root, {"src/good.md": GOOD, "src/zgood.ipynb": notebook(("markdown", GOOD))})
    return root, amts(root, "translate", "src", "--to", "pt", "-o", "out", "--json")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_document_is_listed_with_its_line(name: str, mixed: tuple[Path, Done]) -> None:
    found = [p for p in mixed[1].json["problems"] if p["file"] == f"src/{name}"]
    assert len(found) == 1
    line = f":{found[0]['line']}: {found[0]['reason']}"
    assert line.startswith(BROKEN[name][1]) and "\n" not in line


def test_the_other_documents_go_on(mixed: tuple[Path, Done]) -> None:
    root, done = mixed
    assert (done.code, done.err) == (1, "")
    assert len(done.json["problems"]) == len(BROKEN)
    assert files(root / "out") == {"good.md", "zgood.ipynb", ".amts/memory.sqlite"}
    assert (root / "out/good.md").read_text("utf-8") == "A casa é grande.\n"


def test_a_single_broken_document_is_wrong_input(tmp_path: Path) -> None:
    write(tmp_path, {"a.ipynb": "{"})
    done = amts(tmp_path, "translate", "a.ipynb", "--to", "pt", "-o", "out")
    assert done.code == 2 and one_line(done).startswith("a.ipynb:1: not a notebook")
    assert not (tmp_path / "out/a.ipynb").exists()
    done = amts(tmp_path, "segments", "a.ipynb")
    assert done.code == 2 and one_line(done).startswith("amts: a.ipynb:1: not a notebook")


def upper(text: str, format: str = "md") -> str:
    translated = amts_ext.translate_text(
        text, format, target="pt", translate=lambda texts: [_upper(t) for t in texts]
    )
    same = amts_ext.translate_text(text, format, target="pt", translate=lambda texts: texts)
    assert same == text, "identity is byte for byte"
    return translated


def _upper(text: str) -> str:
    return "".join(p if p.startswith("⟦") else p.upper() for p in re.split("(⟦[^⟧]*⟧)", text))


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    text = (
        "# a title\r\n\r\none line\r\nand two. three\r\n\r\n| a | b |\r\n|--|--|\r\n| c | d |\r\n"
    )
    wanted = "# A TITLE\r\n\r\nONE LINE AND TWO. THREE\r\n\r\n| A | B |\r\n|--|--|\r\n| C | D |\r\n"
    for format in ("md", "d2l"):
        assert upper(text, format) == wanted
    path = write(tmp_path, {"a.md": text}) / "a.md"
    amts_ext.translate_file(path, tmp_path / "b.md", target="pt", translate=Table())
    assert (tmp_path / "b.md").read_bytes() == wanted.encode()


def test_a_byte_order_mark_stays_in_markdown() -> None:
    assert upper("\ufeff# a dog\n") == "\ufeff# A DOG\n"
    made = amts_ext.translate_text("\ufeff# a dog\n", target="pt", translate=lambda t: ["um cão"])
    assert made == "\ufeff# um cão\n"


def test_a_byte_order_mark_stays_in_notebooks() -> None:
    text = "\ufeff" + notebook(("markdown", "a dog\n"))
    assert upper(text, "ipynb") == text.replace("a dog", "A DOG")


def test_half_a_surrogate_pair_does_no_harm() -> None:
    text = '{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "a \\ud800 dog. b"}]}'
    assert json.loads(upper(text, "ipynb"))["cells"][0]["source"] == "A \ud800 DOG. B"


@pytest.mark.parametrize(
    "text", ["", "\n", "   ", "---\n", "\ufeff", "```\ncode\n```\n", "$$x$$\n"]
)
def test_a_file_without_prose_is_copied(text: str, tmp_path: Path) -> None:
    source = write(tmp_path, {"a.md": text}) / "a.md"
    table = Table()
    result = amts_ext.translate_file(source, tmp_path / "b.md", target="pt", translate=table)
    assert (tmp_path / "b.md").read_bytes() == text.encode()
    assert table.sent == [] and result.counts == {} and result.problems == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("one\n\n:begin_tab:`a`\n\ntwo\n\n```\ncode x\n```\n", ":begin_tab:`a`"),
        ("one\n\n:end_tab:\n\ntwo\n\n```\ncode x\n```\n", ":end_tab:"),
        (":begin_tab:`a`\n:begin_tab:`b`\n\none two\n\n:end_tab:\n\n`code x`\n", ":begin_tab:`b`"),
        ("one two\n\n```python\ncode x\n\nno end\n", "```python\ncode x\n\nno end\n"),
        ("one two\n\n$$\ncode x\n", "$$"),
        ("one two [**three\n\n```\ncode x\n```\n", "[**"),
        ("one two **three `code x`\n", "`code x`"),
    ],
)
def test_what_is_not_balanced_is_translated_as_far_as_safe(text: str, kept: str) -> None:
    made = upper(text, "d2l")
    assert kept in made and made.startswith(("ONE", ":begin_tab:"))
    assert "ONE" in made and ("code x" in made or "$$" in text)


@pytest.mark.parametrize("depth", [50, 1000])
def test_deep_nesting(depth: int) -> None:
    lists = "".join(f"{'  ' * i}- item\n" for i in range(depth))
    made = upper(lists)
    assert made.lower() == lists and made != lists
    quotes = "> " * depth + "deep words\n"
    assert upper(quotes).lower() == quotes


def test_huge_files_take_linear_time() -> None:
    paragraph = "The **cat** drinks $x_1$ from `the bowl`. It rains.\n\n"

    def seconds(count: int) -> float:
        text = paragraph * count
        begin = time.process_time()
        made = amts_ext.translate_text(text, "d2l", target="pt", translate=lambda t: t)
        assert made == text
        return time.process_time() - begin

    seconds(100)
    small, large = seconds(1_000), seconds(10_000)
    assert large < 10 * small * 2.5, f"{small:.2f} s, ten times as much: {large:.2f} s"


def test_five_megabytes(tmp_path: Path) -> None:
    paragraph = "The **cat** drinks $x_1$ from `the bowl`, it rains all day in the old town. "
    source = tmp_path / "a.md"
    source.write_text((paragraph * 12 + "\n\n") * 5_500, "utf-8")
    assert source.stat().st_size > 5_000_000
    begin = time.process_time()
    result = amts_ext.translate_file(source, tmp_path / "b.md", target="pt", translate=Table())
    assert sum(result.counts.values()) >= 5_500 and time.process_time() - begin < 60


@pytest.mark.parametrize(
    "piece",
    ["a word of text ", "The $x$ rains. ", "**a** ", "[a](b) ", "a" * 15, "*a ", "[", "`` "],
)
def test_one_long_line(piece: str) -> None:
    text = (piece * (200_000 // len(piece))).rstrip() + "\n"
    begin = time.process_time()
    same = amts_ext.translate_text(text, "d2l", target="pt", translate=lambda texts: texts)
    assert same == text and time.process_time() - begin < 10


# --- folders and the memory ----------------------------------------------------------------------


def test_a_result_that_cannot_be_written_is_listed_and_the_others_are_written(
    tmp_path: Path,
) -> None:
    write(tmp_path, {"src/a.md": GOOD, "src/b.md": "The cat.\n", "out/a.md/x": "in the way"})
    done = amts(tmp_path, "translate", "src", "--to", "pt", "-o", "out")
    assert done.code == 1
    assert one_line(done) == (
        "out/a.md: cannot be written: Is a directory; check the folder's rights and space"
    )
    assert files(tmp_path / "out") == {"a.md/x", "b.md", ".amts/memory.sqlite"}


def test_an_output_folder_that_cannot_be_made(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": GOOD, "out": "a file"})
    done = amts(tmp_path, "translate", "a.md", "--to", "pt", "-o", "out")
    assert done.code == 1 and "its folder cannot be made (Not a directory)" in one_line(done)
    done = amts(tmp_path, "translate", "a.md", "--to", "pt", "-o", "out", "--memory", "m.sqlite")
    assert done.code == 2
    assert one_line(done).startswith("out/a.md: cannot be written: ")
    assert (tmp_path / "out").read_text() == "a file"


def test_a_damaged_memory_is_left_as_it_is(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": GOOD, "m.sqlite": "no database " * 100})
    for more in ([], ["--frozen"]):
        done = amts(tmp_path, "translate", "a.md", "--to", "pt", "-o", "out", "--memory",
                    "m.sqlite", *more)  # fmt: skip
        assert done.code == 1
        assert one_line(done).startswith("amts: m.sqlite: translation memory: it is not a transl")
        assert "restore a copy, or move it aside" in done.err
    assert files(tmp_path) == {"a.md", "m.sqlite"}
    assert (tmp_path / "m.sqlite").read_text() == "no database " * 100


def test_a_memory_locked_for_too_long(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    Memory(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        begin = time.monotonic()
        with Memory(path, timeout=0.2) as memory, pytest.raises(MemoryStoreError) as error:
            amts_ext.translate_text("A dog.", target="pt", translate=Table(), memory=memory)
        assert time.monotonic() - begin < 5
        assert str(error.value).startswith(f"{path}: translation memory: it is locked by another")
        assert "then repeat" in str(error.value)
    finally:
        other.close()


def test_frozen_needs_no_writable_folder(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": GOOD})
    command = ["translate", "a.md", "--to", "pt", "--memory", "ro/m.sqlite"]
    assert amts(tmp_path, *command, "-o", "one").code == 0
    before = {p.name: p.read_bytes() for p in (tmp_path / "ro").iterdir()}
    (tmp_path / "ro/m.sqlite").chmod(0o444)
    (tmp_path / "ro").chmod(0o555)
    try:
        done = amts(tmp_path, *command, "-o", "two", "--frozen")
    finally:
        (tmp_path / "ro").chmod(0o755)
    assert (done.code, done.out) == (0, "1 segments: 1 memory\n")
    assert {p.name: p.read_bytes() for p in (tmp_path / "ro").glob("*.sqlite")} == before
    assert files(tmp_path / "two") == {"a.md"}, "no memory beside frozen results"


# --- the model and the engine --------------------------------------------------------------------


def test_a_model_that_does_not_load(tmp_path: Path) -> None:
    good = _bundled("en", "pt")
    assert good is not None
    broken = tmp_path / "cache/amts/models/en-es"
    shutil.copytree(good, broken)
    model = next(broken.glob("model.*"))
    model.write_bytes(model.read_bytes()[:1000])
    text = "".join(f"Sentence number {i} is here.\n\n" for i in range(30))
    write(tmp_path, {"few.md": GOOD, "many.md": text})
    for name, count in (("few.md", 1), ("many.md", 30)):
        begin = time.monotonic()
        done = amts(tmp_path, "translate", name, "--to", "es", "-o", "out")
        assert time.monotonic() - begin < 20
        assert (done.code, done.out) == (1, f"{count} segments: {count} untranslated\n")
        assert f"{broken}: damaged model" in done.err and "delete the folder" in done.err
        assert done.err.count("damaged model") == 1
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / name).read_bytes()


class Slow(Upper):
    """Upper-cases at leisure, and writes down what it was asked for."""

    def change(self, text: str) -> str:
        with open(os.environ["AMTS_TEST_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123
            log.write(text + "\n")
        time.sleep(float(os.environ.get("AMTS_TEST_PAUSE", "0.03")))
        return super().change(text)


SLOW_RUN = """
import os, sys
from pathlib import Path
from amts_ext import cli, pipeline, progress
from amts_ext.translators import embedded as module
module.SLICE = pipeline.STORED_AT_ONCE = 12
progress.SECONDS_BETWEEN_LINES = 1e9
real = module.embedded
module.embedded = lambda: real(engine="test_bad_input:Slow", workers=2)
os.environ["AMTS_TEST_LOG"] = sys.argv[1]
raise SystemExit(cli.main(["translate", "src", "--to", "pt", "-o", sys.argv[2], *sys.argv[3:]]))
"""


def many(root: Path) -> dict[str, str]:
    texts = {f"{n}.md": "".join(f"Text {n} {i}.\n\n" for i in range(12)) for n in range(4)}
    write(root, {f"src/{name}": text for name, text in texts.items()})
    return {name: text.upper() for name, text in texts.items()}


def asked(log: Path) -> list[str]:
    return log.read_text("utf-8").splitlines() if log.exists() else []


def stored(memory: Path) -> set[str]:
    if not memory.exists():
        return set()
    with Memory(memory, read_only=True) as store:
        return {u.source for u in store.units()}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_ended_goes_on_where_it_was(how: int, tmp_path: Path) -> None:
    wanted = many(tmp_path)
    memory = tmp_path / "out/.amts/memory.sqlite"
    process = start(tmp_path, "-c", SLOW_RUN, "first.log", "out")
    deadline = time.monotonic() + 30
    while len(stored(memory)) < 12 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(how)
    done = finish(process, 30)
    kept = stored(memory)
    assert 12 <= len(kept) < 48
    assert files(tmp_path / "out") <= {".amts/memory.sqlite", ".amts/memory.sqlite-wal",
                                       ".amts/memory.sqlite-shm"}  # fmt: skip
    if how == signal.SIGINT:
        assert done.code == 130
        assert one_line(done) == "amts: interrupted; what was translated is in the memory"
    done = finish(start(tmp_path, "-c", SLOW_RUN, "second.log", "out"))
    assert (done.code, done.err) == (0, "")
    assert {n: (tmp_path / "out" / n).read_text() for n in wanted} == wanted
    assert not kept & set(asked(tmp_path / "second.log")), "nothing stored is sent again"
    assert len(asked(tmp_path / "second.log")) == 48 - len(kept)


def test_two_runs_at_once_on_one_memory(tmp_path: Path) -> None:
    wanted = many(tmp_path)
    runs = [
        start(tmp_path, "-c", SLOW_RUN, f"{out}.log", out, "--memory", "m.sqlite")
        for out in ("one", "two")
    ]
    for out, done in zip(("one", "two"), [finish(r) for r in runs], strict=True):
        assert (done.code, done.err) == (0, "")
        assert {n: (tmp_path / out / n).read_text() for n in wanted} == wanted
    assert len(stored(tmp_path / "m.sqlite")) == 48


def test_an_error_of_the_whole_batch_stops_the_run(tmp_path: Path) -> None:
    write(tmp_path, {
        "config.ini": "[translation]\ntranslator = aws\n\n[amts]\nlangs = pt\nbucket = b\n"
        "role_arn = arn:aws:iam::123456789012:role/x\nregion = us-east-1\n",
        "a.md": GOOD,
    })  # fmt: skip
    code = (
        "import sys\nfrom amts_ext import translate_book\n"
        "from amts_ext.errors import AmtsError\n"
        "try: translate_book('config.ini')\n"
        "except AmtsError as error: print(error, file=sys.stderr); sys.exit(error.exit_code)\n"
    )
    clean = {k: v for k, v in environment(tmp_path).items() if not k.startswith("AWS_")}
    clean |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=clean, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert "sign in" in one_line(Done(run.returncode, run.stdout, run.stderr))
    assert files(tmp_path) == {"config.ini", "a.md", ".amts/memory.sqlite", ".amts/jobs/lock"}


# --- Python calls --------------------------------------------------------------------------------


def test_python_calls_raise_what_the_commands_print(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": GOOD, "b.ipynb": "{"})
    call = amts_ext.translate_file
    with pytest.raises(ConfigError, match="unknown language 'xx'"):
        amts_ext.translate_text("x", target="xx")
    with pytest.raises(ConfigError, match="is the source language"):
        amts_ext.translate_text("x", source="pt", target="pt")
    with pytest.raises(InputError, match="unknown format 'rtf'"):
        amts_ext.translate_text("x", "rtf", target="pt")
    with pytest.raises(DocumentError, match="invalid JSON") as error:
        amts_ext.translate_text("{", "ipynb", target="pt")
    assert error.value.line == 1
    with pytest.raises(InputError, match="would be overwritten"):
        call(tmp_path / "a.md", tmp_path / "a.md", target="pt", translate=Table())
    for name, message in (("b.ipynb", r"b\.ipynb:1: not a note"), ("c.md", r"c\.md: cannot be r")):
        with pytest.raises(InputError, match=message):
            call(tmp_path / name, tmp_path / "out.md", target="pt", translate=Table())
    assert files(tmp_path) == {"a.md", "b.ipynb"}


def test_the_translator_is_closed_also_after_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"a.md": GOOD, "m.sqlite": "no database " * 100})
    closed: list[bool] = []
    translator = embedded(engine="upper")
    translator.close = lambda: closed.append(True)  # type: ignore[method-assign]
    with pytest.raises(MemoryStoreError):
        translate_paths(
            [tmp_path / "a.md"],
            tmp_path / "out",
            source="en",
            target="pt",
            memory=tmp_path / "m.sqlite",
            translator=translator,
        )
    assert closed == [True]
