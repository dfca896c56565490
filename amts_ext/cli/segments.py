"""``amts segments FILE``: the segments of a file as a translator would see them, as JSON lines."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser, Namespace
from pathlib import Path

from amts_ext.cli import options
from amts_ext.errors import InputError

HELP = "What a translator would see, as JSON lines."


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("file", type=Path, help="a .md or .ipynb file")
    options.add_format(parser)
    options.add_source(parser)
    options.add_granularity(parser)
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Print a line for each segment: the kind of its block, its line, its text, its slots."""
    from amts_ext import files, formats
    from amts_ext.languages import profiles
    from amts_ext.project import around
    from amts_ext.text.masking import mask

    language = arguments.source_language
    if not re.fullmatch(profiles.CODE, language):
        raise InputError(f"'{language}' is no language code; allowed: codes like en or zh")
    file: Path = arguments.file
    name = arguments.format or formats.by_suffix(str(file), around(file).markdown)
    document = formats.get(name).read(files.read_text(file), str(file))
    for segment in mask(document, language, arguments.granularity):
        slots = {s.token: s.content for s in segment.slots}
        kind = document.blocks[segment.block].kind
        row = {"kind": kind, "line": segment.line, "source": segment.tokens, "slots": slots}
        print(json.dumps(row, ensure_ascii=False))
    return 0
