"""Pairs of documents and their translations, from two folders, two files or two git revisions.

A side is given as a path, or as a folder or file of a revision in git's notation: ``v1:docs``,
``HEAD~3:`` (https://git-scm.com/docs/gitrevisions). A revision is unpacked into a temporary folder;
the working tree is not touched.
"""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from amts_ext import human
from amts_ext.errors import AlignmentError, InputError
from amts_ext.parallel_data import prose


@dataclass(frozen=True, slots=True)
class Texts:
    """A document and its translation, as files."""

    name: str
    """The document's name: its path in the translation's folder."""
    source: Path
    target: Path
    places: tuple[str, str]
    """The two files as a person is shown them: ``v1:docs/a.md``."""


@dataclass(frozen=True, slots=True)
class Matched:
    """The documents of two sides, matched by name."""

    texts: list[Texts]
    alone: list[str]
    """Translations without a source. For two sides given by :func:`open_sides` also sources without
    a translation; a book may have many of those."""


@dataclass(frozen=True, slots=True)
class _Side:
    """A file or a folder with documents."""

    root: Path
    spelled: str
    """The side as the user gave it."""

    def place(self, path: Path) -> str:
        """Return a file of the side as a person is shown it."""
        inside = path.relative_to(self.root).as_posix() if path != self.root else ""
        if self.spelled == ".":
            return inside
        glue = "" if not inside or self.spelled.endswith((":", "/")) else "/"
        return f"{self.spelled}{glue}{inside}"


def match_folders(source: Path, target: Path) -> Matched:
    """Match the documents of a folder, such as a book's root, with those of its translation.

    Raises :class:`AlignmentError` if the folders do not fit together.
    """
    first, second = (_Side(f, os.path.relpath(f)) for f in (source, target))
    return _match(first, second, both=False)


@contextmanager
def open_sides(source: str, target: str) -> Iterator[Matched]:
    """Match the documents of two sides; unpacked revisions exist while the context is open.

    Raises :class:`InputError` for a side that is neither a path nor a revision, or if one is a
    file and the other a folder; :class:`AlignmentError` if nothing in them fits together.
    """
    with ExitStack() as stack:
        first, second = (_open(spelled, stack) for spelled in (source, target))
        if first.root.is_dir() != second.root.is_dir():
            message = f"one is a file, the other ({target}) a folder; name two of a kind"
            raise InputError(message, file=source)
        if first.root.is_dir():
            yield _match(first, second, both=True)
        else:
            places = first.place(first.root), second.place(second.root)
            yield Matched([Texts(second.root.name, first.root, second.root, places)], [])


def _match(source: _Side, target: _Side, *, both: bool) -> Matched:
    try:
        found = human.find_pairs(target.root, source.root, prose.SUFFIXES)
    except AlignmentError as error:
        shown = error.message.replace(str(source.root), source.spelled)
        raise AlignmentError(shown, file=target.spelled) from error
    texts = []
    for original, translation in found:
        own = target if original.is_relative_to(target.root) else source
        places = own.place(original), target.place(translation)
        name = translation.relative_to(target.root).as_posix()
        texts.append(Texts(name, original, translation, places))
    used = {path for pair in found for path in pair}
    inside = [p for p in human.text_files(target.root, prose.SUFFIXES) if p not in used]
    alone = [target.place(path) for path in inside]
    if both:
        outside = human.text_files(source.root, prose.SUFFIXES)
        alone += [source.place(p) for p in outside if p not in used and p not in inside]
    return Matched(texts, alone)


def _open(spelled: str, stack: ExitStack) -> _Side:
    path = Path(spelled).expanduser()
    if path.exists():
        return _Side(path, spelled)
    revision, colon, inside = spelled.partition(":")
    if not colon:
        raise InputError(
            "no such file or folder; name one, or REVISION:PATH of a git repository", file=spelled
        )
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="amts-")))
    _unpack(revision, inside, folder, spelled)
    root = folder / PurePosixPath(inside)
    return _Side(root, spelled)


def _unpack(revision: str, inside: str, folder: Path, spelled: str) -> None:
    """Write the files of a revision of the current folder's repository into ``folder``."""
    if revision.startswith("-"):
        raise InputError("no revision begins with '-'", file=spelled)
    command = ["git", "archive", "--format=tar", revision, "--", inside or "."]
    try:
        top = subprocess.run(
            ["git", "rev-parse", "--show-toplevel"], capture_output=True, text=True, check=False
        )
        done = subprocess.run(
            command, cwd=top.stdout.strip() or None, capture_output=True, check=False
        )
    except FileNotFoundError as error:
        raise InputError("needs the program git; install it", file=spelled) from error
    if top.returncode or done.returncode:
        said = top.stderr if top.returncode else done.stderr.decode("utf-8", "replace")
        reason = f"git says: {said.partition(chr(10))[0]}"
        raise InputError(f"no file, folder or revision: {reason}", file=spelled)
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        # Python before 3.11.4 (as in Debian 12) knows no filters; git writes safe paths itself.
        if hasattr(tarfile, "data_filter"):
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(folder)
