"""``amts sync`` and ``amts status``: options, exit codes, what is printed and reported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.browser import show
from support.moving_books import NEW, state_of, with_originals
from support.program import Table

from amts_ext.cli import main


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options of two folders; what the command asks answers in capitals."""
    monkeypatch.setattr("amts_ext.translators.embedded.embedded", Table)
    settings = with_originals(tmp_path)
    folders = ["--source", str(settings.source), "--target", str(settings.target)]
    return [*folders, "--lang", "es", "--format", "d2l"]


Output = pytest.CaptureFixture[str]


def test_from_the_first_run_to_the_last_item(
    words: list[str], tmp_path: Path, capsys: Output
) -> None:
    target = str(tmp_path / "es")
    assert main(["status", *words]) == 1
    assert "behind by " in capsys.readouterr().out
    assert main(["sync", *words, "--check"]) == 3
    assert f"{target}/mean.md: would be written" in capsys.readouterr().out
    assert main(["sync", *words, "--dry-run"]) == 1
    assert "+ONE LARGE HEIGHT MOVES" in capsys.readouterr().out
    assert main(["sync", *words]) == 1
    out = capsys.readouterr().out
    assert "changed  the source changed a little; the human's text stays  | " in out
    assert "The mean is a [-kind-]{+sort+} of sum." in out
    assert "3 places to read, 1 to glance at" in out
    assert main(["sync", *words, "--check"]) == 1
    assert main(["sync", "--target", target, "--accept", "mean.md:3"]) == 0
    assert main(["sync", "--target", target, "--accept-all"]) == 0
    assert "3 items accepted" in capsys.readouterr().out
    before = state_of(tmp_path)
    assert main(["sync", *words]) == 0 and main(["sync", *words, "--check"]) == 0
    unreported = {name for name, data in before.items() if state_of(tmp_path)[name] != data}
    assert {Path(name).parent.name for name in unreported} == {"_build"}
    assert main(["status", *words]) == 0
    assert "2 of 2 files in step" in capsys.readouterr().out


def test_the_report_tells_each_item_three_times(words: list[str], tmp_path: Path) -> None:
    main(["sync", *words])
    folder = tmp_path / "es/_build"
    data = json.loads((folder / "sync-report.json").read_text("utf-8"))
    items = data["files"][0]["items"]
    assert [item["kind"] for item in items] == ["changed", "changed", "patched", "new"]
    assert items[0]["source_diff"] == [
        [" ", "The mean is a "], ["-", "kind"], ["+", "sort"], [" ", " of sum."]
    ]  # fmt: skip
    page = (folder / "sync-report.html").read_text("utf-8")
    assert "http" not in page and '"kind":"patched"' in page and "/*DATA*/" not in page
    lines = (folder / "sync-report.md").read_text("utf-8")
    assert "` The mean is a [-kind-]{+sort+} of sum. `" in lines and "## mean.md" in lines


def test_json(words: list[str], tmp_path: Path, capsys: Output) -> None:
    assert main(["sync", *words, "--json", "--dry-run"]) == 1
    (answer,) = json.loads(capsys.readouterr().out)
    assert answer["language"] == "es" and "mean.md" in answer["written"]
    assert answer["counts"]["must look"] == 3
    assert main(["status", *words, "--json"]) == 1
    assert [file["path"] for file in json.loads(capsys.readouterr().out)] == [
        "mean.md", "part/median.md"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--base", "v1"], "--base v1: neither a folder nor a revision"),
        (["--lang", "es,pt"], "several languages need {lang} in --target"),
        (["--lang", "xx"], "xx"),
        (["--accept", "a.md", "--accept-all"], "--accept names places"),
        (["--target", "no/where"], "no/where: no such folder"),
        (["--source", "no/where"], "no/where: no such folder"),
        (["--config", "no.ini"], "no.ini: no such file"),
    ],
)
def test_wrong_options_are_one_line(
    more: list[str], message: str, words: list[str], capsys: Output
) -> None:
    assert main(["sync", *words, *more]) == 2
    err = capsys.readouterr().err
    assert message in err and err.count("\n") == 1


def test_a_bad_file_is_told_with_exit_code_2(
    words: list[str], tmp_path: Path, capsys: Output
) -> None:
    (tmp_path / "es/part/median.md").write_text("<<<<<<< a\n=======\n>>>>>>> b\n")
    assert main(["sync", *words]) == 2
    assert "es/part/median.md:1: the marks of a merge conflict" in capsys.readouterr().err
    assert (tmp_path / "es/mean_origin.md").read_text("utf-8") == NEW.replace(
        "sort of sum", "kind of sum"
    )


@pytest.mark.slow
def test_the_report_in_a_real_browser(words: list[str], tmp_path: Path) -> None:
    """A sentence cannot end the script, and the filter of the address is the one that is shown."""
    source = tmp_path / "en/mean.md"
    source.write_text(NEW + "\nWrite `</script>` or <b>bold</b> here, and nothing breaks at all.\n")
    main(["sync", *words])
    page = tmp_path / "es/_build/sync-report.html"
    shown = show(page, tmp_path / "browser")
    assert not shown.console and shown.html.count("<article") == 4
    assert "<ins>sort</ins>" in shown.html and "&lt;/script&gt;" in shown.html
    glance = show(page, tmp_path / "browser", "#glance")
    assert glance.html.count("<article") == 1 and "line 8" in glance.html
