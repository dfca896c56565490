"""The files of what was learned: names, and the request that a training process gets."""

from __future__ import annotations

import json
from collections.abc import Sequence

REQUEST = "request.json"
"""What to train; gone when the model is whole."""
SETTINGS = "settings.json"
"""Weights, and how much the model was made of."""
LEARNED = "learned.json"
"""Pairs that were learned online, and the folder of the model that learned them."""
CORRECTIONS = "corrections.json"
TRANSLATION, LANGUAGE = "translation", "language"
"""Prefixes of the two models' files."""


def request(source: str, target: str, pairs: Sequence[tuple[str, str]]) -> str:
    """The content of a request file."""
    return json.dumps({"source": source, "target": target, "pairs": pairs}, ensure_ascii=False)
