"""What `amts backward` lists of a real human edition, and what a careful reader judged of it.

    python benchmarks/backward.py [--data DIR] [--list] [--all]

The source is the edition's own originals, so each place that is listed is something that the human
exchanged for something else. The first line has the places by kind, the second the verdicts of a
sample. Digests draw it, so another list has most of it in common:

- ``correction``: the source may want it: an error, a call that has another name now, a clearer
  name;
- ``localized``: right for the translation alone;
- ``false``: a slip of the human's, another layout, or not the same place.

The judgements (``judgements/backward-d2l-zh.csv``) hold no text of the book, but a digest of what
both sides have. ``--list`` prints the places that nobody has judged; ``--all`` draws all.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from hashlib import sha256
from pathlib import Path

from amts_ext import files
from amts_ext.human import find_pairs
from amts_ext.progress import reporter
from amts_ext.sync.backward.findings import Listed
from amts_ext.sync.backward.project import Backward, project_corrections
from amts_ext.sync.project import SyncSettings

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT.parent / "shared/data/d2l-zh"
JUDGEMENTS = ROOT / "benchmarks/judgements/backward-d2l-zh.csv"
DRAWN = 40
VERDICTS = ("correction", "localized", "false")


def digest(finding: Listed) -> str:
    """Twelve characters that stand for both sides."""
    one = finding.correction
    return sha256(f"{one.source}\n{one.target}".encode()).hexdigest()[:12]


def compared(data: Path, folder: Path) -> Backward:
    """Compare a copy of the edition, so that nothing is written beside it, with its originals."""
    source, target = folder / "source", folder / "target"
    for original, human in find_pairs(data, data):
        name = human.relative_to(data)
        files.write_bytes(source / name, files.read_bytes(original))
        for path in (original, human):
            files.write_bytes(target / path.relative_to(data), files.read_bytes(path))
    settings = SyncSettings(source, target, "zh", format="d2l")
    return project_corrections(settings, reporter())


def judgements() -> dict[tuple[str, str], str]:
    if not JUDGEMENTS.is_file():
        return {}
    with JUDGEMENTS.open(encoding="utf-8", newline="") as file:
        return {(row["file"], row["digest"]): row["verdict"] for row in csv.DictReader(file)}


def report(found: Backward, listed: bool, everything: bool) -> None:
    kinds = ", ".join(f"{number} {kind}" for kind, number in found.counts.most_common())
    places = sum(len(finding.others) + 1 for finding in found.findings)
    print(f"{found.compared} files, {len(found.findings)} listed of {places} places: {kinds}")
    drawn = sorted(found.findings, key=digest)[: None if everything else DRAWN]
    known = judgements()
    verdicts = Counter(known.get((f.path, digest(f)), "unread") for f in drawn)
    cells = ", ".join(f"{verdicts[verdict]} {verdict}" for verdict in (*VERDICTS, "unread"))
    print(f"{len(drawn)} drawn: {cells}")
    for finding in drawn if listed else ():
        one = finding.correction
        if (finding.path, digest(finding)) not in known:
            print(f"\n{finding.path},{one.line},{digest(finding)} {one.kind} {one.source_line}")
            print(f"{one.source}\n=\n{one.target}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--list", action="store_true", help="print what nobody has judged")
    parser.add_argument("--all", action="store_true", help="draw everything")
    options = parser.parse_args()
    if not options.data.is_dir():
        print(f"{options.data}: not on this machine; nothing is compared")
        return
    with tempfile.TemporaryDirectory() as folder:
        found = compared(options.data, Path(folder))
    for problem in found.problems:
        print(problem)
    report(found, options.list, options.all)


if __name__ == "__main__":
    main()
