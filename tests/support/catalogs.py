"""Small books of gettext catalogs, and one run that fills them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from amts_ext.config import load
from amts_ext.pairs.po import PoFile
from amts_ext.pipeline.book import Book
from amts_ext.pipeline.catalog_files import find_catalogs
from amts_ext.pipeline.catalogs import Filling, fill
from amts_ext.translators.base import Translator
from amts_ext.translators.function import Function
from support.program import Table, write
from support.pseudo import han

HEADER = 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
A = "locale/zh_CN/LC_MESSAGES/a.po"
B = "locale/zh_CN/LC_MESSAGES/deep/b.po"
CHINESE = Function(lambda texts: [t.replace(" ", "") for t in han(texts)], sure=True)


def catalog(*messages: tuple[str, str], place: str = "../../a.rst") -> str:
    entries = (
        f'\n#: {place}:{line}\nmsgid "{id}"\nmsgstr "{text}"\n'
        for line, (id, text) in enumerate(messages, 1)
    )
    return HEADER + "".join(entries)


def book(root: Path, catalogs: Mapping[str, str | bytes], more: str = "") -> Path:
    return write(root, {"config.ini": f"[amts]\n{more}", **catalogs})


def run(
    root: Path, translator: Translator | None = None, langs: Sequence[str] = (), **options: object
) -> dict[str, Filling]:
    frozen = bool(options.pop("frozen", False))
    with Book(load(root / "config.ini"), frozen=frozen, translator=translator or Table()) as opened:
        found = find_catalogs([root / "locale"], "en", langs)
        return fill(opened, found, **options)  # type: ignore[arg-type]


def texts(path: Path) -> dict[str, str]:
    file = PoFile.read(path.read_bytes(), str(path))
    return {message.id: message.text for message in file.messages if message.id}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
