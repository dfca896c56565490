"""The program of a worker process: it reads requests from stdin and writes answers to stdout.

A message is one line of JSON. A request is ``[source, target, [sentences]]``, and its answer is
``{"ok": [drafts]}``, ``{"unserved": text}`` if the pair does not load, or ``{"error": text}``. A
draft is a list of the sentence and what the engine doubts about it, which most engines never do.
The worker ends when its stdin ends. So it does not outlive the process that started it, not even if
that process was killed.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import TextIO

from amts_ext.service.engines.base import Draft, EngineOptions, Model, NoEngineError
from amts_ext.service.engines.registry import make


def main(name: str, options: EngineOptions) -> None:
    """Answer requests by the engine ``name`` until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answers = _private_stdout()
    engine = make(name, options)
    loaded: dict[tuple[str, str], Model] = {}
    for line in sys.stdin:
        source, target, sentences = json.loads(line)
        try:
            if (source, target) not in loaded:
                loaded[source, target] = engine.load(source, target)
            reply: dict[str, object] = {"ok": _drafts(loaded[source, target], sentences)}
        except NoEngineError as error:
            reply = {"unserved": error.message}
        except Exception as error:  # the parent decides; a worker outlives one bad request
            reply = {"error": f"{type(error).__name__}: {error}"}
        try:
            answers.write(json.dumps(reply) + "\n")
            answers.flush()
        except BrokenPipeError:  # the parent was killed: nobody is left to tell
            os._exit(1)


def _drafts(model: Model, sentences: Sequence[str]) -> list[Draft]:
    if hasattr(model, "drafts"):
        return list(model.drafts(sentences))
    return [Draft(text) for text in model.translate(sentences)]


def _private_stdout() -> TextIO:
    """Return stdout for the answers alone, and send to stderr what an engine prints."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers
