"""What was learned is removed when no parallel data of the service's own folder uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.adapting import BUCKET, ROLE, Learner, chinese, portuguese, without
from support.waiting import until

pytestmark = pytest.mark.slow

pytest.importorskip("thot.common", reason="sil-thot is not installed (extra: adapt)")

SOURCE = "The loss function of the model is small."


def learned(folder: Path) -> set[str]:
    return {found.name for found in (folder / "adaptation").iterdir()}


@pytest.fixture
def state(tmp_path: Path) -> dict[str, Any]:
    return {"directory": tmp_path / "state"}


def test_an_update_and_a_deletion_remove_what_they_replace(
    tmp_path: Path, state: dict[str, Any]
) -> None:
    folder = state["directory"]
    with Learner(tmp_path, **state) as learner:
        learner.push("terms", portuguese(), target="pt")
        (first,) = learned(folder)
        learner.push("same", portuguese(), target="pt")
        assert learned(folder) == {first}
        learner.push("terms", without(portuguese(), SOURCE), target="pt")
        assert len(learned(folder)) == 2  # the first is used by the other
        learner.clients.translate.delete_parallel_data(Name="same")
        (second,) = learned(folder)
        assert second != first
        learner.clients.translate.delete_parallel_data(Name="terms")
        assert not learned(folder)


def test_a_model_stays_for_what_was_learned_on_top_of_it(
    tmp_path: Path, state: dict[str, Any]
) -> None:
    with Learner(tmp_path, **state) as learner:
        learner.push("small", chinese())
        (base,) = learned(state["directory"])
        learner.push("small", {**chinese(), "A grey cat sleeps.": "一只灰猫在睡觉。"})
        found = learned(state["directory"])
        assert base in found
        assert len(found) == 2
        result = learner.job({"a": "<p>The grey cat sleeps.</p>"}, "small")[0]["a"]
        assert "灰猫" in result


def test_what_a_running_job_uses_goes_when_the_job_ends(
    tmp_path: Path, state: dict[str, Any]
) -> None:
    folder = state["directory"]
    rule = {"fault": "linger", "operation": "Job", "state": "IN_PROGRESS", "seconds": 60}
    with Learner(tmp_path, **state, faults=[rule]) as learner:
        learner.push("terms", portuguese(), target="pt")
        put = learner.clients.s3.put_object
        put(Bucket=BUCKET, Key="in/a.html", Body=b"<html><body><p>A day.</p></body></html>")
        job = learner.clients.translate.start_text_translation_job(
            InputDataConfig={"S3Uri": f"s3://{BUCKET}/in/", "ContentType": "text/html"},
            OutputDataConfig={"S3Uri": f"s3://{BUCKET}/out/"},
            DataAccessRoleArn=ROLE,
            SourceLanguageCode="en",
            TargetLanguageCodes=["pt"],
            ParallelDataNames=["terms"],
        )["JobId"]
        learner.clients.translate.delete_parallel_data(Name="terms")
        assert len(learned(folder)) == 1
        learner.clients.translate.stop_text_translation_job(JobId=job)
        until(lambda: not learned(folder))


def test_a_start_removes_what_was_left_and_nothing_else(
    tmp_path: Path, state: dict[str, Any]
) -> None:
    folder = state["directory"]
    with Learner(tmp_path, **state) as learner:
        learner.push("terms", portuguese(), target="pt")
        (used,) = learned(folder)
    for name in ("statistical-en-zh-0123456789abcdef", ".partial-abc", "my notes"):
        (folder / "adaptation" / name).mkdir()
    with Learner(tmp_path, **state):
        assert learned(folder) == {used, "my notes"}


def test_a_folder_that_others_use_too_is_left_alone(tmp_path: Path) -> None:
    with Learner(tmp_path) as learner:
        learner.push("terms", portuguese(), target="pt")
        learner.clients.translate.delete_parallel_data(Name="terms")
    assert len(learned(tmp_path)) == 1
