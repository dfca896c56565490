"""Documents made of all constructs, and their structure as other programs read it.

markdown-it-py with plugins reads ``md``, pandoc reads ``d2l``, and nbconvert the cells of
notebooks. A structure is a list of what a reader finds, without the words.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections.abc import Callable, Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from amts_ext.formats.constructs import INLINE, LINES, Line
from amts_ext.formats.enclosures import PAIRS
from support.pseudo import outside_tokens

WORDS = [
    "the", "house", "stands", "near", "a", "river", "where", "many", "people", "walk", "every",
    "day", "and", "rain", "falls",
]  # fmt: skip
PROSE = ["5 %", "a.b"]
UNREAD = {
    "md": {"abbreviation", "${name}"},
    "ipynb": {"abbreviation", "component", "${name}"},
    "d2l": set(),
}
"""Constructs that a reader takes for something else: emphasis, HTML, a formula up to the next $."""
BASIC = [
    "`x = 1`", "$a_1 + b$", "**{}**", "*{}*", "[{}](u.md)", "![{}](p.png)", "<br>",
    "https://a.org/b", "<https://a.org>", r"\*", "&amp;", "~~{}~~", *PROSE,
]  # fmt: skip
ONLY = {
    "md": ["$ E = 1 $", r"\\(a_i\\)", "{ref}`sec-x`", "``a ` b``"],
    "pandoc": [":numref:`fig_x`", ":cite:`Tukey.1977`", "`x`{.python}", "$|x|$"],
}
NASTY = [
    "%15", "a.", "(1)", "#.", "(@)", "iv)", "*", "_a_", "`", "$5", "$x$", "<b>", "&copy;",
    "{{ x }}", "{% if", "[[a]]", ":smile:", "@key1", "[@key1]", "x^2^", "H~2~O", "\\ref{x}", "\\",
    "|", "!!! note", "=== ", "::: x", "#", ">", "-", "+", "1.", "\u2028", "[!NOTE]", "(x)=",
    "+++", "{#x}", "{: .a}", "---", "```", "~~~", "$$", "\\\\(", "\\begin{a}", "/// x", "*[A]:",
    "++a++", "[a]: b", "[^1]:", "Table:", ":", "=", "www.a.b", "!", "![",
]  # fmt: skip


class Maker:
    """A maker of documents, from a seed."""

    def __init__(self, seed: int, format: str) -> None:
        self.chance = random.Random(f"{format}{seed}")
        self.format = format
        self.dialect = dialect = "pandoc" if format == "d2l" else "md"
        rows = [r for r in INLINE if dialect in r.dialects and r.example not in UNREAD[format]]
        own = [f"[a](u){r.example}" if r.kind == "attributes" else r.example for r in rows]
        around = [row for row in PAIRS if dialect in row.dialects]
        own += [re.sub("words|A note", "{}", row.example) for row in around]
        self.pieces = [*BASIC, *ONLY[dialect], *own, *own]
        rest = [row for row in LINES if dialect in row.dialects]
        self.lines = [row for row in rest if row.name not in UNREAD[format]]
        self.used: list[str] = []

    def words(self, count: int = 3) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, count)))

    def piece(self) -> str:
        piece = self.chance.choice(self.pieces)
        if "{}" not in piece:
            self.used += [piece.removeprefix("[a]")] if piece not in PROSE else []
        return piece.replace("{}", self.words()) if "{}" in piece else piece

    def sentence(self) -> str:
        parts = [f"The {self.words()}"]  # to pandoc, "A." is the number of a list item
        for _ in range(self.chance.randint(0, 3)):
            parts += [self.piece(), self.words()]
        return " ".join(parts) + self.chance.choice([".", ".", "?", ":", ""])

    def text(self, indent: str = "") -> str:
        """A paragraph, wrapped at some of its blanks."""
        text = " ".join(self.sentence() for _ in range(self.chance.randint(1, 3)))
        wrap = self.chance.choice([0, 0, 2])
        words = re.split(r" (?=[a-z]+ [a-z]+\b)", text) if wrap else [text]
        lines = words[:1]
        for word in words[1:]:
            lines.append(word) if self.chance.random() < 0.3 else lines.append(
                lines.pop() + " " + word
            )
        return f"\n{indent}".join(lines)

    def document(self) -> str:
        return "\n\n".join(self.block() for _ in range(self.chance.randint(1, 4))) + "\n"

    def block(self) -> str:
        kind = self.chance.choice(
            ["text", "text", "title", "list", "table", "formula", "line", "line", "own"]
        )
        return str(getattr(self, f"_{kind}")())

    def _text(self) -> str:
        return self.text() if self.chance.random() < 0.8 else f"> {self.text('> ')}"

    def _title(self) -> str:
        end = self.chance.choice(["", "", " {#sec-x .a}"])
        return f"{'#' * self.chance.randint(1, 3)} {self.words()} {self.words()}{end}"

    def _list(self) -> str:
        mark = self.chance.choice(["- ", "* ", "1. ", "- [ ] "])
        if self.dialect == "pandoc":
            mark = self.chance.choice(["- ", "1. ", "a. ", "(1) ", "#. ", "(@) ", "ii. ", "A.  "])
        items = [f"{mark}{self.text(' ' * len(mark))}" for _ in range(self.chance.randint(1, 3))]
        return "\n".join(items)

    def _table(self) -> str:
        width = self.chance.randint(2, 3)
        rows = [[self.words() for _ in range(width)] for _ in range(self.chance.randint(2, 3))]
        rows.insert(1, ["---"] * width)
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _formula(self) -> str:
        lines = ["$$\na = b\n$$", "\\begin{align}\na &= b\n\\end{align}"]
        if self.dialect == "md":
            lines += ["$$\na\n+ b\n= c\n$$", "\\\\[\na_1\n\\\\]", "$$\na = b\n\nc\n$$"]
        formula = self.chance.choice(lines)
        self.used.append(formula)
        if "\n\n" in formula or self.chance.random() < 0.5:
            return f"{self.text()}\n\n{formula}\n\n{self.text()}"
        return f"{self.words()}\n{formula}\n{self.words()} {self.words()}."

    def _line(self) -> str:
        row = self.chance.choice(self.lines)
        body = self.text("    " if row.has_body else "> " if row.example[0] == ">" else "")
        first = f"{self.text()}\n" if self.chance.random() < 0.2 and row.example[0] != ">" else ""
        return first + self._boxed(row, body)

    def _boxed(self, row: Line, body: str) -> str:
        title = next((t for t in ("A title", "Words") if t in row.example), "")
        line = row.example.replace(title, self.words()) if title else row.example
        if row.example[0] == ">":
            return f"{line}\n> {body}"
        if row.has_body:
            return f"{line}\n    {body}"
        end = {":::": "\n:::", "///": "\n///", "<Ti": "\n</Tip>", "{% ": "\n{% endif %}"}
        return f"{line}\n{body}{end.get(row.example[:3], '')}"

    def _own(self) -> str:
        """What only one dialect has."""
        if self.dialect == "pandoc":
            blocks = [
                f"| {self.words()}\n|   {self.words()}",
                f"{self.words()}\n:   {self.text('    ')}",
            ]
            blocks += [f"# {self.words()}\n:label:`sec_x`", "```{.python .input}\nx = 1\n```"]
            return self.chance.choice(blocks)
        blocks = [
            f"```{{note}}\n{self.text()}\n```",
            f"````{{tip}} {self.words()}\n:class: x\n\n{self.text()}\n\n```\nx = 1\n```\n````",
            "```python\nx = '{{ a }} $b'  # a word\n```",
            f"<div>\n\n{self.text()}\n\n</div>",
        ]
        if self.format == "md":  # nbconvert knows no footnotes, JupyterLab no definitions
            blocks.append(f"{self.words()}\n: {self.text('  ')}")
            blocks.append(f"{self.words()}[^1].\n\n[^1]: {self.text('    ')}")
        return self.chance.choice(blocks)


# --- translations --------------------------------------------------------------------------------


def capitals(texts: list[str]) -> list[str]:
    return [outside_tokens(str.upper, t) for t in texts]


def chinese(texts: list[str]) -> list[str]:
    """Chinese words for words, without blanks."""
    return [outside_tokens(lambda s: re.sub(r"\s*[^\W\d_]+\s*", "词语", s), t) for t in texts]


def special(texts: list[str]) -> list[str]:
    """What is markup somewhere, before and between the words."""
    return [outside_tokens(_spiced, t) for t in texts]


def _spiced(text: str) -> str:
    chance = random.Random(text)
    words = [w for word in text.split() for w in (chance.choice([*NASTY, word, word]), word)]
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{lead}{' '.join(words)}{tail}" if words else text


TRANSLATIONS: dict[str, tuple[str, Callable[[list[str]], list[str]]]] = {
    "capitals": ("pt", capitals),
    "chinese": ("zh", chinese),
    "special": ("pt", special),
}


# --- readers -------------------------------------------------------------------------------------


@cache
def _markdown_it() -> Any:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.amsmath import amsmath_plugin
    from mdit_py_plugins.attrs import attrs_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.myst_blocks import myst_block_plugin
    from mdit_py_plugins.myst_role import myst_role_plugin
    from mdit_py_plugins.substitution import substitution_plugin
    from mdit_py_plugins.tasklists import tasklists_plugin

    made = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    made.use(dollarmath_plugin, allow_space=True, allow_digits=False, double_inline=True)
    for plugin in (
        admon_plugin, amsmath_plugin, attrs_plugin, deflist_plugin, footnote_plugin,
        myst_block_plugin, myst_role_plugin, substitution_plugin, tasklists_plugin,
    ):  # fmt: skip
        made.use(plugin)
    return made


DIRECTIVE = re.compile(r"\{(?:note|tip)\}")


TITLE = re.compile(r"(<[A-Z][^<>]*?\stitle=)\"[^\"]*\"")


def by_markdown_it(texts: Sequence[str]) -> list[list[object]]:
    return [_tokens(_markdown_it().parse(text)) for text in texts]


def _tokens(tokens: Sequence[Any]) -> list[object]:
    found: list[object] = []
    for token in tokens:
        if token.type == "inline":
            found += _tokens(token.children or [])
        elif token.type not in ("text", "softbreak", "text_special"):
            directive = token.type == "fence" and DIRECTIVE.match(token.info)
            if directive:  # its body is Markdown again
                found += [directive.group(), *_tokens(_markdown_it().parse(token.content))]
                continue
            if token.type == "html_block" and token.content[:2].strip("</").isupper():
                found.append("component")  # in MDX its body is Markdown
                continue
            named = {k: v for k, v in token.attrs.items() if k in ("href", "src", "id", "class")}
            content = "" if token.type in ("image", "admonition_open") else token.content
            if token.type == "html_inline":  # the title of a component is prose
                content = TITLE.sub(r"\1", content)
            # The plugin's closing token of an admonition has the whole text as its markup.
            markup = token.markup.split(" ")[0]
            found.append((token.type, token.tag, markup, content, str(named)))
            if token.type == "image":
                found += _tokens(token.children or [])
    return found


LUA = """
local function shown(e)
  if e.t == "Str" or e.t == "Space" or e.t == "SoftBreak" then return nil end
  local s = e.t
  if e.t == "Math" or e.t == "Code" or e.t == "CodeBlock" or e.t:match("^Raw") then
    s = s .. ":" .. e.text
  elseif e.t == "Link" then s = s .. ":" .. e.target
  elseif e.t == "Image" then s = s .. ":" .. e.src
  elseif e.t == "Cite" then for _, c in ipairs(e.citations) do s = s .. ":" .. c.id end
  elseif e.t == "Header" then s = s .. e.level .. table.concat(e.classes, ".") end
  return s
end
for line in io.lines() do
  local doc = pandoc.read(pandoc.json.decode(line, false), "markdown-smart")
  local found = {}
  local function add(e) local s = shown(e) if s then table.insert(found, s) end end
  pandoc.Blocks(doc.blocks):walk{ traverse = "topdown", Block = add, Inline = add }
  if next(doc.meta) then table.insert(found, "meta") end
  print(pandoc.json.encode(found))
end
"""


def by_pandoc(texts: Sequence[str], folder: Path) -> list[list[object]]:
    """What pandoc finds in each text by itself; all in one process."""
    import pypandoc

    script = folder / "structure.lua"
    script.write_text(LUA, "utf-8")
    done = subprocess.run(
        [pypandoc.get_pandoc_path(), "lua", script],
        input="".join(json.dumps(text) + "\n" for text in texts),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]]


class _Tags(HTMLParser):
    """The tags of an HTML text, with their addresses, and what ``math`` elements hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = ("href", "src", "tex")
        self.found.append((tag, *[v for k, v in attrs if k in names and v and v[0] != "#"]))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(f"/{tag}")


@cache
def _nbconvert() -> Any:
    from html import escape

    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        """nbconvert's, but formulas can be told from text with dollar signs."""

        def block_math(self, body: str) -> str:
            return f'<math tex="{escape(body)}">'

        def inline_math(self, body: str) -> str:
            return f'<math tex="{escape(body)}">'

        def latex_environment(self, name: str, body: str) -> str:
            return f'<math tex="{name}{escape(body)}">'

    return MarkdownWithMath(renderer=Renderer(escape=False))


def by_nbconvert(texts: Sequence[str]) -> list[list[object]]:
    structures = []
    for text in texts:
        tags = _Tags()
        tags.feed(str(_nbconvert().render(text)))
        structures.append(tags.found)
    return structures
