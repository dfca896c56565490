"""The place where translated documents go, so that d2lbook finds them; it keeps who wrote what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from amts_ext import files
from amts_ext.model import Parts
from amts_ext.pages.authors import Author, author_of
from amts_ext.pages.marks import Sentence
from amts_ext.text.ids import ids_of
from amts_ext.text.outcome import Outcome, Source, TranslatedDocument


@dataclass(slots=True)
class Written:
    """A sentence that a build has written, once for all tabs of its section."""

    number: int
    """Its number in its section, from 1."""
    name: str
    """The section's notebook or file, relative to the book."""
    outcome: Outcome
    author: Author
    source: str
    """The source's text, in one line."""
    target: str
    """The result's text, in one line; empty if it is not translated."""
    share: float
    """Its place in its document, from 0 to 1."""
    folders: set[Path] = field(default_factory=set)
    """The evaluation folders of the tabs that have it."""

    @property
    def section(self) -> str:
        """The section's path without its suffix, which is that of its page too."""
        return Path(self.name).with_suffix("").as_posix()

    @property
    def parts(self) -> Parts:
        """The text as the page has it."""
        return self.outcome.segment.parts if self.outcome.parts is None else self.outcome.parts


class Destination:
    """The place where translated documents are written.

    It is called with each document that is done. ``sources`` are the documents to be translated, by
    path (None: the book's title). They are done in any order, and some may fail. ``made_drafts``
    tells that the translator's output is a draft.
    """

    def __init__(
        self,
        sources: Mapping[Path | None, Source],
        output: Path,
        language: str,
        made_drafts: bool = False,
    ) -> None:
        self.title = ""
        self.written: set[Path] = set()
        """Paths of the evaluated documents that have a translation."""
        self._sections: dict[str, dict[tuple[str, int], Written]] = {}
        """The sentences of each section, by their tokens and how often these came before."""
        self._made_drafts = made_drafts
        self._paths = {source: path for path, source in sources.items()}
        self._output = output
        self._language = language

    def __call__(self, document: TranslatedDocument) -> None:
        assert document.origin is not None
        path = self._paths[document.origin]
        self._keep(document, path)
        if path is None:
            self.title = document.text.strip()
            return
        target = self._output / self._language / path.relative_to(self._output)
        files.write_text(target, document.text)
        self.written.add(path)

    def _keep(self, document: TranslatedDocument, path: Path | None) -> None:
        known = self._sections.setdefault(document.name, {})
        folder = None if path is None else path.parents[len(Path(document.name).parts) - 1]
        times: Counter[str] = Counter()
        for outcome in document.segments:
            tokens = outcome.segment.tokens
            times[tokens] += 1
            key = tokens, times[tokens]
            if key not in known:
                known[key] = self._written(document, outcome, len(known) + 1)
            if folder is not None:
                known[key].folders.add(folder)

    def _written(self, document: TranslatedDocument, outcome: Outcome, number: int) -> Written:
        segment = outcome.segment
        source = document.source.text[segment.start : segment.end]
        target = document.body[outcome.start : outcome.end] if outcome.ok else ""
        author = author_of(outcome, self._made_drafts)
        share = segment.start / max(1, len(document.source.text))
        return Written(number, document.name, outcome, author, _line(source), _line(target), share)

    def sentences(self) -> Iterator[Written]:
        """Yield the sentences of all sections, in the order of the sections' names."""
        for _, known in sorted(self._sections.items()):
            yield from known.values()

    def of_pages(
        self, folder: Path | None = None, shows_source: bool = False
    ) -> dict[str, list[Sentence]]:
        """Return the sentences on each page, by the page's path without its suffix.

        ``folder`` is the evaluation folder that the pages are made from; None: those of all tabs.
        ``shows_source``: they come with their sources, which pages show at a mouse's place.
        """
        pages: dict[str, list[Sentence]] = {}
        for _, known in sorted(self._sections.items()):
            rows = ids_of(tokens for tokens, _ in known)
            for each, row in zip(known.values(), rows, strict=True):
                if folder in each.folders or (folder is None and each.folders):
                    shown = each.source if shows_source and each.target else ""
                    block = each.outcome.segment.block
                    sentence = Sentence(each.number, each.author, each.parts, block, shown, row)
                    pages.setdefault(each.section, []).append(sentence)
        return pages


def _line(text: str) -> str:
    return " ".join(text.split())
