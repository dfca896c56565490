"""Adaptation in the service: real trainings of small corpora, by boto3."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.adapting import Learner, chinese, portuguese, without
from support.waiting import until

pytest.importorskip("thot.common", reason="sil-thot is not installed (extra: adapt)")

from amts_ext.service.adaptation.files import CORRECTIONS, LEARNED, SETTINGS, request
from amts_ext.service.adaptation.learned import Learned
from amts_ext.service.adaptation.statistical import LoadedModel, Statistical
from amts_ext.service.adaptation.training import train
from amts_ext.service.engines.base import EngineOptions

UNSEEN = "The variance of $x_7$ is stable."


@pytest.fixture(scope="module")
def taught() -> dict[str, str]:
    return without(chinese(), UNSEEN)


@pytest.fixture(scope="module")
def learner(tmp_path_factory: pytest.TempPathFactory, taught: dict[str, str]) -> Iterator[Learner]:
    """A service that learned the small corpus as the parallel data ``small``."""
    with Learner(tmp_path_factory.mktemp("cache")) as running:
        running.begin("small", taught)
        assert running.properties("small")["Status"] == "CREATING"
        running.settled("small")
        yield running


def folders(learner: Learner, kind: str = "statistical") -> dict[str, Path]:
    root = Path(learner.service._options.cache) / "adaptation"
    return {f.name: f for f in root.glob(f"{kind}-*")}


@pytest.mark.slow
def test_status_moves_as_on_aws(learner: Learner) -> None:
    found = learner.properties("small")
    assert found["Status"] == "ACTIVE"
    assert found["Message"] == ""
    assert found["ImportedRecordCount"] == 199


def test_a_pair_without_a_model_is_served_by_what_was_learned(learner: Learner) -> None:
    slot = '<span translate="no" id="s1">$q$</span>'
    results, report = learner.job({"a": f"<p>The variance of {slot} is stable.</p>"}, "small")
    assert results["a"] == f"<p>{slot}的方差很稳定。</p>"
    assert report["engine"].startswith("statistical-en-zh-")
    assert report["engine"].endswith("(draft)")


def test_slots_and_pairs_survive(learner: Learner) -> None:
    code = '<code translate="no">g(x)</code>'
    text = f"<p>We compute the <b>learning rate</b> and the <a href='u'>loss</a> with {code}.</p>"
    result = learner.job({"a": text}, "small")[0]["a"]
    assert "<b>学习率</b>" in result
    assert "<a href='u'>损失</a>" in result
    assert result.count(code) == 1


def test_unknown_words_keep_their_capitals(learner: Learner) -> None:
    result = learner.job({"a": "<p>The PyTorch error is small.</p>"}, "small")[0]["a"]
    assert "PyTorch" in result
    assert "误差" in result


def test_what_is_doubted_is_in_the_details_and_nowhere_else(
    learner: Learner, taught: dict[str, str]
) -> None:
    example = "If the loss is small, we stop."
    doubted = 'The <b>variance</b> of <span translate="no">$q$</span>\n is not large.'
    texts = {
        "a": f"<p>The variance of <i>the</i> loss is small.</p><p>{doubted}</p><p>{example}</p>",
        "b": f"<p>{example}</p>",
    }
    results, report = learner.job(texts, "small")
    told = {record["sourceFile"]: record.get("auxiliaryData") for record in report["details"]}
    assert told["b.html"] is None
    [draft] = told["a.html"]["unsureDrafts"]
    assert draft["sourceText"] == "The variance of $q$ is not large."
    assert "loses a negation: not" in draft["reasons"]
    assert "unsure" not in results["a"]
    assert "方差" in results["a"]
    jobs = learner.clients.translate.list_text_translation_jobs()
    assert "unsure" not in json.dumps(jobs, default=str)


def test_examples_come_before_the_engine(learner: Learner, taught: dict[str, str]) -> None:
    source = "If the loss is small, we stop."
    result = learner.job({"a": f"<p>{source}</p>"}, "small")[0]["a"]
    assert result == f"<p>{taught[source]}</p>"


def test_without_parallel_data_the_pair_is_refused(learner: Learner) -> None:
    with pytest.raises(ClientError) as caught:
        learner.job({"a": "<p>The loss is small.</p>"})
    assert caught.value.response["Error"]["Code"] == "UnsupportedLanguagePairException"


def test_the_same_data_is_not_trained_again(learner: Learner, taught: dict[str, str]) -> None:
    before = {n: f.stat().st_mtime_ns for n, f in folders(learner).items()}
    assert learner.push("copy", taught)["Status"] == "ACTIVE"
    assert {n: f.stat().st_mtime_ns for n, f in folders(learner).items()} == before


def test_the_same_data_gives_the_same_model(
    learner: Learner, taught: dict[str, str], tmp_path: Path
) -> None:
    trained = next(f for f in folders(learner).values() if (f / SETTINGS).exists())
    (tmp_path / "request.json").write_text(request("en", "zh", list(taught.items())))
    train(tmp_path, lambda step, done: None)
    for name in (SETTINGS, "translation.ttable", "language", "language.weights"):
        assert (tmp_path / name).read_bytes() == (trained / name).read_bytes(), name
    texts = ["The norm of XM0 is important.", "If the mean is simple, we stop."]
    assert LoadedModel(tmp_path, "en", "zh").translate(texts) == LoadedModel(
        trained, "en", "zh"
    ).translate(texts)


def test_an_update_with_one_pair_learns_it_online(learner: Learner, taught: dict[str, str]) -> None:
    source, target = "The blue heron waits beside $x$.", "蓝鹭在$x$旁边等候。"
    learner.push("online", taught)
    before = set(folders(learner))
    assert learner.push("online", {**taught, source: target})["Status"] == "ACTIVE"
    (new,) = set(folders(learner)) - before
    folder = folders(learner)[new]
    assert json.loads((folder / LEARNED).read_text())["pairs"] == [[source, target]]
    assert LoadedModel(folder, "en", "zh").translate(["The blue heron waits beside XM0."]) == [
        "蓝鹭在XM0旁边等候。"
    ]
    [draft] = LoadedModel(folder, "en", "zh").drafts(["The blue heron waits beside XM0."])
    assert not draft.doubts
    slot = '<i translate="no">z</i>'
    result = learner.job({"a": f"<p>The blue heron waits beside {slot}.</p>"}, "online")[0]["a"]
    assert result == f"<p>蓝鹭在{slot}旁边等候。</p>"


def test_a_loaded_model_grows_by_new_pairs(
    learner: Learner, taught: dict[str, str], tmp_path: Path
) -> None:
    new = {"The blue heron waits.": "蓝鹭在等候。", "A grey cat sleeps.": "一只灰猫在睡觉。"}
    base = next(f for f in folders(learner).values() if (f / SETTINGS).exists())
    shutil.copytree(base, tmp_path / "base")
    kept = Learned(tmp_path)
    one = kept.learn("one", tmp_path / "base", dict(list(new.items())[:1]))
    assert one
    assert kept.learn("two", one, dict(list(new.items())[1:]))
    engine = Statistical(EngineOptions(cache=str(tmp_path)))
    first = engine.opened("en", "zh@one")
    assert engine.opened("en", "zh@two") is first
    assert first.translate(list(new)) == list(new.values())
    assert engine.opened("en", "zh@one") is not first
    assert kept.learn("many", one, dict(list(taught.items())[:20])) is None


@pytest.mark.slow
def test_an_update_that_takes_pairs_away_trains_again(
    learner: Learner, taught: dict[str, str]
) -> None:
    learner.push("shrunk", taught)
    before = set(folders(learner))
    gone = "The mean and the norm change."
    learner.push("shrunk", without(taught, gone))
    (new,) = set(folders(learner)) - before
    assert not (folders(learner)[new] / LEARNED).exists()


def test_too_few_pairs_stay_examples(learner: Learner, taught: dict[str, str]) -> None:
    few = dict(list(taught.items())[:10])
    found = learner.push("few", few)
    assert found["Status"] == "ACTIVE"
    assert "10 pairs, at least 100 are needed" in found["Message"]
    with pytest.raises(ClientError, match="UnsupportedLanguagePair"):
        learner.job({"a": "<p>The loss is small.</p>"}, "few")


def test_the_other_direction(tmp_path: Path) -> None:
    reverse = {t: s for s, t in chinese().items()}
    (tmp_path / "request.json").write_text(request("zh", "en", list(reverse.items())))
    train(tmp_path, lambda step, done: None)
    texts = ["XM0的误差很稳定。", "如果范数很大，我们就停止。"]
    assert LoadedModel(tmp_path, "zh", "en").translate(texts) == [
        "The error of XM0 is stable.",
        "If the norm is large, we stop.",
    ]
    sure, kept = LoadedModel(tmp_path, "zh", "en").drafts([texts[1], "如果苍鹭很大，我们就停止。"])
    assert not sure.doubts
    assert "keeps words of the source: 苍鹭" in kept.doubts


@pytest.mark.slow
def test_a_training_that_dies_is_told(tmp_path: Path) -> None:
    with Learner(tmp_path) as learner:
        learner.begin("dies", chinese())
        running = learner.service._adapter._learned._running
        until(lambda: running)
        next(iter(running)).kill()
        found = learner.settled("dies")
        assert found["Status"] == "FAILED"
        assert "the training ended" in found["Message"]
        assert not folders(learner)
        assert not list((tmp_path / "adaptation").glob(".partial-*"))
        assert learner.push("dies", chinese())["Status"] == "ACTIVE"


@pytest.mark.slow
def test_a_service_that_ends_goes_on_at_the_next_start(tmp_path: Path) -> None:
    place: Any = {"directory": tmp_path / "state"}
    with Learner(tmp_path, **place) as learner:
        learner.begin("later", chinese())
        until(lambda: learner.service._adapter._learned._running)
    with Learner(tmp_path, **place) as learner:
        assert learner.settled("later")["Status"] == "ACTIVE"
        result = learner.job({"a": "<p>The norm is simple.</p>"}, "later")[0]["a"]
        assert "范数很简单" in result


def test_a_neural_engine_is_corrected(learner: Learner) -> None:
    pairs = portuguese()
    unseen = "The loss function of the model grows with the learning rate."
    plain = learner.job({"a": f"<p>{unseen}</p>"}, target="pt")
    assert "função de perda" in plain[0]["a"]
    assert learner.push("terms", pairs, target="pt")["Status"] == "ACTIVE"
    (folder,) = folders(learner, "corrected").values()
    assert json.loads((folder / CORRECTIONS).read_text())
    corrected, report = learner.job({"a": f"<p>{unseen}</p>"}, "terms", target="pt")
    assert "função de custo" in corrected["a"]
    assert "taxa de aprendizado" in corrected["a"]
    assert report["engine"].startswith("firefox-")
    assert "corrected-en-pt-" in report["engine"]


@pytest.mark.slow
def test_a_model_that_is_gone_is_an_error_that_says_so(
    tmp_path: Path, taught: dict[str, str]
) -> None:
    with Learner(tmp_path) as learner:
        learner.push("gone", taught)
        shutil.rmtree(tmp_path / "adaptation")
        with pytest.raises(ClientError, match="UnsupportedLanguagePair"):
            learner.job({"a": "<p>The loss is small.</p>"}, "gone")
