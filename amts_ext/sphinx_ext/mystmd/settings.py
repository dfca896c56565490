"""The prose of ``myst.yml``: titles, descriptions, the words of the table of contents.

>>> text = "project:\\n  title: The mean # of all\\n  toc:\\n    - title: Part one\\n"
>>> words = Words(text)
>>> [source.text.strip() for source in words.sources]
['The mean', 'Part one']
>>> print(words.replaced({words.sources[0]: "La media"}), end="")
project:
  title: "La media" # of all
  toc:
    - title: Part one
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

import yaml

from amts_ext.errors import DocumentError
from amts_ext.project import MYST
from amts_ext.text.outcome import Source

KEYS = (
    *("project.title", "project.subtitle", "project.short_title", "project.description"),
    *("project.toc*.title", "project.abbreviations.*"),
    *("site.title", "site.subtitle", "site.short_title", "site.description"),
    *("site.nav*.title", "site.actions*.title", "site.options.logo_text"),
)
"""The paths of values that readers see; ``*`` stands for any part of a path."""
_STRING = "tag:yaml.org,2002:str"


class Words:
    """The words of one ``myst.yml``; all else of it keeps its bytes.

    Raises :class:`DocumentError` for a file that is no YAML.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        try:
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
            raise DocumentError("no YAML; repair it", file=MYST, line=line or None) from error
        found = [n for path, n in _strings(root, "") if any(fnmatchcase(path, k) for k in KEYS)]
        self._found = [(_source(n), n) for n in found]

    @property
    def sources(self) -> list[Source]:
        """The texts to translate; one that stands twice in a line is there once."""
        return list(dict.fromkeys(source for source, _ in self._found))

    def replaced(self, translations: Mapping[Source, str]) -> str:
        """Return the file with the translations, as strings in double quotes."""
        text = self._text
        for source, node in reversed(self._found):
            old = node.value.strip()
            new = translations.get(source, old).strip()
            if new != old:
                start, end = node.start_mark.index, node.end_mark.index
                blanks = text[start:end][len(text[start:end].rstrip()) :]
                text = text[:start] + json.dumps(new, ensure_ascii=False) + blanks + text[end:]
        return text


def _source(node: yaml.ScalarNode) -> Source:
    """Return a value as a document; the lines above it let messages name its line."""
    return Source(MYST, "\n" * node.start_mark.line + node.value.strip(), "md")


def _strings(node: yaml.Node | None, path: str) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """Yield every string that is not empty with the path to it."""
    if isinstance(node, yaml.ScalarNode) and node.tag == _STRING and node.value.strip():
        yield path, node
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _strings(item, f"{path}.{number}")
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _strings(value, f"{path}.{key.value}" if path else str(key.value))
