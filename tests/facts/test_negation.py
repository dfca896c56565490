"""A "not" that is lost or gained is seen, in every language whose profile has negations."""

from __future__ import annotations

import pytest

from amts_ext.facts import Side
from amts_ext.facts.negation import GAINED, LOST, changed_negation
from amts_ext.languages import profiles

LOSES = [
    ("en", "zh", "The weights are nonnegative.", "权重为负。"),
    ("en", "zh", "It does not converge.", "它非常收敛。"),
    ("en", "zh", "It isn’t small and never grows.", "它不小，而且增长。"),
    ("en", "zh", "We use no labels.", "我们使用标签。"),
    ("en", "zh", "Unsupervised learning is popular.", "监督学习很流行。"),
    ("zh", "en", "没有标签。", "There are labels."),
    ("zh", "en", "非负的权重。", "Negative weights."),
    ("en", "pt", "It does not converge.", "Isto converge."),
    ("en", "es", "A model without labels.", "Un modelo con etiquetas."),
    ("en", "ja", "It does not converge.", "必ず収束する。"),
    ("en", "ko", "It does not converge.", "수렴합니다."),
    ("en", "tr", "The model is not large.", "Model büyüktür."),
    ("en", "vi", "A vector that is not zero.", "Một vectơ trong không gian."),
]
GAINS = [
    ("en", "zh", "The network is large.", "网络不大。"),
    ("en", "pt", "The network is large.", "A rede não é grande."),
    ("en", "tr", "The model is large.", "Model büyük değil."),
    ("zh", "en", "网络很大。", "The network is not large."),
]
KEEPS = [
    ("en", "zh", "The weights are nonnegative.", "权重为非负数。"),
    ("en", "zh", "It is not only large but also deep.", "它不仅大，而且深。"),
    ("en", "zh", "Nonetheless it is very large.", "尽管如此，它还是非常大。"),
    ("en", "zh", "Two different networks.", "两个不同的网络。"),
    ("en", "zh", "The features are independent.", "特征之间没有关联。"),
    ("en", "zh", "The unit under the union is a unitary one.", "单元很大。"),
    ("zh", "en", "无论如何，它非常大。", "In any case it is very large."),
    ("en", "pt", "There is no label.", "Não há nenhum rótulo."),
    ("en", "ja", "It must be large.", "大きくなければならない。"),
    ("en", "tr", "The sea is large.", "Deniz büyüktür."),
    ("en", "vi", "A vector space.", "Một không gian vectơ."),
]


def faults(source: str, target: str, ours: str, theirs: str) -> list[str]:
    found = changed_negation(Side((ours,)), Side((theirs,)), (source, target))
    return [fault.partition(":")[0] for fault in found]


@pytest.mark.parametrize("case", LOSES)
def test_a_lost_negation(case: tuple[str, str, str, str]) -> None:
    assert faults(*case) == [LOST]


@pytest.mark.parametrize("case", GAINS)
def test_a_gained_negation(case: tuple[str, str, str, str]) -> None:
    assert faults(*case) == [GAINED]


@pytest.mark.parametrize("case", KEEPS)
def test_what_says_the_same(case: tuple[str, str, str, str]) -> None:
    assert faults(*case) == []


def test_the_words_are_told() -> None:
    both = Side(("It is not small and cannot grow.",)), Side(("它很小。",))
    assert list(changed_negation(*both, ("en", "zh"))) == [f"{LOST}: not, cannot"]


def test_a_language_without_data_is_not_judged() -> None:
    assert faults("en", "xx", "It is not small.", "Small.") == []
    assert faults("sv", "zh", "Den är inte liten.", "它很小。") == []


@pytest.mark.parametrize("code", profiles.available())
def test_no_word_is_in_two_lists_of_a_profile(code: str) -> None:
    profile = profiles.load(code)
    lists = profile.negations, profile.half_negations, profile.no_negations
    words = [word.strip() for listed in lists for word in listed.split(",") if word.strip()]
    assert len(words) == len(set(words)), sorted(w for w in words if words.count(w) > 1)
    assert bool(profile.negations) or not (profile.half_negations or profile.no_negations)
