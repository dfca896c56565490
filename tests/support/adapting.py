"""What the tests of adaptation share: small corpora of our own, and a service that learns them."""

from __future__ import annotations

import csv
import io
import itertools
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from amts_ext.service.engines.base import EngineOptions
from amts_ext.service.server import Service
from amts_ext.translators.amazon.connection import Clients, make_clients

BUCKET = "amts-adaptation"
ROLE = "arn:aws:iam::123456789012:role/translate"
NOUNS = {
    "mean": "均值",
    "variance": "方差",
    "gradient": "梯度",
    "loss": "损失",
    "weight": "权重",
    "error": "误差",
    "norm": "范数",
    "learning rate": "学习率",
}
ADJECTIVES = {"small": "小", "large": "大", "stable": "稳定", "important": "重要", "simple": "简单"}


def chinese() -> dict[str, str]:
    """Some two hundred sentences that a person could have written, and their translations."""
    pairs: dict[str, str] = {}
    for i, ((n, nn), (a, aa)) in enumerate(itertools.product(NOUNS.items(), ADJECTIVES.items())):
        pairs[f"The {n} of $x_{i}$ is {a}."] = f"$x_{i}$的{nn}很{aa}。"
        pairs[f"If the {n} is {a}, we stop."] = f"如果{nn}很{aa}，我们就停止。"
    for (n, nn), (m, mm) in itertools.permutations(NOUNS.items(), 2):
        pairs[f"The {n} and the {m} change."] = f"{nn}和{mm}会变化。"
        pairs[f"We compute the {n} and the {m} with `f`."] = f"我们用`f`计算{nn}和{mm}。"
    for n, nn in NOUNS.items():
        pairs[f"The {n} is shown in :numref:`fig_{n}`."] = f"{nn}如 :numref:`fig_{n}`所示。"
    return pairs


PLACES = {
    "model": "do modelo",
    "network": "da rede",
    "layer": "da camada",
    "classifier": "do classificador",
    "encoder": "do codificador",
    "decoder": "do decodificador",
}


def portuguese() -> dict[str, str]:
    """Sentences whose translator has terms of their own: custo, aprendizado."""
    adjectives = {"small": "pequena", "large": "grande", "stable": "estável"}
    pairs: dict[str, str] = {}
    for (place, pp), (a, aa) in itertools.product(PLACES.items(), adjectives.items()):
        pairs[f"The loss function of the {place} is {a}."] = f"A função de custo {pp} é {aa}."
        pairs[f"The learning rate of the {place} is {a}."] = f"A taxa de aprendizado {pp} é {aa}."
    return pairs


def without(pairs: Mapping[str, str], *sources: str) -> dict[str, str]:
    """The pairs but for some, which must be there: what they teach comes from the others."""
    missing = set(sources) - pairs.keys()
    assert not missing, missing
    return {s: t for s, t in pairs.items() if s not in sources}


class Learner:
    """A service and its clients; data is pushed and jobs are run as on AWS."""

    def __init__(self, folder: Path, engine: str = "firefox", **settings: Any) -> None:
        options = EngineOptions(offline=True, cache=str(folder))
        self.service = Service(engine=engine, options=options, workers=1, **settings)

    def __enter__(self) -> Learner:
        self.service.start()
        self.clients = self._clients()
        self.clients.s3.create_bucket(Bucket=BUCKET)
        return self

    def __exit__(self, *_: object) -> None:
        self.service.close()

    def _clients(self) -> Clients:
        return make_clients(region="us-east-1", endpoint=self.service.url, dummy=True)

    def push(
        self, name: str, pairs: Mapping[str, str], target: str = "zh", source: str = "en"
    ) -> Any:
        """Create parallel data or update it, wait, and tell what became of it."""
        self.begin(name, pairs, target)
        return self.settled(name)

    def begin(
        self, name: str, pairs: Mapping[str, str], target: str = "zh", source: str = "en"
    ) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([("en", target), *pairs.items()])
        self.clients.s3.put_object(
            Bucket=BUCKET, Key=f"pd/{name}.csv", Body=text.getvalue().encode()
        )
        config: Any = {"S3Uri": f"s3://{BUCKET}/pd/{name}.csv", "Format": "CSV"}
        translate = self.clients.translate
        known = [p["Name"] for p in translate.list_parallel_data()["ParallelDataPropertiesList"]]
        act = translate.update_parallel_data if name in known else translate.create_parallel_data
        act(Name=name, ParallelDataConfig=config)

    def properties(self, name: str) -> Any:
        return self.clients.translate.get_parallel_data(Name=name)["ParallelDataProperties"]

    def settled(self, name: str) -> Any:
        while True:
            found = self.properties(name)
            states = {found["Status"], found.get("LatestUpdateAttemptStatus")}
            if not states & {"CREATING", "UPDATING"}:
                return found
            time.sleep(0.01)

    def job(
        self, texts: Mapping[str, str], parallel: str = "", target: str = "zh", source: str = "en"
    ) -> Any:
        """Translate HTML bodies in one job: the results by name, and the job's report."""
        folder = f"jobs/{time.monotonic_ns()}"
        for name, text in texts.items():
            body = f"<html><body>{text}</body></html>".encode()
            self.clients.s3.put_object(Bucket=BUCKET, Key=f"{folder}/in/{name}.html", Body=body)
        more: Any = {"ParallelDataNames": [parallel]} if parallel else {}
        started = self.clients.translate.start_text_translation_job(
            InputDataConfig={"S3Uri": f"s3://{BUCKET}/{folder}/in/", "ContentType": "text/html"},
            OutputDataConfig={"S3Uri": f"s3://{BUCKET}/{folder}/out/"},
            DataAccessRoleArn=ROLE,
            SourceLanguageCode="en",
            TargetLanguageCodes=[target],
            **more,
        )
        return self._collected(started["JobId"], target, list(texts))

    def _collected(self, job: str, target: str, names: list[str]) -> tuple[dict[str, str], Any]:
        describe = self.clients.translate.describe_text_translation_job
        while (found := describe(JobId=job)["TextTranslationJobProperties"])["JobStatus"] in (
            "SUBMITTED",
            "IN_PROGRESS",
        ):
            time.sleep(0.01)
        assert found["JobStatus"] == "COMPLETED", found
        prefix = found["OutputDataConfig"]["S3Uri"].removeprefix(f"s3://{BUCKET}/")

        def read(key: str) -> str:
            return (
                self.clients.s3.get_object(Bucket=BUCKET, Key=prefix + key)["Body"].read().decode()
            )

        results = {
            n: read(f"{target}.{n}.html")
            .removeprefix("<html><body>")
            .removesuffix("</body></html>")
            for n in names
        }
        return results, json.loads(read(f"details/{target}.auxiliary-translation-details.json"))
