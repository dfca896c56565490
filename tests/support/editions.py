"""A source file built with what a human made of it, or of its original."""

from __future__ import annotations

from pathlib import Path

from amts_ext.human import learn
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.pipeline import Pipeline
from amts_ext.text.outcome import Source, TranslatedDocument


def built(
    root: Path,
    english: str,
    original: str,
    human: str,
    beside: bool = True,
    format: str = "md",
    others: dict[str, str] | None = None,
) -> TranslatedDocument:
    """``english`` with what a human made of ``original``, which stands beside it.

    ``others`` are more files of the edition, by name.
    """
    folder = root / "pt"
    folder.mkdir()
    (root / "a.md").write_text(english if beside else original, "utf-8")
    files = {"a.md": human, **(others or {})}
    if beside:
        files["a_origin.md"] = original
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    with Memory(root / "memory.sqlite") as memory:
        learn(memory, folder, root, ("en", "pt"), format)
        pipeline = Pipeline("en", "pt", profiles.load("pt"), memory, None)
        (document,) = pipeline.translate([Source("a.md", english, format)]).documents
    return document
