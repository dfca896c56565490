"""What an open item is about, said to a person."""

from __future__ import annotations

from amts_ext.human.open_items import ItemKind, OpenItem
from amts_ext.text.word_diff import WordChange, word_diff

_EXPLAINED = {
    (ItemKind.CHANGED, True): "the source changed a little; the human's text stays",
    (ItemKind.CHANGED, False): "the source changed; it is translated again",
    (ItemKind.NEW, False): "the source has something new, which is translated",
    (ItemKind.PATCHED, False): "numbers, formulas, references or code were replaced",
    (
        ItemKind.CONFLICT,
        True,
    ): "source and translation both changed; the human's text stays",
    (ItemKind.CONFLICT, False): "the source changed; the human's comments were kept",
    (ItemKind.DELETED, False): "the source has it no longer; it was taken out",
    (ItemKind.MOVED, False): "it stands elsewhere now",
    (ItemKind.OWN, True): "the source has it no longer; it stays, as part of it is your own",
}
_OF_FILES = {
    ItemKind.NEW: "a new file, translated",
    ItemKind.MOVED: "the file was renamed, as its source was",
    ItemKind.DELETED: "the source has no such file any longer; delete it, or accept it as your own",
}


def explained(item: OpenItem) -> str:
    """Say in some words what an item is about.

    >>> explained(OpenItem(ItemKind.NEW, 3, 20, new_source="A sum.", new_target="Una suma."))
    'the source has something new, which is translated'
    """
    if item.is_whole:
        said = _OF_FILES[item.kind]
    else:
        said = _EXPLAINED.get((item.kind, item.kept), "please look at it")
    return said if item.translated else f"{said}; a translation is missing"


def source_diff(item: OpenItem) -> list[WordChange]:
    """Return what changed in the source, word by word."""
    return word_diff(item.old_source, item.new_source)


def target_diff(item: OpenItem) -> list[WordChange]:
    """Return what changed in the translation, or would by the suggestion, word by word."""
    return word_diff(item.old_target.strip("\n"), item.new_target.strip("\n"))
