"""A small source, its next edition, and a human translation, as real folders; git where asked."""

from __future__ import annotations

import subprocess
from pathlib import Path

from amts_ext.sync.project import Mode, ProjectSync, SyncSettings, sync_project
from support.program import Table, write

OLD = """# The mean

The mean is a kind of sum. Add all the heights and divide by their count.
Every height counts alike.

It was first used by astronomers, who measured the place of a star many times.

```{.python .input}
print(mean(heights))  # in centimetres
```

The mean says nothing about how far the heights lie apart.
"""
NEW = """# The mean

The mean is a sort of sum. Add all the heights and divide by their count.
Every height counts alike.

Today a program computes it, in less time than it takes to read this sentence aloud.

```{.python .input}
print(mean(heights, 2))  # in centimetres
```

The mean says nothing about how far the heights lie apart.

One large height moves the mean, but it does not move the median.
"""
HUMAN = """# La media

La media es una clase de suma. Suma todas las alturas y divide entre su número.
Cada altura cuenta igual.

La usaron primero los astrónomos, que midieron muchas veces el lugar de una estrella.

```{.python .input}
print(mean(heights))  # en centímetros
```

La media no dice nada de cuán lejos están las alturas unas de otras.
"""
OTHER = "# The median\n\nHalf of the heights are smaller than the median. It is a robust number.\n"
OTHER_HUMAN = (
    "# La mediana\n\nLa mitad de las alturas son menores que la mediana. Es un número robusto.\n"
)


def git(folder: Path, *words: str) -> str:
    names = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    whole = ["git", "-C", str(folder), *names, *words]
    return subprocess.run(whole, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> str:
    """Commit all of a folder; a folder that is no repository becomes one."""
    if not (folder / ".git").exists():
        git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "change", "--allow-empty")
    return git(folder, "rev-parse", "HEAD")


def with_originals(tmp_path: Path) -> SyncSettings:
    """A source that has moved on, and a translation with its originals beside it."""
    source = write(tmp_path / "en", {"mean.md": NEW, "part/median.md": OTHER})
    target = write(
        tmp_path / "es",
        {
            "mean.md": HUMAN, "mean_origin.md": OLD,
            "part/median.md": OTHER_HUMAN, "part/median_origin.md": OTHER,
        },
    )  # fmt: skip
    return SyncSettings(source, target, "es", format="d2l")


def with_lock(tmp_path: Path) -> SyncSettings:
    """The same without originals: the source is in git, and ``base`` names its old revision."""
    source = write(tmp_path / "en", {"mean.md": OLD, "part/median.md": OTHER})
    old = commit(source)
    write(source, {"mean.md": NEW})
    commit(source)
    target = write(tmp_path / "es", {"mean.md": HUMAN, "part/median.md": OTHER_HUMAN})
    return SyncSettings(source, target, "es", base=old, format="d2l")


def sync(settings: SyncSettings, mode: Mode = Mode.WRITE) -> ProjectSync:
    """Synchronize with a translator that answers in capitals."""
    return sync_project(settings, mode, Table())


def state_of(*folders: Path) -> dict[str, bytes]:
    """All files of folders, but the memory, git's own and the lock of a running synchronization."""
    return {
        str(path): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".git", ".amts"} & {*path.parts}
    }


def kinds(result: ProjectSync) -> list[str]:
    return [str(item.kind) for file in result.files for item in file.items]


def mean(settings: SyncSettings) -> str:
    return (settings.target / "mean.md").read_text("utf-8")
