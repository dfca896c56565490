"""The translation of files and folders outside any book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from amts_ext import files, formats, project
from amts_ext.errors import InputError
from amts_ext.languages import profiles
from amts_ext.memory import Memory
from amts_ext.pipeline.pipeline import Pipeline
from amts_ext.progress import Progress, silent
from amts_ext.text.outcome import Result, Source
from amts_ext.translators.base import Translator

DOCUMENTS = ".md or .ipynb"
"""The files of a folder that are translated, for messages."""


def translate_paths(
    paths: Sequence[Path],
    out: Path,
    *,
    source: str,
    target: str,
    format: str = "",
    granularity: str = "sentence",
    memory: Path,
    frozen: bool = False,
    progress: Progress = silent,
    translator: Translator | None = None,
    drafts: str = "sure",
) -> Result:
    """Translate files and folders (all their .md and .ipynb) into ``out``.

    The structure of folders is kept. Hidden files and folders in them, and build folders
    (``_build``), are left alone. A file that cannot be read or written is listed in the result; all
    others are translated. ``format`` is the format of all files; empty: by their suffix.
    ``drafts`` is ``sure``, ``all`` or ``none``: which sentences of a translator that drafts are
    used.

    Raises :class:`~amts_ext.errors.InputError` before anything is done if an argument is wrong or
    there is nothing to translate, and what :meth:`~amts_ext.pipeline.Pipeline.translate` raises.
    """
    profile = profiles.for_pair(source, target)
    if format:
        formats.get(format)
    places = dict(_places(paths, out))
    sources = [
        Source(str(p), p, format or formats.by_suffix(str(p), project.around(p).markdown))
        for p in places
    ]
    if translator is None:
        from amts_ext.translators.embedded import embedded

        translator = embedded()
    try:
        with Memory(memory, read_only=frozen) as store:
            pipeline = Pipeline(
                source,
                profile.language,
                profile,
                store,
                translator,
                granularity=granularity,
                progress=progress,
                frozen=frozen,
                drafts=drafts,
            )
            return pipeline.translate(
                sources, lambda d: files.write_text(places[Path(d.name)], d.text)
            )
    finally:
        translator.close()


def _documents(folder: Path, out: Path) -> Iterator[Path]:
    """Yield the documents in ``folder``, without the results of an earlier run."""
    results = out.resolve()
    nested = folder.resolve() in results.parents
    for path in files.inside(folder, formats.SUFFIXES):
        if not (nested and path.resolve().is_relative_to(results)):
            yield path


def _places(paths: Sequence[Path], out: Path) -> list[tuple[Path, Path]]:
    """Return each file with the path of its translation.

    Raises :class:`InputError` for a path that does not exist, a folder without documents, and a
    translation that would replace a source or another translation.
    """
    places = []
    for path in paths:
        if path.is_dir():
            inside = list(_documents(path, out))
            if not inside:
                raise InputError(
                    f"no {DOCUMENTS} file in this folder; check the path", file=str(path)
                )
            places += [(p, out / p.relative_to(path)) for p in inside]
        elif path.is_file():
            places.append((path, out / path.name))
        else:
            raise InputError("no such file or folder", file=str(path))
    targets = Counter(target for _, target in places)
    for path, target in places:
        if path.resolve() == target.resolve():
            raise InputError(
                "would be overwritten by its translation; choose another -o", file=str(path)
            )
        if targets[target] > 1:
            raise InputError(
                f"two sources would be written to {target}; translate them apart", file=str(path)
            )
    return places
