"""Addresses to files: of the page's own files, and of the images of a book.

An address is refused unless it names a file that lies in the folder when all links are followed.
"""

from __future__ import annotations

import mimetypes
import posixpath
from pathlib import Path, PurePosixPath
from urllib.parse import quote, unquote, urlsplit

from starlette.responses import FileResponse, Response

from amts_ext.errors import InputError
from amts_ext.preview.rendering.assembly import Address

PAGE = Path(__file__).parents[1] / "page"
"""The files of the page."""
IMAGES = {
    ".apng": "image/apng",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""The files of a book that are served, and their types."""
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
"""The policy of a book's image that is opened by itself: an SVG is a document."""
_OWN = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


def inside(root: Path, name: str) -> Path:
    """Return the file ``name`` of a folder.

    >>> _ = Path("a.png").write_bytes(b"")
    >>> inside(Path(), "a.png").name
    'a.png'

    Raises :class:`~amts_ext.errors.InputError` for what is no such file: hidden files and folders,
    ``..``, paths from the top, links that lead out of the folder.
    """
    missing = InputError("no such file in the book", file=name.encode(errors="replace").decode())
    parts = PurePosixPath(name).parts
    strange = any(part.startswith(".") or not part.isprintable() for part in parts)
    if not parts or strange or name[0] == "/" or name[-1] == "/" or set(name) & set("\\:\0"):
        raise missing
    try:
        top = root.resolve(strict=True)
        found = top.joinpath(*parts).resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise missing from error
    if not found.is_relative_to(top) or not found.is_file():
        raise missing
    return found


def page_file(name: str) -> Response:
    """Return a file of the page; a browser asks each time whether it is still the same."""
    found = inside(PAGE, name)
    kind = _OWN.get(found.suffix) or mimetypes.guess_type(found.name)[0] or "text/plain"
    return FileResponse(found, media_type=kind, headers={"Cache-Control": "no-cache"})


def image(root: Path, name: str) -> Response:
    """Return an image of the book. Other files are refused, whatever they hold."""
    kind = IMAGES.get(PurePosixPath(name).suffix.lower())
    if kind is None:
        raise InputError(f"only images are served; allowed: {', '.join(IMAGES)}")
    headers = {"Content-Security-Policy": _ALONE, "Cache-Control": "no-cache"}
    return FileResponse(inside(root, name), media_type=kind, headers=headers)


def address(path: str) -> Address:
    """Return where images and links of a document lead on the page.

    >>> of_one = address("part/one.md")
    >>> of_one("img", "../img/a b.png"), of_one("img", "https://example.org/a.png")
    ('file/img/a%20b.png', None)
    >>> of_one("a", "two.md#mean"), of_one("a", "https://example.org/"), of_one("a", "ftp://x/")
    ('two.md#mean', 'https://example.org/', None)

    Images of other addresses are not shown: a page that somebody reads at home asks nobody. The
    page itself follows a link to another document.
    """

    def of(tag: str, written: str) -> str | None:
        try:
            parts = urlsplit(written)
        except ValueError:  # a port that is no number, half an IPv6 address
            return None
        if tag != "img":
            return written if parts.scheme in ("", "http", "https", "mailto") else None
        if parts.scheme == "data":
            return written
        name = unquote(parts.path)
        if parts.scheme or parts.netloc or not name:
            return None
        start = "" if name.startswith("/") else posixpath.dirname(path)
        found = posixpath.normpath(posixpath.join(start, name.lstrip("/")))
        return None if found.startswith("..") else f"file/{quote(found, errors='replace')}"

    return of
