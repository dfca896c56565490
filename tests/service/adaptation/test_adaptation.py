"""The parts of adaptation: words, slots, the language model, the measure, rules, names."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.adapting import chinese

pytest.importorskip("thot.common", reason="sil-thot is not installed (extra: adapt)")

import thot.common
from sacrebleu.metrics import BLEU

from amts_ext.service.adaptation import corpus, learned, ngrams, slots, tuning, words
from amts_ext.service.adaptation.corrections import Compared, correct, learn
from amts_ext.service.adaptation.routes import Route, route
from amts_ext.service.engines.base import EngineOptions
from amts_ext.service.engines.registry import make


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Don't stop: mini-batch SGD (see 3.2)!", None),
        ("en", 'He said "yes", twice.', None),
        ("pt", "A função de custo é pequena, não é?", None),
        ("zh", "我们用PyTorch计算均值（mean），它很小。", None),
        ("zh", "一个mini-batch有16个样本。", None),
        ("ja", "これは平均です。", None),
        ("en", "a  b", "a b"),
        ("zh", "它很小,也很快.", "它很小，也很快。"),
        ("ja", "これは平均,です.", "これは平均、です。"),
        ("th", "นี่คือค่าเฉลี่ย!", None),
    ],
)
def test_words_are_cut_and_joined(language: str, text: str, expected: str | None) -> None:
    cut = words.split(text, language)
    assert all(w == w.strip() and w for w in cut)
    assert words.join(cut, language) == (expected or text)


@given(st.text(alphabet="ab 的。,.$`*XM01-\"'()", max_size=40), st.sampled_from(["en", "zh"]))
def test_no_letter_is_lost_in_words(text: str, language: str) -> None:
    cut = words.split(text, language)
    kept = "".join(c for c in words.join(cut, language) if c.isalnum())
    assert kept == "".join(c for c in text if c.isalnum())


def test_literals_of_parallel_data_become_slots() -> None:
    text = "**Let** $x_1$ and `f(a)` be as in :numref:`fig_a`; see [this *page*](http://a.b/c(d))."
    assert slots.masked(text) == ("Let XM0 and XM1 be as in XM2; see this page.",)
    ours, theirs = slots.masked("if $a$ then $b$", "若$b$则$c$")
    assert (ours, theirs) == ("if XM0 then XM1", "若 XM1 则 XM2")
    assert slots.parts("5 * 3 costs 2 dollars") == [("text", "5 * 3 costs 2 dollars")]


def test_equal_contents_get_equal_numbers() -> None:
    example = corpus.examples([("let $a$ be $b$", "设$b$为$a$")], "en", "zh")[0]
    numbers: dict[str, int] = {}
    assert example.source.numbered(numbers) == ["let", "⟦0⟧", "be", "⟦1⟧"]
    assert [w for w in example.target.numbered(numbers) if "⟦" in w] == ["⟦1⟧", "⟦0⟧"]
    assert example.target.words.count(slots.SLOT) == 2


def test_first_words_are_written_as_inside_a_sentence() -> None:
    pairs = [("一", "The GPU is fast."), ("二", "GPU and the CPU."), ("三", "Paris is by the sea.")]
    pairs += [("四", "In Paris it rains."), ("五", "I see what I see.")]
    found = [e.target.words[0] for e in corpus.examples(pairs, "zh", "en")]
    assert found == ["the", "GPU", "Paris", "in", "I"]


def test_pages_are_not_on_both_sides() -> None:
    every = corpus.examples(list(chinese().items()) * 3, "en", "zh")
    learning, kept = corpus.divide(every)
    assert len(learning) + len(kept) == len(every)
    assert 0.03 < len(kept) / len(every) < 0.08
    places = [i for i, e in enumerate(every) if any(e is k for k in kept)]
    assert len(places) % corpus.BLOCK == 0


def test_language_model_is_thots_and_learns_its_weights(tmp_path: Path) -> None:
    every = [e.target.words for e in corpus.examples(list(chinese().items()), "en", "zh")]
    known, other = every[::2], every[1::2]
    ngrams.write(tmp_path / "lm", known, other)
    counts = ngrams.Counts(known)
    tuned = _perplexity(tmp_path / "lm", other)
    weights = ngrams.estimate(counts, other)
    assert tuned == pytest.approx(_own_perplexity(counts, other, weights), rel=1e-3)
    flat = " ".join(["0.5"] * weights.size)
    head = f"{ngrams.ORDER} {ngrams.BUCKETS} {ngrams.BUCKET}"
    (tmp_path / "lm.weights").write_text(f"{head} {flat}\n")
    assert tuned < 0.98 * _perplexity(tmp_path / "lm", other)


def _perplexity(prefix: Path, sentences: list[tuple[str, ...]]) -> float:
    model = thot.common.NGramLanguageModel()
    model.load(str(prefix))
    logs = sum(model.get_sentence_log_probability(list(s)) for s in sentences)
    return math.exp(-logs * math.log(10) / sum(len(s) + 1 for s in sentences))


def _own_perplexity(
    counts: ngrams.Counts, sentences: list[tuple[str, ...]], weights: ngrams.Floats
) -> float:
    """By the formula of Jelinek and Mercer, word by word."""
    logs, number = 0.0, 0
    for sentence in sentences:
        known = [w if (w,) in counts.grams else ngrams.UNKNOWN for w in sentence]
        padded = (ngrams.START, *known, ngrams.END)
        for at in range(1, len(padded)):
            p = 1 / (counts.vocabulary + 1)
            for order in range(1, min(ngrams.ORDER, at + 1) + 1):
                history = padded[at - order + 1 : at]
                seen = counts.histories.get(history, 0)
                weight = weights[order - 1, min(seen // ngrams.BUCKET, ngrams.BUCKETS - 1)]
                share = counts.grams.get((*history, padded[at]), 0) / seen if seen else 0
                p = weight * share + (1 - weight) * p
            logs += math.log(p)
            number += 1
    return math.exp(-logs / number)


@given(st.lists(st.tuples(*[st.text("abcd ", min_size=7, max_size=20)] * 2), min_size=1))
def test_measure_is_sacrebleu(pairs: list[tuple[str, str]]) -> None:
    ours = [tuning.statistics(h.split(), r.split()) for h, r in pairs]
    totals = [sum(column) for column in zip(*ours, strict=True)]
    metric = BLEU(tokenize="none", smooth_method="none")
    theirs = metric.corpus_score([h for h, _ in pairs], [[r for _, r in pairs]])
    assert 100 * tuning.bleu(totals) == pytest.approx(theirs.score, abs=1e-6)


def _compared(engine: str, human: str, number: int, source: str = "The loss") -> list[Compared]:
    return [Compared(f"{source} {i}.", f"{engine} {i}.", f"{human} {i}.") for i in range(number)]


def test_rules_are_learned_counted_and_applied() -> None:
    rules = learn(_compared("A perda é", "O custo é", 20))
    assert correct("The loss of XM0.", "A perda é de XM0.", rules) == "O custo é de XM0."
    assert correct("The loss.", "Emperdado.", rules) == "Emperdado."
    assert learn(_compared("A perda é", "O custo é", 2)) == []


def test_a_rule_that_the_human_follows_sometimes_is_none() -> None:
    mixed = _compared("A perda é", "O custo é", 10) + _compared("A perda é", "A perda é", 10)
    assert learn(mixed) == []


def test_a_rule_may_ask_for_a_word_of_the_source() -> None:
    mixed = _compared("taxa fixa", "índice fixo", 20, "The index")
    mixed += _compared("taxa fixa", "taxa fixa", 20, "The rate")
    rules = learn(mixed)
    assert correct("The index.", "taxa fixa", rules) == "índice fixo"
    assert correct("The rate.", "taxa fixa", rules) == "taxa fixa"


def test_the_table_of_routes(tmp_path: Path) -> None:
    options = EngineOptions(offline=True, cache=str(tmp_path))
    firefox, upper = make("firefox", options), make("upper", options)
    assert route(firefox, "en", "pt") is Route.CORRECTED
    assert route(firefox, "en", "zh") is Route.STATISTICAL
    assert route(firefox, "zh", "en") is Route.STATISTICAL
    assert route(upper, "en", "zh") is Route.PLAIN


def test_names_follow_the_content() -> None:
    pairs = {"a": "b", "c": "d"}
    name = learned.name("statistical", "en", "zh", pairs)
    assert name == learned.name("statistical", "en", "zh", dict(pairs))
    others = [
        learned.name("statistical", "en", "zh", {**pairs, "c": "e"}),
        learned.name("statistical", "en", "ja", pairs),
        learned.name("corrected", "en", "zh", pairs),
        learned.name("statistical", "en", "zh", pairs, "engine-2"),
    ]
    assert len({name, *others}) == 5
