"""A real browser without a window, for pages that the program writes."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.waiting import DEADLINE

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-quic --virtual-time-budget=8000 "
    "--enable-logging=stderr"
)


@dataclass(frozen=True)
class Shown:
    """A page as a browser shows it, after its scripts."""

    html: str
    console: list[str]
    """What its scripts wrote to the console, errors included."""


def show(page: Path, profile: Path, fragment: str = "") -> Shown:
    """Open a page in the browser; skips the test if there is none."""
    if BROWSER is None:
        pytest.skip("no chromium on this machine")
    address = page.as_uri() + fragment
    command = [BROWSER, *QUIET.split(), f"--user-data-dir={profile}", "--dump-dom", address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=True)
    return Shown(done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line])
