"""One translation brought in step with its source: texts in, a text and items out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from amts_ext import formats
from amts_ext.api import Translate, make_pipeline
from amts_ext.errors import DocumentError
from amts_ext.human.aligned import Aligned, align_sides
from amts_ext.human.units import units_of_sides
from amts_ext.languages import profiles
from amts_ext.memory import ShortMemory
from amts_ext.merging import pins
from amts_ext.merging.compose import SyncResult, compose
from amts_ext.merging.merge import merge
from amts_ext.merging.texts import Text, tied
from amts_ext.model import Unit
from amts_ext.sync import readable
from amts_ext.sync.readable import Readable
from amts_ext.text.outcome import Source, TranslatedDocument
from amts_ext.text.reading import Masked
from amts_ext.translators.base import Translator


def sync_text(
    base_text: str,
    source_text: str,
    target_text: str,
    format: str = "md",
    source: str = "en",
    target: str = "",
    translate: Translate | Translator | None = None,
    localized: Sequence[str] = (),
) -> SyncResult:
    """Bring a human's translation in step with a source that has changed; no file is touched.

    >>> base, now = "A mean. It is small.\\n", "A mean. It is small.\\n\\nIt has a name.\\n"
    >>> result = sync_text(
    ...     base, now, "Una media. Es pequeña.\\n", target="es",
    ...     translate=lambda sentences: ["Tiene un nombre." for _ in sentences],
    ... )
    >>> result.text
    'Una media. Es pequeña.\\n\\nTiene un nombre.\\n'
    >>> [(str(item.kind), item.line) for item in result.items]
    [('new', 3)]

    ``base_text`` is the source that ``target_text`` was translated from, ``source_text`` is the
    source now. ``translate`` is as in :func:`amts_ext.translate_text`; it gets what is new or has
    changed, and nothing else. Without it the source's words are put in. ``localized`` are patterns
    of paths and names that stay (:mod:`amts_ext.merging.pins`). A notebook's text is its file; the
    places of its items are those in the text that the format ``cells`` makes of it, their lines are
    the file's. Raises :class:`~amts_ext.errors.DocumentError` if a text cannot be read,
    :class:`~amts_ext.errors.ConfigError` for a language without a profile.
    """
    files = [
        readable.of_format(format, text, name)
        for text, name in ((base_text, "base"), (source_text, "source"), (target_text, "target"))
    ]
    result = _synchronized(
        files, readable.text_format(format), (source, target), translate, localized
    )
    text = files[2].dressed(result.text, *files[:2])
    written = readable.of_format(format, text, "target")
    items = [replace(item, line=written.line(item.start)) for item in result.items]
    return SyncResult(text, items, result.kept)


def _synchronized(
    files: Sequence[Readable],
    format: str,
    pair: tuple[str, str],
    translate: Translate | Translator | None,
    localized: Sequence[str],
) -> SyncResult:
    """Merge three texts, translate what is wanted, and make the new text."""
    source, target = pair
    read = formats.get(format).read
    base, now, human = (
        Text(read(file.text, name), language)
        for file, name, language in zip(
            files, ("base", "source", "target"), (source, source, target), strict=True
        )
    )
    if files[0].text == files[1].text:
        return SyncResult(files[2].text, [], len(human.segments))
    aligned = align_sides(base, human, True)
    pinned = list(pins.places(files[2].text, localized, "target"))
    merged = merge(base, now, human, tied(base, human, aligned), pinned)
    joiner = profiles.load(target).joiner
    if not merged.wanted:
        document = now.document
        same = TranslatedDocument(document.name, document.text, document, document.text)
        return compose(merged, human, same, joiner)
    stretches = tuple((stretch.start, stretch.end) for stretch in merged.wanted)
    wanted = Source("source", files[1].text, format, stretches)
    with ShortMemory() as memory:
        pipeline = make_pipeline(source, target, translate, memory, "sentence")
        pipeline.reader.keep(
            Masked(wanted, formats.get(format), now.document, now.segments, now.blocks)
        )
        memory.store(_units(base, human, pair, aligned, _asked(now, stretches)))
        result = pipeline.translate([wanted])
    if not result.documents:
        raise DocumentError(result.problems[0].reason, line=result.problems[0].line)
    return compose(merged, human, result.documents[0], joiner)


def _units(
    base: Text, human: Text, pair: tuple[str, str], aligned: Aligned, asked: set[str]
) -> list[Unit]:
    """Return the human's translations of what is asked."""
    sides = base, human
    return units_of_sides(sides, pair, "source", True, frozenset(), aligned, asked=asked).units


def _asked(now: Text, stretches: Iterable[tuple[int, int]]) -> set[str]:
    """Return the tokens of the sentences and the blocks in which something is wanted."""
    inside = {i for start, end in stretches for i in now.between(start, end)}
    blocks = {now.segments[i].block for i in inside}
    sentences = (segment for segment in now.segments if segment.block in blocks)
    return {s.tokens for s in (*sentences, *(now.blocks[index] for index in blocks))}
