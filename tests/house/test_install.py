"""Installed for real: fresh virtual environments, pip and uv, wheel and editable, either order."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.book import make_book
from support.places import ROOT

pytestmark = pytest.mark.install

PTH = "amts_ext_d2lbook.pth"
D2LBOOK = "d2lbook==1.0.3"
JUPYTER = [
    path.relative_to(ROOT).as_posix()
    for folder in ("etc", "share")
    for path in (ROOT / folder).rglob("*")
    if path.is_file()
]
"""What Jupyter looks for, as the wheel puts it below the environment's folder."""
OPTIONS = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": "", "PYTHONWARNINGS": "", "VIRTUAL_ENV": ""}


def run(*command: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={k: v for k, v in (os.environ | OPTIONS).items() if v},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


def uv() -> str:
    """The uv beside this interpreter, or the one on PATH."""
    own = Path(sys.executable).with_name("uv")
    found = str(own) if own.exists() else shutil.which("uv")
    assert found, "the tests need uv: pip install 'amts-ext[test]'"
    return found


@dataclass(frozen=True)
class Environment:
    """A virtual environment."""

    folder: Path

    @property
    def site(self) -> Path:
        return next(self.folder.glob("lib/python3*/site-packages"))

    def run(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of its programs, away from the checkout."""
        return run(self.folder / "bin" / program, *arguments, cwd=self.folder)

    def uv(self, *arguments: str | Path) -> None:
        python = self.folder / "bin/python"
        run(uv(), "pip", arguments[0], "--python", python, *arguments[1:], cwd=self.folder)

    def pip(self, *arguments: str | Path) -> None:
        self.run("python", "-m", "pip", *arguments)


def make_environment(folder: Path, *requirements: str) -> Environment:
    run(uv(), "venv", "--seed", "--python", sys.executable, folder, cwd=folder.parent)
    environment = Environment(folder)
    if requirements:
        environment.uv("install", *requirements)
    return environment


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, so that building leaves nothing in the real ones."""
    folder = tmp_path_factory.mktemp("checkout") / "amts"
    ignored = shutil.ignore_patterns(
        ".*", "_build", "build", "dist", "*.egg-info", "__pycache__", "tests", "docs"
    )
    shutil.copytree(ROOT, folder, ignore=ignored)
    return folder


@pytest.fixture(scope="session")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel that is built from it."""
    out = tmp_path_factory.mktemp("dist")
    run(uv(), "build", "--out-dir", out, checkout, cwd=out)
    return next(out.glob("*.tar.gz")), next(out.glob("*.whl"))


@pytest.fixture(scope="session")
def dependencies() -> list[str]:
    """What both packages need, without the two themselves."""
    found = {"pip"}
    for name, extra in (("d2lbook", ""), ("amts-ext", "d2l")):
        for line in importlib.metadata.requires(name) or ():
            requirement, _, marker = line.partition(";")
            wanted = not marker or f"extra == '{extra}'" in marker.replace('"', "'")
            if wanted and not requirement.startswith("d2lbook"):
                found.add(re.sub(r"[() ]", "", requirement))
    return sorted(found)


def test_wheel_and_sdist_hold_all_that_is_needed(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as wheel:
        names = set(wheel.namelist())
        record = wheel.read(next(n for n in names if n.endswith("/RECORD"))).decode()
    assert {PTH, "amts_ext/book_config/profiles/zh.ini", "amts_ext/py.typed"} <= names
    assert {"amts_ext/cli/__init__.py", "amts_ext/service/__init__.py"} <= names
    assert any(n.startswith("amts_ext/book_config/terminology/") for n in names)
    assert not any(n.startswith(("tests/", "demo/", "book_config/")) for n in names)
    assert f"\n{PTH},sha256=" in f"\n{record}"
    data = {name.partition(".data/data/")[2] for name in names}
    assert set(JUPYTER) <= data
    with tarfile.open(built[0]) as sdist:
        files = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"setup.py", "setup.cfg", "LICENSE", "book_config/profiles/zh.ini"} <= files
    assert set(JUPYTER) <= files


def test_the_wheel_puts_the_extension_where_jupyter_looks(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    environment = make_environment(tmp_path / "env")
    environment.uv("install", "--no-deps", built[1])
    for name in JUPYTER:
        assert (environment.folder / name).read_bytes() == (ROOT / name).read_bytes()
    environment.uv("uninstall", "amts-ext")
    assert not any((environment.folder / name).exists() for name in JUPYTER)


def assert_extended(environment: Environment) -> None:
    """d2lbook's own script has our options, and our data is found."""
    shown = environment.run("d2lbook", "build", "-h").stdout
    assert "--lang" in shown and "--frozen" in shown
    assert environment.run("amts", "--version").stdout.startswith("amts ")
    code = "from amts_ext.languages import profiles; print(profiles.load('zh').sphinx_language)"
    assert environment.run("python", "-c", code).stdout == "zh_CN\n"


def assert_alone(environment: Environment) -> None:
    """Ours is gone, and d2lbook runs as it ever did."""
    assert not list(environment.site.glob("*amts*"))
    done = environment.run("d2lbook", "build", "-h")
    assert "--tab" in done.stdout and "--lang" not in done.stdout
    assert environment.run("python", "-c", "pass").stderr == ""


@pytest.mark.parametrize("first", ["d2lbook", "ours"])
@pytest.mark.parametrize("kind", ["wheel", "editable"])
@pytest.mark.parametrize("installer", ["pip", "uv"])
def test_either_order_and_uninstall(
    installer: str,
    kind: str,
    first: str,
    checkout: Path,
    built: tuple[Path, Path],
    dependencies: list[str],
    tmp_path: Path,
) -> None:
    environment = make_environment(tmp_path / "env", *dependencies)
    install = environment.pip if installer == "pip" else environment.uv
    ours = [str(built[1])] if kind == "wheel" else ["--editable", str(checkout)]
    steps = [[D2LBOOK], ours] if first == "d2lbook" else [ours, [D2LBOOK]]
    for step in steps:
        install("install", "--no-deps", *step)
    assert_extended(environment)
    # `--reinstall` alone makes uv build every sdist that it knows anew, and keep them all.
    again = ["--force-reinstall"] if installer == "pip" else ["--reinstall-package", "d2lbook"]
    install("install", "--no-deps", *again, D2LBOOK)
    assert_extended(environment)
    install("uninstall", *(["--yes"] if installer == "pip" else []), "amts-ext")
    assert_alone(environment)


def test_one_uv_command_installs_all_that_a_build_needs(
    built: tuple[Path, Path], tmp_path: Path
) -> None:
    environment = make_environment(tmp_path / "env", f"amts-ext[d2l] @ {built[1].as_uri()}")
    assert_extended(environment)
    book = make_book(tmp_path / "book")
    script = environment.folder / "bin/d2lbook"
    done = run(script, "build", "html", "--tab", "beta", "--lang", "pt", cwd=book)
    page = (book / "_build/pt/html/chapter/first.html").read_text("utf-8")
    assert 'lang="pt-BR"' in page
    assert "The line" not in page
    assert "pt: html: file://" in done.stdout


@pytest.mark.parametrize("kind", ["wheel", "editable"])
def test_the_start_of_the_interpreter_costs_under_two_milliseconds(
    kind: str, checkout: Path, built: tuple[Path, Path], tmp_path: Path
) -> None:
    environment = make_environment(tmp_path / "env")
    ours = [str(built[1])] if kind == "wheel" else ["--editable", str(checkout)]
    environment.uv("install", "--no-deps", *ours)
    loaded = "import sys; print([m for m in sys.modules if 'amts' in m.lower()])"
    assert environment.run("python", "-c", loaded).stdout == "[]\n"
    pth = environment.site / PTH
    away = pth.with_suffix(".away")
    with_it, without = [], []
    for _ in range(25):
        with_it.append(start_microseconds(environment))
        pth.rename(away)
        without.append(start_microseconds(environment))
        away.rename(pth)
    cost = min(with_it) - min(without)
    print(f"start-up cost of the {kind}: {cost} microseconds")
    assert cost < 2000


def start_microseconds(environment: Environment) -> int:
    """What ``site``, which runs the .pth files, takes at one start."""
    shown = environment.run("python", "-X", "importtime", "-c", "pass").stderr
    line = next(line for line in shown.splitlines() if line.endswith("| site"))
    return int(line.split("|")[1])


def test_a_left_over_pth_is_silent(built: tuple[Path, Path], tmp_path: Path) -> None:
    environment = make_environment(tmp_path / "env")
    environment.uv("install", "--no-deps", built[1])
    shutil.rmtree(environment.site / "amts_ext")
    done = environment.run("python", "-c", "import importlib.util as u; u.find_spec('d2lbook')")
    assert (done.stdout, done.stderr) == ("", "")
