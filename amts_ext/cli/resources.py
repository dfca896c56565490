"""The common part of ``amts parallel-data`` and ``amts terminology``: a book's resources at AWS.

The name of a resource that was made for a book holds the book and the languages:
``amts-Demo-en-pt``. The revisions of the book's resources stand beside the memory, in
``resources.json``.
"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.cli import options
from amts_ext.errors import ConfigError

if TYPE_CHECKING:
    from amts_ext.cli.options import Commands
    from amts_ext.config import Config
    from amts_ext.pairs.exchange import Examples
    from amts_ext.translators.amazon.parallel import ParallelDataInfo
    from amts_ext.translators.amazon.terminologies import TerminologyInfo

LISTED = 20
"""Skipped pairs that are printed one by one, at most; more are counted by reason."""
REASONS = 5
"""Reasons of the service that are printed, at most; ``--json`` has all."""


def add_command(
    commands: Commands, name: str, help: str, run: Callable[[Namespace], int]
) -> ArgumentParser:
    """Add a subcommand that works on the resources, with ``--config`` and ``--json``."""
    parser = options.add_command(commands, name, help)
    options.add_config(parser)
    options.add_json(parser)
    parser.set_defaults(run=run)
    return parser


def add_name(parser: ArgumentParser, default: str) -> None:
    """Add ``--name``, the name of the resource to push."""
    parser.add_argument("--name", default="", help=f"the resource's name ({default})")


class Account:
    """The resources in the account and region of a book's configuration; a context manager.

    ::

        with Account(config) as account:
            states = list(account.data.each())
    """

    def __init__(self, config: Config) -> None:
        from amts_ext.translators.amazon.connection import Aws
        from amts_ext.translators.amazon.parallel import ParallelData
        from amts_ext.translators.amazon.terminologies import Terminologies

        self._aws = Aws(config.region, config.endpoint, config.proxy)
        clients = self._aws.clients()
        self.data = ParallelData(clients, config.bucket, config.kms_key)
        self.terms = Terminologies(clients, config.kms_key)

    def __enter__(self) -> Account:
        return self

    def __exit__(self, *_: object) -> None:
        self._aws.close()


def read_config(arguments: Namespace) -> Config:
    """Read the configuration of a book that uses Amazon Translate.

    Raises :class:`ConfigError` if the book does not use it, or if the file is missing or wrong.
    """
    config = options.read_config(arguments)
    if config.translator != "aws":
        message = (
            "[translation] translator is not aws: the resources lie at Amazon Translate; set it, "
            "and bucket and role_arn in [amts]"
        )
        raise ConfigError(message, file=str(config.file))
    return config


def own_name(config: Config, source: str, targets: Sequence[str]) -> str:
    """Make the name of a resource for the book.

    >>> from amts_ext.config import Config
    >>> own_name(Config(Path("."), memory=Path("m.sqlite"), name="My book"), "en", ["pt"])
    'amts-My-book-en-pt'
    """
    return _beginning(config) + "-".join([source, *targets])


def is_own(config: Config, name: str) -> bool:
    """Return whether a resource was pushed for this book, from this copy of it or another.

    The record of this copy holds its name, or the name begins as :func:`own_name` makes it.
    """
    from amts_ext.translators.amazon import pushed

    here = {resource.name for resource in pushed.known(record(config))}
    return name in here or f"{name}-".startswith(f"{_beginning(config)}{config.source}-")


def record(config: Config) -> Path:
    """Return the path of the record of the book's resources."""
    from amts_ext.translators.amazon import pushed

    return config.memory.with_name(pushed.FILE)


def _beginning(config: Config) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "-", config.name).strip("-") or "book"
    return f"amts-{name}-"


def nothing_to_send(what: str, sent: Examples) -> str:
    """Return the error's text if no pair or term is left; ``what`` is ``pair`` or ``term``."""
    why = "; the reasons are above" if sent.skipped else f": there is no {what} at all"
    return f"no {what} is left to be sent{why}"


def tell_skipped(sent: Examples) -> None:
    """Print the skipped pairs on standard error: one by one, or counted by reason if many."""
    if len(sent.skipped) <= LISTED:
        lines = list(map(str, sent.skipped))
    else:
        reasons = Counter(skipped.reason.split(" (")[0] for skipped in sent.skipped)
        lines = [f"{count} pairs: {reason}" for reason, count in reasons.most_common()]
        lines.append("`amts parallel-data prepare --report FILE` lists them")
    for line in lines:
        print(f"skipped: {line}", file=sys.stderr)


def reasons(found: ParallelDataInfo | TerminologyInfo) -> list[str]:
    """Return the first of the service's reasons as lines to print, and the number of the others."""
    more = len(found.reasons) - REASONS
    shown = [f"  the service: {reason}" for reason in found.reasons[:REASONS]]
    return [*shown, f"  {more} more lines (--json lists them)"] if more > 0 else shown
