"""Learning from a folder of human translations: it becomes human units in the memory.

A translation is found by one of two conventions: ``X.md`` stands beside its original
``X_origin.md``, or two folders hold files of the same names. Texts that were learned from before
are not aligned again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from amts_ext import alignment, files, formats, project
from amts_ext.errors import AlignmentError, AmtsError, DocumentError, InputError, of_document
from amts_ext.formats import SUFFIXES
from amts_ext.human import lock, open_items
from amts_ext.human.aligned import Aligned
from amts_ext.human.following import Follow, more_units
from amts_ext.human.human_file import ORIGIN, HumanFile, names_of, pairs_in
from amts_ext.human.mending import Slip
from amts_ext.human.open_items import FileState
from amts_ext.human.units import Reason, Skip, make_units
from amts_ext.human.unused import Unused
from amts_ext.memory import Store
from amts_ext.model import Pair
from amts_ext.progress import Progress
from amts_ext.text.masking import mask


@dataclass(slots=True)
class Report:
    """The result of learning from a human translation."""

    files: int = 0
    """Files that were learned from, now or before."""
    known: int = 0
    """Files that were learned from before and have not changed."""
    units: int = 0
    """Units that the files gave."""
    skips: list[Skip] = field(default_factory=list)
    """Sentences and blocks that gave no unit."""
    notices: list[AmtsError] = field(default_factory=list)
    """Places in the human's files that were mended or look mistyped."""
    problems: list[AmtsError] = field(default_factory=list)
    """Files that could not be read or have no partner; the others are learned from."""

    @property
    def unused(self) -> list[Unused]:
        """The human's texts that gave no unit, in the order of the files."""
        return [skip.unused for skip in self.skips if skip.unused is not None]

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of sentences and blocks that gave no unit, by ``level: reason``.

        >>> Report(skips=[Skip(Reason.SLOTS, "sentence", "mean.md", 3)]).counts
        {'sentence: other formulas or references': 1}
        """
        return dict(Counter(f"{skip.level}: {skip.reason}" for skip in self.skips).most_common())


def align(
    source_text: str,
    target_text: str,
    format: str = "md",
    source: str = "en",
    target: str = "zh",
) -> list[Pair]:
    """Align a text with its translation, sentence by sentence; no file is touched.

    >>> for pair in align("Let $x$ be. It is small.", "Sea $x$. Es pequeño.", target="es"):
    ...     print(pair.source, "|", pair.target)
    Let $x$ be. | Sea $x$.
    It is small. | Es pequeño.

    Returns the pairs in order, with their places and scores; slots are as the texts have them.
    Raises :class:`~amts_ext.errors.DocumentError` if a text cannot be read and
    :class:`~amts_ext.errors.InputError` for an unknown format.
    """
    reader = formats.get(format)
    ours, theirs = reader.read(source_text, "source"), reader.read(target_text, "target")
    return alignment.pairs(ours, mask(ours, source), theirs, mask(theirs, target))


def find_pairs(
    folder: Path, source_root: Path, suffixes: Sequence[str] = SUFFIXES
) -> list[tuple[Path, Path]]:
    """Find the translations in a folder and their originals, as (original, human) files.

    >>> for name in ("es/mean.md", "en/mean.md", "es/sum_origin.md", "es/sum.md"):
    ...     _ = files.write_text(Path(name), "")
    >>> for original, human in find_pairs(Path("es"), Path("en")):
    ...     print(original.as_posix(), human.as_posix())
    en/mean.md es/mean.md
    es/sum_origin.md es/sum.md

    An original beside the translation is preferred to the file of the same name in
    ``source_root``. Raises :class:`AlignmentError` if a folder is missing or no file has an
    original.
    """
    for path in (folder, source_root):
        if not path.is_dir():
            raise AlignmentError("no such folder; check the path", file=str(path))
    found = list(pairs_in(folder, source_root, suffixes))
    if not found:
        raise AlignmentError(
            f"no file here has an original: neither X{ORIGIN}.md beside X.md nor a file of the "
            f"same name in {source_root}; check the folder",
            file=str(folder),
        )
    return found


def learn(
    memory: Store,
    folder: Path,
    source_root: Path,
    pair: tuple[str, str],
    format: str = "",
    progress: Progress | None = None,
    follow: Follow | None = None,
) -> Report:
    """Learn from the human translations in ``folder``: their units go into the memory.

    ``pair`` is (source language, target language). ``format`` is that of ``.md`` files; if it is
    empty, it is that of the project that ``source_root`` lies in. Files that cannot be read are
    listed in the report, and the others are learned from. With ``follow``, a translation whose
    original is an earlier state of the source gives units for the source as it is now, too.

    Raises :class:`AlignmentError` if a folder is missing or no file has an original.
    """
    report = Report()
    format = format or project.around(source_root).markdown
    matched = find_pairs(folder, source_root)
    known = memory.alignments(pair)
    book = names_of(original for original, _ in matched)
    report.problems += _left_alone(folder)
    states = _open_items(folder, report)
    for number, (original, human) in enumerate(matched):
        name = human.relative_to(folder).as_posix()
        try:
            with of_document(str(human)):
                exact = formats.by_suffix(name, format)
                state = states.get(name, FileState())
                now = source_root / name if follow else None
                file = HumanFile.read(original, human, name, exact, state, book, now)
                earlier = known.get(name)
                if earlier is not None and earlier.digest == file.digest:
                    report.known += 1
                    _recall(report, earlier.report, original, human)
                else:
                    _learn_file(memory, report, file, pair, follow=follow)
            report.files += 1
        except InputError as error:
            report.problems.append(error)
        if progress is not None:
            progress("align", number + 1, len(matched))
    return report


def learn_texts(
    memory: Store,
    folder: Path,
    name: str,
    texts: tuple[str, str],
    pair: tuple[str, str],
    format: str,
    state: FileState | None = None,
    aligned: Aligned | None = None,
) -> None:
    """Learn from one file of human translations in ``folder``, whose original is given as a text.

    ``name`` is the file's path in the folder, ``texts`` are (original, translation), ``format`` is
    that of the texts, ``state`` has the file's open items, and ``aligned`` is the alignment of the
    texts, where it is known already. A file that was learned from with these texts is not aligned
    again. Raises :class:`InputError` for a text that cannot be read.
    """
    human = folder / name
    original = human.with_name(f"{human.stem}{ORIGIN}{human.suffix}")
    file = HumanFile(original, human, name, format, *texts, state or FileState())
    learn_file(memory, file, pair, aligned=aligned)


def learn_file(
    memory: Store,
    file: HumanFile,
    pair: tuple[str, str],
    follow: Follow | None = None,
    aligned: Aligned | None = None,
) -> bool:
    """Learn from one file, and return True; False if it was learned from before, as it is.

    ``follow`` is as :func:`learn` has it, ``aligned`` the alignment of the file, if it is known.
    Raises :class:`InputError` for a text that cannot be read.
    """
    earlier = memory.alignments(pair).get(file.name)
    if earlier is not None and earlier.digest == file.digest:
        return False
    with of_document(str(file.human)):
        _learn_file(memory, Report(), file, pair, aligned, follow)
    return True


def _open_items(folder: Path, report: Report) -> dict[str, FileState]:
    """Read what a synchronization left for a person; a damaged list is a problem of the report.

    So is a list that has lost places where the human's text is older than its source.
    """
    states: dict[str, FileState] = {}
    try:
        states = open_items.read(folder)
        lost = lock.lost(lock.read(folder), states)
        report.problems += (lock.loss(folder, path, number) for path, number in lost.items())
    except InputError as error:
        report.problems.append(error)
    return states


def _learn_file(
    memory: Store,
    report: Report,
    file: HumanFile,
    pair: tuple[str, str],
    aligned: Aligned | None = None,
    follow: Follow | None = None,
) -> None:
    ours, theirs, unread = file.ours, file.theirs, file.unread
    mended, slips = file.mended
    doubts = formats.doubts_of(file.reader, mended)
    slips = [*slips, *(Slip(doubt.line, f"{doubt.reason}: {doubt.source}") for doubt in doubts)]
    human_name = str(file.human)
    aligned = aligned if mended == file.target else None  # its places are those of the text itself
    aligned = aligned or file.align(pair)
    units, skips = make_units(
        ours, theirs, pair, file.name, file.unchanged, file.references, aligned, unread
    )
    if follow and file.now:
        now = file.reader.read(file.now, str(file.original))
        followed = follow(file.format, ours, now, theirs, aligned, unread)
        if followed:
            more, told = more_units(units, now, followed, pair, file.name, file.references)
            units, slips = units + more, slips + told
    summary = _summary(len(units), skips, slips, human_name)
    memory.replace_human(pair, file.name, units, file.digest, summary)
    report.units += len(units)
    report.skips += skips
    report.notices += _notices(slips, file.human)


def _notices(slips: Iterable[Sequence[Any]], human: Path) -> Iterator[AmtsError]:
    """Return the slips in a human's file with their places."""
    return (DocumentError(message, file=str(human), line=line) for line, message in slips)


def _summary(units: int, skips: list[Skip], slips: list[Slip], human: str) -> str:
    """Write the report of one file as JSON, to be kept in the memory.

    It names neither file, since the folders may move: it says which of the two a line is in.
    """
    rows = [
        [s.reason, s.level, s.file == human, s.line]
        + ([s.unused.source, s.unused.text, s.unused.line] if s.unused else [])
        for s in skips
    ]
    return json.dumps({"units": units, "skips": rows, "slips": slips})


def _recall(report: Report, summary: str, original: Path, human: Path) -> None:
    """Add the kept report of one file to ``report``."""
    kept = json.loads(summary)
    report.units += kept["units"]
    report.notices += _notices(kept["slips"], human)
    for reason, level, in_human, line, *left in kept["skips"]:
        file = str(human if in_human else original)
        text = Unused(left[0], left[1], str(human), left[2], reason) if left else None
        report.skips.append(Skip(Reason(reason), level, file, line, text))


def text_files(folder: Path, suffixes: Sequence[str] = SUFFIXES) -> Iterator[Path]:
    """Find the files of a folder that may hold a translation (:func:`amts_ext.files.inside`)."""
    return files.inside(folder, suffixes)


def _left_alone(folder: Path) -> Iterator[AlignmentError]:
    """List the originals ``X_origin.md`` that have no translation ``X.md`` beside them."""
    for path in text_files(folder):
        human = path.with_name(path.stem.removesuffix(ORIGIN) + path.suffix)
        if path.stem.endswith(ORIGIN) and not human.exists():
            text = f"its translation {human.name} is missing; add it, or remove the original"
            yield AlignmentError(text, file=str(path))
