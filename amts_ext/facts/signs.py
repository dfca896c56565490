"""Signs, units, and brackets around numbers: a translation keeps them, or says them in words.

A sign is a symbol of mathematics, money or another kind (``≤``, ``€``, ``→``, ``✓``), a raised or
lowered character (``³``), a mark such as ``‰`` or ``§``, or a brace. The names of units and
currencies in words come from Unicode's CLDR: "5 ‰" may become "5 por mil".
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache

import regex
from babel.core import Locale, UnknownLocaleError

from amts_ext.facts.sides import SLOT, Side

_SIGN = regex.compile(
    rf"[[\p{{Sm}}\p{{So}}\p{{Sc}}\p{{No}}%‰‱§¶†‡\\@{{}}]--[{SLOT}~|¼-¾⅐-⅞↉−]]", regex.V1
)
_SAME = str.maketrans("％＄￥＋＜＝＞｛｝＠￡", "%$¥+<=>{}@£")
_WRITTEN = {
    "≤": ("<=", "\\le", "⩽"), "≥": (">=", "\\ge", "⩾"), "≠": ("!=", "\\ne"),
    "≈": ("\\approx", "\\sim"), "×": ("x", "*", "\\times", "\\cdot", "乘"),
    "→": ("->", "\\to", "\\r"), "←": ("<-", "\\l"), "±": ("+/-", "\\pm"),
    "÷": ("/", "\\div"), "{": ("\\{",), "}": ("\\}",), "·": ("\\cdot",),
    "°": ("\\circ", "º"), "∞": ("\\infty",), "√": ("\\sqrt",), "∑": ("\\sum",), "∈": ("\\in",),
    "+": ("mais", "más", "plus", "加"), "=": ("igual", "等于", "为", "是"), "<": ("\\lt", "menor"),
    ">": ("\\gt", "maior", "mayor"), "©": ("(c)",), "§": ("seç", "secci", "节", "art"),
}  # fmt: skip
"""Other spellings of a sign in a translation, in formulas too."""
_OF_TEX = "\\{}"
_PERCENT = ("百分", "퍼센트", "yüzde", "パーセント", "por ciento", "por cento", "percent")
_GROUP = regex.compile(
    r"([\[({])(\s*[-−–]?\d[\d.,]*(?:\s*[,;，；、]\s*[-−–]?\d[\d.,]*)+\s*)([\])}])"
)
"""Numbers in brackets: an interval, a set, a shape."""
_ASCII = str.maketrans("（）［］｛｝，", "()[]{},")
_AROUND = " \u00a0/"
_UNIT = r"(?<=\d)\s?({})(?![\p{{L}}\p{{N}}])"
_NO_UNITS = frozenset({"in", "c", "pt", "t", "a", "d", "h", "m", "s", "st", "b", "p", "dot", "to",
                       "am", "pm", "nd", "rd", "th"})  # fmt: skip
"""Short forms of units that are also words, or names of other things, behind a number."""


def changed_signs(source: Side, target: Side, languages: tuple[str, str]) -> Iterator[str]:
    """Find signs, units and brackets around numbers that the target has lost.

    >>> def found(source, target):
    ...     return list(changed_signs(Side((source,)), Side((target,)), ("en", "pt")))
    >>> found("The delay was ≤ 5 minutes.", "O atraso foi de 5 minutos.")
    ["the sign '≤' is missing"]
    >>> found("The price is 3 €.", "O preço é de 3 euros.")
    []
    """
    yield from _lost_signs(source, target, languages)
    yield from _lost_units(source, target, languages)
    yield from _lost_groups(source, target)


def _lost_signs(source: Side, target: Side, languages: tuple[str, str]) -> Iterator[str]:
    ours = Counter(_SIGN.findall(source.text.translate(_SAME)))
    if not ours:
        return
    there = target.whole.translate(_SAME)
    theirs = Counter(_SIGN.findall(there))
    # Formulas have these marks for reasons of their own.
    for sign in _OF_TEX:
        theirs[sign] = target.text.count(sign)
    for sign in ours - theirs:
        if not _is_said(sign, there, languages[1]):
            yield f"the sign '{sign}' is missing"


def _is_said(sign: str, text: str, language: str) -> bool:
    """Return whether a text has a sign in another spelling, or in words."""
    low = text.casefold()
    other = _WRITTEN.get(sign, ())
    if unicodedata.category(sign) == "No":
        other = (
            f"^{unicodedata.normalize('NFKC', sign)}",
            f"^{{{_plain(sign)}",
            f"_{_plain(sign)}",
        )
    if sign == "%":
        other = _PERCENT
    names = (*other, *_names(language.split("-")[0]).get(sign, ()))
    return any(name in low for name in names)


def _plain(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign)


def _lost_units(source: Side, target: Side, languages: tuple[str, str]) -> Iterator[str]:
    here, there = (_forms(language.split("-")[0]) for language in languages)
    pattern, units = _pattern(languages[0].split("-")[0])
    low = unicodedata.normalize("NFKC", target.whole).casefold()
    for form in dict.fromkeys(pattern.findall(unicodedata.normalize("NFKC", source.text))):
        known = {said for unit in units[form] for said in (*there.get(unit, ()), *here[unit])}
        if not any(said.casefold() in low for said in known):
            yield f"the unit '{form}' is missing"


def _lost_groups(source: Side, target: Side) -> Iterator[str]:
    there = Counter(_groups(target.whole))
    for opener, closer in Counter(_groups(source.text)) - there:
        if (opener, closer) != ("(", ")"):
            yield f"the brackets '{opener}…{closer}' around numbers are missing"


def _groups(text: str) -> list[tuple[str, str]]:
    return [(m[1], m[3]) for m in _GROUP.finditer(text.translate(_ASCII))]


@cache
def _forms(language: str) -> Mapping[str, frozenset[str]]:
    """Return the forms of units in a language: "km", "quilômetro", "quilômetros"."""
    locale = _locale(language)
    found: dict[str, frozenset[str]] = {}
    for unit, lengths in (locale._data["unit_patterns"] if locale else {}).items():
        texts = [t for length in lengths.values() for t in length.values() if "{0}" in t]
        said = {t.replace("{0}", "").strip(_AROUND) for t in texts}
        found[unit] = frozenset(unicodedata.normalize("NFKC", form) for form in said if form)
    return found


@cache
def _pattern(language: str) -> tuple[regex.Pattern[str], Mapping[str, tuple[str, ...]]]:
    """Return a pattern for the symbols of units behind a number, and the units of each symbol.

    Symbols are short forms that have a capital, a sign, or no vowel: "°C", "km/h", "kg", "µm".
    """
    units: dict[str, tuple[str, ...]] = {}
    for unit, forms in _forms(language).items():
        for form in forms:
            if _is_symbol(form):
                units[form] = (*units.get(form, ()), unit)
    longest = sorted(map(regex.escape, units), key=len, reverse=True) or ["(?!)"]
    return regex.compile(_UNIT.format("|".join(longest))), units


def _is_symbol(form: str) -> bool:
    short = " " not in form and len(form) <= 6 and form.lower() not in _NO_UNITS
    return short and not _SIGN.fullmatch(form) and not regex.search(r"[aeiou]\p{Ll}", form)


@cache
def _names(language: str) -> Mapping[str, tuple[str, ...]]:
    """Return the names of signs in a language: "por mil" of ``‰``, "euro" of ``€``."""
    found: dict[str, tuple[str, ...]] = {}
    english = _forms("en")
    for unit, forms in _forms(language).items():
        signs = {form for form in english.get(unit, ()) if len(form) == 1 and _SIGN.match(form)}
        for sign in signs:
            found[sign] = (*found.get(sign, ()), *(form.casefold() for form in forms))
    locale, root = _locale(language), _locale("en")
    for code, symbol in (root.currency_symbols if root else {}).items():
        name = locale.currencies.get(code, "") if locale else ""
        sign = symbol[-1:]
        if name and _SIGN.match(sign):
            words = (name.casefold(), code.casefold(), *name.casefold().split()[:1])
            found[sign] = (*found.get(sign, ()), *words)
    return found


@cache
def _locale(language: str) -> Locale | None:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None
