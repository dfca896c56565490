"""``kill -9`` of the public calls with a translator that bills: nothing is billed twice."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from support.aws import BUCKET, ROLE, billed_twice, serving, tiny
from support.program import environment, finish
from support.waiting import Clock, clocked, fired, until

from amts_ext.service.server import Service

CALL = """
import sys
import amts_ext
from amts_ext import translators
from amts_ext.config import load
from amts_ext.memory import Memory
config = load("config.ini")
translator = translators.make(config)
options = dict(target="pt", translate=translator)
with Memory(config.memory) as memory:
    {}
translator.close()
"""
CALLS = {
    "translate_text": """print(amts_ext.translate_text(
        open("text.md").read(), memory=memory, **options), end="")""",
    "translate_file": """amts_ext.translate_file("text.md", "out.md", memory=memory, **options)
    print(open("out.md").read(), end="")""",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLS)
def test_a_call_that_was_killed_is_not_paid_twice(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = f"{name.replace('_', '')}x"
    text = "\n\n".join(f"The sentence {n} of {mark} is this." for n in range(20)) + "\n"
    with serving() as service:
        made = call_in(tmp_path, service, mark, text)
        clock: Clock = clocked(service, monkeypatch)
        service.faults.add([{"fault": "linger", "operation": "Job", "seconds": 60}])
        process = started(made, name)
        until(fired(service))
        until(lambda: list((made / ".amts/jobs").glob("*.json")))
        assert process.poll() is None, "it was killed at its work"
        process.kill()
        process.communicate()
        clock.let_go()
        # The text has grown meanwhile, so that the same job would not do for it.
        text += f"\nAnother sentence of {mark}.\n"
        (made / "text.md").write_text(text)
        done = finish(started(made, name))
        assert (done.code, done.out) == (0, text.upper()), done.err
        assert billed_twice(service, mark) == {} and len(service.ledger.texts) == 21
        assert not list((made / ".amts/jobs").glob("*.json"))


def call_in(folder: Path, service: Service, mark: str, text: str) -> Path:
    """A book's folder, whose configuration names the service; and a text."""
    root = tiny(folder / "book", mark).root
    config = root / "config.ini"
    account = (
        f"bucket = {BUCKET}\nrole_arn = {ROLE}\nregion = us-east-1\nendpoint = {service.url}\n"
    )
    config.write_text(f"{config.read_text()}{account}\n[translation]\ntranslator = aws\n")
    (root / ".amts").mkdir(exist_ok=True)
    (root / "text.md").write_text(text)
    return root


def started(root: Path, name: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CALL.format(CALLS[name])],
        cwd=root,
        env=environment(root),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
