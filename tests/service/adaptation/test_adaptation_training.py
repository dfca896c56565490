"""Steps of the training: phrases by their definition, and the second process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.adapting import chinese
from support.waiting import until

pytest.importorskip("thot.common", reason="sil-thot is not installed (extra: adapt)")

from amts_ext.service.adaptation import phrases
from amts_ext.service.adaptation import second_process as second
from amts_ext.service.adaptation.corpus import SentencePair, TokenizedSentence
from amts_ext.service.adaptation.decoder import START, Decoder
from amts_ext.service.adaptation.files import LANGUAGE, REQUEST, TRANSLATION, request
from amts_ext.service.adaptation.slots import SLOT
from amts_ext.service.adaptation.training import train

Links = set[tuple[int, int]]


def example(source: list[str], target: list[str]) -> SentencePair:
    return SentencePair(TokenizedSentence(tuple(source), ()), TokenizedSentence(tuple(target), ()))


def by_definition(n: int, m: int, links: Links) -> set[tuple[str, str]]:
    """All pairs of stretches with a link, and none from a word inside to one outside."""
    found = set()
    for a in range(n):
        for b in range(a, min(n, a + phrases.LONGEST)):
            for c in range(m):
                for d in range(c, m):
                    touching = [(i, j) for i, j in links if a <= i <= b or c <= j <= d]
                    if touching and all(a <= i <= b and c <= j <= d for i, j in touching):
                        words = (f"s{i}" for i in range(a, b + 1))
                        found.add((" ".join(words), " ".join(f"t{j}" for j in range(c, d + 1))))
    return found


@given(st.integers(1, 9), st.integers(1, 7), st.data())
def test_phrases_are_those_of_the_definition(n: int, m: int, data: st.DataObject) -> None:
    places = st.tuples(st.integers(0, n - 1), st.integers(0, m - 1))
    links = data.draw(st.sets(places, max_size=12))
    pair = example([f"s{i}" for i in range(n)], [f"t{j}" for j in range(m)])
    found = Counter(phrases._phrases(pair, sorted(links)))
    assert max(found.values(), default=1) == 1
    unused = {source for source, target in found if target == phrases.UNUSED}
    assert {p for p in found if p[0] not in unused} == by_definition(n, m, links)
    linked = {i for i, _ in links}
    assert all(not {int(w[1:]) for w in source.split()} & linked for source in unused)


def test_the_table_keeps_slots_and_counts(tmp_path: Path) -> None:
    pairs = [(example(["the", SLOT], ["das", SLOT]), [(0, 0), (1, 1)])] * 2
    pairs += [(example(["the", "day"], [f"tag{i}"]), [(1, 0)]) for i in range(30)]
    phrases.write(tmp_path / "t", [e for e, _ in pairs], [links for _, links in pairs])
    rows = [line.split(" ||| ") for line in (tmp_path / "t.ttable").read_text().splitlines()]
    counts = {(source, target): count for target, source, count in rows}
    assert counts["the", "das"] == "2 2"
    assert counts[f"the {SLOT}", f"das {SLOT}"] == "2 2"
    assert counts["the", phrases.UNUSED] == "0 30"
    assert counts["day", "tag0"] == "2 1"  # also of "the day"
    assert sum(source == "day" for source, _ in counts) == phrases.OPTIONS
    assert all(s.count(SLOT) == t.count(SLOT) for s, t in counts)


@pytest.mark.slow
def test_two_processes_decode_as_one_does(tmp_path: Path) -> None:
    (tmp_path / REQUEST).write_text(request("en", "zh", list(chinese().items())))
    train(tmp_path, lambda step, done: None)
    sentences = [tuple(s.lower().rstrip(".").split()) for s in list(chinese())[:7]]
    alone = Decoder(tmp_path / TRANSLATION, tmp_path / LANGUAGE, START)
    expected = [alone.several(s, 5) for s in sentences]
    with second.process() as other:
        both = second.Decoders(tmp_path, other)
        assert both.several(START, sentences, 5) == expected
        assert both.several(START, sentences[:1], 5) == expected[:1]
        both.close()


HELPED = """
import os, sys, time
sys.path[:] = {path!r}
from amts_ext.service.adaptation import second_process as second
with second.process() as other:
    print(other.submit(os.getpid).result(), flush=True)
    time.sleep(600)
"""


@pytest.mark.slow
def test_the_second_process_ends_with_the_first() -> None:
    command = [sys.executable, "-c", HELPED.format(path=sys.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        other = int(first.stdout.readline())
        os.kill(other, 0)
        first.kill()
    until(lambda: not runs(other), "it runs on")


def runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
