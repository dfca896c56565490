"""Where things lie: the repository, the demo book, and the large books where they are at hand."""

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
DEMO = ROOT / "demo"
DEMO_BOOK = ROOT / "demo-jupyter-book"
DOCS = ROOT / "docs"
FIXTURES = TESTS / "support" / "fixtures"
SHARED = ROOT.parent / "shared" / "data"
"""Real books; tests that read them are skipped where they are absent."""
