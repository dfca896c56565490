"""Files as the project reads and writes them: UTF-8, line ends kept, never half written."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from amts_ext.errors import DocumentError, InputError

_CONFLICT = re.compile(r"^<{7} .*\n(?:.*\n)*?={7}\r?\n(?:.*\n)*?>{7} ", re.M)


def read_text(path: Path) -> str:
    """Return the file's text, with its line ends and its byte order mark.

    Raises :class:`DocumentError` with the line of the first byte that is not UTF-8, and
    :class:`InputError` if the file cannot be opened.
    """
    data = read_bytes(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DocumentError(
            f"not UTF-8 (byte 0x{data[error.start]:02x}); save the file as UTF-8",
            file=str(path),
            line=line,
        ) from error


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes.

    Raises :class:`InputError` if the file cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=str(path)) from error


def inside(folder: Path, suffixes: Collection[str]) -> Iterator[Path]:
    """Find the files of a folder and its subfolders that have one of these suffixes, sorted.

    Hidden files and folders are left out, and so are those whose name begins with ``_build``.

    >>> for name in ("b.md", "a.md", "a.txt", "_build/a.md"):
    ...     _ = write_text(Path(name), "")
    >>> [path.name for path in inside(Path("."), {".md"})]
    ['a.md', 'b.md']
    """
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        left_alone = any(part.startswith((".", "_build")) for part in parts)
        if path.suffix.lower() in suffixes and not left_alone and path.is_file():
            yield path


def write_text(path: Path, text: str, *, durable: bool = False) -> bool:
    """Write a text file if its content changes; return whether it was written.

    >>> write_text(Path("mean.md"), "An average."), write_text(Path("mean.md"), "An average.")
    (True, False)

    The text goes to a temporary file that is then renamed, so the file is never half written.
    ``durable`` waits until the disk holds it.

    Raises :class:`InputError` if the folder does not allow it; then nothing is left behind.
    """
    return write_bytes(path, text.encode("utf-8", "surrogatepass"), durable=durable)


def write_bytes(path: Path, data: bytes, *, durable: bool = False) -> bool:
    """Write a file of bytes if its content changes; return whether it was written.

    For ``durable`` and errors see :func:`write_text`.
    """
    try:
        if path.exists() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            Path(temporary).chmod(path.stat().st_mode if path.exists() else 0o666 & ~_umask())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink()
            raise
    except OSError as error:
        raise InputError(
            f"cannot be written: {error.strerror}; check the folder's rights and space",
            file=str(path),
        ) from error
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def refuse_conflict(text: str, file: str) -> None:
    """Raise :class:`DocumentError` for a text in which git left the marks of a conflict."""
    if found := _CONFLICT.search(text):
        line = text.count("\n", 0, found.start()) + 1
        message = "the marks of a merge conflict (<<<<<<<) are still here; resolve it first"
        raise DocumentError(message, file=file, line=line)
