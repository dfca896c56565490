"""The parallel data of a book: pairs of its sentences and their human translations."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from amts_ext import alignment, exchange, files, formats
from amts_ext.config import Config
from amts_ext.errors import AmtsError, InputError
from amts_ext.exchange import Example, Examples
from amts_ext.human import find_pairs
from amts_ext.masking import mask
from amts_ext.model import Pair

LOG = logging.getLogger("amts")

SURE = 0.5
"""Alignments below this score are left out: a wrong pair teaches more wrong than it helps."""


def of_book(config: Config, langs: Sequence[str]) -> Examples:
    """Sentence pairs of the book's human translations into ``langs``, one row a source sentence.

    Raises :class:`InputError` for a language without ``human_<language>`` and
    :class:`~amts_ext.errors.AlignmentError` for folders that do not fit together.
    """
    rows: dict[str, tuple[dict[str, str], str]] = {}
    found = Examples(config.source, list(langs))
    for lang in langs:
        if lang not in config.human:
            message = f"no human translation: set human_{lang}, or name files of pairs"
            raise InputError(f"[amts] {message}", file=str(config.file))
        for original, human in find_pairs(config.human[lang], config.root):
            for pair in _pairs(config.source, lang, original, human):
                place = f"{original}:{pair.source_span.line}"
                if pair.score < SURE:
                    reason = f"the alignment is not sure ({pair.score:.2f})"
                    found.skipped.append(exchange.Skipped(place, reason, pair.source))
                else:
                    rows.setdefault(pair.source, ({}, place))[0][lang] = pair.target
    found.rows = [Example(source, targets, place) for source, (targets, place) in rows.items()]
    return found


def of_files(paths: Sequence[Path], source: str, langs: Sequence[str]) -> Examples:
    """The rows of files of pairs, in ``langs`` only (all their languages if empty).

    Raises :class:`InputError` if a file cannot be used.
    """
    found = Examples(source, [])
    for path in paths:
        own = exchange.read(path, source)
        try:
            found.extend(own)
        except InputError as error:
            raise InputError(error.message, file=str(path)) from error
    if missing := [lang for lang in langs if lang not in found.targets]:
        has = ", ".join(found.targets)
        raise InputError(f"the files hold no {', '.join(missing)}; they hold: {has}")
    if langs:
        found.targets = [t for t in found.targets if t in langs]
        found.rows = [
            Example(r.source, {t: x for t, x in r.targets.items() if t in langs}, r.place)
            for r in found.rows
        ]
    return found


def _pairs(source: str, target: str, original: Path, human: Path) -> list[Pair]:
    """A file that cannot be read is told and left out."""
    try:
        reader = formats.get(formats.by_suffix(str(original), "d2l"))
        ours = reader.read(files.read_text(original), str(original))
        theirs = reader.read(files.read_text(human), str(human))
    except AmtsError as error:
        LOG.warning("%s", error)
        return []
    return alignment.pairs(ours, mask(ours, source), theirs, mask(theirs, target))
