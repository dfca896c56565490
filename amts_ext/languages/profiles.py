"""Profiles: what is special about one target language (files in ``book_config/profiles/``)."""

from __future__ import annotations

import configparser
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from amts_ext.errors import ConfigError

_OTHER_SCRIPTS = frozenset({"zh-tw", "zh-hant", "zh-hk"})
CODE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"
"""A language code as a regular expression (BCP 47 as far as it is used here)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One target language."""

    language: str
    """BCP 47 code as Amazon Translate spells it: ``zh``, ``pt``, ``es-MX``."""
    name: str
    """Its English name."""
    sphinx_language: str
    """What Sphinx's ``language`` takes: ``zh_CN``, ``pt_BR``."""
    sentence_ends: str = ".!?"
    """Characters that end a sentence; the first is the full stop."""
    joiner: str = " "
    """Between two sentences of one block; empty where the script has no spaces."""
    full_width: bool = False
    """Whether ASCII punctuation next to this script's letters becomes full width."""
    slot_spacing: bool = True
    """Whether a space stands between this script's letters and a formula, code or reference."""
    articles: str = ""
    """The words that may begin a noun and are left out in a title, with blanks between them."""
    carrier: str = ""
    """A sentence with ``{}`` in the place of a noun: what short texts in this language are
    translated in where a machine damages them alone."""
    never_doubled: str = ""
    """In a language that doubles words to say "one by one" or "very" (Turkish ``yavaş yavaş``), the
    words that it never doubles, with blanks between them; empty where doubling is a mistake."""
    draft: str = "Machine draft. Sentences of this page that no person has read yet:"
    """What a page says, before their number, of sentences whose engine makes drafts."""


@cache
def available() -> tuple[str, ...]:
    """The languages that have a profile, sorted."""
    folder = files("amts_ext.book_config").joinpath("profiles")
    return tuple(sorted(p.name[:-4] for p in folder.iterdir() if p.name.endswith(".ini")))


def for_pair(source: str, target: str) -> Profile:
    """The profile of ``target`` for texts in ``source``, a language code.

    Raises :class:`ConfigError` for an unknown target, what is no code, and a pair of one language.
    """
    if not re.fullmatch(CODE, source):
        raise ConfigError(f"'{source}' is no language code; allowed: codes like en, zh or es-MX")
    profile = load(target)
    if profile.language.lower() == source.lower():
        raise ConfigError(f"'{target}' is the source language; name another target language")
    return profile


def spelled(code: str, langs: Sequence[str] = ()) -> str:
    """The one of ``langs`` (all that have a profile, if empty) that a tool's code says; else it.

    ``zh-CN`` and ``ZH`` are ``zh``, and ``en-US`` is ``en``; Chinese in another script is not.
    """
    low = code.lower().replace("_", "-")
    names = {low} if low in _OTHER_SCRIPTS else {low, low.split("-")[0]}
    fit = [lang for lang in langs or available() if lang.lower() in names]
    return max(fit, key=len, default=code)


@cache
def load(language: str) -> Profile:
    """The profile of ``language``; raises :class:`ConfigError` for one that has none."""
    known = {code.lower(): code for code in available()}
    code = known.get(language.lower())
    if code is None:
        raise ConfigError(
            f"unknown language '{language}'; profiles exist for {', '.join(available())}; "
            "add one to book_config/profiles/ for another language"
        )
    path = files("amts_ext.book_config").joinpath("profiles", f"{code}.ini")
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(path.read_text("utf-8"))
    section = parser["profile"]
    values: dict[str, Any] = {}
    for field in fields(Profile):
        if field.name in section:
            is_bool = field.type == "bool"
            values[field.name] = (
                section.getboolean(field.name) if is_bool else section[field.name].strip('"')
            )
    return Profile(**values)
