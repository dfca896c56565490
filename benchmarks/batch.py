"""The batch path of Amazon Translate's client: what it costs beside the engine, and how it grows.

    python benchmarks/batch.py [--documents 100 1000]

Books of documents of 20 kB each, translated from the first segment to the last file by jobs on the
embedded service with the echo engine. The service runs in a process of its own: what is measured
is the client's process, CPU seconds of all its threads and the peak of its memory. *Client* is what
the translator takes by itself; the build also reads, masks, looks up, stores and writes. A second
build of the same book shows what is left when everything is remembered.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BUCKET = "amts-benchmark"
_SERVE = (
    "from amts_ext.service.server import serve\n"
    "serve(0, engine='echo', ready=lambda url: print(url, flush=True))\n"
)
_CONFIG = """[project]
name = large
title = Large
lang = en

[build]
notebooks = *.md

[translation]
translator = aws

[amts]
langs = pt
bucket = {bucket}
role_arn = arn:aws:iam::123456789012:role/translate
region = us-east-1
endpoint = {url}
"""


def document(number: int) -> str:
    """About 20 kB as a section of D2L has them: prose, math and code, no sentence twice."""
    parts = [f"# Section {number}\n"]
    for i in range(50):
        name = f"{number}.{i}"
        parts.append(
            f"The sample {name} has a mean $\\bar x_{{{i}}}$ that is the balance of its values "
            "and a spread that we take from all of them.\n"
            f"If the **weights** of {name} are equal, both agree; otherwise the heavier "
            "side wins and the lighter one follows it a little.\n"
        )
        code = [f"    total += weights[{k}] * values[{k}]  # {name}" for k in range(3)]
        parts.append("\n".join(["```{.python .input}", "def mean():", *code, "```", ""]))
    return "\n".join(parts)


def build(folder: Path) -> dict[str, float]:
    """Translate the book in this process; CPU seconds, and the peak of memory in MB.

    ``client`` is what the translator itself takes: documents, jobs, transfers, reading results.
    """
    from amts_ext.config import load
    from amts_ext.pipeline.book import translate_book
    from amts_ext.translators.amazon import from_config

    config = load(folder / "config.ini")
    translator = from_config(config)
    ask, client = translator.translate, 0.0

    def timed(*arguments: Any) -> Iterator[Any]:
        nonlocal client
        answers = ask(*arguments)
        while True:
            begin = time.process_time()
            some = next(answers, None)
            client += time.process_time() - begin
            if some is None:
                return
            yield some

    translator.translate = timed  # type: ignore[method-assign]
    wall, cpu = time.perf_counter(), time.process_time()
    result = translate_book(config, translator=translator)["pt"]
    assert not result.problems, result.problems[:3]
    return {
        "client": client,
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - wall,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "segments": sum(result.counts.values()),
    }


def measure(documents: int, url: str) -> dict[str, float]:
    """Build a book twice, each time in a fresh process; prints both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "config.ini").write_text(_CONFIG.format(bucket=BUCKET, url=url))
        size = 0
        for number in range(documents):
            text = document(number)
            size += len(text)
            (folder / f"d{number:05}.md").write_text(text)
        first = _child(folder)
        again = _child(folder)
    print(
        f"{documents:5} documents, {size / 1e6:.1f} MB, {first['segments']:,} segments: "
        f"client {first['client']:.2f} s CPU; whole build {first['cpu']:.2f} s CPU, "
        f"{first['peak']:.0f} MB at most, {first['wall']:.1f} s with the service; "
        f"remembered {again['cpu']:.2f} s CPU",
        flush=True,
    )
    return first


def _child(folder: Path) -> dict[str, float]:
    command = [sys.executable, __file__, "--build", str(folder)]
    secrets = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    out = subprocess.run(command, env=os.environ | secrets, check=True, capture_output=True).stdout
    return json.loads(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.build:
        print(json.dumps(build(arguments.build)))
        return
    service = subprocess.Popen([sys.executable, "-c", _SERVE], stdout=subprocess.PIPE, text=True)
    try:
        assert service.stdout is not None
        url = service.stdout.readline().strip()
        from amts_ext.translators.amazon.connection import make_clients

        make_clients(region="us-east-1", endpoint=url, dummy=True).s3.create_bucket(Bucket=BUCKET)
        found = [measure(count, url) for count in arguments.documents]
        for count, each in zip(arguments.documents, found, strict=True):
            factor = count / arguments.documents[0]
            growth = [each[part] / found[0][part] / factor for part in ("client", "cpu")]
            print(f"growth {count:5}: client {growth[0]:.2f}, build {growth[1]:.2f} of linear")
    finally:
        service.terminate()
        service.wait()


if __name__ == "__main__":
    main()
