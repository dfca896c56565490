"""``kill -9`` of a synchronization: every file is old or new, and the next run finishes."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from support.moving_books import state_of, sync, with_originals

from amts_ext.errors import InputError
from amts_ext.human.holding import RECORD
from amts_ext.sync.project import Mode, SyncSettings
from amts_ext.sync.transaction import Transaction


def killed(run: Callable[[], object], after: float) -> bool:
    """Run in a process of its own and kill it after some seconds; False if it was done before."""
    child = os.fork()
    if not child:
        try:
            run()
        finally:
            os._exit(0)
    end = time.monotonic() + after
    while time.monotonic() < end:
        if os.waitpid(child, os.WNOHANG)[0]:
            return False
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def test_a_run_that_is_killed_at_any_step_of_the_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps: each temporary file, the journal itself, each file that is put in its place."""
    old = {"a.md": b"old a", "b.md": b"old b", "gone.md": b"old"}
    new = {"a.md": b"new a", "b.md": b"new b", "gone.md": None, "sub/c.md": b"new c"}
    finished = 0
    for step in range(100):
        folder = tmp_path / str(step)
        folder.mkdir()
        for name, text in old.items():
            (folder / name).write_bytes(text)

        def run(folder: Path = folder, step: int = step) -> None:
            counted = iter(range(step))

            def dying(call: Callable[..., object]) -> Callable[..., object]:
                def wrapped(*arguments: object, **named: object) -> object:
                    if next(counted, None) is None:
                        os.kill(os.getpid(), signal.SIGKILL)
                    return call(*arguments, **named)

                return wrapped

            for name in ("replace", "unlink"):
                monkeypatch.setattr(Path, name, dying(getattr(Path, name)))
            monkeypatch.setattr(os, "fsync", dying(os.fsync))
            with Transaction(folder).alone() as transaction:
                transaction.write(new)

        done = not killed(run, 60) and not (folder / ".amts/sync" / RECORD).exists()
        for name, data in new.items():
            there = (folder / name).read_bytes() if (folder / name).exists() else None
            assert there in (data, old.get(name)), (step, name)
        decided = (folder / ".amts/sync" / RECORD).exists()
        with Transaction(folder).alone():
            pass
        left = state_of(folder)
        names = {Path(name).relative_to(folder).as_posix(): text for name, text in left.items()}
        after: dict[str, bytes] = {name: data for name, data in new.items() if data is not None}
        assert names in (old, after) and (names == after or not decided), step
        finished += names == after
        if done and names == after:
            break
    assert finished > 4 and step > 8


def test_a_file_that_was_edited_after_the_kill_is_not_overwritten(tmp_path: Path) -> None:
    settings = with_originals(tmp_path)
    folder = settings.target / ".amts/sync"
    folder.mkdir(parents=True)
    (folder / RECORD).write_text(f'[["mean.md", 0, "{"1" * 64}", "{"2" * 64}"]]')
    before = state_of(settings.target)
    for mode in (Mode.WRITE, Mode.CHECK):
        with pytest.raises(InputError, match=r"killed"):
            sync(settings, mode)
    assert state_of(settings.target) == before


@pytest.mark.slow
def test_a_hundred_random_moments(tmp_path: Path) -> None:
    first = with_originals(tmp_path / "first")
    begin = time.monotonic()
    sync(first)
    took = time.monotonic() - begin
    new = state_of(first.target)
    names = {Path(name).relative_to(first.target).as_posix(): d for name, d in new.items()}
    random = Random(13)
    for number in range(100):
        settings: SyncSettings = with_originals(tmp_path / str(number))
        before = state_of(settings.target)
        killed(lambda settings=settings: sync(settings), random.uniform(0, 1.2 * took))  # type: ignore[misc]
        for name, data in state_of(settings.target).items():
            short = Path(name).relative_to(settings.target).as_posix()
            assert data in (before.get(name), names[short]) or short.startswith("."), name
        sync(settings)
        after = state_of(settings.target).items()
        assert {Path(n).relative_to(settings.target).as_posix(): d for n, d in after} == names
        shutil.rmtree(tmp_path / str(number))
