"""Checks without a reference: what a reviewer would catch in a translation at a glance.

:func:`check` compares the two sides of one segment. It knows no file and no memory; the module
:mod:`amts_ext.checks.review` applies it to a whole book or to folders.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from amts_ext.checks import kept_facts, language, slots, typography, wording
from amts_ext.checks.base import Context, Finding, Kind, Severity, Side
from amts_ext.checks.wording import LONG, is_short, kept, ratio
from amts_ext.model import Parts

__all__ = [
    "LONG",
    "Context",
    "Finding",
    "Kind",
    "Severity",
    "Side",
    "check",
    "is_short",
    "kept",
    "ratio",
]

Check = Callable[[Side, Side, Context], Iterator[Finding]]
"""One check: source side, target side and context in, findings out."""

CHECKS: Mapping[Kind, Check] = {
    Kind.UNTRANSLATED: language.untranslated,
    Kind.SCRIPT: language.script,
    Kind.LANGUAGE: language.language,
    Kind.NUMBERS: kept_facts.numbers,
    Kind.SIGNS: kept_facts.signs,
    Kind.LETTERS: kept_facts.letters,
    Kind.SLOTS: slots.slots,
    Kind.LENGTH: wording.length,
    Kind.SHORT: kept_facts.short,
    Kind.REPEATED: wording.repeated,
    Kind.TERM: wording.terms,
    Kind.PUNCTUATION: typography.punctuation,
    Kind.WIDTH: typography.width,
    Kind.SPACING: typography.spacing,
    Kind.CAPITAL: typography.capital,
    Kind.DAMAGE: wording.damage,
}
ALL = frozenset(Kind)


def check(
    source: Parts,
    target: Parts,
    context: Context,
    kinds: Collection[Kind] = ALL,
    block: str = "",
    by_person: bool = False,
) -> list[Finding]:
    """Return the faults of ``target`` as a translation of ``source``, in the order of the kinds.

    >>> from amts_ext.languages.profiles import load
    >>> portuguese = Context("en", load("pt"))
    >>> for finding in check(("It has 3 layers.",), ("Tem 4 camadas",), portuguese):
    ...     print(f"{finding.kind}: {finding.message}")
    numbers: the number 3 is missing
    numbers: the number 4 is not in the source
    punctuation: no mark at the end

    ``block`` is the kind of block that the source stands in, such as ``title``. A segment that was
    not translated gets this one finding only, because all others would follow from it.
    ``by_person`` says that a person wrote the target.
    """
    ours, theirs = Side(source, block), Side(target, block, by_person)
    if Kind.UNTRANSLATED in kinds:
        missing = list(language.untranslated(ours, theirs, context))
        if missing:
            return missing
    wanted = (check for kind, check in CHECKS.items() if kind in kinds)
    return [finding for each in wanted for finding in each(ours, theirs, context)]
