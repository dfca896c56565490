"""The table of ``directives.toml``: which parts of a directive, a role or a head are prose.

>>> row = DirectiveTable.of("my-note: argument body; my-code: none").directive("my-note")
>>> row.argument, row.body
('argument', 'body')
>>> DirectiveTable.of().directive("figure").options
frozenset({'alt'})
>>> DirectiveTable.of().role("prf:ref"), DirectiveTable.of().role("my-role")
('title', None)

A book declares its own directives, and its roles as ``{my-role}: text``, in the same words.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from amts_ext.errors import InputError

ARGUMENTS = ("argument", "first", "rest")
BODIES = ("body", "terms", "csv", "entries")
ROLES = ("title", "term", "text", "expansion", "none")
ALLOWED = (
    "`name: parts` separated by `;`, with the parts argument, first, rest, body, terms, csv, "
    "entries, `:option:` or none; a role in braces, `{name}: part`, with title, term, text, "
    "expansion or none"
)
"""What a book may declare, for messages."""
NAME = r"[A-Za-z_][\w+:.-]*"
_DECLARED = re.compile(rf"(\{{)?({NAME}\*?)(?(1)\}})\s*(?::\s+|=\s*)(.*)", re.DOTALL)
_OPTION = re.compile(r":([^\s:]+):")


@dataclass(frozen=True, slots=True)
class Directive:
    """The parts of a directive that are prose."""

    argument: str = ""
    """``argument``, ``first``, ``rest`` or empty; see ``directives.toml``."""
    body: str = ""
    """``body``, ``terms``, ``csv``, ``entries`` or empty."""
    options: frozenset[str] = frozenset()
    """The names of its options that are prose, with dots where they lead into YAML."""

    @property
    def has_prose(self) -> bool:
        """False if nothing of it is ever translated."""
        return bool(self.argument or self.body or self.options)

    @classmethod
    def of(cls, words: str) -> Directive:
        """Read the value of a row; raises ValueError for a word that is not allowed."""
        argument = body = ""
        options = set()
        for word in words.split():
            if word in ARGUMENTS:
                argument = word
            elif word in BODIES:
                body = word
            elif option := _OPTION.fullmatch(word):
                options.add(option[1])
            elif word != "none":
                raise ValueError(f"'{word}' is no part of a directive")
        if not words.split():
            raise ValueError("no part is named")
        return cls(argument, body, frozenset(options))


@dataclass(frozen=True)
class DirectiveTable:
    """The rows by name; a name with ``*`` at its end stands for many."""

    directives: Mapping[str, Directive]
    roles: Mapping[str, str]
    front_matter: tuple[str, ...]

    @classmethod
    @cache
    def of(cls, declared: str = "") -> DirectiveTable:
        """Return the table with the rows that a book declares; those go first.

        Raises :class:`InputError` for a declaration that cannot be read.
        """
        data = raw()
        directives = {n: Directive.of(w) for _, n, w in rows("directives")}
        roles = {name: word for _, name, word in rows("roles")}
        for name, words, is_role in declarations(declared):
            if is_role:
                roles[name] = words
            else:
                directives[name] = Directive.of(words)
        return cls(directives, roles, tuple(data["front_matter"]["keys"]))

    def directive(self, name: str) -> Directive | None:
        """Return the row of a directive; None if there is none."""
        return _found(self.directives, name)

    def role(self, name: str) -> str | None:
        """Return the word for a role; None if it is unknown."""
        return _found(self.roles, name)


Row = TypeVar("Row")


def _found(rows: Mapping[str, Row], name: str) -> Row | None:
    if name in rows:
        return rows[name]
    many = [n for n in rows if n.endswith("*") and name.startswith(n[:-1])]
    return rows[max(many, key=len)] if many else None


@cache
def raw() -> Mapping[str, Any]:
    """Return the file as it stands, for the documentation."""
    return tomllib.loads(
        files("amts_ext.formats.myst").joinpath("directives.toml").read_text("utf-8")
    )


def rows(kind: str) -> Iterator[tuple[str, str, str]]:
    """Yield package, name and words of every row; ``kind`` is ``directives`` or ``roles``."""
    for package, named in raw()[kind].items():
        for name, words in named.items():
            yield package, name, words


def declarations(declared: str) -> Iterator[tuple[str, str, bool]]:
    """Read what a book declares: name, words, and whether it is a role.

    >>> list(declarations("my-note: argument body; {kw}: text"))
    [('my-note', 'argument body', False), ('kw', 'text', True)]

    Raises :class:`InputError` for what cannot be read.
    """
    for item in re.split(r"[;\n]", declared):
        if not item.strip():
            continue
        found = _DECLARED.fullmatch(item.strip())
        if found is None:
            raise InputError(f"'{item.strip()}' declares no directive; allowed: {ALLOWED}")
        name, words = found[2], " ".join(found[3].split())
        try:
            if found[1] and words not in ROLES:
                raise ValueError(f"'{words}' is no part of a role")
            if not found[1]:
                Directive.of(words)
        except ValueError as error:
            raise InputError(f"'{name}': {error}; allowed: {ALLOWED}") from error
        yield name, words, bool(found[1])
