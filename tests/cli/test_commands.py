"""The table of commands is true, a shared option means one thing, nothing is loaded too early."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from support.places import ROOT
from support.program import amts, finish, one_line, start, write

from amts_ext.cli import commands, main
from amts_ext.errors import ConfigError

Help = Callable[..., str]

OWN_MEANING = {
    "--report": {"parallel-data prepare"},
    "--target": {"parallel-data prepare", "parallel-data push"},
    "--source": {"parallel-data prepare", "parallel-data push"},
    "--format": {"evaluate", "parallel-data prepare", "parallel-data push", "po fill"},
    "--dry-run": {"po fill"},
    "-o": {"translate", "parallel-data prepare", "parallel-data pull"},
}
"""Options that mean something else in these commands, and the commands."""
LARGE = {"babel", "boto3", "botocore", "d2lbook", "fxtranslate", "moto", "msgspec", "regex",
         "sqlite3", "tqdm", "werkzeug"}  # fmt: skip
"""Packages that only a command's work may load."""
FRONT = {"amts_ext.cli.main", "amts_ext.cli.commands", "amts_ext.cli.options"}
"""The modules of the command line that are no commands."""


@pytest.fixture
def help(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Help:
    """The help of a command, on lines that are long enough for every option."""
    monkeypatch.setenv("COLUMNS", "300")

    def shown(*words: str) -> str:
        with pytest.raises(SystemExit) as done:
            main([*words, "--help"])
        assert not done.value.code
        return capsys.readouterr().out

    return shown


def every_help(help: Help) -> dict[str, str]:
    """The helps of all commands but ``build``, which d2lbook reads, and of those below them."""
    helps = {name: help(name) for name in commands.names() if name != "build"}
    for name, text in list(helps.items()):
        below = re.findall(r"^    ([a-z]+) +\S", text, re.MULTILINE)
        helps |= {f"{name} {inner}": help(name, inner) for inner in below}
    return helps


def options_of(text: str) -> dict[str, str]:
    """What a help says of each option, without the default in brackets at the end."""
    found = re.findall(r"^  (--?[a-z-]+).*?(?:  +|\n {24})(\S.*)$", text, re.MULTILINE)
    return {name: re.sub(r" \([^()]*\)$", "", said) for name, said in found}


# --- the table -----------------------------------------------------------------------------------


def test_the_table_tells_of_each_command_what_its_module_tells() -> None:
    for lines in commands.GROUPS.values():
        for name, line in lines.items():
            assert line == commands.load(name).HELP, name


def test_every_command_is_in_the_table() -> None:
    """``prepare`` is below ``parallel-data``."""
    modules = [p.stem for p in (ROOT / "amts_ext/cli").glob("*.py") if "\nHELP" in p.read_text()]
    assert {m.replace("_", "-") for m in modules} - {"prepare"} == set(commands.names())


def test_without_a_command_the_table_is_printed_and_the_exit_code_is_2(tmp_path: Path) -> None:
    asked, bare = amts(tmp_path, "--help"), amts(tmp_path)
    assert (asked.code, asked.err) == (0, "")
    assert (bare.code, bare.out) == (2, "") and bare.err == asked.out
    assert max(map(len, asked.out.splitlines())) <= 80
    groups = re.findall(r"^(\w+):$", asked.out, re.MULTILINE)
    assert groups == [*commands.GROUPS, "options"]
    order = re.findall(r"^  ([a-z][a-z-]+)  ", asked.out, re.MULTILINE)
    assert order == commands.names()


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("pln", "'pln' is no command; did you mean 'plan'? `amts --help` lists all"),
        ("paralleldata", "'paralleldata' is no command; did you mean 'parallel-data'? `amts --h"),
        ("xyzzy", "'xyzzy' is no command; `amts --help` lists all"),
    ],
)
def test_an_unknown_command_is_one_line(word: str, message: str, tmp_path: Path) -> None:
    done = amts(tmp_path, word, "--lang", "zh")
    assert (done.code, done.out) == (2, "")
    assert one_line(done).startswith(f"amts: {message}")


def test_build_gets_its_words_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Sequence[str]] = []

    def build(words: Sequence[str]) -> int:
        given.append(words)
        return 3

    monkeypatch.setattr("amts_ext.d2lbook_ext.build.build", build)
    assert main(["build", "html", "--lang", "zh", "--", "-x"]) == 3
    assert main(["--debug", "build", "html"]) == 3
    assert given == [["html", "--lang", "zh", "--", "-x"], ["--debug", "html"]]


# --- shared options ------------------------------------------------------------------------------


def test_an_option_of_several_commands_has_one_help(help: Help) -> None:
    said: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for command, text in every_help(help).items():
        for option, meaning in options_of(text).items():
            if command not in OWN_MEANING.get(option, ()):
                said[option][command] = meaning
    assert len(said["--debug"]) > 15 and len(said["--json"]) > 10 and len(said["--lang"]) > 5
    different = {option: texts for option, texts in said.items() if len({*texts.values()}) > 1}
    assert not different


def test_a_named_configuration_that_is_missing_is_told_alike(
    help: Help,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where a command can do without a book."""
    monkeypatch.chdir(tmp_path)
    more = {"pull": ["x"], "delete": ["x"], "terminology push": ["x.csv"]}
    more |= {f"po {name}": ["x.po"] for name in ("fill", "export", "import")}
    having = [name for name, text in every_help(help).items() if "--config" in options_of(text)]
    assert len(having) > 10
    for name in having:
        words = next((words for end, words in more.items() if name.endswith(end)), [])
        assert main([*name.split(), *words, "--config", "no.ini"]) == 2, name
        assert capsys.readouterr().err.startswith("amts: no.ini: no such file; "), name


@pytest.mark.parametrize("command", ["plan", "parallel-data prepare", "evaluate"])
def test_a_language_that_is_given_nowhere_is_told_alike(command: str, tmp_path: Path) -> None:
    write(tmp_path, {"config.ini": "[project]\nlang = en\n", "a.md": "The house.\n"})
    done = amts(tmp_path, *command.split())
    assert done.code == 2
    assert one_line(done).startswith("amts: no language given; name one with --lang, or set ")


@pytest.mark.parametrize(
    "words",
    [
        "--debug plan --config no.ini",
        "plan --debug --config no.ini",
        "--debug parallel-data list --config no.ini",
        "parallel-data --debug list --config no.ini",
        "parallel-data list --config no.ini --debug",
    ],
)
def test_debug_may_stand_anywhere(words: str) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        main(words.split())


# --- what is loaded ------------------------------------------------------------------------------


PROGRAM = """
import atexit, runpy, sys
atexit.register(lambda: print(*sys.modules, sep="\\n", file=sys.stderr))
runpy.run_module("amts_ext", run_name="__main__", alter_sys=True)
"""
"""``python -m amts_ext`` that tells at its end what it has imported."""


def loaded(folder: Path, *words: str) -> set[str]:
    """All modules of a real process that runs the command."""
    done = finish(start(folder, "-c", PROGRAM, *words))
    assert done.code == 0, done.err
    return set(done.err.splitlines())


def of_the_command_line(modules: set[str]) -> set[str]:
    return {name for name in modules if name.startswith("amts_ext.cli.")}


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_the_help_loads_no_command_and_no_large_package(tmp_path: Path) -> None:
    for words in (["--help"], ["--version"]):
        modules = loaded(tmp_path, *words)
        assert of_the_command_line(modules) == FRONT
        assert not packages(modules) & LARGE


@pytest.mark.parametrize("name", [name for name in commands.names() if name != "build"])
def test_a_commands_help_loads_that_command_alone(name: str, tmp_path: Path) -> None:
    modules = loaded(tmp_path, name, "--help")
    own = f"amts_ext.cli.{name.replace('-', '_')}"
    others = {f"amts_ext.cli.{each.replace('-', '_')}" for each in commands.names()} - {own}
    assert own in modules and not modules & others
    assert not packages(modules) & LARGE
