"""What the pages show of the program itself, written by the program.

A block begins with ``<!-- run: amts plan --help -->`` (a command's output follows, as code),
``<!-- file: examples/d2l.md -->`` or ``<!-- table: configuration -->``, and ends with
``<!-- end -->``.

    python docs/generated.py            bring all pages up to date
    python docs/generated.py --check    change nothing; exit 1 and name the pages that lag behind
"""

from __future__ import annotations

import ast
import configparser
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"(<!-- (run|file|table): (.*?) -->\n).*?(<!-- end -->)", re.DOTALL)


def fresh(page: str, folder: Path, commands: bool = True) -> str:
    """The page with every block made anew; without ``commands``, their outputs stay."""

    def block(match: re.Match[str]) -> str:
        head, kind, what, end = match.groups()
        if kind == "table":
            return f"{head}{_TABLES[what]()}{end}"
        if kind == "file":
            return f"{head}````text\n{(folder / what).read_text('utf-8')}````\n{end}"
        return f"{head}{_output(what, folder)}{end}" if commands else match.group()

    return BLOCK.sub(block, page)


def outdated(folder: Path, commands: bool = True) -> list[str]:
    """The pages that the program would write differently."""
    pages = {path: path.read_text("utf-8") for path in sorted(folder.glob("*.md"))}
    return [path.name for path, page in pages.items() if fresh(page, folder, commands) != page]


def _configuration() -> str:
    from amts_ext.config import table

    return table()


def _floors() -> str:
    """The floors of ``.importlinter`` from the top, with what each room says of itself."""
    rules = configparser.ConfigParser(interpolation=None)
    rules.read(ROOT / ".importlinter", encoding="utf-8")
    rows = ["| floor | room | what it is |", "| --- | --- | --- |"]
    floors = rules["importlinter:contract:floors"]["layers"].split("\n")
    for number, floor in enumerate(reversed([f for f in floors if f.strip()])):
        rooms = [room.strip() for room in floor.split(":")]
        rows += [_room(number, room) for room in rooms if not room.startswith("(")]
    return "\n".join([*rows[:2], *reversed(rows[2:])]) + "\n"


def _room(floor: int, name: str) -> str:
    path = ROOT / "amts_ext" / name
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    said = (ast.get_docstring(ast.parse(file.read_text("utf-8"))) or "").split("\n\n")[0]
    return f"| {floor} | `{name}{'/' * path.is_dir()}` | {' '.join(said.split())} |"


def _constructs() -> str:
    """The tables of ``formats/constructs.py``: what becomes a slot, what is a line of markup."""
    from amts_ext.formats.constructs import INLINE, LINES, MARKERS
    from amts_ext.formats.enclosures import PAIRS, VERBATIM

    rows: dict[str, tuple[set[str], str]] = {}
    for piece in INLINE:
        rows.setdefault(piece.example, (set(), f"slot `{piece.kind}`"))[0].update(piece.dialects)
    for pair in PAIRS:
        what = f"pair `{pair.kind}` around prose"
        rows.setdefault(pair.example, (set(), what))[0].update(pair.dialects)
    for block in VERBATIM:
        rows.setdefault(block.example, ({"md"}, "block without prose"))
    for line in MARKERS:
        what = "its mark is no part of the paragraph"
        rows.setdefault(line.example, (set(), what))[0].update(line.dialects)
    for line in LINES:
        match = line.pattern.search(f"\n{line.example}\n    Words.")
        has_title = match and match.groupdict().get("title")
        what = "own line; its title is prose" if has_title else "own line"
        what += "; what is indented below it is prose" if line.has_body else ""
        rows.setdefault(line.example, (set(), what))[0].update(line.dialects)
    formats = {"md": "`md`", "myst": "`myst`", "pandoc": "`d2l`"}
    shown = {example.replace("|", "\\|"): row for example, row in rows.items()}
    head = ["| example | read in | is |", "| --- | --- | --- |"]
    return (
        "\n".join(
            [
                *head,
                *(
                    f"| `{e}` | {', '.join(formats[x] for x in sorted(d))} | {what} |"
                    for e, (d, what) in shown.items()
                ),
            ]
        )
        + "\n"
    )


def _directives() -> str:
    """The tables of ``formats/myst/directives.toml``: rows with the same prose are one."""
    from amts_ext.formats.myst.table import raw, rows

    said: dict[tuple[str, str, str], list[str]] = {}
    for kind, of in (("directives", ""), ("roles", "role ")):
        for package, name, parts in rows(kind):
            said.setdefault((package, of, parts), []).append(f"`{of and '{'}{name}{of and '}'}`")
    head = ["| package | names | prose |", "| --- | --- | --- |"]
    lines = [f"| {p} | {', '.join(names)} | {w} |" for (p, _, w), names in said.items()]
    keys = ", ".join(f"`{key}`" for key in raw()["front_matter"]["keys"])
    return "\n".join([*head, *lines, f"| head of a file | {keys} | the text |"]) + "\n"


ROOT = Path(__file__).resolve().parents[1]
_TABLES = {
    "configuration": _configuration,
    "constructs": _constructs,
    "directives": _directives,
    "floors": _floors,
}


def _output(command: str, folder: Path) -> str:
    """What a command prints, as a code block; ``amts`` is this interpreter's own."""
    name, *arguments = shlex.split(command)
    own = str(Path(sys.executable).with_name(name))
    done = subprocess.run(
        [own, *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    language = "json" if done.stdout.startswith("{") else "text"
    return f"```{language}\n{done.stdout.rstrip()}\n```\n"


def main() -> int:
    """Write the pages, or name those that lag behind."""
    folder = Path(__file__).resolve().parent
    lagging = outdated(folder)
    for name in lagging:
        print(name)
        if "--check" not in sys.argv:
            page = folder / name
            page.write_text(fresh(page.read_text("utf-8"), folder), "utf-8")
    return int(bool(lagging) and "--check" in sys.argv)


if __name__ == "__main__":
    raise SystemExit(main())
