"""Translators of one book that differ only in their parallel data, to measure what it is worth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from amts_ext import translators
from amts_ext.progress import Progress
from amts_ext.translators import amazon, embedded
from amts_ext.translators.amazon import pushed
from amts_ext.translators.amazon.connection import Aws, Clients
from amts_ext.translators.amazon.parallel import ParallelData, ParallelDataInfo
from amts_ext.translators.amazon.pushed import Resource, ResourceKind
from amts_ext.translators.base import Translator
from amts_ext.translators.lessons import book_terms

if TYPE_CHECKING:
    from amts_ext.config import Config

FORM = "tmx"
"""The format that pairs are pushed in: it takes every text."""


class Workbench:
    """A maker of translators that share one connection; a context manager.

    ::

        with Workbench(config) as bench:
            plain = bench.translator()
            data = bench.push("trial-en-pt", tmx, "a trial", progress).resource(0.0)
            adapted = bench.translator(data)

    ``engine`` is used if the book's translator is the embedded service. All translators use the
    terminology that the book has pushed, and none uses its parallel data.
    """

    def __init__(self, config: Config, engine: str = "firefox") -> None:
        self._config = config
        self._engine = engine
        self._made: list[Translator] = []
        self._aws = Aws(config.region, config.endpoint, config.proxy)
        self._loopback = embedded.Loopback(engine, offline=False, workers=None)

    @property
    def is_embedded(self) -> bool:
        """True if the book's translator is the embedded service."""
        return self._config.translator in ("", translators.DEFAULT)

    @property
    def is_adaptable(self) -> bool:
        """True if the translator takes parallel data, as Amazon Translate and the embedded do."""
        return self.is_embedded or self._config.translator == "aws"

    def translator(self, data: Resource | None = None) -> Translator:
        """Make a translator with this parallel data, or with none; no service is reached yet."""
        resources = (data,) if data else ()
        made: Translator
        if self.is_embedded:
            terms = book_terms(self._config.root, self._config.source, self._config.terms)
            made = embedded.Embedded(self._loopback, self._engine, resources=resources, terms=terms)
        elif self.is_adaptable:
            made = amazon.from_config(self._config, (*self._terms(), *resources))
        else:
            made = translators.make(self._config)
        self._made.append(made)
        return made

    def push(self, name: str, data: bytes, what: str, progress: Progress) -> ParallelDataInfo:
        """Make a parallel-data resource of the TMX file ``data`` (:meth:`ParallelData.push`).

        Raises :class:`~amts_ext.errors.TranslatorError` if the service does not take it.
        """
        clients, bucket = self._place()
        resources = ParallelData(clients, bucket, self._config.kms_key)
        return resources.push(name, data, FORM, what, progress)

    def _place(self) -> tuple[Clients, str]:
        if self.is_embedded:
            return self._loopback.clients(), embedded.BUCKET
        return self._aws.clients(), self._config.bucket

    def _terms(self) -> Sequence[Resource]:
        known = pushed.load(self._config.memory.with_name(pushed.FILE))
        return [r for r in known if r.kind is ResourceKind.TERMINOLOGY]

    def close(self) -> None:
        """Close the connections and stop the embedded service."""
        for translator in self._made:
            translator.close()
        self._aws.close()
        self._loopback.close()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
