"""Reading of ``config.ini`` into entries that know their line."""

from __future__ import annotations

import configparser
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from amts_ext import files
from amts_ext.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Entry:
    """One key with its value, from the file or from a keyword of a Python call.

    >>> Entry("amts", "granularity", "sentence", line=4).label
    '[amts] granularity'
    >>> Entry("amts", "granularity", "sentence", is_keyword=True).label
    'granularity'
    """

    section: str
    key: str
    value: str
    line: int | None = None
    """1-based line in the file; None for a keyword."""
    is_keyword: bool = False

    @property
    def label(self) -> str:
        """The name of the key in messages."""
        return self.key if self.is_keyword else f"[{self.section}] {self.key}"


class Ini:
    """A ``config.ini``.

    The file is parsed twice, because ``;`` after a value begins a comment in the section ``[amts]``
    only; in d2lbook's own sections it belongs to the value. With ``text`` no file is read.

    Raises :class:`ConfigError` for a text that is no INI file.
    """

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.name = str(path)
        text = files.read_text(path) if text is None else text
        self._lines = text.splitlines()
        self._ours = self._parse(text, inline_comment_prefixes=(";",))
        self._d2lbook = self._parse(text)

    def _parse(
        self, text: str, inline_comment_prefixes: Sequence[str] = ()
    ) -> configparser.ConfigParser:
        parser = configparser.ConfigParser(inline_comment_prefixes=inline_comment_prefixes)
        try:
            parser.read_string(text)
        except configparser.Error as error:
            line = getattr(error, "lineno", None)
            if errors := getattr(error, "errors", None):
                line = errors[0][0]
            what = type(error).__name__.removesuffix("Error")
            words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", what).lower()
            raise ConfigError(
                f"not an INI file ({words}); allowed: [section], key = value and # comment",
                file=self.name,
                line=line,
            ) from error
        return parser

    def get(self, section: str, key: str) -> Entry | None:
        """Return one entry; None if it is missing or empty."""
        wanted = (e for e in self.entries({section}) if e.key == key and e.value)
        return next(wanted, None)

    def entries(self, sections: set[str]) -> Iterator[Entry]:
        """Yield every entry of the sections, those of ``[amts]`` last.

        Raises :class:`ConfigError` for a value with a single ``%``.
        """
        for section in sorted(sections, key=lambda name: name == "amts"):
            parser = self._ours if section == "amts" else self._d2lbook
            if section not in parser:
                continue
            for key in parser[section]:
                if key not in parser.defaults():
                    yield Entry(
                        section, key, self._value(parser, section, key), self._line(section, key)
                    )

    def _value(self, parser: configparser.ConfigParser, section: str, key: str) -> str:
        try:
            return parser.get(section, key).strip()
        except configparser.InterpolationError as error:
            raise self.error(section, key, "'%' stands for itself only as '%%'") from error

    def error(self, section: str, key: str, message: str) -> ConfigError:
        """Return an error about one key, with its line if it is in the file."""
        line = self._line(section, key)
        return ConfigError(f"[{section}] {key}: {message}", file=self.name, line=line)

    def _line(self, section: str, key: str) -> int | None:
        current = ""
        for number, line in enumerate(self._lines, 1):
            if header := re.match(r"\[([^]]+)\]", line):
                current = header[1]
            elif current == section and re.match(rf"{re.escape(key)}\s*[=:]", line, re.IGNORECASE):
                return number
        return None


def closest(value: str, choices: Sequence[str]) -> str:
    """Return a hint at the choice most like a value, or nothing.

    >>> closest("granularty", ["bucket", "granularity"])
    "; did you mean 'granularity'?"
    """
    found = difflib.get_close_matches(value.lower(), choices, 1, 0.5)
    return f"; did you mean '{found[0]}'?" if found else ""
