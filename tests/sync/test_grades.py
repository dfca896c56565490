"""How much a sentence has changed: nothing that shows, a little, or so that it is another."""

from __future__ import annotations

import pytest

from amts_ext.formats import get
from amts_ext.merging.grades import Grade, grade
from amts_ext.model import Segment
from amts_ext.text.masking import mask


def sentence(text: str) -> Segment:
    [found] = mask(get("d2l").read(text), "en")
    return found


TURNED = [
    ("The method is stable for small steps of time.", "is stable", "is unstable"),
    ("The method is stable for small steps of time.", "is stable", "is not stable"),
    ("We need at least one night of rain for this.", "at least", "at most"),
    ("The error increases with the size of the step.", "increases", "decreases"),
    ("It works with three boats in the old harbour.", "three", "four"),
    ("We read it on the 3 maps and two old charts.", "3 maps and two", "3 maps and six"),
    ("The tests always find the mistake in the end.", "always", "sometimes"),
    ("Draw the curve before you compute the mean.", "before", "after"),
    ("That is a useful picture of the whole valley.", "useful", "useless"),
    ("It rains on the island in the first weeks.", "It rains", "It hardly rains"),
    ("Everybody can read the map with a lamp there.", "with a lamp", "without a lamp"),
    ("You can leave the boat at the pier of wood.", "can", "cannot"),
    ("There is no table for the boats in here.", "There is no table", "There is notable"),
]


@pytest.mark.parametrize("text, old, new", TURNED)
def test_a_word_that_turns_a_statement_round_is_never_a_little(
    text: str, old: str, new: str
) -> None:
    assert old in text
    assert grade(sentence(text), sentence(text.replace(old, new))) is Grade.MUCH


@pytest.mark.parametrize(
    "old, new",
    [
        ("Let us look at the mean of all days.", "Let's look at the mean of all days."),
        ("On one hand, it is a very small mean.", "On the one hand, it is a very small mean."),
        ("A fully connected layer of nodes here.", "A fully-connected layer of nodes here."),
        ("Use the transformer of the old bridge.", "Use the Transformer of the old bridge."),
    ],
)
def test_what_no_translation_shows_needs_a_glance(old: str, new: str) -> None:
    assert grade(sentence(old), sentence(new)) is Grade.SLOTS


@pytest.mark.parametrize(
    "old, new",
    [
        ("There are 3 boats in the old harbour.", "There are three boats in the old harbour."),
        ("We know a few of the people of the island.", "We know few of the people of the island."),
        ("We all know the height of the water.", "We know the height of the water."),
        (
            "Both of the new weights are non-negative in our old example of the mill.",
            "Both of these weights are nonnegative in our old example of the mill.",
        ),
    ],
)
def test_other_words_are_a_little(old: str, new: str) -> None:
    assert grade(sentence(old), sentence(new)) is Grade.LITTLE


@pytest.mark.parametrize(
    "language, old, new, expected",
    [
        # A "not" that nobody knows here, and a prefix.
        ("de", "Das ist eine sehr gute Zahl aus dem alten Buch der Stadt.",
         "Das ist keine sehr gute Zahl aus dem alten Buch der Stadt.", Grade.MUCH),
        ("es", "La media es un valor estable en todos los días del año.",
         "La media no es un valor estable en todos los días del año.", Grade.MUCH),
        ("ru", "Среднее значение известно всем людям в этом старом городе.",
         "Среднее значение неизвестно всем людям в этом старом городе.", Grade.MUCH),
        ("zh", "我们看平均数，它是好的数，而且大家都用它，每天都用，在这里，在那里。",
         "我们看平均数，它不是好的数，而且大家都用它，每天都用，在这里，在那里。", Grade.MUCH),
        # An article of English is a word elsewhere.
        ("es", "Se va a casa.", "Se va casa.", Grade.MUCH),
        # Another ending of the same word.
        ("de", "Das ist eine sehr gute Zahl aus dem alten Buch der Stadt.",
         "Das ist eine sehr gute Zahl aus dem alten Buche der Stadt.", Grade.LITTLE),
        ("de", "Siehe :numref:`fig_a` im Buch.", "Siehe :numref:`fig_b` im Buch.", Grade.SLOTS),
    ],
)  # fmt: skip
def test_in_another_language_any_word_may_be_a_not(
    language: str, old: str, new: str, expected: Grade
) -> None:
    assert grade(sentence(old), sentence(new), language) is expected
