"""How near a translation comes to a human's: BLEU, chrF and TER by sacrebleu, with signatures.

Everything is scored twice: on the prose alone, with slots (formulas, code, references, marks)
removed, and on the text as it stands. A formula that is copied is always right, so it flatters a
score; the prose alone tells about the translation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from amts_ext.errors import InputError
from amts_ext.evaluation.counts import (
    Effort,
    Share,
    TermPairs,
    effort,
    not_installed,
    slots_kept,
    terms_kept,
)
from amts_ext.model import TOKEN, Half, Parts, Slot
from amts_ext.text.masking import unmask

Text = str | Parts
"""A segment: as a string, whose slots are tokens (``⟦math1⟧``), or as parts."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One score and how it was made."""

    score: float
    """0 to 100; of TER, where less is better, it may be more."""
    signature: str
    """sacrebleu's: with it, others can repeat the number."""

    @property
    def fraction(self) -> float:
        """The score from 0 to 1."""
        return self.score / 100


@dataclass(frozen=True, slots=True)
class Scores:
    """What a translation is worth, measured against a human's."""

    segments: int
    prose: Mapping[str, Metric]
    """``BLEU chrF TER`` without slots."""
    whole: Mapping[str, Metric]
    """The same with slots as they stand in the text."""
    effort: Effort
    """Of the prose; restoring a slot is no typing."""
    terms: Share
    slots: Share
    untranslated: int
    """Segments without output; their source was scored, because that is what a reader sees."""


@dataclass(frozen=True, slots=True)
class Significance:
    """p-values of the difference between two outputs, by metric."""

    prose: Mapping[str, float]
    whole: Mapping[str, float]
    signature: str
    """Seed and number of resamplings."""


def evaluate(
    hypotheses: Sequence[Text | None],
    references: Sequence[Text],
    target: str = "zh",
    *,
    sources: Sequence[Text] = (),
    terms: TermPairs = (),
) -> Scores:
    """Score translations into the language ``target`` against one human reference each.

    ``sources`` are needed for the share of slots and of ``terms`` (source term, target term) that
    survived, and for a hypothesis of None: there is no output, and the source is scored.

    Raises :class:`~amts_ext.errors.InputError` if the lists differ in length or are empty, and
    without the packages of the extra ``evaluate``.
    """
    check_lengths(hypotheses, references, sources)
    texts = [parts_of(text) for text in filled(hypotheses, sources)]
    wanted, given = [parts_of(r) for r in references], [parts_of(s) for s in sources]
    plain, human = [prose(t) for t in texts], [prose(w) for w in wanted]
    return Scores(
        len(texts),
        _scores(plain, human, target),
        _scores([whole(t) for t in texts], [whole(w) for w in wanted], target),
        effort(plain, human),
        terms_kept(terms, [prose(s) for s in given], plain, human),
        slots_kept(given, [None if h is None else parts_of(h) for h in hypotheses]),
        sum(h is None for h in hypotheses),
    )


def significance(
    before: Sequence[Text], after: Sequence[Text], references: Sequence[Text], target: str
) -> Significance:
    """Whether ``after`` differs from ``before`` by more than chance: paired bootstrap resampling.

    P. Koehn, "Statistical Significance Tests for Machine Translation Evaluation", EMNLP 2004, as
    sacrebleu does it. Equal outputs have p = 1. Raises as :func:`evaluate`.
    """
    check_lengths(before, references)
    check_lengths(after, references)
    one, other, human = ([parts_of(t) for t in texts] for texts in (before, after, references))

    sacrebleu = _sacrebleu()

    def values(view: Callable[[Parts], str]) -> dict[str, float]:
        sides = [[view(text) for text in texts] for texts in (one, other, human)]
        found: dict[str, float] = sacrebleu.p_values(*sides, target)
        return found

    return Significance(values(prose), values(whole), sacrebleu.bootstrap())


def prose(parts: Parts) -> str:
    """The words alone: a slot is a blank, half of a pair nothing."""
    return _folded("".join(p if isinstance(p, str) else "" if p.half else " " for p in parts))


def whole(parts: Parts) -> str:
    """The text as it stands in the document."""
    return _folded(unmask(parts))


def parts_of(text: Text) -> Parts:
    """A text as parts; what a token of a string holds is the token itself."""
    if not isinstance(text, str):
        return text
    parts: list[str | Slot] = []
    at = 0
    for match in TOKEN.finditer(text):
        slash, kind, number = match.groups()
        opens = f"⟦/{kind}{number}⟧" in text
        half = Half.CLOSE if slash else Half.OPEN if opens else Half.SINGLE
        parts += [text[at : match.start()], Slot(int(number), kind, match.group(), half)]
        at = match.end()
    return tuple(p for p in (*parts, text[at:]) if p != "")


def filled(hypotheses: Sequence[Text | None], sources: Sequence[Text]) -> list[Text]:
    """The source where there is no output."""
    return [sources[i] if h is None else h for i, h in enumerate(hypotheses)]


def check_lengths(
    hypotheses: Sequence[Text | None], references: Sequence[Text], sources: Sequence[Text] = ()
) -> None:
    """Raises :class:`InputError` for lists that do not belong together."""
    counts = f"{len(hypotheses)} translations, {len(references)} references"
    if not hypotheses:
        raise InputError("there is nothing to evaluate: no translation is given")
    if len(hypotheses) != len(references):
        raise InputError(f"{counts}; each translation needs the reference of the same segment")
    if sources and len(sources) != len(references):
        raise InputError(f"{counts}, {len(sources)} sources; the counts must be equal")
    if not sources and any(h is None for h in hypotheses):
        raise InputError("a translation is missing (None): give the sources, to score them instead")


def _scores(hypotheses: list[str], references: list[str], target: str) -> dict[str, Metric]:
    found = _sacrebleu().score(hypotheses, references, target)
    return {name: Metric(*each) for name, each in found.items()}


def _sacrebleu() -> ModuleType:
    """Our use of it; it is loaded when something is scored, and it may not be installed."""
    try:
        from amts_ext.evaluation import metrics
    except ImportError as error:
        raise not_installed("sacrebleu") from error
    return metrics


def _folded(text: str) -> str:
    return " ".join(text.split())
