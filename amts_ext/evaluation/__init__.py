"""Scores of translations against a human's: BLEU, chrF and TER by sacrebleu, with signatures.

Every translation is scored twice: on its prose alone, with slots (formulas, code, references,
marks) removed, and on the whole text. A formula that is copied is always right, so formulas raise
a score; the prose alone tells about the translation.
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
"""A segment to be scored: a string with slots as tokens (``⟦math1⟧``), or parts."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One score and how it was made."""

    score: float
    """0 to 100. TER, where less is better, may be above 100."""
    signature: str
    """sacrebleu's description of the settings, by which others can repeat the measurement."""

    @property
    def fraction(self) -> float:
        """The score from 0 to 1."""
        return self.score / 100


@dataclass(frozen=True, slots=True)
class Scores:
    """All measures of one translation against a human's."""

    segments: int
    prose: Mapping[str, Metric]
    """``BLEU chrF TER`` of the text without slots."""
    whole: Mapping[str, Metric]
    """``BLEU chrF TER`` of the text with slots as they stand in it."""
    effort: Effort
    """Typing to correct the prose; slots are not typed."""
    terms: Share
    slots: Share
    untranslated: int
    """Segments without output. Their source was scored, because that is what a reader sees."""


@dataclass(frozen=True, slots=True)
class Significance:
    """The p-values of the difference between two outputs, by metric."""

    prose: Mapping[str, float]
    whole: Mapping[str, float]
    signature: str
    """Seed and number of resamplings: ``seed:12345|bs:1000``."""


def evaluate(
    hypotheses: Sequence[Text | None],
    references: Sequence[Text],
    target: str = "zh",
    *,
    sources: Sequence[Text] = (),
    terms: TermPairs = (),
) -> Scores:
    """Score translations into the language ``target`` against one human reference each.

    >>> scores = evaluate(["O gato dorme."], ["O gato dorme aqui."], "pt")
    >>> {name: round(metric.score, 1) for name, metric in scores.prose.items()}
    {'BLEU': 49.8, 'chrF': 64.5, 'TER': 50.0}

    ``terms`` are (source term, target term). ``sources`` are needed to count the terms and slots
    that the translations keep, and for hypotheses of None: these have no output, and their source
    is scored.

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
    """Test whether ``after`` differs from ``before`` by more than chance.

    The method is paired bootstrap resampling (P. Koehn, "Statistical Significance Tests for Machine
    Translation Evaluation", EMNLP 2004) by sacrebleu. Equal outputs have p = 1.

    Raises :class:`~amts_ext.errors.InputError` if the lists differ in length or are empty, and
    without the packages of the extra ``evaluate``.
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
    """Return the words alone: a single slot becomes a blank, half of a pair nothing.

    >>> bold = Slot(2, "strong", "**", Half.OPEN), "any", Slot(2, "strong", "**", Half.CLOSE)
    >>> prose(("Let ", Slot(1, "math", "$x$"), " be ", *bold, " number."))
    'Let be any number.'
    """
    return _folded("".join(p if isinstance(p, str) else "" if p.half else " " for p in parts))


def whole(parts: Parts) -> str:
    """Return the text as it stands in the document, with blanks counted once.

    >>> whole(("Let ", Slot(1, "math", "$x$"), " be a number."))
    'Let $x$ be a number.'
    """
    return _folded(unmask(parts))


def parts_of(text: Text) -> Parts:
    """Return a text as parts. A slot read from a string has its own token as content.

    >>> [part.content for part in parts_of("Let ⟦math1⟧ be.") if isinstance(part, Slot)]
    ['⟦math1⟧']
    """
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
    """Return the hypotheses, with the source in the place of each None.

    >>> filled(["Uma rede.", None], ["A net.", "A layer."])
    ['Uma rede.', 'A layer.']
    """
    return [sources[i] if h is None else h for i, h in enumerate(hypotheses)]


def check_lengths(
    hypotheses: Sequence[Text | None], references: Sequence[Text], sources: Sequence[Text] = ()
) -> None:
    """Raise :class:`InputError` if the lists are empty or differ in length.

    A hypothesis of None needs ``sources``.
    """
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
    """Import the module that uses sacrebleu; late, because sacrebleu is an optional package."""
    try:
        from amts_ext.evaluation import metrics
    except ImportError as error:
        raise not_installed("sacrebleu") from error
    return metrics


def _folded(text: str) -> str:
    return " ".join(text.split())
