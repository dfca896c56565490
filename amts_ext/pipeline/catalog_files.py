"""Files of gettext catalogs: where they lie, and which format their messages are in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from amts_ext import files, formats
from amts_ext.errors import InputError
from amts_ext.languages import profiles

if TYPE_CHECKING:
    from amts_ext.pairs.po import Message

FOLDER = "LC_MESSAGES"
"""The folder of a language's catalogs in sphinx-intl's layout."""


def find_catalogs(
    paths: Iterable[Path], source: str, langs: Sequence[str] = ()
) -> dict[str, list[Path]]:
    """Return the catalogs at ``paths`` by language; each is a ``.po`` file or a folder.

    A folder has sphinx-intl's layout, ``<language>/LC_MESSAGES/**/*.po``, and ``langs`` chooses
    among its languages. A file's language is that of ``langs``, if there is one only, or of its
    folder, or of its header.

    Raises :class:`InputError` for a path with no catalogs, and :class:`ConfigError` for a language
    without a profile.
    """
    wanted = [profiles.for_pair(source, lang).language for lang in langs]
    found: dict[str, list[Path]] = {lang: [] for lang in wanted}
    for path in paths:
        own = list(_in_folder(path, wanted) if path.is_dir() else _single(path, wanted))
        if not own:
            message = f"no catalogs here; expected <language>/{FOLDER}/*.po; make them: sphinx-intl"
            raise InputError(f"{message} update -l {(wanted or ['zh'])[0]}", file=str(path))
        for lang, file in own:
            if lang == source and not wanted:
                continue
            files_of = found.setdefault(profiles.for_pair(source, lang).language, [])
            files_of += [file] if file not in files_of else []
    return {lang: own for lang, own in found.items() if own}


def _in_folder(path: Path, wanted: Sequence[str]) -> Iterator[tuple[str, Path]]:
    for folder in sorted(path.glob(f"*/{FOLDER}")):
        lang = profiles.spelled(folder.parent.name)
        if not wanted or lang in wanted:
            yield from ((lang, file) for file in sorted(folder.rglob("*.po")))


def _single(path: Path, wanted: Sequence[str]) -> Iterator[tuple[str, Path]]:
    if path.suffix != ".po":
        raise InputError("no catalog; allowed: .po files and folders of them", file=str(path))
    parts = path.resolve().parts
    named = parts[parts.index(FOLDER) - 1] if FOLDER in parts else ""
    lang = wanted[0] if len(wanted) == 1 else profiles.spelled(named)
    if not lang:
        from amts_ext.pairs.po import PoFile  # late: most callers name folders

        header = PoFile.read(files.read_bytes(path), str(path)).header
        lang = profiles.spelled(header.get("language", ""))
    if not lang:
        message = "its header names no language; name one with --lang"
        raise InputError(message, file=str(path))
    if not wanted or lang in wanted:
        yield lang, path


def format_of(message: Message, format: str) -> str:
    """Return the format of a message: the given one, or that of the files it was taken from."""
    if format:
        return format
    suffixes = {PurePath(place.rpartition(":")[0]).suffix for place in message.locations}
    markdown = suffixes & {*formats.MARKDOWN, ".ipynb"}
    myst = "myst" if "myst" in formats.available() else "md"
    return myst if markdown and markdown == suffixes else "rst"
