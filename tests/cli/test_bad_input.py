"""Bad input: one clear line, the right exit code, nothing half written, the others go on."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from support.engines import asked
from support.program import Done, Table, amts, environment, files, finish, one_line, start, write
from support.waiting import until

import amts_ext
from amts_ext.errors import ConfigError, DocumentError, InputError, MemoryStoreError
from amts_ext.memory import Memory
from amts_ext.pipeline.paths import translate_paths
from amts_ext.service.engines.models import _bundled
from amts_ext.translators.amazon.single import THREADS
from amts_ext.translators.embedded import embedded

pytestmark = pytest.mark.slow

GOOD = "The house is big.\n"


# --- arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("translate a.md --to xx -o out", "unknown language 'xx'; profiles exist for en, es, ja,"),
        ("translate a.md --to pt --from e? -o out", "'e?' is no language code; allowed: codes"),
        ("translate a.md --to pt --from PT -o out", "'pt' is the source language; name another"),
        ("translate a.md --to pt --format rtf -o out", "unknown format 'rtf'; available: cells"),
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
        (
            "segments a.md --format rtf",
            "unknown format 'rtf'; available: cells, cells-d2l, cells-myst, d2l",
        ),
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


def test_a_tab_that_the_book_does_not_have(tmp_path: Path) -> None:
    config = "[build]\nnotebooks = *.md\ntabs = python, numpy\n[amts]\nlangs = pt\n"
    write(tmp_path, {"config.ini": config, "a.md": GOOD})
    done = amts(tmp_path, "plan", "--tab", "nump")
    assert (done.code, done.out) == (2, "")
    assert one_line(done) == "amts: --tab: the book has no tab 'nump'; allowed: python, numpy, all"
    assert amts(tmp_path, "plan", "--tab", "numpy").code == 0


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
        "from amts_ext import cli\nfrom amts_ext.pipeline import paths\n"
        "paths._places = None\n"
        "raise SystemExit(cli.main(['translate', 'x', '--to', 'pt', '-o', 'o']))"
    )
    done = finish(start(tmp_path, "-c", code))
    assert done.code == 1 and "repeat with --debug" in one_line(done)


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


PATIENT = """
import sys
from amts_ext.memory import Memory
from support.units import human
with Memory(sys.argv[1], timeout=120) as memory:
    print("begins", flush=True)
    memory.store([human("A cat.", "猫。")])
"""


def test_a_memory_locked_for_too_long(tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    Memory(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        patient = start(tmp_path, "-c", PATIENT, path)
        assert patient.stdout is not None and patient.stdout.readline() == "begins\n"
        with Memory(path, timeout=0.2) as memory, pytest.raises(MemoryStoreError) as error:
            amts_ext.translate_text("A dog.", target="pt", translate=Table(), memory=memory)
        assert patient.poll() is None, "each waits as long as it was told, who came first too"
        other.execute("COMMIT")
        assert finish(patient).code == 0
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


COUNTING = """
import sys
from pathlib import Path
from amts_ext import cli, progress
from amts_ext.translators.embedded import Loopback
progress.SECONDS_BETWEEN_LINES = float("inf")
real, logs = Loopback._start, []
def start(connection):
    clients = real(connection)
    logs.append(connection.service.log)
    return clients
Loopback._start = start
code = cli.main(sys.argv[1:])
Path("asked").write_text("\\n".join(entry.operation for log in logs for entry in log))
raise SystemExit(code)
"""


def test_a_model_that_does_not_load(tmp_path: Path) -> None:
    """The pair is given up, text by text nothing is tried again."""
    good = _bundled("en", "pt")
    assert good is not None
    broken = tmp_path / "cache/amts/models/en-es"
    shutil.copytree(good, broken)
    model = next(broken.glob("model.*"))
    model.write_bytes(model.read_bytes()[:1000])
    text = "".join(f"Sentence number {i} is here.\n\n" for i in range(30))
    write(tmp_path, {"few.md": GOOD, "many.md": text})
    for name, count in (("few.md", 1), ("many.md", 30)):
        command = ["translate", name, "--to", "es", "-o", "out"]
        done = finish(start(tmp_path, "-c", COUNTING, *command))
        assert (done.code, done.out) == (1, f"{count} segments: {count} untranslated\n")
        assert asked(tmp_path / "asked").count("TranslateText") <= min(count, THREADS)
        assert f"{broken}: damaged model" in done.err and "delete the folder" in done.err
        assert done.err.count("damaged model") == 1
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / name).read_bytes()


RUN = """
import os, sys
from pathlib import Path
from amts_ext import cli, progress
from amts_ext.translators import embedded as module
module.SLICE = 12
progress.SECONDS_BETWEEN_LINES = 1e9
real = module.embedded
module.embedded = lambda: real(engine="support.engines:Noted", workers=2)
os.environ["AMTS_TEST_LOG"], os.environ["AMTS_TEST_OTHER"], *arguments = sys.argv[1:]
raise SystemExit(cli.main(["translate", "src", "--to", "pt", "-o", *arguments]))
"""


def many(root: Path) -> dict[str, str]:
    texts = {f"{n}.md": "".join(f"Text {n} {i}.\n\n" for i in range(12)) for n in range(4)}
    write(root, {f"src/{name}": text for name, text in texts.items()})
    return {name: text.upper() for name, text in texts.items()}


def stored(memory: Path) -> set[str]:
    if not memory.exists():
        return set()
    with Memory(memory, read_only=True) as store:
        return {u.source for u in store.units()}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_ended_goes_on_where_it_was(how: int, tmp_path: Path) -> None:
    wanted = many(tmp_path)
    memory = tmp_path / "out/.amts/memory.sqlite"
    process = start(tmp_path, "-c", RUN, "first.log", "second.log", "out")
    until(lambda: len(stored(memory)) == 12 and len(asked(tmp_path / "first.log")) > 12)
    process.send_signal(how)
    done = finish(process)
    kept = stored(memory)
    assert 12 <= len(kept) < 48
    left = {name.removeprefix(".amts/memory.sqlite") for name in files(tmp_path / "out")}
    locks = {name for name in left if name.endswith(".lock")}
    assert left - locks <= {"", "-wal", "-shm"}
    assert len(locks) == (how == signal.SIGKILL), "what tells the next run to check the memory"
    if how == signal.SIGINT:
        assert done.code == 130
        assert one_line(done) == "amts: interrupted; what was translated is in the memory"
    done = finish(start(tmp_path, "-c", RUN, "second.log", "first.log", "out"))
    assert (done.code, done.err) == (0, "")
    assert {n: (tmp_path / "out" / n).read_text() for n in wanted} == wanted
    assert not kept & set(asked(tmp_path / "second.log")), "nothing stored is sent again"
    assert len(asked(tmp_path / "second.log")) == 48 - len(kept)


def test_two_runs_at_once_on_one_memory(tmp_path: Path) -> None:
    wanted = many(tmp_path)
    runs = [
        start(tmp_path, "-c", RUN, f"{out}.log", f"{other}.log", out, "--memory", "m.sqlite")
        for out, other in (("one", "two"), ("two", "one"))
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
