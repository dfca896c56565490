"""The training of a statistical engine from pairs, as a program that runs in its own process.

The program's argument is a folder that holds ``request.json`` (see :mod:`.files`). The model is
written into that folder. Each step is a line of JSON on standard output:
``{"step": "tuning", "done": 0.4}``.

A first model is made of a part of the pairs. It translates the other part, and by that the weights
are chosen. The final model has these weights and is made of all pairs.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path

from amts_ext.service.adaptation import corpus, ngrams, phrases, second_process, tuning
from amts_ext.service.adaptation.aligning import Links, one_way, symmetric
from amts_ext.service.adaptation.corpus import SentencePair
from amts_ext.service.adaptation.files import LANGUAGE, REQUEST, SETTINGS, TRANSLATION
from amts_ext.service.adaptation.second_process import Decoders

Tell = Callable[[str, float], None]
"""A function that is told of each step: its name, and the share of the training that is done."""


def train(folder: Path, tell: Tell) -> None:
    """Train the model that the folder's request asks for, in this process and a second one."""
    asked = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    tell("words", 0.0)
    every = corpus.examples(asked["pairs"], asked["source"], asked["target"])
    learning, tuning_part = corpus.divide(every)
    with second_process.process() as other:
        tell("alignment", 0.05)
        links = _align(folder, every, other)
        trial = folder / "trial"
        trial.mkdir(exist_ok=True)
        tell("phrases", 0.35)
        for lexicon in folder.glob(f"{TRANSLATION}_*"):
            (trial / lexicon.name).symlink_to(lexicon.resolve())
        _models(trial, learning, links, tuning_part)
        decoders = Decoders(trial, other)
        weights = tuning.tune(
            decoders.several, tuning_part, lambda n, of: tell("tuning", 0.45 + 0.4 * n / of)
        )
        decoders.close()
    estimated = (trial / f"{LANGUAGE}.weights").read_text()
    shutil.rmtree(trial)
    tell("phrases of all pairs", 0.85)
    phrases.write(folder / TRANSLATION, every, [links[id(e)] for e in every])
    ngrams.Counts([e.target.words for e in every]).write(folder / LANGUAGE)
    (folder / f"{LANGUAGE}.weights").write_text(estimated)
    (folder / f"{LANGUAGE}.wp").write_text("")
    settings = {"weights": weights, "examples": len(every), "tuned on": len(tuning_part)}
    (folder / SETTINGS).write_text(json.dumps(settings))
    tell("done", 1.0)


def _align(folder: Path, every: Sequence[SentencePair], other: Executor) -> dict[int, Links]:
    """Return the links of the examples by their ids; write the lexicons of both directions.

    Each process does one direction.
    """
    inverse = other.submit(one_way, every, True)
    lexicon = other.submit(phrases.write_lexicon, folder / TRANSLATION, every, True)
    direct = one_way(every, False)
    phrases.write_lexicon(folder / TRANSLATION, every, False)
    links = symmetric(every, direct, inverse.result())
    lexicon.result()
    return dict(zip(map(id, every), links, strict=True))


def _models(
    folder: Path,
    learning: Sequence[SentencePair],
    links: dict[int, Links],
    tuning_part: Sequence[SentencePair],
) -> None:
    """Write the first models, made of the part to learn from."""
    phrases.write(folder / TRANSLATION, learning, [links[id(e)] for e in learning])
    sentences = [e.target.words for e in learning]
    ngrams.write(folder / LANGUAGE, sentences, [e.target.words for e in tuning_part])


def main() -> None:
    """Serve one request; end early if standard input ends, which means that the parent did."""
    done = threading.Event()
    threading.Thread(target=_end_with_input, args=(done,), daemon=True).start()
    told = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # Thot prints to standard output; that goes to standard error now

    def tell(step: str, done: float) -> None:
        print(json.dumps({"step": step, "done": round(done, 2)}), file=told, flush=True)

    train(Path(sys.argv[1]), tell)
    done.set()


def _end_with_input(done: threading.Event) -> None:
    sys.stdin.read()
    if not done.is_set():
        os._exit(1)
