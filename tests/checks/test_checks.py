"""Each check finds its defect and leaves the good sentence alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amts_ext import checks, formats
from amts_ext.checks import Context, Kind, Severity
from amts_ext.checks.base import Side, scripts
from amts_ext.checks.language import untranslated
from amts_ext.languages import profiles
from amts_ext.languages.scripts import writing
from amts_ext.model import Parts, Slot
from amts_ext.text.masking import mask

TERMS = {"mean": ("均值", "平均值"), "standard deviation": ("标准差",), "deviation": ("偏差",)}


def parts(text: str, language: str = "en") -> Parts:
    """One paragraph of a d2lbook page, masked as a whole."""
    document = formats.get("d2l").read(f"{text}\n", "page.md")
    segments = mask(document, language, "paragraph")
    return segments[0].parts if segments else (text,)


def kinds(source: str, target: str, to: str = "zh", block: str = "paragraph") -> list[Kind]:
    context = Context("en", profiles.load(to), TERMS if to == "zh" else {})
    found = checks.check(parts(source), parts(target, to), context, block=block)
    return [finding.kind for finding in found]


GOOD = [
    ("zh", "The bus needs 12 minutes.", "公交车需要12分钟。"),
    ("zh", "Three buses were late in January 2024.", "2024年1月有3辆公交车晚点。"),
    ("zh", "We waited twice, for 25 minutes.", "我们等了两次，共二十五分钟。"),
    ("zh", "The town has 2 million people.", "该城有200万人。"),
    ("zh", "The town has two million people.", "该城有200万人。"),
    ("zh", "A hundred thousand rows.", "共100,000行。"),
    ("zh", "There are 4,352 rows.", "共有$4352$行。"),
    ("zh", "There are 100,000 rows.", "共有$10$万行。"),
    ("zh", "It has the shape (2, 3, 4).", "它的形状为$(2,3,4)$。"),
    ("es", "The town has two million people.", "La ciudad tiene 2 millones de habitantes."),
    ("zh", "In the 1990s buses were slow.", "上世纪90年代公交车很慢。"),
    ("zh", "A shape of (3, 4) is usual.", "通常的形状为（3,4）。"),
    ("zh", "The *mean* of $x$ is `mean(x)`.", "$x$的*均值*（mean）为`mean(x)`。"),
    ("zh", "See :numref:`sec_mean` and $x_1$.", "参见 :numref:`sec_mean`和$x_1$。"),
    ("zh", "The $3$ stops differ.", "这三个车站各不相同。"),
    ("zh", "ResNet", "ResNet"),
    ("zh", "Intel CPU", "Intel CPU"),
    ("zh", "Can you draw the line?", "请画出这条直线。"),
    ("zh", "We go through it step by step.", "我们一步一步地来。"),
    ("zh", "To understand it, we draw a line.", "为了了解它，我们画一条直线。"),
    ("zh", "The mean grows.", "平均值增大。"),
    ("zh", "It is now in use.", "它现在在使用中。"),
    ("zh", "Its purpose is clear, so consider it.", "它的目的的确很清楚，因此请考虑考虑。"),
    ("tr", "The bus came slowly.", "Otobüs yavaş yavaş geldi."),
    ("pt", "Dr. Müller, Nuñez and Łukasz wait.", "Dr. Müller, Nuñez e Łukasz esperam."),
    ("pt", "It rose by 0.40 in Python 3.11.", "Subiu 0,40 em Python 3.11."),
    ("pt", "It rose by 0.40 with `x = 0.5`.", "Subiu 0,40 com `x = 0.5`."),
    ("pt", "It rose by 0.40 (see 2.1).", "Subiu 0,40 (ver 2,1)."),
    ("pt", "It rose by 0.40 from 1,500.", "Subiu 0,40 desde 1.500."),
    ("vi", "We add the columns step by step.", "Chúng ta thêm các cột từng bước từng bước."),
    ("vi", "The bus is always late.", "Xe buýt luôn luôn trễ."),
    ("ko", "Count the buses one by one.", "버스를 하나 하나 세어 보세요."),
    ("es", "The town has 1,500 buses.", "La ciudad tiene 1500 autobuses."),
    ("es", "The mean is 3.14 minutes.", "La media es de 3,14 minutos."),
    ("es", "Two lines cross.", "Las 2 rectas se cortan."),
    ("es", "Where is the *middle*?", "¿Dónde está el *centro*?"),
    ("pt", "The 3 buses were late in May.", "Os três ônibus atrasaram em maio."),
    ("pt", "That is, `x` is `y`.", "Ou seja, `x` é `y`."),
    ("pt", "It fell to −5 °C.", "Caiu para -5 °C."),
    ("pt", "It fell to −5 degrees.", "Caiu para menos cinco graus."),
    ("zh", "It fell to -5 degrees.", "它降到零下5度。"),
    ("pt", "About ½ of it is gone.", "Cerca de metade se foi."),
    ("zh", "About ⅔ of it is gone.", "大约三分之二没有了。"),
    ("pt", "The rate is 5 ‰ and the price 3 €.", "A taxa é de 5 por mil e o preço, 3 euros."),
    ("zh", "The rate is 5% and the price $3.", "比率是百分之5，价格是3美元。"),
    ("zh", "The road has 5 km of mud.", "这条路有5公里的泥。"),
    ("es", "The GPT-4 model has a 3-5 point lead.", "El modelo GPT-4 tiene de 3 a 5 puntos más."),
    ("zh", "The angle α is small.", "角$\\alpha$很小。"),
    ("pt", "We live in Zürich and are naïve.", "Moramos em Zurique e somos ingênuos."),
    ("zh", "Dr. Müller waits there.", "穆勒博士在那里等。"),
    ("zh", "The 1-million-dollar prize.", "100万美元的奖金。"),
    ("zh", "The reward is 1 or -1.", "奖励为1或-1，输了就是奖励-1。"),
    ("zh", "The lengths of axis-0 and axis-1 differ.", "轴-0和轴-1的长度不同。"),
    ("zh", "Try to construct a case that diverges?", "试着构造一个发散的例子。"),
    ("zh", "A good bus is a good bus, right?", "好车毕竟是好车。"),
    ("zh", "See :numref:`sec_nadaraya-waston` too.", "参见 :numref:`sec_nadaraya-watson`。"),
    ("zh", "We saw 1 megapixel images.", "我们看到100万像素的图像。"),
    ("zh", "In the 1940s it was new.", "20世纪40年代它还很新。"),
    ("zh", "The transpose of $A$ is transposed.", "$A$的转置的转置。"),
    ("zh", "In *online learning* we learn.", "在*在线学习*中我们学习。"),
    ("zh", "See $o_1, o_2$ here.", "参见这里的$o_1$和$o_2$。"),
    ("ja", "The buses come again and again.", "バスは次々来て、ますます遅れる。"),
]


@pytest.mark.parametrize(("to", "source", "target"), GOOD)
def test_a_good_sentence_passes(to: str, source: str, target: str) -> None:
    assert kinds(source, target, to) == []


BAD = [
    (Kind.UNTRANSLATED, "zh", "The bus is late today.", "The bus is late today."),
    (Kind.UNTRANSLATED, "es", "The bus is late today.", "The bus is late today."),
    (Kind.UNTRANSLATED, "zh", "Draw the line.", "……"),
    (
        Kind.UNTRANSLATED, "zh", "Mornings are busy and the bus is always very late here.",
        "早晨很忙，the bus is always very late here，大家都知道。",
    ),
    (Kind.SCRIPT, "zh", "The bus is late.", "公交车ж晚点了。"),
    (Kind.SCRIPT, "zh", "The bus is late again.", "公交車又晚點了。"),
    (Kind.SCRIPT, "zh", "The bus is late again today.", "otra vez llega tarde hoy."),
    (Kind.SCRIPT, "es", "The bus is late.", "El autobús 晚 tarde."),
    (
        Kind.LANGUAGE, "es", "The bus is late, and nobody in the street knows when it comes.",
        "O ônibus está atrasado, e ninguém na rua sabe quando ele vem.",
    ),
    (
        Kind.LANGUAGE, "pt", "The bus is late, and nobody in the street knows when it comes.",
        "El autobús llega tarde, y nadie en la calle sabe cuándo viene.",
    ),
    (Kind.NUMBERS, "zh", "The bus needs 12 minutes.", "公交车需要21分钟。"),
    (Kind.NUMBERS, "zh", "The bus needs many minutes.", "公交车需要12分钟。"),
    (Kind.NUMBERS, "zh", "The town has 2 million people.", "该城有2000万人。"),
    (Kind.NUMBERS, "zh", "There are 4,352 rows.", "共有$4325$行。"),
    (Kind.NUMBERS, "zh", "There are 100,000 rows.", "共有$10$行。"),
    (Kind.NUMBERS, "zh", "The town has two million people.", "该城有300万人。"),
    (Kind.NUMBERS, "es", "The mean is 3.14 minutes.", "La media es de 31,4 minutos."),
    (Kind.NUMBERS, "pt", "It fell to −5 °C.", "Caiu para 5 °C."),
    (Kind.NUMBERS, "zh", "It fell to -5 degrees.", "它降到5度。"),
    (Kind.NUMBERS, "pt", "About ½ of it is gone.", "Cerca de 1 a 2 se foi."),
    (Kind.SIGNS, "pt", "The delay was ≤ 5 minutes.", "O atraso foi de 5 minutos."),
    (Kind.SIGNS, "pt", "The set {1, 2, 3} is small.", "O conjunto 1, 2, 3 é pequeno."),
    (Kind.SIGNS, "pt", "The interval [0, 1) is small.", "O intervalo 0, 1 é pequeno."),
    (Kind.SIGNS, "pt", "The rate is 5 ‰ of it.", "A taxa é de 5 euros."),
    (Kind.SIGNS, "pt", "It takes 10⁻³ seconds.", "Leva 10 a 3 segundos."),
    (Kind.SIGNS, "pt", "The road has 5 km of mud.", "A estrada tem 5 milhas de lama."),
    (Kind.SIGNS, "zh", "The file C:\\bus is here.", "文件C:-bus在这里。"),
    (Kind.LETTERS, "pt", "The angle α is small.", "O ângulo é pequeno."),
    (Kind.LETTERS, "zh", "The angle α is small.", "这个角很小。"),
    (Kind.LETTERS, "pt", "Then Dr. Müller waits.", "Então o Dr. M'ller espera."),
    (Kind.LETTERS, "es", "We met Пётр there.", "Allí conocimos a Petr."),
    (Kind.SHORT, "pt", "Preliminaries", "Preliminares ("),
    (Kind.SLOTS, "zh", "The line $y = ax$ is steep.", "这条直线$y = bx$很陡。"),
    (Kind.SLOTS, "zh", "Call `mean(x)` again.", "再次调用。"),
    (Kind.SLOTS, "zh", "It is in :numref:`sec_mean`.", "它在前面的章节里。"),
    (Kind.SLOTS, "zh", "Ask the [driver](https://bus.example) first.", "先问司机。"),
    (
        Kind.LENGTH, "zh", "The bus is late.",
        "公交车晚点了，因为早上下了很大的雨，路上很堵，司机又是新来的，还不认识路，所以谁也没办法。",
    ),
    (
        Kind.LENGTH, "zh", "The bus was late again today, and so were all of its passengers.",
        "公交车晚",
    ),
    (Kind.REPEATED, "zh", "The bus is late.", "公交车公交车晚点了。"),
    (Kind.REPEATED, "zh", "The color of the bus.", "公交车的的颜色。"),
    (Kind.REPEATED, "zh", "It is in the town.", "它在在城里。"),
    (Kind.REPEATED, "tr", "Buses and trams are late.", "Otobüsler ve ve tramvaylar gecikiyor."),
    (Kind.REPEATED, "tr", "The bus came late.", "Otobüs geç geç geç geldi."),
    (Kind.REPEATED, "vi", "Buses and trams are late.", "Xe buýt và và tàu điện bị trễ."),
    (Kind.REPEATED, "es", "The bus is late.", "El autobús autobús llega tarde."),
    (Kind.REPEATED, "es", "The bus is late.", "El autobús llega el autobús llega tarde."),
    (Kind.TERM, "zh", "The mean is large.", "平均很大。"),
    (Kind.TERM, "zh", "Compute the standard deviations.", "计算标准偏差。"),
    (Kind.PUNCTUATION, "zh", "How late is the bus?", "公交车晚点了。"),
    (Kind.PUNCTUATION, "zh", "The bus is late.", "公交车晚点了"),
    (Kind.PUNCTUATION, "zh", "The bus (line 1) is late.", "公交车（1路晚点了。"),
    (Kind.PUNCTUATION, "zh", "The bus, as always, is late.", "公交车，，一如既往地晚点了。"),
    (Kind.PUNCTUATION, "es", "The bus is late.", "El “autobús llega tarde."),
    (Kind.PUNCTUATION, "pt", "It rose from 0.40 to 0.60.", "Subiu de 0,40 a 0.60."),
    (Kind.PUNCTUATION, "tr", "It rose from 12.5 to 0.6.", "12.5'ten 0,6'ya yükseldi."),
    (Kind.WIDTH, "zh", "Yes, the bus is late.", "是的,公交车晚点了。"),
    (Kind.WIDTH, "zh", "The bus (again) is late.", "公交车(又)晚点了。"),
    (Kind.WIDTH, "es", "Yes, the bus is late.", "Sí，el autobús llega tarde."),
    (Kind.SPACING, "zh", "The bus is late.", "公交车 晚点了。"),
    (Kind.SPACING, "es", "Yes, the bus is late.", "Sí , el autobús llega tarde."),
    (Kind.SPACING, "es", "Yes, the bus is late.", "Sí,el autobús llega tarde."),
    (Kind.SPACING, "es", "The value $x$ is large.", "El valor$x$ es grande."),
    (Kind.CAPITAL, "es", "The bus is late.", "el autobús llega tarde."),
    (Kind.DAMAGE, "zh", "The bus is late.", "公交\ufffd晚点了。"),
    (Kind.DAMAGE, "zh", "The bus is late.", "公交车&amp;晚点了。"),
    (Kind.DAMAGE, "es", "The bus is late.", "El autobÃºs llega tarde."),
    (Kind.DAMAGE, "zh", "The bus is late.", "公交车⟦math1⟧晚点了。"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "to", "source", "target"), BAD)
def test_a_defect_is_found(kind: Kind, to: str, source: str, target: str) -> None:
    block = "title" if kind is Kind.SHORT else "paragraph"
    assert kind in kinds(source, target, to, block)


def test_every_kind_has_a_defect_here_and_a_severity() -> None:
    of_documents = {Kind.LINK}  # tests/checks/test_link_check.py
    assert {row[0] for row in BAD} == set(Kind) - of_documents == set(checks.CHECKS)
    context = Context("en", profiles.load("zh"))
    (number,) = checks.check(("Wait 12 minutes.",), ("等21分钟。",), context, {Kind.NUMBERS})[:1]
    assert number.message == "the number 12 is missing"
    assert number.severity is Severity.ERROR


def test_a_person_may_give_a_title_a_colon_and_a_machine_may_not() -> None:
    context = Context("en", profiles.load("zh"))
    title = ("Predicting Prices",), ("实战：预测价格",)
    assert checks.check(*title, context, {Kind.SHORT}, "title", by_person=True) == []
    (found,) = checks.check(*title, context, {Kind.SHORT}, "title")
    assert found.message == "gains a colon"
    (found,) = checks.check(title[0], ("预测价格：",), context, {Kind.SHORT}, "title", True)
    assert found.message == "ends in a colon"


def test_only_the_wanted_kinds_are_looked_for() -> None:
    context = Context("en", profiles.load("zh"))
    bad = ("Wait 12 minutes.",), ("等 等21分钟",)
    assert {f.kind for f in checks.check(*bad, context, {Kind.SPACING})} == {Kind.SPACING}


def test_a_caption_may_end_without_its_full_stop() -> None:
    assert kinds("The bus is late.", "公交车晚点了", block="caption") == []


@pytest.mark.parametrize(
    ("languages", "source", "target", "copied"),
    [
        ("en pt", "The cat watches the sacks.", "O gato watches the sacks.", "watches the"),
        ("en pt", "The mean and the median.", "A média and the mediana.", "and the"),
        ("en zh", "The cat watches the sacks.", "猫看 the sacks。", "the sacks"),
        ("es en", "El gato mira los sacos.", "The cat mira los sacos.", "mira los"),
        ("en pt", "Use machine learning here.", "Use machine learning aqui.", ""),
        ("en pt", "See “the end” (the cat sat).", "Ver “the end” (the cat sat).", ""),
        ("en zh", "We saw Plan9 from Outer Space.", "我们看了Plan9from Outer Space。", ""),
        ("pt es", "O gato que come com os dois.", "El gato que come con los dos.", ""),
    ],
)
def test_some_words_of_the_source_are_left(
    languages: str, source: str, target: str, copied: str
) -> None:
    of, to = languages.split()
    found = untranslated(Side((source,)), Side((target,)), Context(of, profiles.load(to)))
    assert [f.message for f in found] == ([f"'{copied}' is left in {of}"] if copied else [])


def test_an_untranslated_sentence_has_no_other_faults() -> None:
    assert kinds("The mean is 3.5 today.", "The mean is 3.5 today.") == [Kind.UNTRANSLATED]


def test_the_longest_term_counts() -> None:
    assert kinds("The standard deviation is large.", "标准差很大。") == []


@pytest.mark.parametrize(
    ("language", "script"), [("zh", "Hans"), ("zh-TW", "Hant"), ("ja", "Jpan"), ("es-MX", "Latn")]
)
def test_scripts_come_from_the_cldr(language: str, script: str) -> None:
    assert writing(language) == script
    assert "Han" in scripts("ja") and scripts("pt") == ("Latn",)


def test_a_detector_is_not_asked_about_short_texts() -> None:
    assert kinds("Large values.", "Valores grandes.", "es") == []
    assert kinds("Large values.", "Valores grandes.", "pt") == []


HAN = st.text("一乙山水火土金木花草", min_size=3, max_size=12)
NUMBERS = st.integers(0, 10**7)


@given(st.lists(st.tuples(HAN, NUMBERS), min_size=1, max_size=5), st.data())
def test_equal_numbers_in_any_order_are_no_finding(
    rows: list[tuple[str, int]], data: st.DataObject
) -> None:
    context = Context("en", profiles.load("zh"))
    source = " and ".join(f"{number:,} apples" for _, number in rows)
    mixed = data.draw(st.permutations(rows))
    target = "，".join(f"{words}{number}" for words, number in mixed)
    assert checks.check((source,), (target,), context, {Kind.NUMBERS}) == []


@given(
    st.lists(st.tuples(HAN, st.sampled_from(["math", "code", "role"])), min_size=1, max_size=9),
    st.data(),
)
def test_equal_slots_in_any_order_are_no_finding(
    rows: list[tuple[str, str]], data: st.DataObject
) -> None:
    context = Context("en", profiles.load("zh"))
    slots = [Slot(n, kind, f"${words}{n}$") for n, (words, kind) in enumerate(rows, 1)]
    source: Parts = tuple(p for slot in slots for p in ("apple ", slot))
    target = tuple(p for slot in data.draw(st.permutations(slots)) for p in ("山", slot))
    assert checks.check(source, target, context, {Kind.SLOTS}) == []
    found = checks.check(source, target[:-1], context, {Kind.SLOTS})
    assert [f.kind for f in found] == [Kind.SLOTS]


@pytest.mark.slow
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(profiles.available()))
def test_any_text_can_be_checked(source: str, target: str, to: str) -> None:
    for finding in checks.check((source,), (target,), Context("en", profiles.load(to))):
        assert finding.message and "\n" not in repr(finding.message)
