"""The report of a synchronization: as a page, as Markdown for a pull request, and as JSON.

All three tell the open items of a translation with their word differences. They hold no time and no
count of one run, so a synchronization that changes nothing changes no report.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from amts_ext import files
from amts_ext.human.open_items import OpenItem
from amts_ext.languages import profiles
from amts_ext.pages.report import filled, packaged
from amts_ext.sync.explaining import explained, source_diff, target_diff
from amts_ext.sync.project import FileResult, ProjectSync
from amts_ext.text.word_diff import as_line

NAME = "sync-report"
VERSION = 1


def write_report(result: ProjectSync, folder: Path, source: str, target: str) -> Path:
    """Write ``sync-report.html``, ``.md`` and ``.json`` into a folder; return the page's path.

    ``source`` and ``target`` are the languages. Raises :class:`~amts_ext.errors.InputError` if the
    folder does not allow it.
    """
    data = as_data(result, source, target)
    template = packaged("amts_ext.sync", "report_page.html")
    texts = {
        "json": json.dumps(data, ensure_ascii=False, indent=1) + "\n",
        "md": "\n".join(as_markdown(result, data["name"])) + "\n",
        "html": filled(template, f"Synchronization: {data['name']}", data),
    }
    for suffix, text in texts.items():
        files.write_text(folder / f"{NAME}.{suffix}", text)
    return folder / f"{NAME}.html"


def as_data(result: ProjectSync, source: str, target: str) -> dict[str, Any]:
    """Return the report as it stands in ``sync-report.json``."""
    return {
        "version": VERSION,
        "source": source,
        "language": target,
        "name": profiles.load(target).name,
        "counts": dict(_counts(result)),
        "characters": dict(_characters(result.files)),
        "files": [_file(file) for file in result.files if file.items],
        "problems": [str(problem) for problem in result.problems],
        "untranslated": result.untranslated,
        "sourceless": result.sourceless,
    }


def as_markdown(result: ProjectSync, language: str) -> Iterator[str]:
    """Yield the lines of ``sync-report.md``."""
    counts = _counts(result)
    yield f"# Synchronization: {language}"
    yield ""
    yield f"{counts['must look']} places to read, {counts['glance']} to glance at."
    for file in result.files:
        if file.items:
            yield from ("", f"## {file.path}", "")
        for item in file.items:
            yield f"- line {item.line}, **{item.kind}**: {explained(item)}"
            for name, pieces in (("source", source_diff(item)), ("translation", target_diff(item))):
                if line := as_line(pieces):
                    yield f"  - {name}: {_code(line)}"
    if result.problems:
        yield from ("", "## Not synchronized", "")
    for problem in result.problems:
        yield f"- {problem}"


def _code(line: str) -> str:
    """Write a text as inline code, so that its own marks stay what they are."""
    ticks = "`" * (max((len(run) for run in _ticks(line)), default=0) + 1)
    return f"{ticks} {line} {ticks}"


def _ticks(line: str) -> list[str]:
    return ["`" * len(run) for run in "".join(c if c == "`" else " " for c in line).split()]


def _counts(result: ProjectSync) -> Counter[str]:
    """The open items by kind and by what they ask for, without what only one run knows."""
    counts = result.counts
    del counts["kept"]
    return counts


def _characters(results: list[FileResult]) -> Counter[str]:
    """Count the characters of the files with items: to read, to glance at, and the rest."""
    found: Counter[str] = Counter()
    for file in results:
        sizes = Counter({"read": 0, "glance": 0})
        for item in file.items:
            sizes["glance" if item.at_a_glance else "read"] += len(item.now)
        found += sizes
        found["kept"] += max(0, len(file.after) - sizes.total())
    return found


def _file(file: FileResult) -> dict[str, Any]:
    return {"file": file.path, "items": [item_data(item) for item in file.items]}


def item_data(item: OpenItem) -> dict[str, Any]:
    """Return an item as the JSON tells it."""
    return {
        "kind": str(item.kind),
        "line": item.line,
        "span": [item.start, item.end],
        "glance": item.at_a_glance,
        "kept": item.kept,
        "translated": item.translated,
        "reason": explained(item),
        "old_source": item.old_source,
        "new_source": item.new_source,
        "old_target": item.old_target,
        "new_target": item.new_target,
        "source_diff": source_diff(item),
        "target_diff": target_diff(item),
    }
