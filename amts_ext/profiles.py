"""Profiles: what is special about one target language (files in ``book_config/profiles/``)."""

from __future__ import annotations

import configparser
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from amts_ext.errors import ConfigError


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
    """Characters that end a sentence."""
    joiner: str = " "
    """Between two sentences of one block; empty where the script has no spaces."""
    full_width: bool = False
    """Whether ASCII punctuation next to this script's letters becomes full width."""
    slot_spacing: bool = True
    """Whether a space stands between this script's letters and a formula, code or reference."""


@cache
def available() -> tuple[str, ...]:
    """The languages that have a profile, sorted."""
    folder = files("amts_ext.book_config").joinpath("profiles")
    return tuple(sorted(p.name[:-4] for p in folder.iterdir() if p.name.endswith(".ini")))


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
