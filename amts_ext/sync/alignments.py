"""The alignments of a translation's files with their bases, kept until one of the two changes.

To align takes most of the time of a synchronization, above all with the encoder of meaning. So what
was found is kept in the translation's ``.amts/sync``, one file for each, with a digest of both
texts and of all that the result depends on.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from amts_ext import alignment, files
from amts_ext.errors import InputError
from amts_ext.human import units
from amts_ext.human.aligned import Aligned, align_sides
from amts_ext.human.holding import FOLDER
from amts_ext.merging.texts import Text
from amts_ext.sync.plain import digest


class _Kept(Struct, frozen=True):
    digest: str
    aligned: Aligned


class Alignments:
    """The alignments of one translation."""

    def __init__(self, target: Path, is_kept: bool = True) -> None:
        """``is_kept`` False: what is there is used, and nothing is written."""
        self._folder = target / FOLDER / "alignments"
        self._is_kept = is_kept

    def of(self, path: str, base: Text, target: Text, format: str) -> Aligned:
        """Return the alignment of a file, ``path`` in the translation, with its base."""
        texts = base.document.text, target.document.text
        languages = base.language, target.language
        state = digest(alignment.version(), units.VERSION, format, *languages, *texts)
        place = self._folder / f"{digest(path)}.json"
        # A damaged file is none.
        with suppress(InputError, msgspec.MsgspecError):
            if place.is_file():
                kept = msgspec.json.decode(files.read_bytes(place), type=_Kept)
                if kept.digest == state:
                    return kept.aligned
        found = align_sides(base, target, unchanged=True)
        if self._is_kept:
            files.write_bytes(place, msgspec.json.encode(_Kept(state, found)))
        return found
