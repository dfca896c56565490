"""Units of the memory for tests, and real processes that use one."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

from amts_ext.model import Origin, Unit
from support.places import ROOT

PAIR = ("en", "zh")
ENGINE = "engine 1"


def human(source: str, target: str, **values: object) -> Unit:
    return Unit(source, target, PAIR, Origin.HUMAN, **values)  # type: ignore[arg-type]


def machine(source: str, target: str, signature: str = ENGINE) -> Unit:
    return Unit(source, target, PAIR, Origin.MACHINE, signature)


def run(code: str, *arguments: object) -> subprocess.Popen[str]:
    """A real Python process that runs ``code``."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
