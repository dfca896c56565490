"""MyST-Parser's own view of documents, as a program: JSON texts in, JSON structures out.

It runs in an environment of its own, with the newest Sphinx and MyST-Parser, and imports nothing
of this project. A structure lists the nodes of the page that Sphinx reads, without the words.
"""

import contextlib
import io
import json
import re
import sys
import tempfile
from pathlib import Path

from docutils import nodes
from sphinx.addnodes import download_reference, pending_xref, toctree
from sphinx.application import Sphinx

EXTENSIONS = [
    "sphinx_design", "sphinx_proof", "sphinx_exercise", "sphinx_tabs.tabs", "sphinx_togglebutton",
]  # fmt: skip
SYNTAX = [
    "amsmath", "attrs_block", "attrs_inline", "colon_fence", "deflist", "dollarmath", "html_image",
    "linkify", "strikethrough", "substitution", "tasklist",
]  # fmt: skip
KEPT = (
    "classes", "uri", "refuri", "reftarget", "reftype", "refid", "language", "format", "label",
    "entries", "design_component", "type", "start", "enumtype", "nowrap", "width", "version",
)  # fmt: skip
"""The attributes that a translation must not change."""
SPOKEN = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw,
          nodes.comment)  # fmt: skip
MADE = re.compile(r"id\d|(?:equation-)?[0-9a-f]{8}-[0-9a-f]{4}-")
"""The beginning of an id that is counted or drawn by chance."""
REFERENCES = (pending_xref, download_reference)
"""What shows its words as a literal."""


def structure(tree: nodes.Node) -> list[object]:
    """The nodes of a page, each with what has to stay."""
    found: list[object] = []
    for node in tree.findall():
        if isinstance(node, nodes.Text):
            if isinstance(node.parent, SPOKEN) and not isinstance(node.parent.parent, REFERENCES):
                found.append(str(node))
        elif isinstance(node, nodes.Element):
            kept = {k: str(node[k]) for k in KEPT if node.get(k)}
            if isinstance(node, toctree):
                kept["entries"] = str([document for _, document in node["entries"]])
            if isinstance(node, nodes.admonition):
                kept.pop("classes", None)  # one is made of the title
            found.append([node.tagname, {k: v for k, v in kept.items() if not MADE.match(v)}])
    return found


def read(texts: list[str], parser: str) -> list[list[object]]:
    """Read the texts as the pages of one book."""
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(texts):
            Path(folder, f"p{number}.md").write_text(text, "utf-8", newline="")
        Path(folder, "intro.md").write_text("# Intro\n")
        Path(folder, "a.png").write_bytes(b"")
        Path(folder, "index.rst").write_text("I\n=\n\n.. toctree::\n   :glob:\n\n   intro\n   p*\n")
        config = {
            "extensions": [parser, *EXTENSIONS],
            "myst_enable_extensions": SYNTAX,
            "myst_substitutions": {"key": "value"},
            "nb_execution_mode": "off",
            "tags": [],
        }
        quiet = io.StringIO()
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            app = Sphinx(folder, None, f"{folder}/_o", f"{folder}/_d", "dummy", config,
                         status=None, warning=quiet, freshenv=True)  # fmt: skip
            app.builder.read()
        if "-v" in sys.argv:
            print(quiet.getvalue(), file=sys.stderr)
        return [structure(app.env.get_doctree(f"p{n}")) for n in range(len(texts))]


if __name__ == "__main__":
    json.dump(read(json.load(sys.stdin), sys.argv[1]), sys.stdout)
