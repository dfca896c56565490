"""The files of a learned folder: their names, and the request that a training process gets."""

from __future__ import annotations

import json
from collections.abc import Sequence

REQUEST = "request.json"
"""The pairs to train on; a finished model has no such file."""
SETTINGS = "settings.json"
"""The model's weights, and the number of pairs that it was made of."""
LEARNED = "learned.json"
"""Pairs to learn online, and the folder of the model that learns them."""
CORRECTIONS = "corrections.json"
"""The rules that correct a neural engine."""
TRANSLATION, LANGUAGE = "translation", "language"
"""Prefixes of the files of the two models of a statistical engine."""


def request(source: str, target: str, pairs: Sequence[tuple[str, str]]) -> str:
    """Return the content of a request file.

    >>> request("en", "pt", [("a network", "uma rede")])
    '{"source": "en", "target": "pt", "pairs": [["a network", "uma rede"]]}'
    """
    return json.dumps({"source": source, "target": target, "pairs": pairs}, ensure_ascii=False)
