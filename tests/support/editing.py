"""Edits of a bilingual document: what the source becomes, and what has to become of the target.

Each edit changes one place, or returns False where it cannot be made.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from support.bilingual import NEW, Book, Place, Unit

Edit = Callable[[Book, Place, random.Random], bool]


def new_words(book: Book) -> str:
    """Return a sentence that the document does not have."""
    return next(s for s in NEW if s not in book.english)


def machine(sentence: str) -> list[str]:
    return [f"M {sentence}"]


def prose(place: Place) -> list[Unit]:
    """Return the units of a place that translate something."""
    return [unit for unit in place.units if unit.english] if place.kind != "own" else []


def paragraph(place: Place, least: int = 1) -> list[Unit]:
    units = prose(place) if place.kind == "paragraph" else []
    return units if len(units) >= least else []


# --- sentences ------------------------------------------------------------------------------------


def change(book: Book, place: Place, chance: random.Random) -> bool:
    """A sentence is another; where the human joined two, both are translated."""
    units = paragraph(place)
    if not units:
        return False
    unit = chance.choice(units)
    unit.english[-1] = new_words(book)
    unit.human = [" ".join(f"M {sentence}" for sentence in unit.english)]
    unit.look = "must"
    return True


def typo(book: Book, place: Place, chance: random.Random) -> bool:
    """A word changes a little: the human's sentence stays, and is told."""
    units = paragraph(place)
    if not units:
        return False
    unit = chance.choice(units)
    words = unit.english[0].split(" ")
    at = max(range(len(words)), key=lambda k: words[k].isalpha() and len(words[k]))
    words[at] = words[at][:2] + "x" + words[at][2:]
    unit.english[0] = " ".join(words)
    unit.look = "must"
    return True


def negate(book: Book, place: Place, chance: random.Random) -> bool:
    """A "not" is more than a little."""
    units = [u for u in paragraph(place) if len(u.english) == 1]
    if not units:
        return False
    unit = chance.choice(units)
    words = unit.english[0].split(" ")
    unit.english[0] = " ".join([*words[:3], "not", *words[3:]])
    unit.human, unit.look = machine(unit.english[0]), "must"
    return True


def insert(book: Book, place: Place, chance: random.Random) -> bool:
    units = paragraph(place)
    if not units:
        return False
    at = place.units.index(chance.choice(units)) + chance.randint(0, 1)
    new = new_words(book)
    place.units.insert(at, Unit([new], machine(new), "must"))
    return True


def delete(book: Book, place: Place, chance: random.Random) -> bool:
    units = paragraph(place, 2)
    if not units:
        return False
    unit = chance.choice(units)
    place.units.remove(unit)
    book.gone += unit.english[:1]
    return True


def split_sentence(book: Book, place: Place, chance: random.Random) -> bool:
    """One sentence becomes two; the human's says both."""
    for unit in paragraph(place):
        for k, sentence in enumerate(unit.english):
            first, joint, second = sentence.partition(", and ")
            if joint:
                unit.english[k : k + 1] = [first + ".", second[0].upper() + second[1:]]
                unit.look = "must"
                return True
    return False


def merge_sentences(book: Book, place: Place, chance: random.Random) -> bool:
    """Two sentences become one; both of the human's stay."""
    units = paragraph(place, 2)
    if not units:
        return False
    at = chance.randrange(len(place.units) - 1)
    first, second = place.units[at : at + 2]
    end = second.english[0]
    one = first.english[-1][:-1] + ", and " + end[0].lower() + end[1:]
    english = [*first.english[:-1], one, *second.english[1:]]
    place.units[at : at + 2] = [Unit(english, [*first.human, *second.human], "must")]
    return True


def move_sentence(book: Book, place: Place, chance: random.Random) -> bool:
    units = paragraph(place, 3)
    if not units:
        return False
    unit = place.units.pop(chance.choice((0, len(place.units) - 1)))
    place.units.insert(0 if chance.random() < 0.5 else len(place.units), unit)
    return True


# --- slots and marks ------------------------------------------------------------------------------

SLOTS = {"$h$": "$q$", "$n$": "$N_1$", "48": "50", "25": "35", "`thanks`": "`bye`"}


def slot(book: Book, place: Place, chance: random.Random) -> bool:
    for unit in prose(place):
        for old, new in SLOTS.items():
            if any(old in s for s in unit.english) and any(old in s for s in unit.human):
                unit.english = [s.replace(old, new) for s in unit.english]
                unit.human = [s.replace(old, new) for s in unit.human]
                unit.look = "glance"
                return True
    return False


def mark(book: Book, place: Place, chance: random.Random) -> bool:
    """Slide marks around a title or a sentence, or what Markdown has for them."""
    units = [u for u in prose(place) if len(u.english) == len(u.human) == 1]
    if not units or place.kind == "item":
        return False
    unit = chance.choice(units)
    opened, closed = ("[**", "**]") if book.format == "d2l" else ("**", "**")
    if opened in unit.english[0]:
        return False
    (english,), (human,) = unit.english, unit.human
    end = len(human.rstrip(".。"))
    unit.english = [f"{opened}{english}{closed}"]
    unit.human = [f"{opened}{human[:end]}{closed}{human[end:]}"]
    unit.look = "glance"
    return True


# --- blocks ---------------------------------------------------------------------------------------


def insert_block(book: Book, place: Place, chance: random.Random) -> bool:
    new = new_words(book)
    kind = "item" if place.kind == "item" else "paragraph"
    at = book.places.index(place) + 1
    book.places.insert(at, Place(kind, [Unit([new], machine(new), "must")], mark=place.mark
                                 if kind == "item" else ""))  # fmt: skip
    return True


def delete_block(book: Book, place: Place, chance: random.Random) -> bool:
    if place.kind not in ("paragraph", "item"):
        return False
    book.places.remove(place)
    book.gone.append(place.units[0].english[0])
    return True


def move_block(book: Book, place: Place, chance: random.Random) -> bool:
    """A paragraph stands elsewhere."""
    if not paragraph(place):
        return False
    book.places.remove(place)
    ends = [k for k, other in enumerate(book.places, 1) if other.kind in ("title", "paragraph")]
    book.places.insert(chance.choice(ends), place)
    return True


def move_changed_block(book: Book, place: Place, chance: random.Random) -> bool:
    return len(paragraph(place)) > 1 and typo(book, place, chance) and move_block(
        book, place, chance
    )  # fmt: skip


def move_section(book: Book, place: Place, chance: random.Random) -> bool:
    """A section goes to the end; its heading may have another name there."""
    start = book.places.index(place)
    if place.kind != "title":
        return False
    own = book.places[start + 1 :]
    size = 1 + next((k for k, p in enumerate(own) if p.kind == "title"), len(own))
    section = book.places[start : start + size]
    if len(section) == len(own) + 1 or any(p.kind == "own" for p in section):
        return False
    del book.places[start : start + size]
    book.places += section
    return chance.random() < 0.5 or rename(book, place, chance)


def rename(book: Book, place: Place, chance: random.Random) -> bool:
    if place.kind != "title":
        return False
    new = "Why glass is blue"
    if new in book.english:
        return False
    place.units = [Unit([new], machine(new), "must")]
    return True


def reorder(book: Book, place: Place, chance: random.Random) -> bool:
    """The entries of a list change places."""
    start = book.places.index(place)
    if place.kind != "item" or (start and book.places[start - 1].kind == "item"):
        return False
    end = start
    while end < len(book.places) and book.places[end].kind == "item":
        end += 1
    entries = book.places[start:end]
    chance.shuffle(entries)
    book.places[start:end] = entries
    return True


def split_block(book: Book, place: Place, chance: random.Random) -> bool:
    if not paragraph(place, 2):
        return False
    at = chance.randint(1, len(place.units) - 1)
    rest = Place("paragraph", place.units[at:])
    place.units = place.units[:at]
    book.places.insert(book.places.index(place) + 1, rest)
    return True


def merge_blocks(book: Book, place: Place, chance: random.Random) -> bool:
    at = book.places.index(place)
    after = book.places[at + 1 : at + 2]
    if not paragraph(place) or not after or not paragraph(after[0]):
        return False
    place.units += after[0].units
    del book.places[at + 1]
    return True


# --- cells ----------------------------------------------------------------------------------------


SWAPS = {
    "x.mean()": "x.median()", "max(value)": "max(value, 0)", "/ farmers": "/ n",
    "load('days.csv')": "load('years.csv')", "print(share)": "print(share, 2)",
    "chart.line(days,": "chart.line(dates,", "draw(10)": "draw(12)",
}  # fmt: skip


def change_code(book: Book, place: Place, chance: random.Random) -> bool:
    """The source's code changes; where the human changed the same, the human's cell stays."""
    if place.kind != "code":
        return False
    base, human = place.code
    old = chance.choice([old for old in SWAPS if old in base])
    new = SWAPS[old]
    place.code = base.replace(old, new), human.replace(old, new)
    if base != human:
        place.look = "glance" if old in human else "must"
    return True


def change_comment(book: Book, place: Place, chance: random.Random) -> bool:
    """A comment changes: the human's own stays, and is told."""
    if place.kind != "code" or "#" not in place.code[0]:
        return False
    base, human = place.code
    for old, new in (("read the days", "read all the days"), ("widest boat", "widest red boat")):
        base = base.replace(old, new)
    if human == place.code[0]:
        place.code = base, base
    else:
        place.code, place.look = (base, human), "must"
    return True


def move_code(book: Book, place: Place, chance: random.Random) -> bool:
    if place.kind != "code" or len(place.code[0]) < 40:
        return False
    book.places.remove(place)
    ends = [k for k, other in enumerate(book.places, 1) if other.kind in ("title", "paragraph")]
    book.places.insert(chance.choice(ends), place)
    return chance.random() < 0.5 or change_code(book, place, chance) or True


EDITS: tuple[Edit, ...] = (
    change, typo, negate, insert, delete, split_sentence, merge_sentences, move_sentence,
    slot, mark,
    insert_block, delete_block, move_block, move_changed_block, move_section, rename, reorder,
    split_block, merge_blocks,
    change_code, change_comment, move_code,
)  # fmt: skip


def edited(
    old: Book, chance: random.Random, count: int, kinds: tuple[Edit, ...] = EDITS
) -> tuple[Book, list[str]]:
    """Return a document after some edits of places apart from one another, with their names."""
    new = old.copy()
    names: list[str] = []
    free = list(new.places)
    while free and len(names) < count:
        place = chance.choice(free)
        near = _near(new, place)
        tried = (chance.choice(kinds) for _ in range(6))
        edit = next((e for e in tried if e(new, place, chance)), None)
        if edit is None:
            free = [p for p in free if p is not place]
            continue
        names.append(edit.__name__)
        near += _near(new, place)
        free = [p for p in free if p not in near and any(p is q for q in new.places)]
    return new, names


def _near(book: Book, place: Place) -> list[Place]:
    """Return a place with its neighbours: which of two became which would be a matter of taste."""
    at = next((k for k, p in enumerate(book.places) if p is place), None)
    return [place] if at is None else book.places[max(0, at - 1) : at + 3]
