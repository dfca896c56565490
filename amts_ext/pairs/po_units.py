r"""Units of a translation memory as a catalog, for people who work in Weblate, Poedit or Crowdin.

A message is a unit's source, with slots as tokens. A machine's translation is flagged as fuzzy and
marked (:mod:`amts_ext.pairs.po_writers`). What a human takes the flag off comes back as a human's.

>>> unit = Unit("Use ⟦code1⟧.", "Use ⟦code1⟧ já.", ("en", "pt"), Origin.MACHINE, document="a.md")
>>> data = dump([unit], ("en", "pt"))
>>> taken_in(PoFile.read(data, "a.po"), ("en", "pt")).units
[]
>>> edited = data.replace("já".encode(), "agora".encode()).replace(b"#, fuzzy\n", b"")
>>> [found.target for found in taken_in(PoFile.read(edited, "a.po"), ("en", "pt")).units]
['Use ⟦code1⟧ agora.']
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.pofile import write_po

from amts_ext.languages import profiles
from amts_ext.model import TOKEN, Half, Origin, Slot, Unit, from_tokens
from amts_ext.pairs.exchange import Skipped
from amts_ext.pairs.po import FUZZY, WIDTH, Message, PoFile
from amts_ext.pairs.po_writers import PoWord, PoWriter, filling, writer
from amts_ext.text.masking import check

TITLE = "Units of a translation memory"
"""The beginning of such a catalog."""
_HEADER = f"""\
{TITLE}, written by `amts po export`; `amts po import` takes them in.
Keep every token like ⟦math1⟧ once: it stands for a formula, code or a reference.
A fuzzy message is a machine's. Who takes the flag off approves it; most tools do so on edit."""
_OWN = re.compile(r"(⟦own\d+⟧) = (.*)", re.DOTALL)
_PLACE = re.compile(r"(.*):(\d+)")


@dataclass(slots=True)
class TakenIn:
    """The human units of a catalog, and the messages that gave none."""

    units: list[Unit] = field(default_factory=list)
    unsure: int = 0
    """Messages that somebody has edited, with the flag still on."""
    skipped: list[Skipped] = field(default_factory=list)


def dump(units: Iterable[Unit], pair: tuple[str, str]) -> bytes:
    """Return the best unit of each source as a catalog: a human's, else the newest machine's."""
    catalog = Catalog(
        locale=profiles.load(pair[1]).sphinx_language,
        project="amts",
        last_translator="amts",
        header_comment="\n".join(f"# {line}" for line in _HEADER.split("\n")),
        fuzzy=False,
    )
    best: dict[tuple[str, str], Unit] = {}
    for unit in sorted((u for u in units if u.target and u.source), key=_rank):
        best[unit.contents if unit.origin is Origin.HUMAN else "", unit.source] = unit
    humans = {source for (_, source), unit in best.items() if unit.origin is Origin.HUMAN}
    for (contents, source), unit in sorted(best.items(), key=lambda each: _order(each[1])):
        if unit.origin is Origin.HUMAN or source not in humans:
            _add(catalog, unit, contents)
    out = io.BytesIO()
    write_po(out, catalog, width=WIDTH)
    return out.getvalue()


def taken_in(file: PoFile, pair: tuple[str, str]) -> TakenIn:
    """Return what humans have written or approved in a catalog of :func:`dump`."""
    found = TakenIn()
    for message in file.messages:
        by = writer(message)
        found.unsure += by is PoWriter.UNSURE
        if by is not PoWriter.HUMAN or message.is_plural:
            continue
        made = _unit(message, pair)
        if isinstance(made, Unit):
            found.units.append(made)
        else:
            found.skipped.append(Skipped(f"{file.name}:{message.line}", made, message.text))
    return found


def _rank(unit: Unit) -> tuple[bool, float]:
    return unit.origin is Origin.HUMAN, unit.when


def _order(unit: Unit) -> tuple[str, int, str]:
    return unit.document, unit.position, unit.source


def _add(catalog: Catalog, unit: Unit, contents: str) -> None:
    by_human = unit.origin is Origin.HUMAN
    own = [f"⟦own{n}⟧ = {text}" for n, text in enumerate(unit.literals, 1)] if by_human else []
    entry: BabelMessage = catalog.add(
        unit.source,
        unit.target,
        locations=[(unit.document, unit.position)] if unit.document else [],
        auto_comments=own,
        context=contents or None,
    )
    entry.flags.clear()  # Babel takes every "50% of" for a format
    if not by_human:
        entry.flags.add(FUZZY)
        message = Message(0, unit.source, unit.target)
        mark = filling(message, unit.target, PoWord.FUZZY).comment
        entry.user_comments += [mark] if mark else []


def _unit(message: Message, pair: tuple[str, str]) -> Unit | str:
    """Return the unit of a message, or the reason why it gives none."""
    own = {m[1]: m[2] for told in message.extracted if (m := _OWN.fullmatch(told))}
    slots, text = _slots(message.id), message.text
    used = [token.group() for token in TOKEN.finditer(text) if token[2] == "own"]
    if unknown := [token for token in used if token not in own]:
        return f"{unknown[0]} stands for nothing that the catalog tells"
    parts = from_tokens(text, slots)
    invented = {m.group() for m in TOKEN.finditer(text)} - {s.token for s in slots} - {*used}
    problem = check(slots, parts) or (f"invented {', '.join(invented)}" if invented else "")
    # A human may drop a slot of a source whose contents are known.
    if problem and not (message.context and problem.startswith("lost")):
        return problem
    places = [m for place in message.locations if (m := _PLACE.fullmatch(place))]
    document, position = (places[0][1], int(places[0][2])) if places else ("", 0)
    return Unit(
        message.id, text, pair, Origin.HUMAN, contents=message.context or "",
        literals=tuple(own.values()), document=document, position=position,
    )  # fmt: skip


def _slots(source: str) -> list[Slot]:
    """Return the slots that a text has tokens of."""
    found = [(m[1], m[2], int(m[3])) for m in TOKEN.finditer(source)]
    closed = {number for slash, _, number in found if slash}
    return [
        Slot(n, kind, "", Half.CLOSE if slash else Half.OPEN if n in closed else Half.SINGLE)
        for slash, kind, n in found
    ]
