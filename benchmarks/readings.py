"""A human edition, read: what a careful translator judged of the texts that AMTS puts into a book.

    python benchmarks/readings.py [--data DIR] [--next DIR] [--only NAME] [--list] [--memory FILE]

Each reading draws texts by a fixed seed, and looks each of them up among the judgements
(``judgements/readings-NAME.csv``). It prints how many were drawn, how many have which verdict, and
how many nobody has read: after a change of the code these are to be read again. ``--list`` prints
them with the digests that stand for both sides in the judgements, which hold no text of the book.
``--memory`` keeps what was learned for the next run.

The reading *changed* compares with an older checkout, whose units are written first:

    PYTHONPATH=OLD python benchmarks/readings.py --write units.jsonl
    python benchmarks/readings.py --before units.jsonl
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from amts_ext import files, formats
from amts_ext.human import find_pairs, learn
from amts_ext.languages import profiles
from amts_ext.languages.sentences import SLOT, boundaries
from amts_ext.memory import Memory
from amts_ext.model import Document, Origin, Unit
from amts_ext.pipeline import Pipeline
from amts_ext.text.masking import mask, unmask

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared/data"
JUDGEMENTS = ROOT / "benchmarks/judgements"
PAIR = ("en", "zh")
SEED = 12
PLACED = ("right", "free", "wrong")
"""The text of its source; a bit more or less than it, but in its place; the text of another one."""
LEFT_OUT = ("right", "wrong")
"""The human has nothing for it; it was merged with a neighbour or moved."""
CHANGED = ("better", "same", "worse")

_HALF = re.compile(r"⟦/?(?:emphasis|strong|strikethrough|link)\d+⟧")
_SLOT = re.compile(r"⟦[^⟧]*⟧")


class Text(NamedTuple):
    """A text to be read, beside its source."""

    file: str
    line: int
    source: str
    target: str

    @property
    def digest(self) -> str:
        """Twelve characters that stand for both sides, so that no text of the book is copied."""
        return sha256(f"{self.source}\n{self.target}".encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Edition:
    """A human edition that was learned from, and the next edition of its originals."""

    data: Path
    later: Path
    memory: Memory
    before: Path | None

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The originals by the names of their translations, which a book's sections have too."""
        found = find_pairs(self.data, self.data)
        return {human.relative_to(self.data).as_posix(): original for original, human in found}

    @cached_property
    def originals(self) -> dict[str, Document]:
        read = formats.get("d2l").read
        return {name: read(files.read_text(p), str(p)) for name, p in self.paths.items()}

    @cached_property
    def units(self) -> list[Unit]:
        return [unit for unit in self.memory.units(PAIR) if unit.origin is Origin.HUMAN]


def uneven(edition: Edition) -> list[Text]:
    """The sentence units of blocks whose translation has another number of sentences."""
    counts = {(u.document, u.position, u.source): _sentences(u.target) for u in edition.units}
    lines: dict[tuple[str, int, str], int] = {}
    for name, document in edition.originals.items():
        blocks = {s.block: s.tokens for s in mask(document, PAIR[0], "paragraph")}
        own = defaultdict(list)
        for sentence in mask(document, PAIR[0]):
            own[sentence.block].append(sentence)
        for block, held in own.items():
            if len(held) > 1 and counts.get((name, block, blocks[block])) != len(held):
                lines |= {(name, block, s.tokens): s.line for s in held}
    keys = ((unit, (unit.document, unit.position, unit.source)) for unit in edition.units)
    return [Text(u.document, lines[k], u.source, _readable(u)) for u, k in keys if k in lines]


def _sentences(tokens: str) -> int:
    """Count the sentences of a translation that have words."""
    text = _SLOT.sub(SLOT, _HALF.sub("", tokens))
    cut = [text[a:b] for a, b in pairwise([0, *boundaries(text, PAIR[1])])]
    return sum(any(map(str.isalpha, piece)) for piece in cut)


def _readable(unit: Unit) -> str:
    """Return the target with the human's own markup in its place."""
    text = unit.target
    for number, own in enumerate(unit.literals, 1):
        text = text.replace(f"⟦own{number}⟧", own)
    return text


def placed(edition: Edition, sources: dict[str, Path], kind: str) -> list[Text]:
    """The human's texts on the pages of a book, of one kind.

    It is ``group``, ``block``, ``sentence``, or ``left out`` for a block without a translation.
    """
    from amts_ext.text import groups
    from amts_ext.text.outcome import Source, Status

    pipeline = Pipeline(*PAIR, profiles.load(PAIR[1]), edition.memory, None)
    found = []
    for document in pipeline.translate([Source(n, p, "d2l") for n, p in sources.items()]).documents:
        whole = {(block.start, block.end) for block in document.source.blocks}
        for outcome in document.segments:
            segment, parts = outcome.segment, outcome.parts or outcome.segment.parts
            own = "block" if (segment.start, segment.end) in whole else "sentence"
            if groups.size(segment.parts) > 1 or groups.size(parts) > 1:
                own = "group"
            status = str(outcome.status)
            if kind == (own if status == Status.HUMAN else status):
                source = document.source.text[segment.start : segment.end]
                target = "" if status == Status.LEFT_OUT else unmask(parts)
                found.append(Text(document.name, segment.line, source, target))
    return found


def sentences(edition: Edition) -> list[Text]:
    """The sentences on the pages of the book itself whose block is not used as a whole."""
    return placed(edition, edition.paths, "sentence")


def grouped(edition: Edition) -> list[Text]:
    """The groups of blocks on the pages of the book itself."""
    return placed(edition, edition.paths, "group")


def left_out(edition: Edition) -> list[Text]:
    """The blocks of the book itself of which is said that the human left them out."""
    return placed(edition, edition.paths, "left out")


def later(edition: Edition) -> list[Text]:
    """The sentences that the next edition of the originals still gets from the human."""
    sections = sorted(edition.later.rglob("*.md"))
    names = {path.relative_to(edition.later).as_posix(): path for path in sections}
    return placed(edition, names, "sentence")


def changed(edition: Edition) -> list[Text]:
    """The units that an older checkout did not have, had with another target, or had alone."""
    if edition.before is None:
        return []
    before = _targets(map(json.loads, files.read_text(edition.before).split("\n")))
    now = _targets(_rows(edition.units))
    kinds = Counter(
        "gone" if key not in now else "new" if key not in before else "changed"
        for key in {**before, **now}
        if before.get(key) != now.get(key)
    )
    print("units before and now:", sum(map(len, before.values())), len(edition.units), dict(kinds))
    lines = {
        (name, segment.tokens): segment.line
        for name, document in edition.originals.items()
        for size in ("sentence", "paragraph")
        for segment in mask(document, PAIR[0], size)
    }
    return [
        Text(key[0], lines.get(key, 0), key[1], " | ".join(old) + " → " + " | ".join(new))
        for key in {**before, **now}
        if (old := before.get(key, [])) != (new := now.get(key, []))
    ]


def _targets(rows: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], list[str]]:
    """Return the targets of every source in a document, in order."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for document, source, target in sorted(rows):
        found[document, source].append(target)
    return found


def _rows(units: Iterable[Unit]) -> list[tuple[str, str, str]]:
    return [(unit.document, unit.source, _readable(unit)) for unit in units]


READINGS: dict[str, tuple[Callable[[Edition], list[Text]], int | None, Sequence[str]]] = {
    "uneven": (uneven, None, PLACED),
    "sentences": (sentences, None, PLACED),
    "groups": (grouped, 60, PLACED),
    "left-out": (left_out, None, LEFT_OUT),
    "next": (later, 60, PLACED),
    "changed": (changed, 50, CHANGED),
}
"""By name: the texts, how many of them are drawn (None: all), and the verdicts."""


def judgements(name: str) -> dict[tuple[str, str], str]:
    """The verdicts of one reading, by file and digest."""
    path = JUDGEMENTS / f"readings-{name}.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["file"], row["digest"]): row["verdict"] for row in csv.DictReader(file)}


def report(name: str, edition: Edition, listed: bool, everything: bool) -> None:
    """Print one reading: what was drawn, by verdict, and what nobody has read."""
    make, number, verdicts = READINGS[name]
    # Not by line: a sample should not change with the lines.
    texts = sorted(set(make(edition)), key=lambda text: (text.file, text.source, text.target))
    drawn = texts
    if number is not None and not everything:
        drawn = random.Random(SEED).sample(texts, min(number, len(texts)))
    known = judgements(name)
    found = Counter(known.get((text.file, text.digest), "unread") for text in drawn)
    cells = ", ".join(f"{found[verdict]} {verdict}" for verdict in (*verdicts, "unread"))
    print(f"{name}: {len(drawn)} of {len(texts)}: {cells}")
    for text in sorted(drawn) if listed else ():
        if (text.file, text.digest) not in known:
            print(f"\n{text.file}:{text.line} {text.digest}\n{text.source}\n= {text.target}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA / "d2l-zh")
    parser.add_argument("--next", type=Path, default=DATA / "d2l-mini-next")
    parser.add_argument("--memory", type=Path, help="kept for the next run")
    parser.add_argument("--before", type=Path, help="units of an older checkout")
    parser.add_argument("--write", type=Path, help="write the units, and do nothing else")
    parser.add_argument("--only", choices=READINGS, help="one reading")
    parser.add_argument("--all", action="store_true", help="draw everything")
    parser.add_argument("--list", action="store_true", help="print what nobody has read")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data}: not on this machine; nothing is read")
        return
    with tempfile.TemporaryDirectory() as folder:
        memory = Memory(options.memory or Path(folder) / "memory.sqlite")
        learn(memory, options.data, options.data, PAIR, "d2l")
        edition = Edition(options.data, options.next, memory, options.before)
        if options.write:
            rows = (json.dumps(row, ensure_ascii=False) for row in _rows(edition.units))
            files.write_text(options.write, "\n".join(rows))
        for name in [] if options.write else [options.only] if options.only else READINGS:
            report(name, edition, options.list, options.all)
        memory.close()


if __name__ == "__main__":
    main()
