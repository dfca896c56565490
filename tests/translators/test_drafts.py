"""Drafts reach a person by that name: Amazon's client against a service that trained an engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.adapting import BUCKET, ROLE, Learner, chinese, without

pytest.importorskip("thot.common", reason="sil-thot is not installed (extra: adapt)")

from amts_ext.cli import main

CONFIG = """[project]
name = small
lang = en

[build]
notebooks = *.md

[amts]
langs = zh
bucket = {bucket}
role_arn = {role}
region = us-east-1
endpoint = {url}

[translation]
translator = aws
"""
UNSEEN = "The variance of $x_7$ is stable."


@pytest.mark.slow
def test_a_book_by_an_engine_of_its_own_pairs_is_called_a_draft(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from amts_ext import translate_book

    monkeypatch.chdir(tmp_path)
    for secret in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(secret, "any")
    with Learner(tmp_path / "cache") as learner:
        rows = [("en", "zh"), *without(chinese(), UNSEEN).items()]
        Path("pairs.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in rows))
        text = CONFIG.format(bucket=BUCKET, role=ROLE, url=learner.service.url)
        Path("config.ini").write_text(text)
        Path("a.md").write_text(f"{UNSEEN}\n")
        assert main(["parallel-data", "push", "pairs.tsv"]) == 0
        translate_book("config.ini")
    assert Path("_build/translated/zh/a.md").read_text() == "$x_7$的方差很稳定。\n"
    assert caplog.text.count("zh: drafts by statistical-en-zh-") == 1
    assert "have a person go over every sentence" in caplog.text
