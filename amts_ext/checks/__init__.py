"""Checks without a reference: what a reviewer would catch in a translation at a glance.

:func:`check` looks at one segment, source and target as parts; it knows no file and no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from amts_ext.checks import figures, language, slots, typography, wording
from amts_ext.checks.base import Context, Finding, Kind, Severity, Side
from amts_ext.checks.wording import kept, ratio
from amts_ext.model import Parts

__all__ = ["Context", "Finding", "Kind", "Severity", "check", "kept", "ratio"]

Check = Callable[[Side, Side, Context], Iterator[Finding]]

CHECKS: Mapping[Kind, Check] = {
    Kind.UNTRANSLATED: language.untranslated,
    Kind.SCRIPT: language.script,
    Kind.LANGUAGE: language.language,
    Kind.NUMBERS: figures.numbers,
    Kind.SLOTS: slots.slots,
    Kind.LENGTH: wording.length,
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
) -> list[Finding]:
    """What is wrong with ``target`` as a translation of ``source``, in the order of the kinds.

    ``block`` is the kind of block that the source stands in. A segment that was not translated has
    no other faults: they would all say the same.
    """
    ours, theirs = Side(source, block), Side(target, block)
    if Kind.UNTRANSLATED in kinds:
        missing = list(language.untranslated(ours, theirs, context))
        if missing:
            return missing
    wanted = (check for kind, check in CHECKS.items() if kind in kinds)
    return [finding for each in wanted for finding in each(ours, theirs, context)]
