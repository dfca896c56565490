"""What a synchronization saves: characters that a person types and reads again, beside other ways.

    python benchmarks/sync.py [--data ../shared/data] [--spoilt 0.35] [--seed 1] [--only ndarray]
        [--identity] [--speed] [--faults] [--json] [--docs docs/sync.md]

Three chapters of a book, their human translation, and the chapters' next edition. The ways are:
`amts sync`; translating every section again whose source has changed (from title to title);
translating the file again; leaving the old text; and `git merge-file` of translation, base and
source. Each leaves a text, from which a person makes the *reference*: what the human would have
made of the next edition. Nobody has translated it, so `_next_edition.py` defines the reference and
says how.

- *machine*: its answer to a sentence is the sentence of the reference, of whose words (two Chinese
  characters are one) the share ``--spoilt`` is replaced by others, by chance with ``--seed``. All
  ways ask the same machine, so they get the same answer. Code and formulas it keeps.
- *typed*: the characters inserted or put in place of others on the shortest way (Levenshtein) from
  the text that a way leaves to the reference. To delete is not to type. *Of it own*: the human's
  own text that the way has lost, which could be copied out of the old file.
- *re-read*: the characters of prose that a way put in or flagged, and that somebody has to read,
  since nothing says that they are the human's own, unchanged; *glance* is what of them stands in
  items that ask for no more. Of code in an item: the lines that are neither the human's, as they
  were, nor the source's; and the source's new lines, where the human's cell was kept against them.
  For `git merge-file` it is all that stands between the marks of conflicts. *In vain* is what of
  them stands where the reference has the human's old text, unchanged: nobody would have had to read
  it. *New prose* is what stands where the reference has new sentences, which no way can spare.
- *unseen*: sentences of the source that changed, came or went, and the way tells nobody.

``--identity`` instead merges all translations with their own originals: no text may change.
``--speed`` instead measures the CPU time of a synchronization (`_sync_speed.py`).
``--faults`` lists human sentences that were lost and changes that nobody is told. ``--docs`` writes
the table in a page between its two comments.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from _costs import changed, costs, has_moved, own_code, own_prose, unseen
from _next_edition import Edition
from _next_words import words
from _sync_speed import speed
from _ways import Left, Machine, again, by_merge_file, by_sync, sections

from amts_ext import formats
from amts_ext.sync import ItemKind, SyncResult, sync_text
from amts_ext.text.masking import mask

BASE, NEXT, HUMAN = "d2l-mini", "d2l-mini-next", "d2l-zh"
NAMES = {
    "sync": "`amts sync`",
    "sections again": "translate changed sections again",
    "file again": "translate the file again",
    "leave": "leave the old text",
    "merge-file": "`git merge-file`",
}
WAYS = tuple(NAMES)
KINDS = ("new", "changed", "code", "kept", "own", "moved", "gone")
"""What a character of the reference belongs to; ``gone`` is one that it has no longer."""
ROWS = ("kept", "patched", "flagged", "translated", "new", "deleted", "conflict", "moved", "own")


@dataclass
class File:
    """One file of the book, and what came of it."""

    name: str
    edition: Edition
    machine: Machine
    ways: dict[str, Left] = field(default_factory=dict)
    typed: dict[str, Counter[str]] = field(default_factory=dict)
    read: dict[str, Counter[str]] = field(default_factory=dict)
    segments: Counter[str] = field(default_factory=Counter)
    items: Counter[str] = field(default_factory=Counter)
    kept: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How many of how many: ``sentences``, ``prose`` and ``code`` of the human's own."""
    faults: list[str] = field(default_factory=list)


# --- what is counted -----------------------------------------------------------------------------


def count_kept(file: File, text: str) -> None:
    """Count what of the human's is still there, byte for byte."""
    edition = file.edition
    unchanged = [(u.start, u.end) for u in edition.units if u.is_same or has_moved(edition, u.base)]
    for name, places in (
        ("sentences", unchanged),
        ("prose", own_prose(edition)),
        ("code", own_code(edition)),
    ):
        there = Counter(edition.human.text[a:b] for a, b in places)
        lost = {t: n - text.count(t) for t, n in there.items() if text.count(t) < n}
        file.kept[name] = sum(there.values()) - sum(lost.values()), sum(there.values())
        file.faults += [f"lost of {name}: {t!r}" for t in lost]


def count_segments(file: File, result: SyncResult) -> None:
    """Count the sentences (cells, formulas) in the items, by what was done about them."""
    file.segments["kept"] = result.kept
    for item in result.items:
        name = str(item.kind)
        if item.kind is ItemKind.CHANGED:
            name = "flagged" if item.kept else "translated"
        text = item.new_source or item.old_source or item.old_target
        held = mask(formats.get("d2l").read(text), "en")
        file.segments[name] += max(len(held), 1)
    for name in ("must look", "glance"):
        file.items[name] = result.counts[name]


# --- one file -------------------------------------------------------------------------------------


def measured(name: str, texts: tuple[str, str, str], spoilt: float, seed: int) -> File:
    edition = Edition(*texts)
    file = File(name, edition, Machine(edition, spoilt, seed))
    result = sync_text(*texts, "d2l", "en", "zh", file.machine.translator)
    file.ways["sync"] = by_sync(file.machine, result)
    new, old = sections(edition)
    file.ways["sections again"] = again(new, old, file.machine)
    file.ways["file again"] = again([edition.source.text], [""], file.machine)
    file.ways["leave"] = Left(edition.human.text)
    file.ways["merge-file"] = by_merge_file(edition)
    silent = list(unseen(file.edition, result.items))
    file.ways["sync"].unseen = len(silent)
    file.ways["leave"].unseen = sum(len(indices) for _, indices in changed(edition))
    for way, left in file.ways.items():
        file.typed[way], file.read[way] = costs(left.text, left.places, edition)
    count_segments(file, result)
    count_kept(file, file.ways["sync"].text)
    file.faults += silent
    return file


# --- the whole -----------------------------------------------------------------------------------


def texts_of(data: Path, only: str) -> Iterator[tuple[str, tuple[str, str, str]]]:
    """Name, base, source and human text of every file that has all."""
    for path in sorted((data / BASE).rglob("*.md")):
        name = path.relative_to(data / BASE)
        three = path, data / NEXT / name, data / HUMAN / name
        if only in str(name) and all(p.is_file() for p in three):
            yield name.as_posix(), tuple(p.read_text("utf-8") for p in three)  # type: ignore


def totals(files: list[File]) -> dict[str, Any]:
    """All figures of some files, summed up."""
    ways = {}
    for way in WAYS:
        kinds = sum((f.typed[way] for f in files), Counter[str]())
        read = sum((f.read[way] for f in files), Counter[str]())
        lefts = [f.ways[way] for f in files]
        ways[way] = {
            "typed": kinds.total(), "own": kinds["own"], "new": kinds["new"], "kinds": dict(kinds),
            "reread": sum(x.reread for x in lefts), "glance": sum(x.glance for x in lefts),
            "vain": read["kept"] + read["own"], "read": dict(read),
            "sent": sum(x.sent for x in lefts), "unseen": sum(x.unseen for x in lefts),
        }  # fmt: skip
    return {
        "files": len(files),
        "ways": ways,
        "segments": dict(sum((f.segments for f in files), Counter[str]())),
        "items": dict(sum((f.items for f in files), Counter[str]())),
        "kept": {
            name: [sum(f.kept[name][k] for f in files) for k in (0, 1)]
            for name in ("sentences", "prose", "code")
        },
    }


def shown_unseen(way: str, row: dict[str, Any]) -> str:
    return "–" if way == "merge-file" else f"{row['unseen']:,}"


def less(ours: float, theirs: float) -> str:
    return f"{1 - ours / theirs:.0%}" if theirs else "–"


def print_ways(title: str, figures: dict[str, Any]) -> None:
    print(f"\n{title}: {figures['files']} files\n")
    print(
        "| way | typed | own | new prose | re-read | in vain | new prose | glance | sent | unseen |"
    )
    print("| --- |" + " --- |" * 9)
    for way, row in figures["ways"].items():
        cells = [row["typed"], row["own"], row["new"], row["reread"], row["vain"]]
        cells += [row["read"].get("new", 0), row["glance"], row["sent"]]
        shown = [f"{cell:,}" for cell in cells] + [shown_unseen(way, row)]
        print(f"| {way} | {' | '.join(shown)} |")
    print()
    for way in WAYS[:2]:
        row = figures["ways"][way]
        for verb, kinds in (("typed", row["kinds"]), ("re-read", row["read"])):
            print(f"{way}: {verb} {', '.join(f'{kinds.get(k, 0):,} {k}' for k in KINDS)}")
    print(f"sync beside sections again: {savings(figures)}")


def savings(figures: dict[str, Any]) -> str:
    """How much less is typed and read again than where changed sections are translated again."""
    rows = [figures["ways"][way] for way in WAYS[:2]]
    typing = {
        "typed": [row["typed"] for row in rows],
        "without own text": [row["typed"] - row["own"] for row in rows],
        "nor new prose": [row["typed"] - row["own"] - row["new"] for row in rows],
    }
    reading = {
        "re-read": [row["reread"] for row in rows],
        "without glances": [row["reread"] - row["glance"] for row in rows],
        "without new prose": [row["reread"] - row["read"].get("new", 0) for row in rows],
        "in vain": [row["vain"] for row in rows],
    }
    shown = [
        ", ".join(f"{less(*both)} ({name})" for name, both in some.items())
        for some in (typing, reading)
    ]
    return f"less typing {shown[0]}; less re-reading {shown[1]}"


MARKS = "<!-- printed by benchmarks/sync.py -->", "<!-- end -->"
"""What stands before and behind the table in a page."""


def write_docs(page: Path, figures: dict[str, Any]) -> None:
    """Replace the tables in a page: typed and re-read of all ways, for each kind of change."""
    lines = []
    for title in ("revised", "rewritten", "all"):
        if title in figures:
            lines += [*table(title, figures[title]), f"\n`amts sync` beside translating changed "
                      f"sections again: {savings(figures[title])}.\n"]  # fmt: skip
    kept = {name: f"{a:,} of {b:,}" for name, (a, b) in figures["all"]["kept"].items()}
    lines.append(
        f"\n`amts sync` kept byte for byte: {kept['sentences']} human sentences whose source did "
        f"not change,\n{kept['prose']} blocks and {kept['code']} code cells of the human's own."
    )
    before, _, rest = page.read_text("utf-8").partition(MARKS[0])
    behind = rest.partition(MARKS[1])[2]
    printed = "\n".join(["", "", *lines, "", ""])
    page.write_text(f"{before}{MARKS[0]}{printed}{MARKS[1]}{behind}", "utf-8")


def table(title: str, figures: dict[str, Any]) -> list[str]:
    """The lines of a page's table for one kind of change."""
    head = [f"{title}, {figures['files']} files", "typed", "own", "re-read", "in vain"]
    lines = [f"| {' | '.join([*head, 'new prose', 'glance', 'unseen'])} |", "|" + " --- |" * 8]
    for way, row in figures["ways"].items():
        cells = [row["typed"], row["own"], row["reread"], row["vain"], row["read"].get("new", 0)]
        shown = [f"{cell:,}" for cell in (*cells, row["glance"])]
        lines.append(f"| {NAMES[way]} | {' | '.join([*shown, shown_unseen(way, row)])} |")
    return lines


def print_segments(files: list[File]) -> None:
    head = [*ROWS, "sent", "must look", "glance", "sentences kept", "own prose", "own code"]
    print("\n| file | " + " | ".join(head) + " |")
    print("| --- |" + " --- |" * len(head))
    for name, some in [*((f.name, [f]) for f in files), ("**all**", files)]:
        figures = totals(some)
        counts = [figures["segments"].get(row, 0) for row in ROWS]
        counts += [figures["ways"]["sync"]["sent"]]
        counts += [figures["items"].get(row, 0) for row in ("must look", "glance")]
        kept = [f"{a} of {b}" for a, b in figures["kept"].values()]
        short = name.removeprefix("chapter_").replace("natural-language-processing", "nlp")
        print(f"| {short} | " + " | ".join([*(f"{c:,}" for c in counts), *kept]) + " |")


def print_identity(data: Path) -> bool:
    """Merge every translation with its own original, and with one that has a blank line more."""
    same = total = silent = 0
    for path in sorted((data / HUMAN).rglob("*_origin.md")):
        human = path.with_name(path.name.replace("_origin", ""))
        if human.is_file():
            base, target = path.read_text("utf-8"), human.read_text("utf-8")
            total += 1
            same += sync_text(base, base, target, "d2l", "en", "zh").text == target
            merged = sync_text(base, base + "\n", target, "d2l", "en", "zh")
            silent += merged.text == target and not merged.items
    print(f"identity: sync(base, base, target) == target for {same} of {total} files")
    print(f"identity of the merge (the source has a blank line more): {silent} of {total} files")
    return same == silent == total


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--spoilt", type=float, default=0.35)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="files with this in their names")
    parser.add_argument("--identity", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--faults", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--docs", type=Path)
    options = parser.parse_args()
    if not all((options.data / name).is_dir() for name in (BASE, NEXT, HUMAN)):
        print(f"skipped: {options.data} has not the books {BASE}, {NEXT} and {HUMAN}")
        return 0
    if options.identity:
        return 0 if print_identity(options.data) else 1
    if options.speed:
        print(speed([texts for _, texts in texts_of(options.data, options.only)]))
        return 0
    files = []
    for name, texts in texts_of(options.data, options.only):
        files.append(measured(name, texts, options.spoilt, options.seed))
        print(name, end="\r", file=sys.stderr, flush=True)
    groups = {"all": files}
    for part, title in (("preliminaries", "rewritten"), ("processing", "revised")):
        groups[title] = [f for f in files if part in f.name]
    figures = {title: totals(some) for title, some in groups.items() if some}
    if options.docs:
        write_docs(options.docs, figures)
    if options.json:
        by_file = {f.name: totals([f]) for f in files}
        print(json.dumps({"spoilt": options.spoilt, **figures, "by_file": by_file}, indent=1))
        return 0
    human = made = 0
    for edition in (f.edition for f in files):
        for unit in edition.units:
            human += unit.end - unit.start
            source = words([edition.base.segments[i] for i in unit.base])
            made += sum(len(word.translation) for word in source)
    print(f"{options.spoilt:.0%} of the machine's words are spoilt, seed {options.seed}")
    print(f"the table makes {made:,} characters of what the human translated with {human:,}")
    for title, some in figures.items():
        print_ways(title, some)
    print_segments(files)
    if options.faults:
        for file in files:
            for fault in file.faults:
                print(f"{file.name}: {fault}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
