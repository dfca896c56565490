"""Profiles: the punctuation, spacing and names of each target language.

Each language has a file in ``book_config/profiles/``.

>>> chinese = load("zh")
>>> chinese.sphinx_language, chinese.sentence_ends[0], chinese.joiner
('zh_CN', '。', '')
"""

from __future__ import annotations

import configparser
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from amts_ext.errors import ConfigError

# Codes of Chinese in traditional characters, which is no spelling of ``zh``.
_OTHER_SCRIPTS = frozenset({"zh-tw", "zh-hant", "zh-hk"})
CODE = r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*"
"""Regular expression for a language code (BCP 47 as far as it is used here)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One target language: its names, and the rules for text that is translated into it."""

    language: str
    """BCP 47 code as Amazon Translate spells it: ``zh``, ``pt``, ``es-MX``."""
    name: str
    """English name of the language."""
    sphinx_language: str
    """Value for Sphinx's setting ``language``: ``zh_CN``, ``pt_BR``."""
    sentence_ends: str = ".!?"
    """Characters that end a sentence; the first is the full stop."""
    joiner: str = " "
    """Text between two sentences of one block; empty where the script has no spaces."""
    full_width: bool = False
    """True if ASCII punctuation next to this script's letters becomes full width."""
    slot_spacing: bool = True
    """True if a space stands between this script's letters and a formula, code or reference."""
    articles: str = ""
    """Articles that a title leaves out before a noun, separated by blanks."""
    carrier: str = ""
    """A sentence with ``{}`` in the place of a noun. A short text in this language is translated
    inside it where a machine would damage the text alone."""
    never_doubled: str = ""
    """Words that are never said twice in a row, separated by blanks, in a language that doubles
    others on purpose (Turkish ``yavaş yavaş``: slowly); empty where doubling is a mistake."""
    letters: str | None = None
    """Letters in lower case, beside a to z, that the language writes itself: a word with another
    one is a name from elsewhere. None: not known, or another script."""
    negations: str = ""
    """Words that say "not", separated by commas; ``*`` in one stands for letters. Empty: not known.
    """
    half_negations: str = ""
    """Words for which another language may say "not": few, impossible."""
    no_negations: str = ""
    """Words that hold a negation and are none: not only, nonetheless."""
    note_one: str = ""
    note_few: str = ""
    note_many: str = ""
    note_other: str = ""
    """Note on a page that a machine translated ``{count}`` of its sentences, in the forms that the
    number asks for: CLDR's plural categories. What a language does not have is empty."""
    left_one: str = ""
    left_few: str = ""
    left_many: str = ""
    left_other: str = ""
    """Note on a page that has ``{count}`` sentences in the source language, in the same forms."""
    older_one: str = ""
    older_few: str = ""
    older_many: str = ""
    older_other: str = ""
    """Note on a page with ``{count}`` sentences of a person that are older than their source, in
    the same forms."""
    draft: str = ""
    """Words before that note on a page with machine drafts."""
    improve: str = ""
    """What the link to a preview behind a sentence says."""
    legend: str = ""
    """Names for the sentences of a person, of a person who had an earlier source, of a machine, of
    a machine that drafts, and for untranslated ones, separated by commas."""

    def note(self, count: int) -> str:
        """Return the note for a number of sentences.

        >>> print(load("es").note(1))
        1 frase de esta página es traducción automática y nadie la ha revisado.
        >>> print(load("es").note(12000))
        12.000 frases de esta página son traducción automática y nadie las ha revisado.
        """
        return self._counted("note", count)

    def left(self, count: int) -> str:
        """Return the note for a number of sentences that are not translated.

        >>> print(load("pt").left(2))
        2 frases ainda não foram traduzidas.
        """
        return self._counted("left", count)

    def older(self, count: int) -> str:
        """Return the note for a number of sentences that are older than their source.

        >>> print(load("zh").older(2))
        本页有 2 个句子译自原文的较早版本。
        """
        return self._counted("older", count)

    def _counted(self, name: str, count: int) -> str:
        """Return the text ``name`` in the form that a number asks for."""
        from babel.core import Locale
        from babel.numbers import format_decimal

        locale = Locale.parse(self.sphinx_language)
        forms = (f"{name}_{locale.plural_form(count)}", f"{name}_other")
        form = next(form for n in forms if (form := getattr(self, n, "")))
        return form.format(count=format_decimal(count, locale=locale))


@cache
def available() -> tuple[str, ...]:
    """List the codes of the languages that have a profile, sorted."""
    folder = files("amts_ext.book_config").joinpath("profiles")
    return tuple(sorted(p.name[:-4] for p in folder.iterdir() if p.name.endswith(".ini")))


def for_pair(source: str, target: str) -> Profile:
    """Return the profile of ``target`` for texts in the language ``source``.

    Raises :class:`ConfigError` if ``target`` has no profile, if ``source`` is not a language code,
    or if both are one language.
    """
    if not re.fullmatch(CODE, source):
        raise ConfigError(f"'{source}' is no language code; allowed: codes like en, zh or es-MX")
    profile = load(target)
    if profile.language.lower() == source.lower():
        raise ConfigError(f"'{target}' is the source language; name another target language")
    return profile


def spelled(code: str, langs: Sequence[str] = ()) -> str:
    """Return the language of ``langs`` that another tool's ``code`` means; else ``code`` itself.

    >>> spelled("zh-CN"), spelled("ZH"), spelled("en_US")
    ('zh', 'zh', 'en')
    >>> spelled("zh-TW")  # traditional characters: another script
    'zh-TW'

    Empty ``langs`` stands for all languages that have a profile.
    """
    low = code.lower().replace("_", "-")
    names = {low} if low in _OTHER_SCRIPTS else {low, low.split("-")[0]}
    fit = [lang for lang in langs or available() if lang.lower() in names]
    return max(fit, key=len, default=code)


@cache
def load(language: str) -> Profile:
    """Load the profile of ``language``.

    Raises :class:`ConfigError` for a language that has none.
    """
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
