"""What a command costs before it does anything: milliseconds until its help is there.

    python benchmarks/startup.py [--runs 20]

Every line is the median of as many runs, each in a process of its own. A round runs each program
once, so that a slow moment of the machine falls on all of them. The first line is the interpreter's
own start, which is part of every other line.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from amts_ext.cli import commands

ROOT = Path(__file__).resolve().parents[1]
OTHERS = {
    "python -c pass": ["-c", "pass"],
    "import amts_ext": ["-c", "import amts_ext"],
    "amts --help": ["-m", "amts_ext", "--help"],
}
HELPS = {f"amts {name} --help": ["-m", "amts_ext", name, "--help"] for name in commands.names()}


def milliseconds(arguments: list[str]) -> float:
    """One run of the interpreter, from its start to its end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True
    )
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    runs = parser.parse_args().runs
    programs = OTHERS | HELPS
    for arguments in programs.values():  # what is read from disk once is in the cache then
        milliseconds(arguments)
    rounds = [{name: milliseconds(each) for name, each in programs.items()} for _ in range(runs)]
    bare = statistics.median(each["python -c pass"] for each in rounds)
    for name in programs:
        median = statistics.median(each[name] for each in rounds)
        print(f"{name:27} {median:5.0f} ms, {median - bare:5.0f} above the interpreter")


if __name__ == "__main__":
    main()
