"""Seeded defects: good translations, each spoiled in one way, for the tests and the benchmark.

A maker takes (source, target, random numbers, another pair's target) and returns the spoiled
target, or None where the pair has nothing to spoil in this way.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from amts_ext.checks import Kind
from amts_ext.checks.base import UNMARKED
from amts_ext.languages.profiles import Profile
from amts_ext.model import Half, Parts, Slot


class Pair(NamedTuple):
    """A good translation."""

    source: Parts
    target: Parts
    block: str = ""


Maker = Callable[[Pair, random.Random, Parts], Parts | None]
HAN = "\u4e00-\u9fff"


def on_text(change: Callable[[str, random.Random], str | None]) -> Maker:
    """A maker that changes one stretch of the target's text."""

    def make(pair: Pair, chance: random.Random, other: Parts) -> Parts | None:
        parts = list(pair.target)
        places = [i for i, part in enumerate(parts) if isinstance(part, str)]
        chance.shuffle(places)
        for index in places:
            changed = change(str(parts[index]), chance)
            if changed is not None and changed != parts[index]:
                parts[index] = changed
                return tuple(parts)
        return None

    return make


def one(pattern: str, new: Callable[[re.Match[str]], str]) -> Maker:
    """A maker that replaces one of the pattern's matches, chosen by chance."""

    def change(text: str, chance: random.Random) -> str | None:
        found = list(re.finditer(pattern, text))
        if not found:
            return None
        match = chance.choice(found)
        return text[: match.start()] + new(match) + text[match.end() :]

    return on_text(change)


def copied(pair: Pair, chance: random.Random, other: Parts) -> Parts | None:
    words = [w for p in pair.source if isinstance(p, str) for w in re.findall(r"[a-z]{2,}", p)]
    return pair.source if len(words) > 2 else None


def half_copied(pair: Pair, chance: random.Random, other: Parts) -> Parts | None:
    """The longest text of the source stands after the translation."""
    longest = max((p for p in pair.source if isinstance(p, str)), key=len, default="")
    return (*pair.target, " ", longest.strip()) if len(longest.split()) > 6 else None


def swapped(pair: Pair, chance: random.Random, other: Parts) -> Parts | None:
    """The translation of another sentence."""
    return other if other != pair.target else None


def slot_lost(pair: Pair, chance: random.Random, other: Parts) -> Parts | None:
    held = [p for p in pair.target if isinstance(p, Slot) and p.half is Half.SINGLE]
    held = [p for p in held if p.kind in ("math", "code", "role")]
    return tuple(p for p in pair.target if p is not held[0]) if held else None


def cut(pair: Pair, chance: random.Random, other: Parts) -> Parts | None:
    """The last two thirds are gone."""
    texts = [p for p in pair.target if isinstance(p, str)]
    if sum(map(len, texts)) < 25:
        return None
    room, kept = sum(map(len, texts)) // 3, []
    for part in pair.target:
        kept.append(part if isinstance(part, Slot) else part[: max(0, room)])
        room -= 0 if isinstance(part, Slot) else len(part)
    return tuple(part for part in kept if part)


def looped(pair: Pair, chance: random.Random, other: Parts) -> Parts | None:
    """The whole sentence once more, as engines do that lose the thread."""
    return (
        (*pair.target, " ", *pair.target)
        if sum(isinstance(p, str) and len(p) > 8 for p in pair.target)
        else None
    )


def unmarked(pair: Pair, chance: random.Random, other: Parts) -> Parts | None:
    last = pair.target[-1] if pair.target else ""
    if pair.block in UNMARKED or not isinstance(last, str) or not re.search(r"\w[。.!！]$", last):
        return None
    return (*pair.target[:-1], last[:-1])


def number(match: re.Match[str]) -> str:
    return str(int(match.group()) + 7)


def makers(profile: Profile) -> dict[str, tuple[Maker, Kind | None]]:
    """All kinds of defects for a target language, with the check that is made for them.

    None: a sentence of another place is found by whichever check sees it.
    """
    common: dict[str, tuple[Maker, Kind | None]] = {
        "not translated": (copied, Kind.UNTRANSLATED),
        "partly not translated": (half_copied, Kind.UNTRANSLATED),
        "another sentence": (swapped, None),
        "number changed": (one(r"(?<![\d.,])\d{1,4}(?![\d.,])", number), Kind.NUMBERS),
        "formula or code lost": (slot_lost, Kind.SLOTS),
        "cut off": (cut, Kind.LENGTH),
        "said twice": (looped, Kind.REPEATED),
        "end mark lost": (unmarked, Kind.PUNCTUATION),
        "bracket lost": (one("[)）”»]", lambda m: ""), Kind.PUNCTUATION),
        "mark doubled": (one("[,，。](?=.)", lambda m: m.group() * 2), Kind.PUNCTUATION),
        "broken character": (one(r"\w", lambda m: "\ufffd"), Kind.DAMAGE),
        "entity left": (one(r"(?<=\w)(?=\W|$)", lambda m: "&quot;"), Kind.DAMAGE),
        "letter of another script": (one(r"(?<=\w)\w", lambda m: "ж"), Kind.SCRIPT),
    }
    return common | (_wide() if profile.full_width else _latin())


def _wide() -> dict[str, tuple[Maker, Kind | None]]:
    ascii_marks = str.maketrans("，；？！", ",;?!")
    return {
        "ASCII comma": (
            one(f"(?<=[{HAN}])[，；？！](?=[{HAN}])", lambda m: m.group().translate(ascii_marks)),
            Kind.WIDTH,
        ),
        "blank between characters": (
            one(f"(?<=[{HAN}])(?=[{HAN}])", lambda m: " "), Kind.SPACING,
        ),
        "phrase doubled": (one(f"[{HAN}]{{3}}", lambda m: m.group() * 2), Kind.REPEATED),
    }  # fmt: skip


def _latin() -> dict[str, tuple[Maker, Kind | None]]:
    return {
        "full-width comma": (one(", ", lambda m: "，"), Kind.WIDTH),
        "blank before a comma": (one(r"(?<=\w),", lambda m: " ,"), Kind.SPACING),
        "word doubled": (one(r"\b\w{3,}\b", lambda m: f"{m.group()} {m.group()}"), Kind.REPEATED),
        "small first letter": (one(r"^[A-Z](?=[a-z])", lambda m: m.group().lower()), Kind.CAPITAL),
    }


PLANTED: dict[str, tuple[str, str, Kind]] = {
    "minus sign lost": ("−5", "5", Kind.NUMBERS),
    "fraction changed": ("½", "1 2", Kind.NUMBERS),
    "thousands changed": ("1,500.5", "1.500.5", Kind.NUMBERS),
    "comparison lost": ("≤ 5", "5", Kind.SIGNS),
    "unit changed": ("5 kg", "5 lb", Kind.SIGNS),
    "per mille to per cent": ("5 ‰", "5 %", Kind.SIGNS),
    "currency lost": ("3 €", "3", Kind.SIGNS),
    "braces lost": ("{1, 2}", "1, 2", Kind.SIGNS),
    "interval lost": ("[0, 1)", "0, 1", Kind.SIGNS),
    "power flattened": ("10⁻³", "10-3", Kind.SIGNS),
    "arrow lost": ("A → B", "A B", Kind.SIGNS),
    "path garbled": ("C:\\bus", "C:-bus", Kind.SIGNS),
    "Greek letter lost": ("α", "a", Kind.LETTERS),
    "name garbled": ("Müller", "M'ller", Kind.LETTERS),
}
"""Facts as they stand on both sides, and as they are spoiled in the translation."""


def planted(pair: Pair, fact: str) -> Pair:
    """The pair with a fact in brackets behind both sides."""
    behind = f" [{fact}]" if not fact.startswith("[") else f" {fact}"
    return Pair((*pair.source, behind), (*pair.target, behind), pair.block)


def seed_planted(
    pairs: Sequence[Pair], name: str, count: int, chance: random.Random
) -> list[tuple[Pair, Parts]]:
    """``count`` pairs with a planted fact, and their targets with the fact spoiled."""
    fact, spoiled, _ = PLANTED[name]
    good = [planted(pair, fact) for pair in chance.sample(list(pairs), count)]
    return [
        (pair, (*pair.target[:-1], str(pair.target[-1]).replace(fact, spoiled))) for pair in good
    ]


def seed(
    pairs: Sequence[Pair], maker: Maker, count: int, chance: random.Random
) -> list[tuple[Pair, Parts]]:
    """Up to ``count`` pairs with their spoiled targets; a pair may serve several times."""
    found: list[tuple[Pair, Parts]] = []
    for _ in range(40 * count):
        pair = chance.choice(pairs)
        spoiled = maker(pair, chance, chance.choice(pairs).target)
        if spoiled is not None and spoiled != pair.target:
            found.append((pair, spoiled))
            if len(found) == count:
                break
    return found
