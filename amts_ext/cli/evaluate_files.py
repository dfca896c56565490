"""The files that ``amts evaluate`` reads: finished translations, references, sources and terms."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from amts_ext.errors import InputError

if TYPE_CHECKING:
    from amts_ext.evaluation.comparison import Comparison
    from amts_ext.evaluation.counts import TermPairs
    from amts_ext.model import Parts


def add(parser: ArgumentParser) -> None:
    """Add the options that name files of segments."""
    group = parser.add_argument_group("files of segments, one a line")
    group.add_argument(
        "--hypotheses", action="append", default=[], type=Path, metavar="FILE",
        help="a translation; repeatable, each is a column",
    )  # fmt: skip
    group.add_argument("--references", type=Path, metavar="FILE", help="the human's")
    group.add_argument("--sources", type=Path, metavar="FILE", help="what was translated")
    group.add_argument("--format", default="", help="d2l or md, if the lines hold markup")


def compare(arguments: Namespace) -> Comparison:
    """Score the files of ``--hypotheses`` against the file of ``--references``.

    Raises :class:`InputError` if one of both options is missing, or a file cannot be used.
    """
    from amts_ext.evaluation import comparison
    from amts_ext.languages import profiles

    if not (arguments.hypotheses and arguments.references):
        raise InputError("--hypotheses and --references belong together: name both")
    target, source = arguments.lang, arguments.source_language or "en"
    if not all(re.fullmatch(profiles.CODE, code) for code in (target, source)):
        raise InputError("name the language of the files with --lang, one code like zh")
    references = _lines(arguments, arguments.references, target)
    sources = _lines(arguments, arguments.sources, source) if arguments.sources else []
    article = comparison.Article(arguments.references.stem, references, sources)
    outputs = [
        comparison.Output(name, {article.name: _lines(arguments, file, target)})
        for name, file in zip(_headings(arguments.hypotheses), arguments.hypotheses, strict=True)
    ]
    terms = read_terms(arguments, source, target)
    return comparison.compare(source if sources else "", target, [article], outputs, terms)


def _headings(paths: Sequence[Path]) -> list[str]:
    """Return a heading for each file: its name without suffix, or its path if names repeat.

    >>> _headings([Path("a.txt"), Path("b.txt")]), _headings([Path("x/a.txt"), Path("y/a.txt")])
    (['a', 'b'], ['x/a.txt', 'y/a.txt'])
    """
    stems = [path.stem for path in paths]
    return stems if len(set(stems)) == len(stems) else [str(path) for path in paths]


def _lines(arguments: Namespace, file: Path, language: str) -> list[Parts]:
    """Read the segments of a file, one on a line; with ``--format``, markup becomes slots.

    Raises :class:`InputError` for an empty file.
    """
    from amts_ext import files, formats
    from amts_ext.evaluation import parts_of
    from amts_ext.text.masking import mask

    text = files.read_text(file).removeprefix("\ufeff").replace("\r\n", "\n")
    if not text.strip():
        raise InputError("holds no segments; write one a line", file=str(file))
    lines = text.removesuffix("\n").split("\n")
    if not arguments.format:
        return [parts_of(line) for line in lines]
    reader = formats.get(arguments.format)
    found = []
    for line in lines:
        segments = mask(reader.read(line, str(file)), language, "paragraph")
        found.append(segments[0].parts if len(segments) == 1 else (line,))
    return found


def read_terms(arguments: Namespace, source: str, target: str) -> TermPairs:
    """Read the terms of ``--terms``, each with its translation; none without the option.

    Raises :class:`InputError` for a file without terms of this language pair.
    """
    from amts_ext.pairs import terms

    file: Path | None = arguments.terms
    if file is None:
        return []
    found = terms.read(file, source, target)
    if target not in found.targets or found.source != source:
        has = ", ".join([found.source, *found.targets])
        raise InputError(f"has no terms from {source} to {target}; it has: {has}", file=str(file))
    return [(row.source, row.targets[target]) for row in found.rows if target in row.targets]
