"""The words of the demo book: what was read of its machine translation, counted by judgement.

    python benchmarks/words.py [--lang pt,es] [--book demo] [--list]

The judgements of a careful translator lie in ``judgements/demo-<language>.csv``: source,
translation, and *right*, *understandable* or *wrong*. A translation that is not there counts as
unread; ``--list`` prints those. Titles are those of sections, captions, and the cells of tables.
To read what an older checkout says: ``PYTHONPATH=OLD python benchmarks/words.py --book OLD/demo``.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from amts_ext.config import load
from amts_ext.model import to_tokens
from amts_ext.pipeline.book import Book

ROOT = Path(__file__).resolve().parents[1]
JUDGEMENTS = ROOT / "benchmarks/judgements"
TITLES = {"title", "caption", "cell"}
VERDICTS = ("human", "right", "understandable", "wrong", "untranslated", "unread")


def judgements(lang: str) -> dict[tuple[str, str], str]:
    """The verdict on each translation, by source and translation."""
    with (JUDGEMENTS / f"demo-{lang}.csv").open(encoding="utf-8", newline="") as file:
        return {(row["source"], row["translation"]): row["verdict"] for row in csv.DictReader(file)}


def segments(book: Path, lang: str) -> Iterator[tuple[str, str, str, str]]:
    """Translate a book anew; yield the group, the status, the source and the translation."""
    with tempfile.TemporaryDirectory() as folder:
        config = load(book / "config.ini", memory=f"{folder}/memory.sqlite")
        with Book(config) as opened:
            sources = opened.project.documents()
            opened.fetch(sources, [lang])
            opened.learn(lang)
            result = opened.pipeline(lang).translate(sources)
    for document in result.documents:
        for outcome in document.segments:
            kind = document.source.blocks[outcome.segment.block].kind
            said = to_tokens(outcome.parts) if outcome.parts else ""
            group = "titles" if kind in TITLES else "sentences"
            yield group, str(outcome.status), outcome.segment.tokens, said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lang", default="pt,es")
    parser.add_argument("--book", type=Path, default=ROOT / "demo")
    parser.add_argument("--list", action="store_true", help="print what nobody has read")
    arguments = parser.parse_args()
    print(f"{'':16}" + "".join(f"{verdict:>16}" for verdict in VERDICTS))
    for lang in arguments.lang.split(","):
        known = judgements(lang)
        counts: dict[str, Counter[str]] = {"titles": Counter(), "sentences": Counter()}
        unread = []
        for group, status, source, said in segments(arguments.book.resolve(), lang):
            verdict = status if status == "human" else known.get((source, said), "unread")
            counts[group]["untranslated" if not said else verdict] += 1
            unread += [(source, said)] if said and verdict == "unread" else []
        for group, count in counts.items():
            cells = "".join(f"{count[verdict]:>16}" for verdict in VERDICTS)
            print(f"{lang + ' ' + group:16}{cells}")
        for source, said in unread if arguments.list else ():
            print(f"  {source}\n  {said}")


if __name__ == "__main__":
    main()
