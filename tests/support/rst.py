"""The judge of reStructuredText: docutils' whole parser, with roles such as Sphinx has."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from docutils import frontend, nodes, utils
from docutils.parsers.rst import Parser, roles

ROLES = ("ref", "doc", "term", "numref", "kbd", "math", "py:func")


def _role(name: str) -> Callable[..., Any]:
    def call(role: str, raw: str, text: str, *_: Any, **__: Any) -> Any:
        titled = re.fullmatch(r".*?\s*<(.*)>", text, re.DOTALL) if name in ROLES[:4] else None
        return [nodes.inline(raw, text, role=name, target=titled[1] if titled else text)], []

    return call


for _name in ROLES:
    roles.register_local_role(_name, _role(_name))


@cache
def _settings() -> Any:
    settings = frontend.get_default_settings(Parser)
    settings.report_level, settings.halt_level, settings.warning_stream = 5, 5, False
    return settings


def parsed(text: str) -> Any:
    document = utils.new_document("", _settings())
    Parser().parse(text, document)
    return document


def held(text: str) -> list[tuple[str, str]]:
    """The inline nodes of a text that is one paragraph, sorted, with what each points to."""
    document = parsed(text)
    blocks = [n for n in document.children if not isinstance(n, nodes.system_message)]
    assert [block.tagname for block in blocks] == ["paragraph"], text
    found = []
    for node in blocks[0].findall(nodes.Inline):
        assert not isinstance(node, nodes.problematic), f"{node.astext()} in {text}"
        found.append((node.tagname, _points_to(node)))
    return sorted(found)


def _points_to(node: Any) -> str:
    if isinstance(node, nodes.target) and "refuri" in node:
        return str(node["refuri"])  # its name is the text of its link
    if node.tagname in ("emphasis", "strong"):
        return ""
    for key in ("target", "refuri", "refname"):
        if key in node:
            return str(node[key])
    return "" if node.get("anonymous") else str(node.astext())
