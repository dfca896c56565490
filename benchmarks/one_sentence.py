"""One changed sentence in a book of 200 sections: what ``amts sync`` sends, and what it takes.

    python benchmarks/one_sentence.py

The sections are those of the demo book with their Portuguese translations, repeated under titles of
their own. Each run is a process of its own. CPU seconds depend on the machine: the two runs compare
a first one, which aligns the section with the sentence encoder, with one that finds the alignment.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SECTIONS = 200
CHANGED = SECTIONS // 3
SENTENCE = "Nobody knows the way to the old harbour in winter."


def make_book(folder: Path) -> tuple[Path, Path]:
    """Write the source and its translation; one sentence of the source is another one."""
    source, target = folder / "en", folder / "pt"
    translated = ROOT / "demo/translations/pt"
    originals = sorted(p for p in translated.rglob("*_origin.md") if p.stat().st_size > 2_000)
    for number in range(SECTIONS):
        original = originals[number % len(originals)]
        human = original.with_name(original.name.replace("_origin", ""))
        english, portuguese = (
            f"# Part {number}\n\n{path.read_text('utf-8')}" for path in (original, human)
        )
        name = f"chapter_{number // 20}/section_{number}"
        now = english
        if number == CHANGED:
            paragraph = next(p for p in english.split("\n\n")[2:] if p[:1].isupper())
            now = english.replace(paragraph.partition(". ")[0] + ".", SENTENCE, 1)
            assert now != english
        for path, text in (
            (source / f"{name}.md", now),
            (target / f"{name}.md", portuguese),
            (target / f"{name}_origin.md", english),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    return source, target


def run(source: Path, target: Path, *more: str) -> dict[str, object]:
    """Run ``amts sync``; return its answer."""
    folders = ["--source", str(source), "--target", str(target), "--lang", "pt"]
    command = [sys.executable, "-m", "amts_ext", "sync", *folders, "--format", "d2l", "--json"]
    done = subprocess.run([*command, *more], capture_output=True, text=True, check=False)
    assert done.returncode in (1, 3), done.stderr
    answer: dict[str, object] = json.loads(done.stdout)[0]
    return answer


def main() -> None:
    """Print what two runs take."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = make_book(Path(folder))
        kept = shutil.copytree(target, Path(folder) / "kept")
        run(source, kept)
        for name in ("first", "aligned before"):
            if name != "first":
                shutil.copytree(kept / ".amts", target / ".amts", dirs_exist_ok=True)
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            trial = shutil.copytree(target, Path(folder) / name)
            answer = run(source, trial)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            files = len(answer["written"])  # type: ignore[arg-type]
            print(f"{name}: {answer['asked']}, {files} files written, {seconds:.1f} s of CPU")
        print(f"no run took more than {after.ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
