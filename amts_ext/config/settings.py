"""The configuration of a book: every key is one field of :class:`Config`, defined nowhere else.

The metadata of a field say in which section of ``config.ini`` the key stands, how its text is read
and checked, and what it is for. The INI reader, the keywords of Python calls, the table in the
documentation and the texts of errors are all made from them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from amts_ext.config import kinds as kinds
from amts_ext.config.ini import Entry, Ini, closest
from amts_ext.errors import ConfigError

ON_INTERRUPT = ("ask", "stop", "leave")
"""The choices for a running job on Ctrl-C."""


DRAFTS = ("all", "sure", "none")
"""The choices for the sentences of an engine that was trained from the book's pairs alone."""


def option(
    default: Any, kind: kinds.ValueKind, help: str, section: str = "amts", key: str = ""
) -> Any:
    """Return a field of :class:`Config` with the description of its key.

    ``key`` is the name of the key in the file; if empty, it is that of the field.
    """
    metadata = {"kind": kind, "help": help, "section": section, "key": key}
    if isinstance(default, dict):
        return dataclasses.field(default_factory=dict, metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one book.

    Paths are absolute here; in the file they may be relative to its folder.
    """

    root: Path
    """The folder of ``config.ini``."""
    langs: tuple[str, ...] = option(
        (), kinds.languages, "Target languages of a build that names none."
    )
    name: str = option(
        "book", kinds.text, "Name of the book, in the names of its resources.", "project", "name"
    )
    source: str = option("en", kinds.code, "Language of the book's source.", "project", "lang")
    human: Mapping[str, Path] = option(
        {},
        kinds.existing_folder,
        "A human translation to learn from and to prefer, one key for each language.",
    )
    directives: str = option(
        "",
        kinds.directives,
        "Which parts of the book's own MyST directives and roles are prose, like "
        "`my-note: argument body; my-code: none`.",
    )
    localized: tuple[str, ...] = option(
        (), kinds.names, "Files, paths and names that `amts sync` leaves as they are."
    )
    held_out: tuple[str, ...] = option(
        (), kinds.names, "Documents kept out of parallel data, for evaluation."
    )
    parallel_data: Path | None = option(
        None,
        kinds.existing_file,
        "Pairs (`.csv`, `.tsv`, `.tmx`) that the embedded service learns from.",
    )
    drafts: str = option(
        "sure",
        kinds.one_of(*DRAFTS),
        "Which drafts go into the pages: those that the engine is sure of, all, or none.",
    )
    granularity: str = option(
        "sentence", kinds.one_of("sentence", "paragraph"), "What is translated and remembered."
    )
    memory: Path = option(
        Path(".amts/memory.sqlite"), kinds.path, "The translation memory; keep it between builds."
    )
    page_source: bool = option(
        False,
        kinds.yes_no,
        "Whether a sentence of a built page shows its source when a mouse points at it.",
    )
    page_note: bool = option(
        True,
        kinds.yes_no,
        "Whether a built page says below its title how many of its sentences a machine wrote, and "
        "how many are not translated.",
    )
    page_improve: str = option(
        "",
        kinds.address,
        "The address of a preview (`amts preview --port`): each sentence of a built page has a "
        "link that opens it there. Empty: no links.",
    )
    colours: bool = option(
        False,
        kinds.yes_no,
        "Whether built pages show in colours what a human and what a machine wrote.",
    )
    translator: str = option(
        "",
        kinds.translator,
        "`aws`: Amazon Translate, which costs money; empty: the embedded service; or the name that "
        "another distribution registered.",
        "translation",
    )
    terminology: str = option(
        "", kinds.text, "Name of a custom terminology in Amazon Translate.", "translation"
    )
    terms: Path | None = option(
        None,
        kinds.existing_file,
        "Terms (`.csv`, `.tsv`, `.tmx`) that the embedded service uses before the project's own.",
        key="terminology",
    )
    bucket: str = option("", kinds.text, "S3 bucket of the batch jobs; only for `aws`.")
    role_arn: str = option(
        "", kinds.arn, "IAM role that lets Amazon Translate use the bucket; only for `aws`."
    )
    region: str = option("", kinds.text, "AWS region; empty: boto3's own choice; only for `aws`.")
    endpoint: str = option(
        "",
        kinds.address,
        "Another address of the translator's API, for instance of `amts service`; only for `aws`.",
    )
    kms_key: str = option(
        "", kinds.text, "KMS key (ARN or id) that encrypts what is uploaded and what a job writes."
    )
    proxy: str = option(
        "", kinds.proxy, "Proxy on the way to AWS; empty: as the environment says (`HTTPS_PROXY`)."
    )
    on_interrupt: str = option(
        "ask",
        kinds.one_of(*ON_INTERRUPT),
        "What Ctrl-C does to a running job; without a terminal, `ask` leaves it to the next build.",
    )
    price: float | None = option(
        None, kinds.amount, "USD for a million characters, as your AWS price list says."
    )
    price_act: float | None = option(
        None,
        kinds.amount,
        "The same for jobs with parallel data (Active Custom Translation); empty: `price`.",
    )
    max_cost: float | None = option(
        None, kinds.amount, "USD; a dearer build stops before it sends. Needs `price`."
    )

    @property
    def file(self) -> Path:
        return self.root / "config.ini"


def load(file: str | Path = "config.ini", **keywords: object) -> Config:
    """Read the configuration of the book whose ``config.ini`` is ``file``.

    >>> size = Path("config.ini").write_text("[project]\\nname = cats\\n[amts]\\nlangs = zh, pt\\n")
    >>> book = load("config.ini", granularity="paragraph")
    >>> book.name, book.langs, book.granularity
    ('cats', ('zh', 'pt'), 'paragraph')

    ``keywords`` are fields of :class:`Config` and override the file; None means not given.

    Raises :class:`ConfigError` with file, line and key for an unknown key and for a value that is
    not allowed.
    """
    path = Path(file)
    if not path.is_file():
        raise ConfigError(
            "no such file; a book has its config.ini in its top folder; start there",
            file=str(path),
        )
    return _loaded(Ini(path), path.resolve().parent, keywords)


def without_file(root: Path, file: str, **keywords: object) -> Config:
    """Return the configuration of the book in ``root``, which has no ``config.ini``.

    >>> without_file(Path.cwd(), "conf.py", langs=["zh"], human={"zh": "."}).langs
    ('zh',)

    ``keywords`` are fields of :class:`Config`, and ``file`` is the file that they come from, for
    messages. Raises :class:`ConfigError` as :func:`load` does.
    """
    return _loaded(Ini(Path(file), text=""), root, keywords)


def _loaded(ini: Ini, root: Path, keywords: Mapping[str, object]) -> Config:
    values: dict[str, Any] = {"memory": root / ".amts/memory.sqlite"}
    if origin := ini.get("translation", "origin_lang"):
        values["source"] = _read(kinds.code, origin.value, root, origin, ini.name)
    for entry in ini.entries(set(_sections())):
        _take(values, entry, root, ini.name)
    for key, value in _flat(keywords):
        _take(values, Entry("amts", key, kinds.as_text(value), None, True), root, None)
    config = Config(root, **values)
    _check_together(config, ini)
    return config


def _flat(keywords: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yield the keywords that are given; of a mapping, one for each of its keys: ``human_zh``."""
    for key, value in keywords.items():
        if isinstance(value, Mapping):
            yield from ((f"{key}_{inner}", each) for inner, each in value.items())
        elif value is not None:
            yield key, value


def names() -> list[str]:
    """Return the names of all keys as keywords have them."""
    return [field.name for field in _options()]


def table() -> str:
    """Return all keys as a Markdown table for the documentation."""
    rows = ["| section | key | default | meaning |", "| --- | --- | --- | --- |"]
    for field in _options():
        default = kinds.as_text(field.default) if _has_default(field) else ""
        shown = f"`{default}`" if default else ""
        data = field.metadata
        rows.append(
            f"| `[{data['section']}]` | `{_key(field)}` | {shown} |"
            f" {data['help']} Allowed: {data['kind'].allowed}. |"
        )
    return "\n".join(rows) + "\n"


def _options() -> Iterator[dataclasses.Field[Any]]:
    return (field for field in dataclasses.fields(Config) if field.metadata)


def _has_default(field: dataclasses.Field[Any]) -> bool:
    return field.default is not dataclasses.MISSING and field.default is not None


def _key(field: dataclasses.Field[Any]) -> str:
    return "human_<language>" if field.name == "human" else field.metadata["key"] or field.name


def _sections() -> dict[str, list[str]]:
    """Return the names of the keys by section."""
    sections: dict[str, list[str]] = {}
    for field in _options():
        sections.setdefault(field.metadata["section"], []).append(_key(field))
    return sections


def _take(values: dict[str, Any], entry: Entry, root: Path, where: str | None) -> None:
    """Read one entry into ``values``; d2lbook's own keys are ignored."""
    if entry.section == "amts" and entry.key.startswith("human_"):
        language = _read(kinds.language, entry.key.removeprefix("human_"), root, entry, where)
        folder = _read(kinds.existing_folder, entry.value, root, entry, where)
        values.setdefault("human", {})[language] = folder
        return
    for field in _options():
        names = {field.name, _key(field)} if entry.is_keyword else {_key(field)}
        section = "amts" if entry.is_keyword else field.metadata["section"]
        if field.name != "human" and entry.key in names and entry.section == section:
            if entry.value or entry.section == "amts":
                kind = field.metadata["kind"]
                values[field.name] = _read(kind, entry.value, root, entry, where)
            return
    if entry.section == "amts":
        raise _unknown(entry, where)


def _read(kind: kinds.ValueKind, value: str, root: Path, entry: Entry, where: str | None) -> Any:
    try:
        return kind.read(value, root)
    except ValueError as error:
        detail = f" ({error})" if str(error) else ""
        wrong = error.value if isinstance(error, kinds.ItemError) else value
        raise ConfigError(
            f"{entry.label}: '{kinds.shown(value)}' is not allowed{detail}; allowed: {kind.allowed}"
            f"{closest(wrong, kind.choices())}",
            file=where,
            line=entry.line,
        ) from error


def _unknown(entry: Entry, where: str | None) -> ConfigError:
    names = [_key(field) if field.name == "human" else field.name for field in _options()]
    known = names if entry.is_keyword else _sections()["amts"]
    return ConfigError(
        f"{entry.label}: unknown key; allowed: {', '.join(known)}{closest(entry.key, known)}",
        file=where,
        line=entry.line,
    )


def _check_together(config: Config, ini: Ini) -> None:
    """Check what depends on several keys together."""
    if config.source in {*config.langs, *config.human}:
        raise ini.error("amts", "langs", f"'{config.source}' is the language of the book's source")
    if config.max_cost is not None and config.price is None:
        raise ini.error("amts", "max_cost", "needs price, in USD for a million characters")
    if config.parallel_data and config.translator not in ("", "embedded"):
        message = "is for the embedded service; push it with amts parallel-data push FILE"
        raise ini.error("amts", "parallel_data", message)
    if config.terms and config.translator not in ("", "embedded"):
        message = "is for the embedded service; push it with amts terminology push FILE"
        raise ini.error("amts", "terminology", message)
    if config.translator == "aws":
        for key in ("bucket", "role_arn"):
            if not getattr(config, key):
                raise ini.error("translation", "translator", f"aws needs {key} in [amts]")
