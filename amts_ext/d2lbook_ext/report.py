"""The report at the end of a build: counts, problems for a person, places of the results.

A place in an evaluated notebook is shown as the place in the section's Markdown file, which is the
file that the author edits.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from amts_ext.errors import AmtsError, FrozenError
from amts_ext.model import TOKEN
from amts_ext.pipeline.cost import Bill, Estimate
from amts_ext.text.outcome import Problem, Result, by_reason, summary

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

# A line of FrozenError's message: the place of a segment in a notebook, and the segment.
_LISTED = re.compile(r"(?P<file>[^:\n]+\.ipynb):(?P<line>\d+): (?P<source>.*)")


def problem_in_source(problem: Problem, root: Path) -> Problem:
    """Return a problem in a notebook as one in the section's file; unchanged if there is none.

    ``root`` is the source folder of the book; ``problem.file`` is relative to it.

    >>> size = Path("cnn.md").write_text("# CNN\\n\\nIt has 3 layers.\\n")
    >>> problem = Problem("cnn.ipynb", 12, "rejected", "It has 3 layers.")
    >>> found = problem_in_source(problem, Path())
    >>> found.file, found.line
    ('cnn.md', 3)
    """
    section = Path(problem.file).with_suffix(".md")
    if not problem.file.endswith(".ipynb") or not (root / section).is_file():
        return problem
    return replace(problem, file=str(section), line=_line(root / section, problem.source))


def frozen_in_source(error: FrozenError, root: Path) -> FrozenError:
    """Return an error whose message lists places in sections, each once, not in notebooks."""

    def place(match: re.Match[str]) -> str:
        found = problem_in_source(
            Problem(match["file"], int(match["line"]), "", match["source"]), root
        )
        where = f"{found.file}:{found.line}" if found.line else found.file
        return f"{where}: {match['source']}"

    lines = [_LISTED.sub(place, line) for line in error.message.splitlines()]
    return FrozenError("\n".join(dict.fromkeys(lines)))


def _line(path: Path, segment: str) -> int | None:
    """Return the 1-based line of a file where a segment stands; None if it is not found.

    Notebooks do not keep the lines of the section. So the longest piece of text between the
    segment's slots is searched; of several places the first is returned.
    """
    words = max(TOKEN.split(segment)[::4], key=len).split()
    if not words:
        return None
    text = path.read_text("utf-8", errors="replace")
    pattern = r"\s+".join(map(re.escape, words))
    found = re.search(rf"(?<!\w){pattern}(?!\w)", text) or re.search(pattern, text)
    return text.count("\n", 0, found.start()) + 1 if found else None


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
    drafts: int = 0
    """Number of sentences, new or from the memory, by an engine whose output is a draft."""

    @property
    def exit_code(self) -> int:
        return AmtsError.exit_code if self.notes or self.result.problems else 0


def report(end: Finished) -> None:
    """Print a build: problems for a person to standard error, the rest to standard output."""
    root = Path(end.config.src_dir)
    problems = (problem_in_source(problem, root) for problem in end.result.problems)
    for line in [*by_reason(problems), *end.notes]:
        print(f"{end.language}: {line}", file=sys.stderr, flush=True)
    print(f"{end.language}: {summary(end.result.counts)}")
    if end.drafts:
        print(f"{end.language}: {end.drafts} are drafts; have a person go over every one of them")
    for command in end.commands:
        if command != "pdf" or not end.notes:
            print(f"{end.language}: {command}: {_where(end.config, command)}", flush=True)


def tell(money: Estimate | Bill, as_json: bool) -> None:
    """Print what will be sent (an estimate), or what was sent and billed."""
    print(f"amts: {money}", file=sys.stderr)
    if as_json:
        print(json.dumps({"event": type(money).__name__.lower(), **asdict(money)}), flush=True)


def as_event(end: Finished | AmtsError) -> str:
    """Return a finished or failed build of one language as a line of JSON."""
    if isinstance(end, AmtsError):
        return json.dumps({"event": "failed", "problem": str(end)}, ensure_ascii=False)
    root = Path(end.config.src_dir)
    listed = [asdict(problem_in_source(problem, root)) for problem in end.result.problems]
    outputs = {c: _where(end.config, c) for c in end.commands if c != "pdf" or not end.notes}
    event = {
        "event": "built",
        "lang": end.language,
        "segments": end.result.counts,
        "drafts": end.drafts,
        "problems": listed,
        "notes": end.notes,
        "outputs": outputs,
    }
    return json.dumps(event, ensure_ascii=False)


def _where(config: Any, command: str) -> str:
    path = Path(getattr(config, OUTPUTS[command])).resolve()
    index = path / f"{config.build['index']}.html"
    return (index if index.exists() else path).as_uri()
