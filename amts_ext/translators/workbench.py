"""Translators of one book that differ in their parallel data only: to see what it is worth."""

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

if TYPE_CHECKING:
    from amts_ext.config import Config

FORM = "tmx"
"""The format that pairs are pushed in: it takes every text."""


class Workbench:
    """One connection for all of them; a context manager.

    ``engine`` is the embedded service's, if the book has no other translator. What the book has
    pushed itself is left alone: its terminology is used by all, its parallel data by none.
    """

    def __init__(self, config: Config, engine: str = "firefox") -> None:
        self._config = config
        self._engine = engine
        self._made: list[Translator] = []
        self._aws = Aws(config.region, config.endpoint, config.proxy)
        self._loopback = embedded.Loopback(engine, offline=False, workers=None)

    @property
    def is_embedded(self) -> bool:
        return self._config.translator in ("", translators.DEFAULT)

    @property
    def is_adaptable(self) -> bool:
        """Whether it takes parallel data: the embedded service and Amazon Translate do."""
        return self.is_embedded or self._config.translator == "aws"

    def translator(self, data: Resource | None = None) -> Translator:
        """A translator with this parallel data, or without any; nothing is reached yet."""
        resources = (data,) if data else ()
        made: Translator
        if self.is_embedded:
            made = embedded.Embedded(self._loopback, self._engine, resources=resources)
        elif self.is_adaptable:
            made = amazon.from_config(self._config, (*self._terms(), *resources))
        else:
            made = translators.make(self._config)
        self._made.append(made)
        return made

    def push(self, name: str, data: bytes, what: str, progress: Progress) -> ParallelDataInfo:
        """Make ``data`` (a TMX file) parallel data; see :meth:`ParallelData.push`."""
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
        """Close the connections, and stop the embedded service."""
        for translator in self._made:
            translator.close()
        self._aws.close()
        self._loopback.close()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
