"""The base keeps what the human kept, and gives the source back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_ext.human.lags import Lag, with_new, with_old
from amts_ext.sync.behind import moved

WORDS = st.text("ab c\n", max_size=8)


@st.composite
def sources(draw: st.DrawFn) -> tuple[str, list[Lag]]:
    """A source, and places in it that a base keeps; some meet, and some were put in."""
    source = draw(st.text("ab c\n", max_size=40))
    lags = []
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(source)))
        end = draw(st.integers(start, min(len(source), start + 6)))
        lags.append(Lag(start, draw(WORDS), source[start:end]))
    return source, lags


@given(sources())
def test_the_source_comes_back(both: tuple[str, list[Lag]]) -> None:
    source, lags = both
    assert with_new(with_old(source, lags), lags) == source


def test_what_is_gone_is_never_lost_from_the_base() -> None:
    lags = [Lag(2, "old", "cdef"), Lag(4, "first", ""), Lag(4, "second", "")]
    assert with_old("abcdefg", lags) == "aboldfirstsecondg"


def test_another_text_is_noticed() -> None:
    lags = [Lag(2, "old", "cd")]
    for wrong in (lambda: with_old("abxdefg", lags), lambda: with_new("abolxefg", lags)):
        with pytest.raises(ValueError, match="another"):
            wrong()


def test_places_follow_a_source_that_changed_before_them() -> None:
    gone, kept = Lag(8, "Gone.", ""), Lag(8, "old", "It is.")
    found = moved([gone, kept], "A mean. It is.", "New. A mean. It is.")
    assert found == (Lag(13, "Gone.", ""), Lag(13, "old", "It is."))
    assert moved([kept], "A mean. It is.", "A mean. It was.") == ()
