"""What parallel data teaches the embedded service, English to Chinese, measured on held-out pages.

    python benchmarks/adaptation.py [--data ../shared/data/d2l-zh] [--cache FOLDER] [--pairs 11000]

Pairs are aligned from the human edition without the five articles of the published evaluation, once
sentence by sentence and once paragraph by paragraph. With ``--pairs`` the sentence pairs are filled
up to a number with paragraph pairs of the same pages, evenly over the book. Each set is pushed to a
service, and a job translates the sentences of the five articles. Printed are the seconds and the
memory of training, the speed of decoding and of learning one sentence, how many drafts of the
sentences that the pairs do not hold are sure and what is doubted about the others, and scores by
sacrebleu, with its signature. With ``--model FOLDER`` nothing is trained, and only the drafts of
that model are counted; ``--read 25`` prints so many sure and unsure ones to be judged.
"""

from __future__ import annotations

import argparse
import html
import io
import json
import random
import re
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence, Set
from contextlib import suppress
from csv import writer
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from sacrebleu.metrics import BLEU, CHRF
from sacrebleu.significance import PairedTest

from amts_ext import alignment, files, formats
from amts_ext.facts import Side
from amts_ext.facts.negation import changed_negation
from amts_ext.service.adaptation import slots
from amts_ext.service.adaptation.corpus import side
from amts_ext.service.adaptation.statistical import LoadedModel
from amts_ext.service.engines.base import EngineOptions
from amts_ext.service.server import Service
from amts_ext.text.masking import mask
from amts_ext.translators.amazon.connection import Clients, make_clients

HELD_OUT = (
    "approx-training",
    "bert-dataset",
    "language-models-and-dataset",
    "machine-translation-and-dataset",
    "sentiment-analysis-and-dataset",
)
SURE = 0.5
BUCKET = "amts-benchmark"
ROLE = "arn:aws:iam::123456789012:role/translate"

Pairs = list[tuple[str, str]]


class Page(NamedTuple):
    """What one document gives."""

    sentences: Pairs
    paragraphs: Pairs
    unsure: Pairs
    """Paragraphs whose partners are less sure."""


def read(data: Path) -> tuple[list[Page], Pairs]:
    """The pages to learn from, and the sentence pairs to translate."""
    pages: list[Page] = []
    held_out: Pairs = []
    for original in sorted(data.rglob("*_origin.md")):
        human = original.with_name(original.name.replace("_origin", ""))
        if human.exists():
            page = aligned(original, human)
            if human.stem in HELD_OUT:
                held_out += page.sentences
            else:
                pages.append(page)
    return pages, held_out


def filled(pages: Sequence[Page], number: int) -> tuple[Pairs, int]:
    """The different sentence pairs and, with those of their page, paragraph pairs, ``number`` in
    all; and how many of them are paragraphs.

    A paragraph of one sentence is no other pair. They are taken evenly over the book, the unsure
    ones only where the others are too few.
    """
    known = {source for page in pages for source, _ in page.sentences}
    others = [_others(pages, known, unsure) for unsure in (False, True)]
    chosen: set[tuple[str, str]] = set()
    for every in others:
        most = min(max(0, number - len(known) - len(chosen)), len(every))
        chosen |= {every[i * len(every) // most] for i in range(most)}
    pairs: dict[str, str] = {}
    for page in pages:
        pairs |= dict(page.sentences)
        pairs |= {s: t for s, t in (*page.paragraphs, *page.unsure) if (s, t) in chosen}
    return list(pairs.items()), len(chosen)


def _others(pages: Sequence[Page], known: Set[str], unsure: bool) -> Pairs:
    """The paragraphs whose sources are not known, each source once."""
    sure = {s: (s, t) for page in pages for s, t in page.paragraphs if s not in known}
    rest = {s: (s, t) for page in pages for s, t in page.unsure if s not in known}
    return [pair for s, pair in rest.items() if s not in sure] if unsure else list(sure.values())


def aligned(original: Path, human: Path) -> Page:
    """The pairs of two documents."""
    reader = formats.get("d2l")
    ours, theirs = (reader.read(files.read_text(p), str(p)) for p in (original, human))
    sides = mask(ours, "en"), mask(theirs, "zh")
    found = alignment.pairs(ours, sides[0], theirs, sides[1])
    blocks = [
        alignment.Bead(
            tuple(i for i, s in enumerate(sides[0]) if s.block in bead.source),
            tuple(j for j, s in enumerate(sides[1]) if s.block in bead.target),
            bead.score,
        )
        for bead in alignment.align_blocks(ours, sides[0], theirs, sides[1])
    ]
    joined = alignment.pairs(ours, sides[0], theirs, sides[1], blocks)
    return Page(
        [(p.source, p.target) for p in found if p.score >= SURE],
        [(p.source, p.target) for p in joined if p.score >= SURE],
        [(p.source, p.target) for p in joined if p.score < SURE],
    )


def page(texts: Sequence[str]) -> str:
    """The texts as paragraphs of HTML, their slots kept."""
    lines = []
    for text in texts:
        pieces = [
            html.escape(c) if kind == "text" else f'<span translate="no">{html.escape(c)}</span>'
            for kind, c in slots.parts(text)
        ]
        lines.append(f"<p>{''.join(pieces)}</p>")
    return "<html><body>\n" + "\n".join(lines) + "\n</body></html>"


def plain(text: str) -> str:
    """A text as a reader sees it: slots with their content, without marks of emphasis."""
    return "".join(content for _, content in slots.parts(text)).strip()


class Bench:
    """A service, and what is asked of it."""

    def __init__(self, service: Service) -> None:
        self.clients: Clients = make_clients(
            region="us-east-1", endpoint=service.url, dummy=True, timeout=900
        )
        self.clients.s3.create_bucket(Bucket=BUCKET)

    def push(self, name: str, pairs: Pairs) -> float:
        """Create or update parallel data; seconds until it is ACTIVE."""
        text = io.StringIO()
        rows = [(s, t) for s, t in pairs if not (s + t).startswith(tuple("+-=@"))]
        writer(text, lineterminator="\n").writerows([("en", "zh"), *rows])
        self.clients.s3.put_object(Bucket=BUCKET, Key=f"{name}.csv", Body=text.getvalue().encode())
        config: Any = {"S3Uri": f"s3://{BUCKET}/{name}.csv", "Format": "CSV"}
        translate = self.clients.translate
        known = {p["Name"] for p in translate.list_parallel_data()["ParallelDataPropertiesList"]}
        began = time.perf_counter()
        act = translate.update_parallel_data if name in known else translate.create_parallel_data
        act(Name=name, ParallelDataConfig=config)
        while True:
            found = translate.get_parallel_data(Name=name)["ParallelDataProperties"]
            states = {found["Status"], found.get("LatestUpdateAttemptStatus")}
            if not states & {"CREATING", "UPDATING"}:
                break
            time.sleep(min(1, 0.02 + (time.perf_counter() - began) / 50))
        if found["Status"] != "ACTIVE" or found.get("Message"):
            sys.exit(f"{name}: {found['Status']} {found.get('Message')}")
        return time.perf_counter() - began

    def translate(self, name: str, texts: Sequence[str]) -> list[str]:
        """Translate texts in a job; each as a reader sees it."""
        key = f"in-{name}-{time.monotonic_ns()}"
        body = page(texts).encode()
        self.clients.s3.put_object(Bucket=BUCKET, Key=f"{key}/page.html", Body=body)
        translate = self.clients.translate
        job = translate.start_text_translation_job(
            InputDataConfig={"S3Uri": f"s3://{BUCKET}/{key}/", "ContentType": "text/html"},
            OutputDataConfig={"S3Uri": f"s3://{BUCKET}/out/"},
            DataAccessRoleArn=ROLE,
            SourceLanguageCode="en",
            TargetLanguageCodes=["zh"],
            ParallelDataNames=[name],
        )["JobId"]
        while True:
            found = translate.describe_text_translation_job(JobId=job)
            state = found["TextTranslationJobProperties"]
            if state["JobStatus"] not in ("SUBMITTED", "IN_PROGRESS"):
                break
            time.sleep(0.1)
        folder = state["OutputDataConfig"]["S3Uri"].removeprefix(f"s3://{BUCKET}/")
        answer = self.clients.s3.get_object(Bucket=BUCKET, Key=f"{folder}zh.page.html")
        lines = answer["Body"].read().decode().splitlines()[1:-1]
        return [
            html.unescape(re.sub(r"</?(?:p|span)\b[^<>]*>", "", line)).strip() for line in lines
        ]


def speed(folder: Path, texts: Sequence[str]) -> None:
    """Print how fast one process decodes, and learns one sentence."""
    model = LoadedModel(folder, "en", "zh")
    asked = [slots.masked(t)[0] for t in texts]
    words = sum(len(side(slots.tokens(t), "en", True).words) for t in asked)
    began = time.process_time()
    model.translate(asked)
    print(f"decoding: {words / (time.process_time() - began):.0f} tokens/s of CPU, one process")
    for source, target in (
        ("A grey cat sleeps on $y$.", "一只灰猫睡在$y$上。"),
        ("The blue heron waits beside $x$.", "蓝鹭在$x$旁边等候。"),
    ):  # the first loads jieba's dictionary
        began = time.perf_counter()
        model.learn([(source, target)])
        took = time.perf_counter() - began
    back = model.translate(slots.masked(source))[0]
    print(f"one sentence learned in {took:.2f} s; then: {back}")


def count_drafts(folder: Path, pages: Sequence[Page], held_out: Pairs, number: int) -> None:
    """Print how many drafts are sure, what is doubted about the others, and some to be judged."""
    known = {source for page in pages for source, _ in page.sentences}
    asked = {source: target for source, target in held_out if source not in known}
    texts = [slots.masked(source)[0] for source in asked]
    drafts = LoadedModel(folder, "en", "zh").drafts(texts)
    every = list(zip(texts, drafts, asked.values(), strict=True))
    sure = [each for each in every if not each[1].doubts]
    unsure = [each for each in every if each[1].doubts]
    reasons = Counter(d.partition(":")[0] for _, draft, _ in unsure for d in draft.doubts)
    told = ", ".join(f"{reason}: {count}" for reason, count in reasons.most_common())
    print(f"drafts: {len(sure)} of {len(every)} sure; {told}")
    for group in (sure, unsure):
        for text, draft, target in random.Random(0).sample(group, min(number, len(group))):
            print("\n".join(["", text, draft.text, plain(target), *draft.doubts]))


def false_negations(pages: Sequence[Page]) -> None:
    """Print how many human pairs the rule about negations would call wrong."""
    pairs = {s: t for page in pages for s, t in page.sentences}
    sides = [(Side((plain(s),)), Side((plain(t),))) for s, t in pairs.items()]
    faults = [next(changed_negation(*both, ("en", "zh")), "") for both in sides]
    found = Counter(fault.partition(":")[0] for fault in faults if fault)
    told = ", ".join(f"{count} {fault}" for fault, count in found.most_common())
    print(f"of {len(pairs)} human pairs {told}")


def score(names: Sequence[str], hypotheses: Sequence[list[str]], references: list[str]) -> None:
    """Print the scores of the systems; p by paired bootstrap against the first."""
    systems = list(zip(names, hypotheses, strict=True))
    metrics: Any = {"BLEU": BLEU(tokenize="zh", references=[references])}
    metrics["chrF"] = CHRF(references=[references])
    signatures, found = PairedTest(
        systems, metrics, references=None, test_type="bs", n_samples=1000
    )()
    for number, name in enumerate(found["System"]):
        values = [
            f"{metric} {found[metric][number].score:.1f}"
            + (f" (p = {p:.3f})" if (p := found[metric][number].p_value) is not None else "")
            for metric in signatures
        ]
        print(f"{name}: {', '.join(values)}")
    for metric, signature in signatures.items():
        print(f"{metric}: {signature}")


class Memory:
    """The memory that all processes below this one take together, looked at twice a second."""

    def __init__(self) -> None:
        self.most = 0
        """Bytes, shared pages counted once."""
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        while not self._done.wait(0.5):
            with suppress(psutil.Error):
                every = psutil.Process().children(recursive=True)
                self.most = max(self.most, sum(p.memory_full_info().pss for p in every))

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


def measure(bench: Bench, name: str, pairs: Pairs, sources: Sequence[str]) -> list[str]:
    """Push one set of pairs, print what that took, and translate the held-out sentences."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Memory() as memory:
        seconds = bench.push(name, pairs)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(f"{name}: ACTIVE after {seconds:.1f} s; training took {cpu:.0f} s of CPU")
    largest = f"the largest process so far: {used.ru_maxrss / 1024:.0f} MB"
    print(f"{largest}; all of the training together: {memory.most / 1e6:.0f} MB", flush=True)
    return bench.translate(name, sources)


def run(
    folder: Path, only: str, data: Path, number: int, model: Path | None = None, shown: int = 0
) -> None:
    """Measure and print; what is learned stays in the folder."""
    pages, held_out = read(data)
    sentences = [pair for page in pages for pair in page.sentences]
    paragraphs = [pair for page in pages for pair in page.paragraphs]
    sources, references = [s for s, _ in held_out], [plain(t) for _, t in held_out]
    counts = f"{len(sentences)} sentence pairs, {len(paragraphs)} paragraph pairs"
    print(f"{counts}; {len(sources)} sentences held out")
    false_negations(pages)
    if model:
        count_drafts(model, pages, held_out, shown)
        return
    if number:
        sentences, added = filled(pages, number)
        print(f"learned from: {len(sentences)} different pairs, {added} of them paragraphs")
    sys.stdout.flush()
    results: dict[str, list[str]] = {}
    options = EngineOptions(offline=True, cache=str(folder))
    with Service(engine="firefox", options=options) as service:
        bench = Bench(service)
        for name, pairs in (("sentences", sentences), ("paragraphs", paragraphs)):
            if only in ("", name):
                results[name] = measure(bench, name, pairs, sources)
        if "sentences" in results:
            added = [*sentences, ("The blue heron waits.", "蓝鹭在等候。")]
            print(
                f"an update with one new pair: ACTIVE after {bench.push('sentences', added):.2f} s"
            )
            print(f"the same data again: ACTIVE after {bench.push('again', sentences):.2f} s")
    results["the source as it is"] = [plain(s) for s in sources]
    score(list(results), list(results.values()), references)
    models = (folder / "adaptation").glob("*/settings.json")
    largest = max(models, key=lambda p: int(json.loads(p.read_text())["examples"])).parent
    speed(largest, sources)
    count_drafts(largest, pages, held_out, shown)


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    default = Path(__file__).resolve().parents[2] / "shared/data/d2l-zh"
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--only", choices=["", "sentences", "paragraphs"], default="")
    text = "fill the sentence pairs up to so many with paragraph pairs"
    parser.add_argument("--pairs", type=int, default=0, help=text)
    parser.add_argument("--cache", type=Path, help="keep what is learned here, and use it again")
    parser.add_argument("--model", type=Path, help="count the drafts of this model only")
    parser.add_argument("--read", type=int, default=0, help="print so many drafts of each kind")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        cache = chosen.cache or Path(folder)
        run(cache, chosen.only, chosen.data, chosen.pairs, chosen.model, chosen.read)


if __name__ == "__main__":
    main()
