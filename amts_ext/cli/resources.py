"""What ``amts parallel-data`` and ``amts terminology`` share: the resources at Amazon Translate.

A resource that was made for a book has the book and its languages in its name, as
``amts-Demo-en-pt``; ``resources.json`` beside the memory has their revisions.
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
"""Skipped pairs that are told one by one; of more, only how many there are for each reason."""
REASONS = 5
"""The service's reasons that are told; ``--json`` has all."""


def add_command(
    commands: Commands, name: str, help: str, run: Callable[[Namespace], int]
) -> ArgumentParser:
    """A command on the resources: all know the book by ``--config``, and answer in JSON."""
    parser = options.add_command(commands, name, help)
    options.add_config(parser)
    options.add_json(parser)
    parser.set_defaults(run=run)
    return parser


def add_name(parser: ArgumentParser, default: str) -> None:
    """``--name`` of a resource that is pushed."""
    parser.add_argument("--name", default="", help=f"the resource's name ({default})")


class Account:
    """The resources of the account that a book names; a context manager.

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
    """Raises :class:`ConfigError` if the book does not use Amazon Translate."""
    config = options.read_config(arguments)
    if config.translator != "aws":
        message = (
            "[translation] translator is not aws: the resources lie at Amazon Translate; set it, "
            "and bucket and role_arn in [amts]"
        )
        raise ConfigError(message, file=str(config.file))
    return config


def own_name(config: Config, source: str, targets: Sequence[str]) -> str:
    """The name of a resource that is made for the book, as ``amts-Demo-en-pt``."""
    return _beginning(config) + "-".join([source, *targets])


def is_own(config: Config, name: str) -> bool:
    """Whether a resource was pushed for this book, here or elsewhere."""
    from amts_ext.translators.amazon import pushed

    here = {resource.name for resource in pushed.known(record(config))}
    return name in here or f"{name}-".startswith(f"{_beginning(config)}{config.source}-")


def record(config: Config) -> Path:
    """Where the book's resources are written down."""
    from amts_ext.translators.amazon import pushed

    return config.memory.with_name(pushed.FILE)


def _beginning(config: Config) -> str:
    name = re.sub(r"[^A-Za-z0-9]+", "-", config.name).strip("-") or "book"
    return f"amts-{name}-"


def nothing_to_send(what: str, sent: Examples) -> str:
    """The error's text where no pair, or no term, is left."""
    why = "; the reasons are above" if sent.skipped else f": there is no {what} at all"
    return f"no {what} is left to be sent{why}"


def tell_skipped(sent: Examples) -> None:
    """Name each one on standard error, or of many how many there are for each reason."""
    if len(sent.skipped) <= LISTED:
        lines = list(map(str, sent.skipped))
    else:
        reasons = Counter(skipped.reason.split(" (")[0] for skipped in sent.skipped)
        lines = [f"{count} pairs: {reason}" for reason, count in reasons.most_common()]
        lines.append("`amts parallel-data prepare --report FILE` lists them")
    for line in lines:
        print(f"skipped: {line}", file=sys.stderr)


def reasons(found: ParallelDataInfo | TerminologyInfo) -> list[str]:
    """What the service says of its file, from the beginning."""
    more = len(found.reasons) - REASONS
    shown = [f"  the service: {reason}" for reason in found.reasons[:REASONS]]
    return [*shown, f"  {more} more lines (--json lists them)"] if more > 0 else shown
