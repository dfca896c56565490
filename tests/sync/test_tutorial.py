"""The tutorial's commands, as they stand on the page, on the demo book."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.places import ROOT

PAGE = (ROOT / "docs/sync.md").read_text("utf-8")
SECTION = PAGE[PAGE.index("## Try it") : PAGE.index("## What happens to a sentence")]
BLOCKS = re.findall(r"```(bash|text)\n(.*?)```", SECTION, re.DOTALL)
CODES = {"status": 1, "--check": 3, "--accept": 0, "--accept-all": 0}


@pytest.mark.slow
def test_the_commands_of_the_tutorial(tmp_path: Path) -> None:
    left_out = shutil.ignore_patterns("_build")
    demo = shutil.copytree(ROOT / "demo", tmp_path / "demo", ignore=left_out)
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    out = ""
    for kind, block in BLOCKS:
        if kind == "text":
            for line in block.splitlines():
                assert line in out, (line, out)
            continue
        out = ""
        for command in block.splitlines():
            words = shlex.split(command.replace("/tmp/pt", str(tmp_path / "pt")), comments=True)
            done = subprocess.run(
                words, cwd=demo.parent, env=environment, capture_output=True, text=True
            )
            expected = next((CODES[word] for word in words if word in CODES), 1)
            assert done.returncode == (0 if words[0] == "cp" else expected), (command, done)
            out += done.stdout
    assert "items accepted" in out
