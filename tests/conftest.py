"""What several test files share: where the large books are, and pseudo-translators."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import settings

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
TOKEN = re.compile(r"⟦[^⟦⟧]*⟧")

settings.register_profile("default", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("default")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The large books; a test that needs them is skipped where they are absent."""
    if not SHARED.is_dir():
        pytest.skip("the large books of ../shared/data are not on this machine")
    return SHARED


def outside_tokens(change: object, text: str) -> str:
    """Apply ``change`` to the stretches of ``text`` that are no slot tokens."""
    pieces = TOKEN.split(text)
    tokens = [*TOKEN.findall(text), ""]
    return "".join(change(p) + t for p, t in zip(pieces, tokens, strict=True))  # type: ignore[operator]


def upper(texts: list[str]) -> list[str]:
    return [outside_tokens(str.upper, t) for t in texts]


def backwards(texts: list[str]) -> list[str]:
    return [outside_tokens(lambda s: s[::-1], t) for t in texts]


def identity(texts: list[str]) -> list[str]:
    return list(texts)
