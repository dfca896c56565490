"""Small bilingual documents of which every sentence's partner is known, to be edited and compared.

A document is a list of places; each holds the English and what a human made of it. An edit changes
both sides of the places as a synchronization has to. So the text that has to come of it is known
to the byte.
"""

from __future__ import annotations

import random
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

LANGUAGES = ("pt", "zh")
FILE = Path(__file__).parent / "texts/sentences.txt"
"""English, Portuguese, Chinese; a sentence a line."""
SENTENCES = [
    [part.strip() for part in line.split("|")] for line in FILE.read_text("utf-8").splitlines()
]
TITLES = [
    ["The river", "O rio", "河流"],
    ["Bread and work", "Pão e trabalho", "面包与工作"],
    ["What the map shows", "O que o mapa mostra", "地图上有什么"],
    ["Songs of the valley", "Canções do vale", "山谷之歌"],
]
CODE = [
    (
        "import rain\n\nx = rain.load('days.csv')  # read the days\nprint(x.mean())",
        "import rain\n\nx = rain.load('days.csv')  # 读取\nprint(x.mean())",
    ),
    (
        "def width(value):\n    # the widest boat counts\n    return max(value)\n\nwidth(boats)",
        "def width(value):\n    # conta o barco mais largo\n    return max(value)\n\nwidth(boats)",
    ),
    (
        "total = sum(sacks)\nshare = total / farmers\nprint(share)",
        "total = sum(sacks)\nshare = total / farmers\nprint(f'每人{share}')",
    ),
    (
        "import chart\n\nline = chart.line(days, rain)\nline.draw(10)",
        "import chart\n\nchart.use('SimHei')\nline = chart.line(days, rain)  # 折线\nline.draw(10)",
    ),
]
NEW = [
    "Rain fell without a pause.",
    "Forty donkeys crossed this pass.",
    "Glass is made from sand.",
    "Owls hunt when it is dark.",
    "Everybody laughed at that.",
    "Zinc protects the iron roof.",
]
OWN = {
    "pt": "Nota da tradutora: em Portugal diz-se de outra maneira.",
    "zh": "译者注：这里的说法与原文略有不同。",
}


@dataclass
class Unit:
    """Sentences of the human, and those of the source that they translate."""

    english: list[str]
    human: list[str]
    look: str = ""
    """``must`` or ``glance``, if a person has to be told."""


@dataclass
class Place:
    """A block, or a cell."""

    kind: str
    """``title paragraph item code own``"""
    units: list[Unit] = field(default_factory=list)
    code: tuple[str, str] = ("", "")
    """The source's code and the human's."""
    look: str = ""
    mark: str = ""
    """What stands before the prose: ``## ``."""


@dataclass
class Book:
    """A document in both languages."""

    language: str
    format: str
    places: list[Place]
    gone: list[str] = field(default_factory=list)
    """Sentences of the source whose deletion a person has to be told."""

    @property
    def joint(self) -> str:
        return "" if self.language == "zh" else " "

    def copy(self) -> Book:
        return deepcopy(self)

    @property
    def english(self) -> str:
        return self._text([(p, self.written(p, 0)) for p in self.places if p.kind != "own"])

    @property
    def human(self) -> str:
        return self._text([(p, self.written(p, 1)) for p in self.places])

    def written(self, place: Place, side: int) -> str:
        if place.kind == "code":
            fence = "```{.python .input}" if self.format == "d2l" else "```python"
            return f"{fence}\n{place.code[side]}\n```"
        texts = [s for u in place.units for s in (u.human if side else u.english)]
        return place.mark + (self.joint if side else " ").join(texts)

    def _text(self, written: list[tuple[Place, str]]) -> str:
        text, last = "", ""
        for place, own in written:
            near = last == place.kind == "item"
            text += ("\n" if near else "\n\n" if text else "") + own
            last = place.kind
        return text + "\n"


def book(chance: random.Random, language: str, format: str) -> Book:
    """Make a document: sections of paragraphs, lists and cells, and some of the human's own."""
    column = 1 + LANGUAGES.index(language)
    sentences = [(s[0], s[column]) for s in chance.sample(SENTENCES, len(SENTENCES))]
    places: list[Place] = []
    cells = [c for c in CODE if chance.random() < 0.8]
    for title in chance.sample(TITLES, chance.randint(2, 4)):
        places.append(Place("title", [Unit([title[0]], [title[column]])], mark="## "))
        for _ in range(chance.randint(1, 3)):
            if sentences:
                taken = [sentences.pop() for _ in range(min(len(sentences), chance.randint(1, 4)))]
                places.append(Place("paragraph", _units(taken, language, chance)))
            if cells and chance.random() < 0.4:
                places.append(_cell(*cells.pop(), chance))
        if len(sentences) > 3 and chance.random() < 0.4:
            for _ in range(3):
                english, human = sentences.pop()
                places.append(Place("item", [Unit([english], [human])], mark="* "))
        if chance.random() < 0.2:
            places.append(Place("own", [Unit([], [OWN[language]])]))
    paragraphs = [place for place in places if place.kind == "paragraph"]
    if chance.random() < 0.2:
        places.append(deepcopy(chance.choice(paragraphs)))  # the same words twice
    return Book(language, format, places)


def _units(taken: list[tuple[str, str]], language: str, chance: random.Random) -> list[Unit]:
    """Cut a paragraph as a translator may: "A. B." becomes "A，B。" at times."""
    units: list[Unit] = []
    for english, human in taken:
        last = units[-1] if units else None
        if last and language == "zh" and len(last.english) == 1 and chance.random() < 0.2:
            units[-1] = Unit([*last.english, english], [last.human[0][:-1] + "，" + human])
        else:
            units.append(Unit([english], [human]))
    return units


def _cell(english: str, human: str, chance: random.Random) -> Place:
    return Place("code", code=(english, human if chance.random() < 0.6 else english))
