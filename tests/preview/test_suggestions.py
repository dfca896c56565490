"""What helps with a sentence: like sentences, terms, the engine, the rules, and the history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from support.desks import HUMAN, edit, make_book, opened, row

from amts_ext.checks import Context
from amts_ext.checks import check as check_segment
from amts_ext.languages.profiles import load
from amts_ext.model import Parts
from amts_ext.preview.editing.history import history
from amts_ext.preview.editing.saving import save, undo
from amts_ext.preview.editing.suggestions import check, diff, suggest
from amts_ext.progress import Progress
from amts_ext.translators.base import Answer, Answers, Free, Request

ADD = "We add all"
LET = "Let ⟦math1⟧"
SEA = "Sea ⟦math1⟧ ⟦strong2⟧cualquier⟦/strong2⟧ valor."


class Spanish(Free):
    """A translator that counts what it is asked; it bills if ``billed`` is not None."""

    def __init__(self, bills: bool = False) -> None:
        self.asked = 0
        self.bills = bills

    @property
    def billed(self) -> dict[str, int] | None:  # type: ignore[override]
        return {} if self.bills else None

    def signature(self, source: str, target: str) -> str:
        return "spanish 1"

    def translate(self, requests: Sequence[Request], source: str, progress: Progress) -> Answers:
        self.asked += len(requests)
        yield [Answer(r.key, t, ("Hola: ", *r.parts)) for r in requests for t in r.targets]


def test_the_memory_suggests_with_a_diff_by_words(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk:
        edit(desk, "Let ⟦math1⟧ be ⟦strong2⟧one", SEA, path="sum.md")
        found = suggest(desk, "mean.md", "es", row(desk, LET).id)
        [match] = found.memory
        assert match.target == SEA and match.origin == "sum.md" and 0.8 < match.likeness < 1
        assert ("removed", "one") in match.diff and ("added", "any") in match.diff
        again = suggest(desk, "sum.md", "es", row(desk, "⟦strong2⟧one", "sum.md").id)
        assert not again.memory, "what is shown already is no suggestion"


def test_a_diff_holds_both_texts() -> None:
    pairs = diff("A mean of ⟦math1⟧ values", "The mean ⟦math1⟧ value.")
    assert "".join(t for what, t in pairs if what != "added") == "A mean of ⟦math1⟧ values"
    assert "".join(t for what, t in pairs if what != "removed") == "The mean ⟦math1⟧ value."


def test_the_books_terms_in_the_source_are_shown(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    (root / "terms.csv").write_text("en,es\nmedian,mediana\nvariance,varianza\n", "utf-8")
    with (root / "config.ini").open("a") as file:
        file.write("terminology = terms.csv\n")
    with opened(root) as desk:
        found = suggest(desk, "mean.md", "es", row(desk, "The median is another").id)
        assert ("median", "mediana") in found.terms
        assert "varianza" not in dict(found.terms).values()


def test_the_engine_is_asked_once_for_one_sentence_and_never_if_it_bills(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk:
        found = row(desk, LET)
        known = suggest(desk, "mean.md", "es", found.id)
        assert known.engine == (found.target, ""), "what the memory has is not asked for"
        spanish = Spanish()
        for _ in range(2):
            text, reason = suggest(desk, "mean.md", "es", found.id, spanish).engine
            assert text.startswith("Hola: Let ⟦math1⟧") and not reason
        assert spanish.asked == 1
        paid = Spanish(bills=True)
        other = row(desk, ADD)
        paid_text = suggest(desk, "mean.md", "es", other.id, paid)
        assert paid.asked == 0
        assert paid_text.engine[0] == "" and "costs money" in paid_text.engine[1]


def rules(
    source: Parts, target: Parts, languages: tuple[str, str], block: str
) -> Iterator[tuple[str, str]]:
    for each in check_segment(
        source, target, Context(languages[0], load(languages[1])), block=block
    ):
        yield str(each.kind), each.message


def test_a_text_is_checked_while_it_is_typed(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk:
        id = row(desk, LET).id
        found = check(desk, "mean.md", "es", id, "Sea ⟦math1⟧ un valor con 47 datos", rules)
        assert (found.missing, found.extra) == (["⟦strong2⟧", "⟦/strong2⟧"], [])
        assert ("numbers", "the number 47 is not in the source") in found.findings
        assert ("punctuation", "no mark at the end") in found.findings
        assert not check(desk, "mean.md", "es", id, SEA, rules).missing
        assert not check(desk, "mean.md", "es", id, "", rules).findings


def test_the_history_tells_who_wrote_what(tmp_path: Path) -> None:
    with opened(make_book(tmp_path)) as desk:
        machine = row(desk, LET)
        edit(desk, LET, SEA, "ana")
        edit(desk, LET, SEA.replace("Sea", "Dado"), "li")
        found = history(desk, "mean.md", "es", machine.id)
        told = [(each.who, each.target[:4], each.origin, each.shown) for each in found]
        assert told == [
            ("li", "Dado", "human", True),
            ("ana", "Sea ", "human", False),
            ("", machine.target[:4], "machine", False),
        ]
        assert found[2].signature and found[0].document == "mean.md"
        undo(desk, "mean.md", "es", machine.id, "li")
        assert [each.shown for each in history(desk, "mean.md", "es", machine.id)] == [True, False]


def test_the_history_knows_who_edited_a_humans_file(tmp_path: Path) -> None:
    with opened(make_book(tmp_path, HUMAN)) as desk:
        before = row(desk, "The median is another")
        [first] = [e for e in history(desk, "mean.md", "es", before.id) if e.shown]
        assert (first.who, first.signature) == ("", "mean.md")
        target = before.target.replace("otra", "una")
        saved = save(desk, "mean.md", "es", before.id, before.version, target, "ana")
        assert saved.where == "es/mean.md:7"
        [now] = [e for e in history(desk, "mean.md", "es", before.id) if e.shown]
        assert (now.who, now.signature, now.target) == ("ana", "mean.md", target)
