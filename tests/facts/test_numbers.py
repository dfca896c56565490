"""Numbers are compared by value, however each language writes them; a changed one is found."""

from __future__ import annotations

import pytest

from amts_ext.facts import Side, changed
from amts_ext.facts.numbers import changed_numbers, mixed_decimals, respelled
from amts_ext.facts.numerals import spelled
from amts_ext.facts.signs import changed_signs


@pytest.mark.parametrize("word", ["VC", "LLC", "IC", "LC", "VX", "IIX"])
def test_capitals_that_are_no_roman_numeral_are_none(word: str) -> None:
    assert spelled(f"The {word} is here.", "en") == set()
    lost = changed_numbers(Side((f"The {word} has 7.",)), Side((f"O {word} tem 8.",)), ("en", "pt"))
    assert len(list(lost)) == 2


KEPT = {
    "en zh": [
        "In the 1940s it was so. = 20世纪40年代是这样的。",
        "In the 1940s it was so. = 二十世纪四十年代是这样的。",
        "In the 1940s it was so. = 在20世纪四十年代是这样的。",
        "In the 1940s it was so. = 40年代是这样的。",
        "In the early 2000s it was so. = 21世纪初是这样的。",
        "In the twenty-first century it is so. = 在21世纪是这样的。",
        "In the 19th century it was so. = 十九世纪是这样的。",
        "Two dozen came. = 来了24个。",
        "It was March 5, 2020. = 那是2020年3月5日。",
        "Ten percent of them. = 其中的10%。",
        "99.9% of them. = 其中百分之九十九点九。",
        "100% of them. = 其中百分之百。",
        "The hundredth visitor. = 第100位访客。",
        "It took 1.5 hours. = 花了一个半小时。",
        "One and a half hours. = 1.5小时。",
        "At 3 pm it came. = 下午3点来了。",
        "At 3 p.m. it came. = 15点来了。",
        "There were 1,234 of them. = 有一千二百三十四个。",
        "Between 2 and 4 of them have 4 0GB. = 其中2到4个有40GB。",
    ],
    "zh en": [
        "20世纪40年代是这样的。 = In the 1940s it was so.",
        "上世纪90年代是这样的。 = In the 1990s it was so.",
        "21世纪是这样的。 = In the twenty-first century it is so.",
        "第14章是这样的。 = Chapter XIV is so.",
        "有24个。 = There are two dozen.",
    ],
    "en pt": [
        "In the 1940s it was so. = Nos anos 40 era assim.",
        "In the 1940s it was so. = Nos anos quarenta era assim.",
        "In the 1940's it was so. = Na década de 1940 era assim.",
        "In the 21st century it is so. = No século XXI é assim.",
        "In the 5th century it was so. = No século V era assim.",
        "The 3rd of 12 people. = A terceira de doze pessoas.",
        "12 people came. = Veio uma dúzia de pessoas.",
        "10% of them. = Dez por cento deles.",
        "He read 125 books. = Ele leu cento e vinte e cinco livros.",
        "The 125th visitor. = O centésimo vigésimo quinto visitante.",
        "It took 1.5 hours. = Demorou uma hora e meia.",
        "There were 1,234,500 of them. = Eram 1 234 500 deles.",
    ],
    "pt en": [
        "No século XXI é assim. = In the 21st century it is so.",
        "Nos anos 40 era assim. = In the 1940s it was so.",
        "Duas dúzias vieram. = 24 came.",
    ],
    "en es": [
        "In the 21st century it is so. = En el siglo XXI es así.",
        "12 people came. = Vino una docena de personas.",
        "The 3rd person. = La tercera persona.",
    ],
    "es en": ["En los años 40 era así. = In the forties it was so."],
    "en fr": ["In the 19th century it was so. = Au XIXe siècle, c'était ainsi."],
    "en de": ["In the 1940s it was so. = In den 40er Jahren war es so."],
    "en vi": ["In the 21st century it is so. = Vào thế kỷ XXI thì vậy."],
}
CHANGED = {
    "en zh": [
        "In the 1950s it was so. = 20世纪40年代是这样的。",
        "In the 1940s it was so. = 19世纪40年代是这样的。",
        "In the 21st century it is so. = 在20世纪是这样的。",
        "10% of them. = 其中百分之二十。",
        "99.9% of them. = 其中百分之九十九点八。",
        "He read 125 books. = 他读了一百二十六本书。",
        "It took 1.5 hours. = 花了两个半小时。",
    ],
    "zh en": ["20世纪40年代是这样的。 = In the 1840s it was so."],
    "en pt": [
        "In the 21st century it is so. = No século XX é assim.",
        "In the 1940s it was so. = Nos anos 50 era assim.",
        "20 people came. = Veio uma dúzia de pessoas.",
        "He read 125 books. = Ele leu cento e vinte e seis livros.",
    ],
}


def cases(table: dict[str, list[str]]) -> list[tuple[str, ...]]:
    return [(*pair.split(), *text.split(" = ")) for pair, texts in table.items() for text in texts]


def faults(source: str, target: str, text: str, translation: str) -> list[str]:
    sides = Side((text,)), Side((translation,))
    return [f for rule in (changed_numbers, changed_signs) for f in rule(*sides, (source, target))]


@pytest.mark.parametrize("case", cases(KEPT), ids=" ".join)
def test_a_number_that_is_written_otherwise_is_kept(case: tuple[str, str, str, str]) -> None:
    assert faults(*case) == []


@pytest.mark.parametrize("case", cases(CHANGED), ids=" ".join)
def test_a_number_that_is_another_one_is_found(case: tuple[str, str, str, str]) -> None:
    assert faults(*case)


@pytest.mark.parametrize("digits", [28, 29, 5000])
def test_a_number_of_any_length_is_compared(digits: int) -> None:
    """Decimals are exact up to 28 digits, and Python reads integers up to 4,300."""
    number = "1" * digits
    assert not changed((f"It has {number}.",), (f"Tem {number}.",), ("en", "pt"))
    assert changed((f"It has {number}.",), ("Tem muitos.",), ("en", "pt"))
    assert not changed((f"{number}世纪40年代",), (f"{number}世纪40年代",), ("zh", "pt"))


@pytest.mark.parametrize(
    ("target", "language", "fault"),
    [
        ("2020年3月，河水上涨。", "zh", ""),
        ("2020年三月，河水上涨。", "zh", ""),
        ("2020年5月，河水上涨。", "zh", "the month March is missing"),
        ("2020년 5월에 강이 불었다.", "ko", "the month March is missing"),
        ("O rio subiu em março de 2020.", "pt", ""),
        ("O rio subiu em maio de 2020.", "pt", "the month March is missing"),
        ("Nehir Mart 2020'de yükseldi.", "tr", ""),
        ("Sông dâng vào tháng 3 năm 2020.", "vi", ""),
    ],
)
def test_a_date_keeps_its_month(target: str, language: str, fault: str) -> None:
    ours, theirs = Side(("The river rose in March 2020.",)), Side((target,))
    found = [f for f in changed_numbers(ours, theirs, ("en", language)) if "month" in f]
    assert found == ([fault] if fault else [])


@pytest.mark.parametrize(
    ("source", "target", "languages", "said"),
    [
        ("It is < 0.1 here.", "É < 0.1 aqui.", ("en", "pt"), "É < 0,1 aqui."),
        ("From 2.5 to 2.75.", "De 2,5 a 2.75.", ("en", "es"), "De 2,5 a 2,75."),
        ("It has 1,500.25 m.", "Tem 1.500,25 m.", ("en", "pt"), "Tem 1.500,25 m."),
        ("0.4 in Python 3.11.", "0,4 em Python 3.11.", ("en", "pt"), "0,4 em Python 3.11."),
        ("0.4 in version 3.11.", "0,4 na versão 3.11.", ("en", "pt"), "0,4 na versão 3.11."),
        ("Use 3.11.", "Use 3.11.", ("en", "pt"), "Use 3.11."),
        ("It is 0.5 here.", "这里是0.5。", ("en", "zh"), "这里是0.5。"),
        ("Es ist 0,5 hier.", "It is 0,5 here.", ("de", "en"), "It is 0.5 here."),
        ("The 1.2.3 release of 0.5.", "A 1.2.3 de 0.5.", ("en", "pt"), "A 1.2.3 de 0,5."),
    ],
)
def test_decimals_get_the_sign_of_the_target(
    source: str, target: str, languages: tuple[str, str], said: str
) -> None:
    assert respelled(source, target, languages) == said
    assert mixed_decimals(source, said, languages) is None
