"""The demo book, built for real: d2lbook, the embedded service with its model, a browser."""

from __future__ import annotations

import re
import shutil
import subprocess
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.book import Run, d2lbook
from support.places import DEMO
from support.waiting import DEADLINE

pytest.importorskip("d2lbook", reason="d2lbook is not installed: pip install 'amts-ext[d2l]'")
pytest.importorskip("matplotlib", reason="the demo needs matplotlib: pip install 'amts-ext[demo]'")
pytestmark = [pytest.mark.slow, pytest.mark.book]

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
QUIET = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-quic --virtual-time-budget=8000"
)


@dataclass
class Demo:
    """The built book and its runs."""

    book: Path
    first: Run

    def page(self, language: str, name: str) -> Path:
        return self.book / "_build" / language / "html" / name

    def build(self, *arguments: str) -> Run:
        return d2lbook(self.book, "build", "html", *arguments, fake=False)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    book = tmp_path_factory.mktemp("demo") / "book"
    shutil.copytree(DEMO, book, ignore=shutil.ignore_patterns("_build", ".amts"))
    made = Demo(book, Run(0, ""))
    made.first = made.build("--lang", "zh,pt")
    return made


@pytest.fixture
def browse(tmp_path: Path) -> Callable[[Path, str], str]:
    if BROWSER is None:
        pytest.skip("no chromium on this machine")

    def dump(page: Path, query: str = "") -> str:
        """The page as the browser shows it, after its scripts."""
        address = page.as_uri() + (f"?q={urllib.parse.quote(query)}" if query else "")
        command = [BROWSER, *QUIET.split(), f"--user-data-dir={tmp_path}", "--dump-dom", address]
        done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return dump


def counts(run: Run, language: str) -> dict[str, int]:
    """What a build says about one language: segments by status."""
    (line,) = re.findall(rf"^{language}: \d+ segments: (.*)$", run.out, re.MULTILINE)
    return {name: int(number) for number, name in (p.split(" ") for p in line.split(", "))}


def test_human_text_is_kept_and_the_rest_is_translated(demo: Demo) -> None:
    pt, zh = counts(demo.first, "pt"), counts(demo.first, "zh")
    assert pt["human"] > 100 and pt["machine"] > 50 and set(pt) == {"human", "machine"}
    assert zh["human"] > 150 and zh["machine"] == 1, "a new title is a term, and needs no engine"
    assert demo.first.code == 1, "untranslated sentences are listed for a person"
    text = demo.page("pt", "chapter_describing/averages.html").read_text("utf-8")
    text = " ".join(text.split())
    assert "A <em>média</em> deles é a soma" in text, "the human's sentence"
    assert "Weighted" not in text, "the new section is a machine's"


def test_no_warning_that_the_english_build_lacks(demo: Demo) -> None:
    english = demo.build()
    assert english.code == 0
    assert not demo.first.warnings and not english.warnings


def test_pages_in_a_browser(demo: Demo, browse: Callable[..., str]) -> None:
    chinese = browse(demo.page("zh", "chapter_describing/averages.html"))
    assert '<html lang="zh-CN"' in chinese and "平均数" in chinese and "下一主题" in chinese
    marked = re.findall(r'<span class="amts-untranslated" id="amts-\d+" lang="en">([^<]*)', chinese)
    assert "We then give every value a\nweight " in marked and "加权均值" in chinese
    assert '<html lang="pt-BR"' in browse(demo.page("pt", "index.html"))


def test_search_finds_chinese_words(demo: Demo, browse: Callable[..., str]) -> None:
    found = browse(demo.page("zh", "search.html"), "中位数")
    assert 'href="chapter_describing/averages.html' in found


def test_second_build_sends_nothing_and_an_edit_sends_one(demo: Demo) -> None:
    assert "machine" not in counts(demo.build("--lang", "pt"), "pt")
    section = demo.book / "chapter_describing" / "spread.md"
    text = section.read_text("utf-8")
    edited = text.replace("Line A is dull and punctual.", "Line A is dull, punctual and green.")
    assert edited != text
    section.write_text(edited, "utf-8")
    assert counts(demo.build("--lang", "pt"), "pt")["machine"] == 1
    again = demo.build("--lang", "pt", "--frozen")
    assert again.code == 1 and "its source has changed, and the page" in again.out
    section.write_text(text.replace("Line A is dull", "Nobody waits for a line that is"), "utf-8")
    frozen = demo.build("--lang", "pt", "--frozen")
    assert frozen.code == 3 and "spread.md:9" in frozen.out
    # A small change leaves the human's sentence, which is told.
    section.write_text(text.replace("Line A is dull", "Line A is a bit dull"), "utf-8")
    little = demo.build("--lang", "pt")
    assert little.code == 1 and "spread.md:9: its source has changed, and the page" in little.out
