"""The end of a build as it is printed: counts, problems for a person, places of the results."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from amts_ext.d2lbook_ext.places import Sections
from amts_ext.errors import AmtsError, FrozenError
from amts_ext.human.unused import NOT_USED, Unused
from amts_ext.pages.authors import Author
from amts_ext.pages.report import PageReport
from amts_ext.pipeline.cost import Bill, Estimate
from amts_ext.text.outcome import DraftCount, Problem, Result, by_reason, summary

OUTPUTS = {
    "html": "html_dir",
    "rst": "rst_dir",
    "ipynb": "ipynb_dir",
    "slides": "slides_dir",
    "pdf": "pdf_dir",
    "pkg": "pkg_fname",
    "colab": "colab_dir",
    "sagemaker": "sagemaker_dir",
    "linkcheck": "linkcheck_dir",
    "eval": "eval_dir",
    "merge": "eval_dir",
    "all": "html_dir",
}
"""The key of d2lbook's configuration with the path of each command's result."""

MOST = 10
"""The most places of one kind that are printed; all are in the report."""
# A line of FrozenError's message: the place of a segment in a notebook, and the segment.
_LISTED = re.compile(r"(?P<file>[^:\n]+\.ipynb):(?P<line>\d+): (?P<source>.*)")


def problem_in_source(problem: Problem, sections: Sections) -> Problem:
    """Return a problem in a notebook as one in the section's file; unchanged if there is none.

    >>> size = Path("cnn.md").write_text("# CNN\\n\\nIt has 3 layers.\\n")
    >>> problem = Problem("cnn.ipynb", 12, "rejected", "It has 3 layers.")
    >>> found = problem_in_source(problem, Sections(Path()))
    >>> found.file, found.line
    ('cnn.md', 3)
    """
    file, line = sections.place(problem.file, problem.line, problem.source)
    return problem if file == problem.file else replace(problem, file=file, line=line)


def frozen_in_source(error: FrozenError, root: Path) -> FrozenError:
    """Return an error whose message lists places in sections, each once, not in notebooks.

    ``root`` is the source folder of the book.
    """
    sections = Sections(root)

    def place(match: re.Match[str]) -> str:
        file, line = sections.place(match["file"], int(match["line"]), match["source"])
        return f"{file}:{line}: {match['source']}" if line else f"{file}: {match['source']}"

    lines = [_LISTED.sub(place, line) for line in error.message.splitlines()]
    return FrozenError("\n".join(dict.fromkeys(lines)))


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished build of one language."""

    language: str
    result: Result
    config: Any
    """d2lbook's Config of the language."""
    commands: tuple[str, ...]
    notes: tuple[str, ...]
    """A line for each result that this machine cannot make."""
    written: PageReport
    """Who wrote what."""

    @property
    def drafts(self) -> DraftCount | None:
        """How many drafts are sure, new or from the memory; all tabs of a section count once."""
        if self.result.drafts is None:
            return None
        counted = DraftCount(policy=self.result.drafts.policy)
        counted.add((row.status, row.reason) for row in self.written.rows)
        return counted

    @property
    def kept(self) -> int:
        """Number of sentences by an engine whose output is a draft."""
        return sum(row.author is Author.DRAFT for row in self.written.rows)

    @property
    def problems(self) -> list[Problem]:
        """The problems for a person, by their places in the sections."""
        sections = Sections(Path(self.config.src_dir))
        return [problem_in_source(problem, sections) for problem in self.result.problems]

    @property
    def exit_code(self) -> int:
        is_stale = any(notice.get("stale") for notice in self.written.notices)
        return AmtsError.exit_code if self.notes or self.result.problems or is_stale else 0


def report(end: Finished) -> None:
    """Print a build: what a person should look at to stderr, all else to standard output."""
    page = Path(end.config.tgt_dir, "report.html")
    shown = page.relative_to(Path.cwd()) if page.is_relative_to(Path.cwd()) else page
    listed = [*end.problems, *_of_humans(end.written)]
    for line in [*by_reason(listed, MOST, f" in {shown}"), *end.notes]:
        print(f"{end.language}: {line}", file=sys.stderr, flush=True)
    print(f"{end.language}: {summary(end.written.counts)}")
    if end.drafts:
        print(f"{end.language}: {end.drafts}")
    if end.kept:
        print(f"{end.language}: {end.kept} are drafts; have a person go over every one of them")
    for command in end.commands:
        if command != "pdf" or not end.notes:
            print(f"{end.language}: {command}: {_where(end.config, command)}", flush=True)
    print(f"{end.language}: who wrote what: {page.resolve().as_uri()}", flush=True)


def _of_humans(written: PageReport) -> Iterator[Problem]:
    """List human text that is not used, and human text that is used and looks wrong."""
    for notice in written.notices:
        stale = notice.get("stale")
        reason = "human text is older than its source" if stale else "a slip in a human's file"
        yield Problem(notice["file"], notice["line"], reason, notice["text"])
    told: set[str] = set()
    for row in written.rows:
        if row.unused:
            left = str(Unused(row.source, **row.unused))
            if left not in told:  # a human may have joined two sentences
                yield Problem(row.file, row.line, NOT_USED, left)
            told.add(left)
        for doubt in row.doubts:
            yield Problem(row.file, row.line, "human text is used, look at it", doubt)


def tell(money: Estimate | Bill, as_json: bool) -> None:
    """Print what will be sent (an estimate), or what was sent and billed."""
    print(f"amts: {money}", file=sys.stderr)
    if as_json:
        print(json.dumps({"event": type(money).__name__.lower(), **asdict(money)}), flush=True)


def as_event(end: Finished | AmtsError) -> str:
    """Return a finished or failed build of one language as a line of JSON."""
    if isinstance(end, AmtsError):
        return json.dumps({"event": "failed", "problem": str(end)}, ensure_ascii=False)
    listed = [asdict(problem) for problem in end.problems]
    outputs = {c: _where(end.config, c) for c in end.commands if c != "pdf" or not end.notes}
    event = {
        "event": "built",
        "lang": end.language,
        "segments": end.written.counts,
        "drafts": end.kept,
        "sure_drafts": end.drafts.sure if end.drafts else 0,
        "unsure_drafts": end.drafts.unsure if end.drafts else 0,
        "problems": listed,
        "notes": end.notes,
        "outputs": outputs,
        "report": Path(end.config.tgt_dir, "report.json").resolve().as_uri(),
    }
    return json.dumps(event, ensure_ascii=False)


def _where(config: Any, command: str) -> str:
    path = Path(getattr(config, OUTPUTS[command])).resolve()
    index = path / f"{config.build['index']}.html"
    return (index if index.exists() else path).as_uri()
