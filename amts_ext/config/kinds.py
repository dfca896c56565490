"""The kinds of values that configuration keys hold: how each is read, and what is allowed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amts_ext.errors import ConfigError, InputError
from amts_ext.formats.myst.table import ALLOWED, declarations
from amts_ext.languages import profiles
from amts_ext.plugins import registered


@dataclass(frozen=True, slots=True)
class ValueKind:
    """A kind of value: a reader that checks it, and a description of what is allowed.

    >>> amount.read("20", Path())
    20.0
    >>> amount.allowed
    'a number from 0'
    """

    read: Callable[[str, Path], Any]
    """``read(text, root)`` returns the value; relative paths begin at ``root``. It raises
    ValueError, whose message says what is wrong."""
    allowed: str
    """Description of the allowed values, for messages."""
    choices: Callable[[], Sequence[str]] = tuple
    """The allowed values, if they can be listed."""


class ItemError(ValueError):
    """The error for one item of a list; ``value`` is the item."""

    def __init__(self, message: str, value: str) -> None:
        super().__init__(message)
        self.value = value


def as_text(value: object) -> str:
    """Return a value as it would stand in the file.

    >>> as_text(("zh", "pt")), as_text(True)
    ('zh, pt', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple, set)):
        return ", ".join(str(item) for item in value)
    return str(value)


def shown(value: str) -> str:
    """Return a value as an error may show it: without name and password of an address.

    >>> shown("https://me:secret@example.org/")
    'https://***@example.org/'
    """
    return re.sub(r"[^/\s]*@", "***@", value)


def one_of(*values: str) -> ValueKind:
    """Return the kind whose values are the given words.

    >>> one_of("sentence", "paragraph").allowed
    'sentence or paragraph'
    """

    def read(value: str, root: Path) -> str:
        if value not in values:
            raise ValueError
        return value

    return ValueKind(read, " or ".join(v or "empty" for v in values), lambda: values)


def split(value: str) -> list[str]:
    """Return the items of a list that is separated by commas, blanks or line ends.

    >>> split("zh, pt es")
    ['zh', 'pt', 'es']
    """
    return [item for item in re.split(r"[,\s]+", value) if item]


def _language(value: str, root: Path) -> str:
    try:
        return profiles.load(value).language
    except ConfigError:
        raise ItemError(f"'{value}' has no profile", value) from None


def _languages(value: str, root: Path) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_language(item, root) for item in split(value)))


def _code(value: str, root: Path) -> str:
    if not re.fullmatch(profiles.CODE, value):
        raise ValueError
    return value


def _existing_folder(value: str, root: Path) -> Path:
    folder = root / Path(value).expanduser()
    if not value or not folder.is_dir():
        raise ValueError(f"there is no folder {folder}")
    return folder.resolve()


def _existing_file(value: str, root: Path) -> Path | None:
    file = root / Path(value).expanduser()
    if not value:
        return None
    if not file.is_file():
        raise ValueError(f"there is no file {file}")
    return file.resolve()


def _path(value: str, root: Path) -> Path:
    if not value:
        raise ValueError("it is empty")
    return root / Path(value).expanduser()


def _amount(value: str, root: Path) -> float | None:
    if not value:
        return None
    number = float(value) if re.fullmatch(r"[\d.]+", value) else math.nan
    if not math.isfinite(number):
        raise ValueError
    return number


def _yes_no(value: str, root: Path) -> bool:
    if value not in ("yes", "no"):
        raise ValueError
    return value == "yes"


def _directives(value: str, root: Path) -> str:
    try:
        return "; ".join(
            f"{{{name}}}: {words}" if is_role else f"{name}: {words}"
            for name, words, is_role in declarations(value)
        )
    except InputError as error:
        raise ValueError(str(error).split(";")[0]) from None


def _translators() -> tuple[str, ...]:
    return ("", *sorted(registered("amts_ext.translators")))


def _translator(value: str, root: Path) -> str:
    if value not in _translators():
        raise ValueError
    return value


def _matching(pattern: str) -> Callable[[str, Path], str]:
    def read(value: str, root: Path) -> str:
        if value and not re.match(pattern, value):
            raise ValueError
        return value

    return read


language = ValueKind(_language, "a language with a profile", profiles.available)
languages = ValueKind(
    _languages, "languages with a profile, separated by commas", profiles.available
)
names = ValueKind(
    lambda value, root: tuple(name.strip() for name in re.split(r"[,\n]", value) if name.strip()),
    "names of documents like `chapter/section.md`, or patterns with `*`, separated by commas",
)
code = ValueKind(_code, "a language code like en, zh or es-MX")
existing_folder = ValueKind(_existing_folder, "the path of a folder")
existing_file = ValueKind(_existing_file, "the path of a file")
path = ValueKind(_path, "a path")
amount = ValueKind(_amount, "a number from 0")
translator = ValueKind(_translator, "empty or the name of a translator", _translators)
yes_no = ValueKind(_yes_no, "yes or no", lambda: ("yes", "no"))
text = ValueKind(lambda value, root: value, "any text")
directives = ValueKind(_directives, ALLOWED)
arn = ValueKind(_matching(r"arn:aws[\w-]*:iam::\d{12}:role/\S+$"), "arn:aws:iam::ACCOUNT:role/NAME")
address = ValueKind(
    _matching(r"https?://[^\s/@]+(/|$)"), "an http or https address without name and password"
)
proxy = ValueKind(_matching(r"https?://[^\s/]+"), "an http or https address")
