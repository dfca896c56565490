"""The script behind ``make demo`` and ``make test``: which Python it takes, and what it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.places import ROOT

SCRIPT = ROOT / "tools" / "environment"
pytestmark = pytest.mark.skipif(not SCRIPT.exists(), reason="only a checkout has tools/")


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two folders for PATH: an old python3 and a uv that notes what it is asked; a fitting one."""
    program(tmp_path / "old/python3", "exit 1")
    program(tmp_path / "old/uv", f'echo "$@" >>{tmp_path}/asked')
    program(tmp_path / "new/python3", f'exec {sys.executable} "$@"')
    return tmp_path


def environment(root: Path, folder: str, **more: str) -> subprocess.CompletedProcess[str]:
    path = f"{root}/old:{root}/new:/usr/bin:/bin"
    return subprocess.run(
        [SCRIPT, folder, "demo"],
        cwd=root,
        env=os.environ | {"PATH": path, "PYTHON": ""} | more,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_first_python_that_fits_is_taken_with_uv(root: Path) -> None:
    done = environment(root, "env")
    assert done.returncode == 0, done.stderr
    made, installed = (root / "asked").read_text("utf-8").splitlines()
    assert made == f"venv --quiet --python {sys.executable} env"
    assert installed == "pip install --quiet --python env/bin/python --editable .[demo]"
    assert sys.executable in done.stdout and "uv" in done.stdout


def test_none_that_fits_is_one_line_that_helps(root: Path) -> None:
    done = environment(root, "env", PYTHON=f"{root}/old/python3")
    assert done.returncode == 2 and not (root / "asked").exists()
    assert done.stderr.startswith(f"No Python was found that fits: {root}/old/python3 is not 3.11,")
    assert "apt install python3 python3-venv" in done.stderr


def test_a_folder_that_is_no_environment_is_left_alone(root: Path) -> None:
    kept = root / "env/thesis.md"
    kept.parent.mkdir()
    kept.write_text("ten years", "utf-8")
    done = environment(root, "env")
    assert done.returncode == 2 and "is no virtual environment" in done.stderr
    assert kept.read_text("utf-8") == "ten years"


def test_an_environment_that_works_is_kept(root: Path) -> None:
    program(root / "env/bin/python", f'exec {sys.executable} "$@"')
    (root / "env/pyvenv.cfg").touch()
    assert environment(root, "env").returncode == 0
    assert (root / "asked").read_text("utf-8").startswith("pip install"), "nothing is made anew"
