"""Facts: what a translation keeps of its source, whoever translated.

Each rule takes the two sides of a segment and yields what is wrong, in words. A build rejects a
machine's answer that breaks one (:func:`changed`); ``amts check`` reports them for humans as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from amts_ext.facts.letters import changed_letters
from amts_ext.facts.numbers import changed_numbers
from amts_ext.facts.short import doubt
from amts_ext.facts.sides import Side
from amts_ext.facts.signs import changed_signs
from amts_ext.model import Parts

Rule = Callable[[Side, Side, tuple[str, str]], Iterator[str]]
"""A rule: source, target and their languages in; what is wrong out, one text for each fault."""

RULES: tuple[Rule, ...] = (changed_numbers, changed_signs, changed_letters)

__all__ = ["RULES", "Rule", "Side", "changed", "doubt"]


def changed(source: Parts, target: Parts, languages: tuple[str, str]) -> str:
    """Return what a translation has changed of the facts of its source; empty if they survived.

    >>> changed(("It fell to −5 °C.",), ("Caiu para 5 °C.",), ("en", "pt"))
    'the sign of −5 is lost'
    >>> changed(("Preliminaries",), ("Preliminares (",), ("en", "pt"))
    'gains a bracket'

    ``languages`` are those of source and target.
    """
    ours, theirs = Side(source), Side(target)
    faults = (fault for rule in RULES for fault in rule(ours, theirs, languages))
    return next(faults, "") or doubt(source, target, languages[1])
