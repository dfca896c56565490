"""Human pairs to judge the checks by, and pofilter to compare them with."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from amts_ext import alignment, files, formats
from amts_ext.checks.couples import unwrapped
from amts_ext.human import find_pairs
from amts_ext.model import Parts
from amts_ext.text.masking import mask, unmask
from support.defects import Pair

SURE = 0.5


def human_pairs(folder: Path, lang: str) -> dict[str, list[Pair]]:
    """Sentences with one partner of their own, by file."""
    reader = formats.get("d2l")
    found: dict[str, list[Pair]] = {}
    for original, human in find_pairs(folder, folder):
        ours, theirs = (reader.read(files.read_text(p), str(p)) for p in (original, human))
        sides = mask(ours, "en"), mask(theirs, lang)
        own = found.setdefault(str(human.relative_to(folder)), [])
        for bead in alignment.align(ours, sides[0], theirs, sides[1]):
            if len(bead.source) == len(bead.target) == 1 and bead.score >= SURE:
                source, target = sides[0][bead.source[0]], sides[1][bead.target[0]]
                kind = ours.blocks[source.block].kind
                own.append(Pair(source.parts, unwrapped(target, theirs.text), kind))
    return found


def halves(names: Sequence[str]) -> tuple[set[str], set[str]]:
    """Calibrating and held-out files: the thresholds were chosen on the first half only."""
    shuffled = sorted(names)
    random.Random(1).shuffle(shuffled)
    return set(shuffled[::2]), set(shuffled[1::2])


def words(parts: Parts) -> list[str]:
    return "".join(p for p in parts if isinstance(p, str)).split()


def pofilter(pairs: Sequence[tuple[Parts, Parts]], lang: str) -> set[int] | None:
    """Indices of the pairs that pofilter finds fault with; None where it is not installed.

    translate-toolkit is GPL: a program, found in ``AMTS_POFILTER``, beside Python or on PATH.
    """
    beside = Path(sys.executable).with_name("pofilter")
    named = os.environ.get("AMTS_POFILTER") or (str(beside) if beside.exists() else None)
    program = named or shutil.which("pofilter")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "in.po"), Path(folder, "out.po")
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        body = (
            f'msgctxt "{number}"\nmsgid {po(source)}\nmsgstr {po(target)}\n\n'
            for number, (source, target) in enumerate(pairs)
        )
        before.write_text(head + "".join(body), "utf-8")
        command = [program, f"--language={lang}", "--progress=none", str(before), str(after)]
        subprocess.run(command, check=True, capture_output=True)
        text = after.read_text("utf-8") if after.exists() else ""
    return {int(line[9:-1]) for line in text.splitlines() if line.startswith('msgctxt "')}


def po(parts: Parts) -> str:
    text = " ".join(unmask(parts).split())
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
