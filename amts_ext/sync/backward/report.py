"""The report of what an original may want of its translation: as Markdown and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from amts_ext import files
from amts_ext.languages import profiles
from amts_ext.sync.backward.corrections import Proposal
from amts_ext.sync.backward.findings import Listed
from amts_ext.sync.backward.project import Backward
from amts_ext.text.word_diff import WordChange, as_line, word_diff

NAME = "backward-report"
VERSION = 1


def write_report(found: Backward, folder: Path, source: str, target: str) -> Path:
    """Write ``backward-report.md`` and ``.json`` into a folder; return the path of the first.

    ``source`` and ``target`` are the languages. Raises :class:`~amts_ext.errors.InputError` if the
    folder does not allow it.
    """
    data = as_data(found, source, target)
    place = folder / f"{NAME}.md"
    files.write_text(place, "\n".join(as_markdown(found, data["name"])) + "\n")
    files.write_text(
        place.with_suffix(".json"), json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    )
    return place


def as_data(found: Backward, source: str, target: str) -> dict[str, Any]:
    """Return the report as it stands in ``backward-report.json``."""
    return {
        "version": VERSION,
        "source": source,
        "language": target,
        "name": profiles.load(target).name,
        "counts": dict(found.counts),
        "corrections": [_one(finding) for finding in found.findings],
        "problems": [str(problem) for problem in found.problems],
    }


def as_markdown(found: Backward, language: str) -> Iterator[str]:
    """Yield the lines of ``backward-report.md``."""
    yield f"# What the original may want of its translation: {language}"
    yield ""
    number = len(found.findings)
    yield f"{number} places where the translation has something else that is no translation."
    path = ""
    for finding in found.findings:
        one = finding.correction
        if finding.path != path:
            path = finding.path
            yield from ("", f"## {path}", "")
        yield f"- line {one.line} (source: line {one.source_line}), **{one.kind}**{_also(finding)}"
        yield from ("", "  ````diff")
        yield from [f"   … {one.around} …"] if one.around else ()
        yield from (f"  -{line}" for line in one.source.split("\n") if one.source)
        yield from (f"  +{line}" for line in one.target.split("\n") if one.target)
        yield from ("  ````", "")
    if found.problems:
        yield from ("", "## Not compared", "")
    for problem in found.problems:
        yield f"- {problem}"


def difference(one: Proposal) -> list[WordChange]:
    """Return what the human exchanged for what, word by word."""
    return word_diff(one.source, one.target)


def shown(finding: Listed) -> str:
    """Return a correction as one line: what the source has and what the human has."""
    return f"{as_line(difference(finding.correction))}{_also(finding)}"


def _also(finding: Listed) -> str:
    if not finding.others:
        return ""
    path, line = finding.others[0]
    more = f" and {len(finding.others) - 1} more" if len(finding.others) > 1 else ""
    return f"  (also {path}:{line}{more})"


def _one(finding: Listed) -> dict[str, Any]:
    one = finding.correction
    return {
        "kind": one.kind,
        "file": finding.path,
        "line": one.line,
        "source_file": finding.source_path,
        "source_line": one.source_line,
        "source": one.source,
        "target": one.target,
        "around": one.around,
        "diff": difference(one),
        "also": [{"file": path, "line": line} for path, line in finding.others],
    }
