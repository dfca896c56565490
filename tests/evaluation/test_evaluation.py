"""Scores: what sacrebleu's own program gives, with slots and without; and what is counted."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein
from support.places import DOCS

import amts_ext
from amts_ext.errors import InputError
from amts_ext.evaluation import evaluate, metrics, parts_of, prose, significance, whole
from amts_ext.evaluation.counts import Share, effort, slots_kept, terms_kept
from amts_ext.model import Parts, Slot, to_tokens

PT = (
    ["A média dos dados é um número só.", "O gato dorme na casa grande hoje.", "Uma reta é isso."],
    ["A média dos dados é um único número.", "O gato dorme hoje na casa grande.", "É uma reta."],
)
ZH = (
    ["均值是数据的中心。", "我们把模型训练了十次，结果很好。", "一条直线有两个参数。"],
    ["均值就是数据的中心。", "我们训练了模型十次，结果不错。", "直线有两个参数。"],
)
ZH_TER = ("--ter-normalized", "--ter-asian-support")


def program(folder: Path, texts: tuple[list[str], ...], *options: str) -> str:
    """What sacrebleu's own command says; the last of ``texts`` is the reference."""
    names = []
    for number, lines in enumerate(texts):
        path = folder / f"{number}.txt"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        names.append(str(path))
    command = [sys.executable, "-m", "sacrebleu", names[-1], "-i", *names[:-1], *options]
    more = ["-m", "bleu", "chrf", "ter", "-w", "6"]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize(
    ("language", "texts", "options"),
    [("pt", PT, ("-tok", "13a")), ("zh", ZH, ("-tok", "zh", *ZH_TER))],
)
def test_scores_are_those_of_sacrebleus_own_program(
    language: str, texts: tuple[list[str], ...], options: tuple[str, ...], tmp_path: Path
) -> None:
    told = json.loads(program(tmp_path, texts, *options, "--format", "json"))
    scores = evaluate(*texts, language)
    for row in told:
        mine = scores.prose[row["name"].rstrip("2")]
        assert mine.score == pytest.approx(row["score"], abs=1e-5)
        assert mine.fraction == pytest.approx(row["score"] / 100)
        assert mine.signature == row["signature"]
    assert scores.prose == scores.whole, "there are no slots"


@pytest.mark.slow
def test_p_values_are_those_of_sacrebleus_own_program(tmp_path: Path) -> None:
    words = [f"{chr(97 + n)}palavra" for n in range(12)]
    human = [" ".join(words[i % 5 : i % 5 + 7]) + f" {i}." for i in range(30)]
    one = [h.replace("fpal", "6") if i % 4 else h for i, h in enumerate(human)]
    other = [h.replace("gpal", "7") if i % 2 else h for i, h in enumerate(human)]
    told = program(tmp_path, (one, other, human), "--paired-bs", "--format", "text")
    values = [float(p) for p in re.findall(r"\(p = ([\d.]+)\)", told)]
    found = significance(one, other, human, "pt")
    assert list(found.prose.values()) == pytest.approx(values, abs=1e-4)
    assert max(values) > 0.002, "not just the smallest that there is"
    assert found == significance(one, other, human, "pt"), "the seed is fixed"
    assert found.signature == "seed:12345|bs:1000"
    better = significance([h.replace("palavra", "") for h in human], human, human, "pt")
    assert better.prose["BLEU"] < 0.05


def test_equal_outputs_do_not_differ() -> None:
    found = significance(PT[0], PT[0], PT[1], "pt")
    assert set(found.prose.values()) == set(found.whole.values()) == {1.0}


WORDS = ("a", "média", "é", "um", "ponto", "no", "meio")
sentences = st.lists(st.lists(st.sampled_from(WORDS), min_size=4).map(" ".join), min_size=1)


@given(sentences)
def test_the_human_scores_100(texts: list[str]) -> None:
    scores = evaluate(texts, texts, "pt")
    assert scores.prose["BLEU"].score == pytest.approx(100)
    assert scores.prose["chrF"].score == pytest.approx(100)
    assert scores.prose["TER"].score == 0
    assert (scores.effort.typed, scores.effort.removed) == (0, 0)


def test_formulas_do_not_flatter_the_prose() -> None:
    """A translator that keeps formulas and gets nearly every word wrong."""
    formula = Slot(1, "math", "$y = a + b x + e$")
    human: list[Parts] = [("Seja ", formula, " a reta.")] * 3
    wrong: list[Parts] = [("XX ", formula, " a ZZ.")] * 3
    scores = evaluate(wrong, human, "pt")
    assert scores.whole["BLEU"].score > 2 * scores.prose["BLEU"].score
    assert scores.prose == evaluate(["XX a ZZ."] * 3, ["Seja a reta."] * 3, "pt").prose
    assert (
        scores.whole == evaluate([whole(w) for w in wrong], [whole(h) for h in human], "pt").prose
    )


def test_a_slot_is_a_blank_and_half_of_a_pair_is_nothing() -> None:
    parts = parts_of("un⟦strong1⟧believ⟦/strong1⟧able ⟦math2⟧, so⟦code3⟧so")
    assert prose(parts) == "unbelievable , so so"
    assert [p.half for p in parts if not isinstance(p, str)] == ["open", "close", "", ""]
    assert to_tokens(parts) == whole(parts), "a token of a string holds itself"


def test_what_is_missing_is_scored_as_its_source_and_has_lost_its_slots() -> None:
    sources, human = ["The mean is ⟦math1⟧."] * 2, ["A média é ⟦math1⟧."] * 2
    scores = evaluate([human[0], None], human, "pt", sources=sources)
    same = evaluate([human[0], sources[1]], human, "pt", sources=sources)
    assert scores.prose == same.prose and scores.untranslated == 1
    assert (scores.slots, same.slots) == (Share(1, 2), Share(2, 2))


def steps(output: str, reference: str) -> tuple[int, int]:
    """(shortest distance, fewest typed characters on such a way), the slow way."""
    rows = [(j, j) for j in range(len(reference) + 1)]
    for i, a in enumerate(output, 1):
        fresh = [(i, 0)]
        for j, b in enumerate(reference, 1):
            d, t = rows[j - 1]
            over = (d, t) if a == b else (d + 1, t + 1)
            insert, delete = fresh[j - 1], rows[j]
            fresh.append(min(over, (insert[0] + 1, insert[1] + 1), (delete[0] + 1, delete[1])))
        rows = fresh
    return rows[-1]


@given(st.lists(st.tuples(st.text("abc", max_size=9), st.text("abc", max_size=9)), max_size=4))
def test_typing_is_the_least_there_is(pairs: list[tuple[str, str]]) -> None:
    outputs, references = [a for a, _ in pairs], [b for _, b in pairs]
    found = effort(outputs, references)
    slow = [steps(a, b) for a, b in pairs]
    assert found.typed == sum(typed for _, typed in slow)
    assert found.typed + found.removed == sum(map(Levenshtein.distance, outputs, references))
    assert found.reference == sum(map(len, references))


def test_effort_by_hand() -> None:
    found = effort(["a casa azul", "", "xyz"], ["a casa verde", "abc", ""])
    assert (found.typed, found.removed, found.reference) == (5 + 3, 3, 15)
    assert found.fraction == 8 / 15


def test_terms_count_where_source_and_reference_have_them() -> None:
    terms = [("mean", "média"), ("weighted mean", "média ponderada"), ("slope", "inclinação")]
    sources = ["The weighted mean and the Mean.", "Meaningful slope.", "A mean slope."]
    human = ["A média ponderada e a média.", "Inclinação que diz algo.", "Uma reta."]
    output = ["A média pesada e a média.", "Uma inclinação.", "Uma média."]
    # weighted mean, mean, slope are due; the third reference has none of them
    assert terms_kept(terms, sources, output, human) == Share(2, 3)
    assert terms_kept(terms, sources, human, human) == Share(3, 3)
    assert terms_kept([], sources, human, human).fraction is None


def test_terms_of_scripts_without_blanks() -> None:
    terms = [("均值", "mean"), ("加权均值", "weighted mean")]
    sources, human = ["加权均值不是均值。"], ["The weighted mean is no mean."]
    assert terms_kept(terms, sources, ["A weighted mean is demeaning."], human) == Share(1, 2)
    turned = [(b, a) for a, b in terms]
    assert terms_kept(turned, ["Adam's mean."], ["Adam均值"], ["亚当的均值"]) == Share(1, 1)


@pytest.mark.parametrize(
    ("output", "kept"),
    [
        ("⟦math1⟧ ⟦strong2⟧x⟦/strong2⟧", 3),
        ("⟦math1⟧ ⟦math1⟧ ⟦strong2⟧x⟦/strong2⟧", 2),
        ("⟦strong2⟧x", 1),
        ("", 0),
    ],
)
def test_slots_survive_if_they_come_back_once(output: str, kept: int) -> None:
    source = parts_of("⟦math1⟧ ⟦strong2⟧x⟦/strong2⟧")
    assert slots_kept([source], [parts_of(output)]) == Share(kept, 3)


def test_the_page_shows_what_the_call_gives() -> None:
    page = DOCS / "evaluation.md"
    [code] = re.findall(r"```python\n(scores = .*?)```", page.read_text("utf-8"), re.DOTALL)
    known: dict[str, Any] = {"amts_ext": amts_ext}
    exec(code, known)
    for shown, told in re.findall(r"^(scores\S.*?)  # (.*)$", code, re.MULTILINE):
        assert repr(eval(shown, known)) == f"({told})"


def test_lists_that_do_not_belong_together_are_told() -> None:
    for arguments, told in [
        ((["a"], ["a", "b"]), "1 translations, 2 references; each"),
        (([], []), "nothing to evaluate"),
        (([None], ["a"]), "give the sources"),
    ]:
        with pytest.raises(InputError, match=told):
            evaluate(*arguments, "pt")
    with pytest.raises(InputError, match="3 sources"):
        evaluate(["a"], ["a"], "pt", sources=["a", "b", "c"])


def test_the_call_of_the_package_and_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    assert amts_ext.evaluate(ZH[0], ZH[1]).prose["BLEU"].signature.split("|")[3] == "tok:zh"
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    with pytest.raises(InputError, match="rapidfuzz; install it: pip install"):
        amts_ext.evaluate(["a"], ["a"])
    code = (
        "import sys; sys.modules['sacrebleu.metrics.base'] = None\n"
        "import amts_ext; amts_ext.evaluate(['a'], ['a'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "InputError: evaluation needs the package sacrebleu" in done.stderr


@pytest.mark.parametrize(("language", "module"), [("ja", "MeCab"), ("ko", "mecab_ko")])
def test_a_tokenizer_that_is_missing_is_told_and_stands_in_the_signature(
    language: str,
    module: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    name = f"sacrebleu.tokenizers.tokenizer_{language}_mecab"
    monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    metrics.tokenizer.cache_clear()
    with caplog.at_level(logging.WARNING, "amts"):
        for _ in range(2):
            scores = evaluate(["猫が好き"], ["犬が好き"], language)
    assert "tok:char" in scores.prose["BLEU"].signature
    assert [f"pip install 'sacrebleu[{language}]'" in r.message for r in caplog.records] == [True]
    metrics.tokenizer.cache_clear()
    del sys.modules[name]


@pytest.mark.parametrize(("language", "module"), [("ja", "MeCab"), ("ko", "mecab_ko")])
def test_japanese_and_korean_words(language: str, module: str) -> None:
    pytest.importorskip(module, reason=f"sacrebleu[{language}] is not installed")
    scores = evaluate(["猫が好きです。"], ["猫が好きです。"], language)
    assert f"tok:{language}-mecab" in scores.prose["BLEU"].signature
