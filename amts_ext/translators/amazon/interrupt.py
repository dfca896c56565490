"""The choice at Ctrl-C: stop the jobs that run, or leave them for the next build."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from amts_ext.translators.amazon.job import Job

Interrupted = Callable[[Sequence[Job]], bool]
"""A function that is called at an interrupt with the open jobs: True to stop them, False to leave
them for the next build."""


def leave(jobs: Sequence[Job]) -> bool:
    """Leave the jobs: what they translate is paid for."""
    return False


def asker(choice: str) -> Interrupted:
    """Make the function for a choice of the configuration: ``stop``, ``leave`` or ``ask``.

    With ``ask``, the person at the terminal decides. Without a terminal the jobs are left, because
    what they translate is paid for.
    """

    def wants_stop(jobs: Sequence[Job]) -> bool:
        names = ", ".join(job.name for job in jobs)
        stop = choice == "stop" or (choice == "ask" and sys.stdin.isatty() and _ask(names))
        what = "being stopped" if stop else "left running; the next build takes up the result of"
        print(f"amts: {what}: {names}", file=sys.stderr)
        return stop

    return wants_stop


def _ask(names: str) -> bool:
    question = (
        f"\nAmazon Translate is working on {names}. What is translated is paid for.\n"
        "Stop it (s), or leave it running for the next build (l, Enter)? "
    )
    print(question, end="", file=sys.stderr, flush=True)
    try:
        return sys.stdin.readline().strip().lower().startswith("s")
    except KeyboardInterrupt:
        return False
