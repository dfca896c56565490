"""MyST documents made of all constructs, and MyST-Parser's structure of them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from support.structure import Maker

JUDGE = Path(__file__).with_name("myst_judge.py")
PACKAGES = (
    "linkify-it-py", "myst-nb", "sphinx-design", "sphinx-exercise", "sphinx-proof", "sphinx-tabs",
    "sphinx-togglebutton",
)  # fmt: skip
FIRST = [
    "attention", "caution", "danger", "error", "hint", "important", "note", "seealso", "tip",
    "warning",
]  # fmt: skip
BODY = ["compound", "epigraph", "highlights", "pull-quote", "container", "div", "toggle"]
TITLED = [
    "admonition", "topic", "sidebar", "dropdown", "card", "prf:theorem", "prf:proof",
    "prf:algorithm", "prf:definition", "exercise",
]  # fmt: skip
ROLES = (
    "{{ref}}`{w} <intro>`", "{{ref}}`intro`", "{{eq}}`eq-x`", "{{doc}}`{w} <intro>`",
    "{{numref}}`{w} <fig-x>`", "{{numref}}`{w} %s <fig-x>`", "{{math}}`a_1`",
    "{{sub}}`{w}`", "{{sup}}`2`", "{{kbd}}`Ctrl`",
    "{{abbr}}`CSS ({w})`", "{{term}}`heron`", "{{term}}`{w} <heron>`", "{{download}}`{w} <a.png>`",
    "{{code}}`x = 1`", "{{guilabel}}`Open`", "{{strong}}`{w}`", "{{bdg-primary}}`{w}`",
    "{{prf:ref}}`{w} <thm-x>`", "{{any}}`{w} <intro>`",
)  # fmt: skip
INLINE = (
    "`x = 1`", "$a_1 + b$", "$ E = 1 $", "**{w}**", "*{w}*", "[{w}](u.md)", "![{w}](a.png)",
    "<br>", "https://a.org/b", "<https://a.org>", r"\*", "&amp;", "~~{w}~~", "{{{{ key }}}}",
    "[{w}]{{.small}}", "![{w}](a.png){{width=20px}}", "`x`{{.python}}", "www.a.org", "``a ` b``",
    "`$a$`", r"\$5", "[{w}][def]", "5 %",
)  # fmt: skip


class MystMaker(Maker):
    """A maker of MyST documents, from a seed."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, "md")
        self.number = 0
        self.seed = seed
        self.pieces = [*ROLES, *INLINE]

    def piece(self) -> str:
        piece = self.chance.choice(self.pieces)
        made = piece.format(w=self.words())
        if "{w}" not in piece and not piece.startswith(("5 %", "{{term}}", "{{sup}}", r"\$5")):
            self.used.append(made)
        return made

    def document(self) -> str:
        heads = ["", "", "---\ntitle: The {}\ndescription: 'A {}'\nkey: x\n---\n\n"]
        head = self.chance.choice(heads).replace("{}", self.words())
        body = "\n\n".join(self.block() for _ in range(self.chance.randint(1, 4)))
        return f"{head}{body}\n\n[def]: https://a.org/def\n"

    def block(self, depth: int = 0) -> str:
        kinds = ["text", "title", "list", "table", "formula", "line", "definition", "code"]
        kinds += ["directive"] * 6
        if depth:
            kinds.remove("title")
        kind = self.chance.choice(kinds)
        if kind in ("directive", "list"):
            return str(getattr(self, f"_{kind}")(depth))
        return str(getattr(self, f"_{kind}")())

    def blocks(self, depth: int) -> str:
        return "\n\n".join(self.block(depth) for _ in range(self.chance.randint(1, 2)))

    def label(self) -> str:
        self.number += 1
        return f"l-{self.seed}-{self.number}"

    def _title(self) -> str:
        target = self.chance.choice(["", f"({self.label()})=\n"])
        return f"{target}{'#' * self.chance.randint(1, 3)} {self.words()} {self.words()}"

    def _list(self, depth: int = 0) -> str:
        if depth < 2 and self.chance.random() < 0.3:
            inner = self._directive(depth + 1).replace("\n", "\n  ")
            return f"- {self.text('  ')}\n\n  {inner}\n- {self.words()}"
        return super()._list()

    def _text(self) -> str:
        if self.chance.random() < 0.1:
            return "> " + self._directive(2).replace("\n", "\n> ")
        return super()._text()

    def _formula(self) -> str:
        made = self.chance.choice(
            [
                "$$\na = b\n$$", f"$$\na = b\n$$ ({self.label()})", "$$ a = b $$",
                "\\begin{align}\na &= b\n\\end{align}",
                f"```{{math}}\n:label: {self.label()}\na\n```",
            ]
        )  # fmt: skip
        self.used.append(made)
        return f"{self.text()}\n\n{made}\n\n{self.text()}"

    def _line(self) -> str:
        line = self.chance.choice(["% a comment", "+++", '+++ {"a": 1}', f"({self.label()})="])
        if self.chance.random() < 0.2:
            line = "{.small}"
        self.used.append(line)
        return f"{line}\n{self.text()}"

    def _definition(self) -> str:
        gap = self.chance.choice(["\n", "\n\n"])
        return f"{self.words()}{gap}: {self.text('  ')}\n\n  {self.text('  ')}"

    def _code(self) -> str:
        made = self.chance.choice(
            [
                "```python\nx = '{{ a }} $b'  # a word\n```", "~~~\n:::{note}\nwords\n:::\n~~~",
                "    indented {ref}`x`", "<div>\n{ref}`x`\n</div>", "<!-- a comment -->",
                "```{eval-rst}\n.. note:: words\n```", "```{raw} html\n<b>words</b>\n```",
                "```{code-block} python\n:caption: {}\n:name: {l}\n\nx = 1\n```",
            ]
        ).replace("{}", self.words()).replace("{l}", self.label())  # fmt: skip
        self.used.append(made.split("\n")[-2] if made[0] in "`~" else made)
        return f"{self.text()}\n\n{made}"

    def _directive(self, depth: int = 0) -> str:
        made = self.chance.choice(
            ["first", "first", "body", "titled", "titled", "figure", "tabs", "data", "own"]
        )
        name, argument, options, body = getattr(self, f"_make_{made}")(depth)
        return self.fenced(depth, name, argument, options, body)

    def fenced(
        self, depth: int, name: str, argument: str, options: dict[str, str], body: str
    ) -> str:
        sign = self.chance.choice("`:")
        runs = [len(m) for m in _runs(body, sign)]
        fence = sign * max([3, *(n + 1 for n in runs)])
        if sign == "`" and "`" in argument:
            argument = self.words()
        lines = [f"{fence}{{{name}}}{' ' * bool(argument)}{argument}"]
        if options and self.chance.random() < 0.3:
            lines += ["---", *(f"{k}: {v}".rstrip() for k, v in options.items()), "---"]
        else:
            lines += [f":{k}: {v}".rstrip() for k, v in options.items()]
        blank = [""] if options and self.chance.random() < 0.5 else []
        return "\n".join([*lines, *blank, *([body] if body else []), fence])

    def inner(self, depth: int) -> str:
        if depth >= 3:
            return self.text()
        first = self.text()
        return first if self.chance.random() < 0.4 else f"{first}\n\n{self.blocks(depth + 1)}"

    def _make_first(self, depth: int) -> tuple[str, str, dict[str, str], str]:
        options = self.chance.choice([{}, {}, {"class": "wide"}])
        argument = self.words() if not options and self.chance.random() < 0.4 else ""
        return self.chance.choice(FIRST), argument, options, self.inner(depth)

    def _make_body(self, depth: int) -> tuple[str, str, dict[str, str], str]:
        name = self.chance.choice(BODY)
        argument = "wide" if name in ("container", "div") else ""
        return name, argument, {}, self.inner(depth)

    def _make_titled(self, depth: int) -> tuple[str, str, dict[str, str], str]:
        name = self.chance.choice(TITLED if depth == 0 else [t for t in TITLED if t != "topic"])
        if depth and name == "sidebar":
            name = "admonition"
        options = {"label": self.label()} if name.startswith(("prf", "exe")) else {}
        if name == "card":
            options = self.chance.choice([{}, {"footer": self.words()}])
            body = f"{self.text()}\n^^^\n{self.text()}\n+++\n{self.text()}"
            return name, self.words(), options, body
        title = f"{self.words()} {self.chance.choice(['', '*a word*', '$x$', '{ref}`b <intro>`'])}"
        title = "" if name == "prf:proof" else title.strip()
        if name == "prf:proof":
            options = {}
        return name, title, options, self.inner(depth)

    def _make_figure(self, depth: int) -> tuple[str, str, dict[str, str], str]:
        options = {"alt": self.words(), "name": self.label()}
        if self.chance.random() < 0.5:
            options["alt"] = f'"{options["alt"]}"'
        if self.chance.random() < 0.3:
            return "image", "a.png", options, ""
        return "figure", "a.png", options, f"{self.text()}\n\n{self.text()}"

    def _make_tabs(self, depth: int) -> tuple[str, str, dict[str, str], str]:
        if self.chance.random() < 0.5:
            outer, inner, argument = "tab-set", "tab-item", self.words()
        else:
            outer, inner, argument = "grid", "grid-item", ""
        items = [
            self.fenced(depth + 1, inner, argument, {}, self.inner(depth + 1)) for _ in range(2)
        ]
        return outer, "2" if outer == "grid" else "", {}, "\n\n".join(items)

    def _make_data(self, depth: int) -> tuple[str, str, dict[str, str], str]:
        kind = self.chance.choice(["list", "csv", "toctree", "glossary"])
        if kind == "list":
            rows = [f"* - {self.text('    ')}\n  - {self.words()}" for _ in range(2)]
            return "list-table", self.words(), {"header-rows": "1"}, "\n".join(rows)
        if kind == "csv":
            rows = [f'"{self.words()}, x", {self.words()}' for _ in range(2)]
            return "csv-table", self.words(), {"header": f"{self.words()}, b"}, "\n".join(rows)
        if kind == "toctree":
            return "toctree", "", {"caption": self.words()}, f"{self.words()} <intro>\nintro"
        indent = " " * self.chance.choice([2, 4])
        terms = [f"{t}\n{indent}{self.text(indent)}" for t in ("heron", "egret")]
        return "glossary", "", {}, "\n\n".join(terms)

    def _make_own(self, depth: int) -> tuple[str, str, dict[str, str], str]:
        name = self.chance.choice(["versionadded", "rubric", "only", "hlist", "describe"])
        if name == "versionadded":
            return name, f"1.2 {self.words()}", {}, self.text()
        if name == "rubric":
            return name, self.words(), {}, ""
        if name == "hlist":
            return name, "", {"columns": "2"}, f"- {self.words()}\n- {self.words()}"
        return name, "html" if name == "only" else "some.name(x)", {}, self.inner(3)


def _runs(text: str, sign: str) -> list[str]:
    found, run = [], ""
    for char in text + "\n":
        if char == sign:
            run += char
        else:
            found += [run] if len(run) >= 3 else []
            run = ""
    return found


def judged(python: Path, texts: Sequence[str], parser: str = "myst_parser") -> list[list[object]]:
    """What MyST-Parser finds in each text; ``python`` is an interpreter that has it."""
    done = subprocess.run(
        [str(python), str(JUDGE), parser], input=json.dumps(list(texts)), capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    found: list[list[object]] = json.loads(done.stdout)
    return found


@cache
def interpreter(folder: Path) -> Path:
    """An interpreter with MyST-Parser, made in ``folder`` with uv."""
    from shutil import which

    uv = Path(sys.executable).with_name("uv")
    program = str(uv) if uv.exists() else which("uv")
    assert program, "the tests need uv: pip install 'amts-ext[test]'"
    python = folder / "bin/python"
    made = [program, "venv", "-q", "--python", sys.executable, str(folder)]
    filled = [program, "pip", "install", "-q", "--python", str(python), *PACKAGES]
    for command in (made, filled):
        subprocess.run(command, check=True, capture_output=True)
    return python
