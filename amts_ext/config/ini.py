"""``config.ini`` as entries that know their line."""

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
    """One key with its value."""

    section: str
    key: str
    value: str
    line: int | None = None
    is_keyword: bool = False

    @property
    def label(self) -> str:
        """How messages name it."""
        return self.key if self.is_keyword else f"[{self.section}] {self.key}"


class Ini:
    """The file read twice: our section knows comments after a value, d2lbook's sections do not."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        text = files.read_text(path)
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
        """The entry, or None if it is missing or empty."""
        wanted = (e for e in self.entries({section}) if e.key == key and e.value)
        return next(wanted, None)

    def entries(self, sections: set[str]) -> Iterator[Entry]:
        """Every entry of the sections, ours last."""
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
        """An error about one key, with its line if it is in the file."""
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
    """``; did you mean 'x'?`` for the likeliest of ``choices``, or nothing."""
    found = difflib.get_close_matches(value.lower(), choices, 1, 0.5)
    return f"; did you mean '{found[0]}'?" if found else ""
