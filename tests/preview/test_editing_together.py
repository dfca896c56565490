"""Threads and processes that edit one book at once lose nothing, and are told of each other."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from support.desks import HUMAN, built, make_book, opened, row
from support.units import run

from amts_ext.preview.editing.saving import ConflictError, save

ADD = "We add all"
EDITS = 8
"""By each editor."""

EDITOR = """
    import json, sys
    from pathlib import Path
    sys.path.insert(0, sys.argv[1])
    from support.desks import opened, row
    from amts_ext.preview.editing.saving import ConflictError, save

    root, words, path, text, who, edits = Path(sys.argv[2]), *sys.argv[3:]
    kept, conflicts = [], 0
    with opened(root, translated=False) as desk:
        print("ready", flush=True)
        input()
        found = row(desk, words, path)
        for number in range(int(edits)):
            target = text.replace("§", f"{who}{number}")
            while True:
                try:
                    saved = save(desk, path, "es", found.id, found.version, target, who)
                    kept.append([target, saved.where, found.target])
                    found = saved.row
                    break
                except ConflictError as error:
                    conflicts += 1
                    found = error.theirs
    print(json.dumps([kept, conflicts]), flush=True)
"""


def edited_at_once(root: Path, *editors: tuple[str, str, str, str]) -> list[tuple[list, int]]:
    """Let a process for each editor (words, path, text, name) edit; return what each has kept."""
    tests = Path(__file__).parents[1]
    running = [run(EDITOR, tests, root, *editor, EDITS) for editor in editors]
    for process in running:
        assert process.stdout is not None and process.stdin is not None
        assert process.stdout.readline() == "ready\n", process.stderr and process.stderr.read()
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = []
    for process in running:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        answers.append(tuple(json.loads(out)))
    return answers


def test_two_processes_that_edit_one_sentence_lose_nothing(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    with opened(root):
        pass
    who = ("ana", "li")
    answers = edited_at_once(root, *((ADD, "mean.md", "Suma §.", each) for each in who))
    with opened(root) as desk:
        source = row(desk, ADD).source
        there = {kept.unit.target for kept in desk.book.memory.history(source, ("en", "es"))}
        last = row(desk, ADD).target
    for name, (kept, _) in zip(who, answers, strict=True):
        texts = [target for target, _, _ in kept]
        assert texts == [f"Suma {name}{number}." for number in range(EDITS)]
        assert there.issuperset(texts)
    replaced = [before for kept, _ in answers for _, _, before in kept]
    assert len({*replaced}) == 2 * EDITS, "nobody saved over a text that he had not seen"
    assert last in (f"Suma ana{EDITS - 1}.", f"Suma li{EDITS - 1}.")
    assert sum(conflicts for _, conflicts in answers) > 0, "they did not work at the same time"


def test_two_processes_that_edit_one_humans_file_lose_nothing(tmp_path: Path) -> None:
    root = make_book(tmp_path, HUMAN)
    with opened(root) as desk:
        first = row(desk, "Let ⟦math1⟧").target.replace("muestra", "muestra §", 1)
        second = row(desk, "The median is another").target.replace("medida", "medida §", 1)
    answers = edited_at_once(
        root,
        ("Let ⟦math1⟧", "mean.md", first, "ana"),
        ("The median is another", "mean.md", second, "li"),
    )
    for kept, conflicts in answers:
        assert conflicts == 0 and len(kept) == EDITS
        assert all(where.startswith("es/mean.md:") for _, where, _ in kept), kept
    now = (root / "es/mean.md").read_text()
    last = EDITS - 1
    wanted = HUMAN.replace("muestra", f"muestra ana{last}", 1).replace(
        "medida", f"medida li{last}", 1
    )
    assert now == wanted
    assert f"medida li{last}" in built(root)


def test_threads_of_one_desk_lose_nothing(tmp_path: Path) -> None:
    root = make_book(tmp_path)
    kept: dict[str, list[str]] = {"ana": [], "li": [], "zoe": []}
    with opened(root) as desk:
        start = threading.Barrier(len(kept))

        def work(who: str) -> None:
            start.wait()
            found = row(desk, ADD)
            for number in range(EDITS):
                while True:
                    try:
                        target = f"Suma {who}{number}."
                        found = save(
                            desk, "mean.md", "es", found.id, found.version, target, who
                        ).row
                        kept[who].append(target)
                        break
                    except ConflictError as error:
                        found = error.theirs

        threads = [threading.Thread(target=work, args=(who,)) for who in kept]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        source = row(desk, ADD).source
        history = desk.book.memory.history(source, ("en", "es"))
    there = {unit.target: editor for unit, _, editor in history}
    for who, texts in kept.items():
        assert len(texts) == EDITS and all(there[text] == who for text in texts)
