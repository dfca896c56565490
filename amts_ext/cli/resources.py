"""``amts parallel-data`` and ``amts terminology``: what adapts Amazon Translate to a book."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amts_ext.cli import prepare
from amts_ext.errors import AmtsError, ConfigError, InputError
from amts_ext.translators.amazon import pushed
from amts_ext.translators.amazon.pushed import ResourceKind

if TYPE_CHECKING:
    from amts_ext.config import Config
    from amts_ext.pairs.exchange import Examples
    from amts_ext.translators.amazon.connection import Clients
    from amts_ext.translators.amazon.parallel import ParallelDataInfo
    from amts_ext.translators.amazon.terminologies import TerminologyInfo

LISTED = 20
"""So many skipped pairs are told one by one."""
REASONS = 5
"""So many of the service's reasons are told."""

Parser = argparse.ArgumentParser
Commands = Any
"""What ``add_subparsers`` returns."""


def add(commands: Commands) -> None:
    """Add both commands with their own commands."""
    text = "The book's parallel data at Amazon Translate; jobs that use it are dearer (price_act)."
    data = _group(commands, "parallel-data", text)
    text = "Pairs from a book and its translation: aligned, filtered, written to a file."
    prepare.add_arguments(_command(data, "prepare", prepare.prepare, text))
    push = _command(data, "push", push_data, "Create or update it, if its pairs have changed.")
    push.add_argument(
        "files", nargs="*", metavar="FILE", type=Path, help="pairs: .csv, .tsv or .tmx (human text)"
    )
    push.add_argument("--lang", default="", help="target languages, comma separated")
    push.add_argument("--name", default="", help="the resource's name (made of book and pair)")
    push.add_argument("--format", choices=("csv", "tsv", "tmx"), default="tmx")
    _command(data, "status", status, "This book's, as the service has it; notes the revisions.")
    _command(data, "list", list_data, "All of the account and region.")
    pull = _command(data, "pull", pull_data, "Fetch the pairs that the service has.")
    pull.add_argument("name", metavar="NAME")
    pull.add_argument("-o", dest="out", type=Path, metavar="FILE", help="(NAME.FORMAT)")
    _command(data, "delete", delete_data, "Delete one.").add_argument("name", metavar="NAME")

    terms = _group(commands, "terminology", "Custom terminologies at Amazon Translate.")
    push = _command(terms, "push", push_terms, "Import it, if its terms have changed.")
    push.add_argument(
        "file", type=Path, metavar="FILE", help=".csv with language codes first, or .md"
    )
    push.add_argument("--lang", default="", help="target language of an .md file")
    push.add_argument("--name", default="", help="its name (config: terminology)")
    _command(terms, "list", list_terms, "All of the account; notes the revisions.")
    _command(terms, "delete", delete_terms, "Delete one.").add_argument("name", metavar="NAME")


def push_data(arguments: argparse.Namespace) -> int:
    """``amts parallel-data push``."""
    from amts_ext import parallel_data
    from amts_ext.pairs import exchange
    from amts_ext.progress import reporter

    config = _config(arguments)
    langs = _langs(arguments.lang, config) if arguments.lang or not arguments.files else []
    problems: list[AmtsError] = []
    if arguments.files:
        found = parallel_data.of_files(arguments.files, config.source, langs)
        unread = bool(found.skipped)
    else:
        done = parallel_data.of_book(config, langs)
        problems, found, unread = done.problems, done.examples, bool(done.skipped)
    for problem in problems:
        print(f"amts: {problem}", file=sys.stderr)
    sent = exchange.usable(found, arguments.format)
    _tell_skipped(sent)
    if not sent.rows:
        raise InputError(_nothing("pair", sent))
    name = arguments.name or _name(config, sent.source, sent.targets)
    data = exchange.dump(sent, arguments.format)
    with _account(config) as service:
        what = f"{config.name} {sent.source}-{','.join(sent.targets)}"
        state = service.data.push(name, data, arguments.format, what, reporter(arguments.json))
        pushed.note(_record(config), [state.resource(0.0)])
        if state.counts["imported"] != len(sent.rows):
            state = service.data.explained(state)
    lines = _line(state, len(sent.rows)), *_reasons(state)
    _print(arguments, {**asdict(state), "sent": len(sent.rows)}, *lines)
    return int(unread or bool(problems) or state.counts["imported"] != len(sent.rows))


def status(arguments: argparse.Namespace) -> int:
    """``amts parallel-data status``."""
    config = _config(arguments)
    with _account(config) as service:
        states = [state for state in service.data.each() if _is_own(config, state.name)]
        states = [full for s in states if (full := service.data.get(s.name)) is not None]
        states = [s if s.is_whole else service.data.explained(s) for s in states]
    active = [s.resource(0.0) for s in states if s.status == "ACTIVE"]
    pushed.replace(_record(config), ResourceKind.PARALLEL_DATA, active)
    lines = [line for s in states for line in (_line(s), *_reasons(s))]
    _print(arguments, [asdict(s) for s in states], *lines)
    return 1 if any(s.settled == "FAILED" for s in states) else 0


def list_data(arguments: argparse.Namespace) -> int:
    """``amts parallel-data list``."""
    with _account(_config(arguments)) as service:
        states = list(service.data.each())
    _print(arguments, [asdict(s) for s in states], *(_line(s) for s in states))
    return 0


def pull_data(arguments: argparse.Namespace) -> int:
    """``amts parallel-data pull NAME``."""
    from amts_ext import files

    with _account(_config(arguments)) as service:
        data, form = service.data.pull(arguments.name)
    out = arguments.out or Path(f"{arguments.name}.{form}")
    files.write_bytes(out, data)
    _print(arguments, {"file": str(out), "bytes": len(data)}, f"{out}: {len(data):,} bytes")
    return 0


def delete_data(arguments: argparse.Namespace) -> int:
    """``amts parallel-data delete NAME``."""
    from amts_ext.progress import reporter

    config = _config(arguments)
    with _account(config) as service:
        service.data.delete(arguments.name, reporter(arguments.json))
    pushed.forget(_record(config), ResourceKind.PARALLEL_DATA, arguments.name)
    _print(arguments, {"deleted": arguments.name}, f"{arguments.name}: deleted")
    return 0


def push_terms(arguments: argparse.Namespace) -> int:
    """``amts terminology push FILE``."""
    from amts_ext import files
    from amts_ext.pairs import exchange
    from amts_ext.pairs.terms import TERM_BYTES, glossary

    config = _config(arguments)
    if arguments.file.suffix == ".md":
        langs = _langs(arguments.lang, config)
        if len(langs) != 1:
            raise InputError("an .md file holds the terms of one language; name it with --lang")
        text = files.read_text(arguments.file)
        found = glossary(text, arguments.file, config.source, langs[0])
    else:
        found = exchange.read(arguments.file, config.source)
    sent = exchange.usable(found, "csv", TERM_BYTES)
    _tell_skipped(sent)
    if not sent.rows:
        raise InputError(_nothing("term", sent))
    name = arguments.name or config.terminology or _name(config, sent.source, [])
    with _account(config) as service:
        terms = service.terms.push(name, exchange.dump(sent, "csv"), config.name)
        if terms.terms != len(sent.rows):
            terms = service.terms.explained(terms)
    pushed.note(_record(config), [terms.resource()])
    line = f"{name}: {terms.terms} terms of {len(sent.rows)} sent, revision {terms.revision}"
    _print(arguments, {**asdict(terms), "sent": len(sent.rows)}, line, *_reasons(terms))
    return int(bool(found.skipped) or terms.terms != len(sent.rows))


def list_terms(arguments: argparse.Namespace) -> int:
    """``amts terminology list``."""
    config = _config(arguments)
    with _account(config) as service:
        found = list(service.terms.each())
        names = {t.name for t in found if t.name == config.terminology or _is_own(config, t.name)}
        found = [service.terms.explained(t) if t.skipped and t.name in names else t for t in found]
    own = [t.resource() for t in found if t.name in names]
    pushed.replace(_record(config), ResourceKind.TERMINOLOGY, own)
    lines = [line for t in found for line in (_terms_line(t), *_reasons(t))]
    _print(arguments, [asdict(t) for t in found], *lines)
    return 0


def delete_terms(arguments: argparse.Namespace) -> int:
    """``amts terminology delete NAME``."""
    config = _config(arguments)
    with _account(config) as service:
        service.terms.delete(arguments.name)
    pushed.forget(_record(config), ResourceKind.TERMINOLOGY, arguments.name)
    _print(arguments, {"deleted": arguments.name}, f"{arguments.name}: deleted")
    return 0


class _account:
    """The resources of the account that the book names; closes the connection."""

    def __init__(self, config: Config) -> None:
        from amts_ext.translators.amazon.connection import Aws
        from amts_ext.translators.amazon.parallel import ParallelData
        from amts_ext.translators.amazon.terminologies import Terminologies

        self._aws = Aws(config.region, config.endpoint, config.proxy)
        clients: Clients = self._aws.clients()
        self.data = ParallelData(clients, config.bucket, config.kms_key)
        self.terms = Terminologies(clients, config.kms_key)

    def __enter__(self) -> _account:
        return self

    def __exit__(self, *_: object) -> None:
        self._aws.close()


def _group(commands: Commands, name: str, help: str) -> Commands:
    parser = commands.add_parser(name, help=help, description=help)
    return parser.add_subparsers(required=True, metavar="COMMAND")


def _command(
    commands: Commands, name: str, command: Callable[[argparse.Namespace], int], help: str
) -> Parser:
    parser: Parser = commands.add_parser(name, help=help, description=help)
    parser.add_argument("--config", default="config.ini", help="the book's config.ini")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    parser.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser.set_defaults(command=command)
    return parser


def _config(arguments: argparse.Namespace) -> Config:
    """Raises :class:`ConfigError` if the book does not use Amazon Translate."""
    from amts_ext.config import load

    config = load(arguments.config)
    if config.translator != "aws":
        message = (
            "[translation] translator is not aws: the resources lie at Amazon Translate; set it, "
            "and bucket and role_arn in [amts]"
        )
        raise ConfigError(message, file=str(config.file))
    return config


def _langs(text: str, config: Config) -> list[str]:
    from amts_ext.languages import profiles

    names = [c.strip() for c in text.split(",") if c.strip()] or list(config.langs)
    if not names:
        raise InputError("no language given; name one with --lang, or set langs in [amts]")
    return [profiles.for_pair(config.source, name).language for name in names]


def _book(config: Config) -> str:
    """How the names of the book's resources begin."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", config.name).strip("-") or "book"
    return f"amts-{name}-"


def _is_own(config: Config, name: str) -> bool:
    """Whether a resource was pushed for this book, here or elsewhere."""
    here = {resource.name for resource in pushed.known(_record(config))}
    return name in here or f"{name}-".startswith(f"{_book(config)}{config.source}-")


def _name(config: Config, source: str, targets: Sequence[str]) -> str:
    return _book(config) + "-".join([source, *targets])


def _record(config: Config) -> Path:
    """Where the book's resources are written down."""
    return config.memory.with_name(pushed.FILE)


def _nothing(what: str, sent: Examples) -> str:
    why = "; the reasons are above" if sent.skipped else f": there is no {what} at all"
    return f"no {what} is left to be sent{why}"


def _tell_skipped(sent: Examples) -> None:
    """Each one, or of many how many by reason."""
    if len(sent.skipped) <= LISTED:
        lines = list(map(str, sent.skipped))
    else:
        reasons = Counter(skipped.reason.split(" (")[0] for skipped in sent.skipped)
        lines = [f"{count} pairs: {reason}" for reason, count in reasons.most_common()]
        lines.append("`amts parallel-data prepare --report FILE` lists them")
    for line in lines:
        print(f"skipped: {line}", file=sys.stderr)


def _line(state: Any, sent: int | None = None) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in state.counts.items())
    of = "" if sent is None else f" of {sent} sent"
    revision = f"revision {state.revision or 'not by amts'}"
    pair = f"{state.source} to {','.join(state.targets)}"
    message = f"; {state.message}" if state.message else ""
    return f"{state.name}: {state.settled}, {pair}, {revision}: {counts}{of}{message}"


def _terms_line(terms: TerminologyInfo) -> str:
    pair = f"{terms.source} to {','.join(terms.targets)}"
    skipped = f", {terms.skipped} skipped" if terms.skipped else ""
    revision = f"revision {terms.revision or 'not by amts'}"
    return f"{terms.name}: {pair}, {terms.terms} terms{skipped}, {revision}"


def _reasons(found: ParallelDataInfo | TerminologyInfo) -> list[str]:
    """What the service says of its file, from the beginning."""
    more = len(found.reasons) - REASONS
    shown = [f"  the service: {reason}" for reason in found.reasons[:REASONS]]
    return [*shown, f"  {more} more lines (--json lists them)"] if more > 0 else shown


def _print(arguments: argparse.Namespace, answer: object, *lines: str) -> None:
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(*(lines or ["none"]), sep="\n")
