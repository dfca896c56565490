"""``amts backward``: what it prints and reports, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.moving_books import HUMAN, OLD, with_originals
from support.program import write

from amts_ext.cli import main

Output = pytest.CaptureFixture[str]


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    """The options of a source and a translation without corrections."""
    settings = with_originals(tmp_path)
    write(tmp_path / "en", {"mean.md": OLD})
    folders = ["--source", str(settings.source), "--target", str(settings.target)]
    return ["backward", *folders, "--lang", "es", "--format", "d2l"]


def test_it_lists_corrections_and_writes_a_report(
    words: list[str], tmp_path: Path, capsys: Output
) -> None:
    assert main(words) == 0
    assert "2 files compared; 0 corrections that the source may want\n" in capsys.readouterr().out
    corrected = HUMAN.replace("mean(heights)", "mean(heights, 0)")
    write(
        tmp_path / "es", {"mean.md": corrected, "two/mean.md": corrected, "two/mean_origin.md": OLD}
    )
    write(tmp_path / "en", {"two/mean.md": OLD})
    assert main(words) == 1
    line, *rest = capsys.readouterr().out.splitlines()
    assert line.split() == [
        "target", f"{tmp_path}/es/mean.md:9", "source", f"{tmp_path}/en/mean.md:9", "code",
        "print(mean(heights{+,", "0+}))", "#", "[-in-]{+en+}", "[-centimetres-]{+centímetros+}",
        "(also", "two/mean.md:9)",
    ]  # fmt: skip
    assert rest == [
        "3 files compared; 1 corrections that the source may want (1 code)",
        f"report: {tmp_path}/es/_build/backward-report.md",
    ]
    report = (tmp_path / "es/_build/backward-report.md").read_text("utf-8")
    assert "- line 9 (source: line 9), **code**  (also two/mean.md:9)" in report
    assert "  -print(mean(heights))" in report and "  +print(mean(heights, 0))" in report
    data = json.loads((tmp_path / "es/_build/backward-report.json").read_text("utf-8"))
    (one,) = data["corrections"]
    assert one["file"] == "mean.md" and one["also"] == [{"file": "two/mean.md", "line": 9}]
    assert data["counts"] == {"code": 1}
    assert main([*words, "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == data


def test_wrong_input_is_exit_code_2(words: list[str], tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "es/part/median_origin.md").unlink()
    assert main(words) == 2
    err = capsys.readouterr().err
    assert "es/part/median.md: no base" in err
    assert main([*words, "--base", "v1"]) == 2
    assert main([*words, "--lang", "es,pt"]) == 2
    assert "several languages" in capsys.readouterr().err
    assert main(["backward", "--lang", "es"]) == 2
