"""The translation memory as its users see it: :class:`Store`, and the words that go with it.

::

    with Memory("memory.sqlite") as store:  # or any other store
        store.store([Unit("A dog.", "一只狗。", ("en", "zh"), Origin.HUMAN)])
        store.find_many([Query("A dog.")], ("en", "zh"))  # [Found("一只狗。", Origin.HUMAN)]

A store keeps units by the keys of :mod:`amts_ext.memory.keys`. ``tests/memory/test_store.py`` holds
every promise made here, and runs each kind of store through them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, Self

from amts_ext.model import Origin, Unit

LanguagePair = tuple[str, str]
"""Source language and target language: ``("en", "zh")``."""


class Asked(Protocol):
    """One look-up. All but the source is read only if several units could fit."""

    @property
    def source(self) -> str:
        """``Segment.tokens``."""

    @property
    def contents(self) -> str:
        """Digest of what the segment's slots hold."""

    @property
    def document(self) -> str:
        """Name of the document that the segment stands in."""

    @property
    def position(self) -> int:
        """Index of the segment's block in ``document``."""


class Query(NamedTuple):
    """One look-up, given as values: ``Query("Set ⟦math1⟧.", document="intro.md", position=4)``."""

    source: str
    """``Segment.tokens``."""
    contents: str = ""
    """Digest of what the segment's slots hold."""
    document: str = ""
    position: int = 0
    """Index of the segment's block in ``document``."""


class Found(NamedTuple):
    """The part of a unit that a translation is made of; see :class:`~amts_ext.model.Unit`."""

    target: str
    origin: Origin
    literals: tuple[str, ...] = ()
    signature: str = ""


class Alignment(NamedTuple):
    """The record of an earlier alignment of one collection."""

    digest: str
    """Of both texts; as long as it is the same, nothing is to be aligned."""
    report: str
    """The report of that run, in the aligner's own notation."""


class Kept(NamedTuple):
    """One unit, and where it came from."""

    unit: Unit
    collection: str = ""
    """The human document of :meth:`Store.replace_human`; else empty."""
    editor: str = ""
    """The person of :meth:`Store.edit`; else empty."""


@dataclass(frozen=True, slots=True)
class Stats:
    """The size of a store, and its units counted by language pair and origin."""

    file: str
    """The store's name."""
    size: int
    """In bytes, as last written back: what was stored a moment ago may be missing."""
    human: Mapping[LanguagePair, int]
    machine: Mapping[tuple[str, str, str], int]
    """Units by source language, target language and signature."""


class Store(Protocol):
    """A place where units are kept; as a context manager, it closes at the end.

    Every write is made as a whole or not at all, and is there for all processes when the call
    returns. A look-up works at any time, also while others write. What goes wrong is a
    :class:`~amts_ext.errors.MemoryStoreError`: one line that names the store and says what to do.
    A machine unit that is damaged is missing; a human unit that is damaged is an error.
    """

    @property
    def name(self) -> str:
        """The store's name in messages: a path, an address."""

    @property
    def read_only(self) -> bool:
        """True if it was opened for reading only; every write raises then."""

    def lookup(
        self,
        source: str,
        pair: LanguagePair,
        signature: str | None = None,
        contents: str = "",
        document: str = "",
        position: int = 0,
    ) -> Unit | None:
        """Find the best unit for one segment, as :meth:`lookup_many` does for many."""

    def lookup_many(
        self,
        queries: Sequence[Asked],
        pair: LanguagePair,
        signature: str | None = None,
        human: bool = True,
    ) -> list[Unit | None]:
        """Find the best unit for each query: a human's, else the machine's of ``signature``.

        ``signature`` None: human units only; ``human`` False: machine units only. A unit with
        ``contents`` fits a query with the same only. Of those that fit, units with contents come
        first, then units from the same document by nearness, then newer ones.
        """

    def find_many(
        self,
        queries: Sequence[Asked],
        pair: LanguagePair,
        signature: str | None = None,
        human: bool = True,
    ) -> list[Found | None]:
        """Find the units of :meth:`lookup_many`, but return only their translations: faster."""

    def store(self, units: Iterable[Unit]) -> int:
        """Store units, all or none; return how many were given.

        A machine unit replaces the older one with its key and contents; a human unit never
        replaces another. A unit without a date (``when``) gets the present one.
        """

    def replace_human(
        self,
        pair: LanguagePair,
        collection: str,
        units: Iterable[Unit],
        digest: str = "",
        report: str = "",
    ) -> int:
        """Make ``units`` the human units of ``collection`` (one human document); return how many.

        Units of an earlier run that are no longer offered go, unchanged ones keep their date, and
        human units that came from elsewhere stay. ``digest`` and ``report`` are kept for
        :meth:`alignments`, in the same write. Raises ValueError for a collection without a name.
        """

    def edit(self, unit: Unit, editor: str) -> None:
        """Store a human unit that a person has written, so that this person can withdraw it.

        It replaces no other unit, not even the same text by another person. Raises ValueError for a
        machine's unit, and for an editor without a name.
        """

    def withdraw(self, unit: Unit, editor: str) -> bool:
        """Take back a unit that ``editor`` gave to :meth:`edit`; return False if there is none.

        ``unit`` need not have the date. A unit of a human document, of another person or of
        :meth:`store` stays.
        """

    def history(self, source: str, pair: LanguagePair, machine: bool = True) -> list[Kept]:
        """List all units with the key of ``source``, the newest first.

        ``machine`` False: human units only, which is quick in a memory of any size.
        """

    @property
    def revision(self) -> Hashable:
        """A value that is another one after any write, of this process or of another.

        It is quick to get, and means nothing for another store or after opening the store again.
        """

    def has_human(self, pair: LanguagePair) -> bool:
        """Return True if the store has any human unit of this language pair."""

    def human_units(self, pair: LanguagePair, part: str) -> list[Unit]:
        """List a language pair's human units whose source contains ``part``, as :meth:`units`."""

    def alignments(self, pair: LanguagePair) -> dict[str, Alignment]:
        """Return digest and report of every collection that :meth:`replace_human` filled."""

    def units(self, pair: LanguagePair | None = None) -> list[Unit]:
        """List all units, of one language pair or of all; their order depends on them alone."""

    def stats(self) -> Stats:
        """Count the units by language pair and origin."""

    def close(self) -> None:
        """Close the store; every later call but ``close`` raises."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...
