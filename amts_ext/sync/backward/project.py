"""The corrections in all files of a translation; nothing is written but what alignment keeps.

::

    found = project_corrections(SyncSettings(Path("../d2l-en"), Path("../d2l-zh"), "zh"))
    for finding in found.findings:
        print(finding.path, finding.correction.line, finding.correction.target)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from amts_ext import files, formats, project
from amts_ext.errors import AlignmentError, AmtsError, InputError, of_document
from amts_ext.human import open_items
from amts_ext.human.open_items import FileState
from amts_ext.languages import profiles
from amts_ext.merging import pins
from amts_ext.merging.texts import FITS, Text, fit, tied
from amts_ext.progress import Progress, silent
from amts_ext.sync.alignments import Alignments
from amts_ext.sync.backward.corrections import Proposal, corrections
from amts_ext.sync.backward.findings import Listed, findings
from amts_ext.sync.base import Bases
from amts_ext.sync.pairs import FilePair, pair_files
from amts_ext.sync.project import SyncSettings
from amts_ext.sync.readable import Readable, format_of, read_file


@dataclass(slots=True)
class Backward:
    """What the original may want of a translation."""

    findings: list[Listed] = field(default_factory=list)
    problems: list[AmtsError] = field(default_factory=list)
    """Files that could not be compared; the others were."""
    compared: int = 0
    """Files that were compared."""

    @property
    def counts(self) -> Counter[str]:
        """The corrections by kind."""
        return Counter(finding.correction.kind for finding in self.findings)


def project_corrections(settings: SyncSettings, progress: Progress = silent) -> Backward:
    """Find what humans corrected in the translation ``settings.target``.

    Raises :class:`~amts_ext.errors.InputError` for wrong settings.
    """
    reader = _Reader(settings)
    found = pair_files(settings.target, settings.source, reader.bases, settings.localized)
    pairs = [pair for pair in found.pairs if pair.before and not pair.is_gone]
    done = Backward([], found.problems)
    listed: list[Listed] = []
    for number, pair in enumerate(pairs):
        try:
            with of_document(str(settings.target / pair.before)):
                listed += (Listed(pair.before, pair.path, one) for one in reader.corrections(pair))
                done.compared += 1
        except InputError as error:
            done.problems.append(error)
        progress("compared", number + 1, len(pairs))
    done.findings = findings(listed)
    return done


class _Reader:
    """A reader of the files of one translation."""

    def __init__(self, settings: SyncSettings) -> None:
        self._settings = settings
        self._known = open_items.read(settings.target)
        self.bases = Bases(settings.target, settings.source, settings.base, self._known)
        profile = profiles.for_pair(settings.source_lang, settings.lang)
        self._languages = settings.source_lang, profile.language
        self._markdown = settings.format or project.around(settings.source).markdown
        self._alignments = Alignments(settings.target)

    def corrections(self, pair: FilePair) -> list[Proposal]:
        """Return the corrections in one file.

        Raises :class:`InputError` if it has no base that fits, or cannot be read.
        """
        source = _read(self._settings.source / pair.path)
        target = _read(self._settings.target / pair.before)
        *others, last = self.bases.candidates(pair.before, source)
        for find in others:
            with suppress(InputError):
                return self._compared(pair, find().text, source, target)
        return self._compared(pair, last().text, source, target)

    def _compared(
        self, pair: FilePair, base: str, source: Readable, target: Readable
    ) -> list[Proposal]:
        format = format_of(pair.path, self._markdown)
        name = str(self._settings.target / pair.before)
        read = formats.get(format).read
        ours, now = (Text(read(t, name), self._languages[0]) for t in (base, source.text))
        theirs = Text(read(target.text, name), self._languages[1])
        aligned = self._alignments.of(pair.before, ours, theirs, format)
        share = fit(ours, aligned)
        if share < FITS:
            message = f"only {share:.0%} of its base is found again in it; name another with --base"
            raise AlignmentError(message, file=name)
        own = [*self._machine(pair, target.text), *self._pinned(target.text)]
        return [
            replace(one, line=target.line(one.start), source_line=source.line(one.source_start))
            for one in corrections(ours, now, theirs, tied(ours, theirs, aligned))
            if not any(start <= one.start < end for start, end in own)
        ]

    def _pinned(self, target: str) -> Iterator[tuple[int, int]]:
        return pins.places(target, self._settings.localized)

    def _machine(self, pair: FilePair, target: str) -> Iterator[tuple[int, int]]:
        """Yield the stretches that a machine wrote and nobody has read yet."""
        known = self._known.get(pair.before, FileState())
        for item in open_items.carried(known.items, target):
            if not item.kept:
                yield item.start, len(target) if item.is_whole else item.end


def _read(path: Path) -> Readable:
    files.refuse_conflict(files.read_text(path), str(path))
    return read_file(path)
