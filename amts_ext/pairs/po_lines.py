r"""Lines of a gettext catalog (PO): which of them belong to each message that is in use.

>>> [entry] = Scanner(['# Why.\n', 'msgid "A cat."\n', 'msgstr ""\n'], "a.po").entries()
>>> entry.strings, entry.places["msgstr"], entry.told("#")
({'msgid': 'A cat.', 'msgstr': ''}, (2, 2), ('Why.',))
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from babel.messages.pofile import unescape

from amts_ext.errors import DocumentError

_STRING = r'"(?:[^"\\]|\\.)*"'
_KEYWORD = re.compile(rf"(msgctxt|msgid_plural|msgid|msgstr)(\[\d+\])?\s*({_STRING})")
_CONTINUED = re.compile(_STRING)
_CONFLICT = re.compile(r"(<{7}|\|{7}|={7}|>{7})(?: |$)")
_MSGCAT = "#-#-#-#-#"


@dataclass(slots=True)
class PoEntry:
    """The lines of one message while it is read; indices count from 0."""

    start: int
    strings: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """First and last index of each keyword's lines; the last one is part of it."""
    notes: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """The comments by kind ``# #. #: #, #|``, each with its index."""

    @property
    def text(self) -> str:
        return "msgstr" if "msgstr" in self.strings else "msgstr[0]"

    @property
    def first(self) -> int:
        """The first line that is no comment."""
        return min(first for first, _ in self.places.values())

    def told(self, kind: str) -> tuple[str, ...]:
        return tuple(text for _, text in self.notes.get(kind, ()))


class Scanner:
    """A scan of a catalog's lines: each entry, and where its parts stand."""

    def __init__(self, lines: Sequence[str], name: str) -> None:
        self._lines = lines
        self._name = name
        self._entry: PoEntry | None = None
        self._keyword = ""
        self._found: list[PoEntry] = []

    def entries(self) -> list[PoEntry]:
        """Return the entries that are in use, in order."""
        for at, line in enumerate(self._lines):
            self._refuse_conflict(at, line)
            self._take(at, line.strip())
        self._close(len(self._lines) - 1)
        self._refuse_twice()
        return self._found

    def _take(self, at: int, line: str) -> None:
        if not line:
            self._close(at)
        elif line.startswith("#~"):
            if self._has("msgid"):
                self._close(at)
            self._entry = None
        elif line.startswith("#"):
            kind = line[:2] if line[1:2] in (".", ":", ",", "|") else "#"
            entry = self._open(at, is_new=self._has("msgstr"))
            entry.notes.setdefault(kind, []).append((at, line[len(kind) :].removeprefix(" ")))
        elif match := _KEYWORD.fullmatch(line):
            self._start(at, match[1], match[2] or "", match[3])
        elif _CONTINUED.fullmatch(line) and self._entry and self._keyword:
            self._entry.strings[self._keyword] += unescape(line)
            self._entry.places[self._keyword] = self._entry.places[self._keyword][0], at
        else:
            self._fail(at, f"no line of a catalog: {line[:40]}")

    def _start(self, at: int, keyword: str, number: str, string: str) -> None:
        begins = keyword == "msgctxt" or (keyword == "msgid" and not self._is_context())
        entry = self._open(at, is_new=begins and bool(self._entry and self._entry.strings))
        if keyword.startswith("msgstr") and "msgid" not in entry.strings:
            self._fail(at, "a msgstr without a msgid")
        self._keyword = keyword + number
        if self._keyword in entry.strings:
            self._fail(at, f"a second {self._keyword} for one message")
        entry.strings[self._keyword] = unescape(string)
        entry.places[self._keyword] = at, at

    def _open(self, at: int, is_new: bool) -> PoEntry:
        if is_new:
            self._close(at)
        if self._entry is None:
            self._entry, self._keyword = PoEntry(at), ""
        return self._entry

    def _close(self, at: int) -> None:
        entry, self._entry, self._keyword = self._entry, None, ""
        if entry is None or not entry.strings:
            return
        if not {"msgstr", "msgstr[0]"} & entry.strings.keys() or "msgid" not in entry.strings:
            self._fail(entry.first, "a message without a msgid or a msgstr")
        self._found.append(entry)

    def _has(self, keyword: str) -> bool:
        strings = self._entry.strings if self._entry else {}
        return any(key.startswith(keyword) for key in strings)

    def _is_context(self) -> bool:
        return bool(self._entry) and list(self._entry.strings) == ["msgctxt"]  # type: ignore[union-attr]

    def _refuse_conflict(self, at: int, line: str) -> None:
        if found := _CONFLICT.match(line.rstrip()):
            told = f"the marks of a merge conflict ({found[1]}) are still here"
            self._fail(at, f"{told}; resolve it first")
        if _MSGCAT in line:
            told = f"msgcat left both texts of a conflict ({_MSGCAT}) here"
            self._fail(at, f"{told}; choose one first")

    def _refuse_twice(self) -> None:
        seen: dict[tuple[str | None, str], int] = {}
        for entry in self._found:
            key = entry.strings.get("msgctxt"), entry.strings["msgid"]
            at = entry.places["msgid"][0]
            if key in seen:
                self._fail(at, f"the message of line {seen[key] + 1} again; merge them: msguniq")
            seen[key] = at

    def _fail(self, at: int, message: str) -> None:
        raise DocumentError(message, file=self._name, line=at + 1)
