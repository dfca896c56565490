"""Engines, their workers and their models."""

from __future__ import annotations

import hashlib
import json
import os
import re
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support.places import TESTS
from support.waiting import DEADLINE, until

from amts_ext.errors import ConfigError, TranslatorError
from amts_ext.service.engines import models
from amts_ext.service.engines.base import EngineOptions, NoEngineError
from amts_ext.service.engines.pool import Pool
from amts_ext.service.engines.registry import make
from amts_ext.service.engines.repair import collapse


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool("support.engines:Trouble", EngineOptions(), 2)
    yield pool
    pool.close()


@pytest.mark.slow
def test_pool_keeps_order_over_chunks_and_workers(pool: Pool) -> None:
    texts = [f"{i} {'x' * 200}" for i in range(300)]
    assert pool.translate("en", "pt", texts) == texts
    assert len(pool._started) == 2


def test_pool_starts_one_worker_for_one_sentence(pool: Pool) -> None:
    first = pool.translate("en", "pt", ["pid"])
    assert pool.translate("en", "pt", ["pid"]) == first
    assert len(pool._started) == 1


@pytest.mark.slow
def test_pool_survives_a_killed_worker(pool: Pool, tmp_path: Path) -> None:
    assert pool.translate("en", "pt", [f"die once {tmp_path / 'mark'}"]) == ["alive"]
    with pytest.raises(TranslatorError, match="died twice"):
        pool.translate("en", "pt", ["die"])
    assert pool.translate("en", "pt", ["and on"]) == ["and on"]


def test_pool_tells_an_engine_s_error_and_goes_on(pool: Pool) -> None:
    with pytest.raises(TranslatorError, match="RuntimeError: no good"):
        pool.translate("en", "pt", ["raise"])
    assert pool.translate("en", "pt", ["print"]) == ["print"], "stdout is the answers' alone"


def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    """Killed without a word; and a script without a main guard runs only once."""
    script = tmp_path / "script.py"
    script.write_text(
        "import os, signal\n"
        "from amts_ext.service.engines.base import EngineOptions\n"
        "from amts_ext.service.engines.pool import Pool\n"
        "pool = Pool('echo', EngineOptions(), 1)\n"
        "print(pool.translate('en', 'pt', ['hello']), flush=True)\n"
        "print(next(iter(pool._started)).pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    run = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env=environment
    )
    hello, pid = run.stdout.splitlines()
    assert hello == "['hello']"
    until(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid))


def _is_zombie(pid: str) -> bool:
    return ") Z " in Path(f"/proc/{pid}/stat").read_text()


def test_firefox_translates_with_the_bundled_models() -> None:
    pool = Pool("firefox", EngineOptions(offline=True), 2)
    try:
        pt = pool.translate("en", "pt", ["  The model is trained. ", "", "\n", "Linear Regression"])
        assert pt == ["  O modelo é treinado. ", "", "\n", "Regressão linear"]
        [en] = pool.translate("pt", "en", ["O modelo é treinado."])
        assert en == "The model is trained."
    finally:
        pool.close()


def test_curly_quotes_do_not_swallow_words() -> None:
    model = make("firefox", EngineOptions(offline=True)).load("en", "pt")
    [curly, plain] = model.translate(
        ["It’s the model’s “best” guess.", "It's the model's \"best\" guess."]
    )
    assert curly == plain and "modelo" in plain


def test_firefox_names_its_models() -> None:
    engine = make("firefox", EngineOptions(offline=True))
    assert re.fullmatch(r"firefox-[\d.]+/enpt-\d+", engine.version("en", "pt"))
    assert engine.version("pt", "zh").endswith("+en-zh-v3"), "by way of English"


def test_unknown_engine_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match=r"unknown engine 'nosuch'; known engines: .*firefox"):
        make("nosuch", EngineOptions())
    with pytest.raises(ConfigError, match="cannot be loaded"):
        make("nosuch.module:Engine", EngineOptions())


@pytest.mark.parametrize(
    ("source", "translated", "expected"),
    [
        ("Summary", "Resumo Resumo", "Resumo"),
        ("Deep learning", "Aprendizado profundo. aprendizado profundo", "Aprendizado profundo."),
        ("very very", "muito muito", "muito muito"),
        ("He said so", "e assim, e assim, e assim, e assim", "e assim"),
        ("One two three", "um dois três", "um dois três"),
    ],
)
def test_collapse(source: str, translated: str, expected: str) -> None:
    assert collapse(source, translated) == expected


# Models from the network -------------------------------------------------------------------------


def zstd(data: bytes) -> bytes:
    """A zstd frame of raw blocks (RFC 8878, 3.1.1): enough to serve files without a compressor."""
    size = 1 << 17
    blocks = [data[i : i + size] for i in range(0, len(data), size)] or [b""]
    out = b"\x28\xb5\x2f\xfd" + b"\xe0" + struct.pack("<Q", len(data))
    for number, block in enumerate(blocks):
        header = len(block) << 3 | (number == len(blocks) - 1)
        out += struct.pack("<I", header)[:3] + block
    return out


class Catalogue:
    """A Remote Settings server whose English-Galician model is the bundled Portuguese one."""

    def __init__(self) -> None:
        folder = models.find_folder("en", "pt", Path("/nowhere"))
        assert folder is not None
        self.files: dict[str, bytes] = {}
        self.records: list[dict[str, object]] = []
        self.hits: list[str] = []
        for kind in ("model", "vocab", "lex"):
            [file] = folder.glob(f"{kind}.*")
            self.add("gl", kind, file.name.replace("enpt", "engl"), file.read_bytes())
        self.add("gl", "model", "model.old.bin", b"old", version="3.0")
        self.add("xx", "model", "model.enxx.bin", b"for another engine", version="9.0")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        self.root = f"http://127.0.0.1:{self.server.server_port}"

    def add(self, target: str, kind: str, name: str, data: bytes, version: str = "3.1") -> None:
        self.files[f"/files/{name}"] = zstd(data)
        self.records.append(
            {
                "name": name,
                "fileType": kind,
                "sourceLanguage": "en",
                "targetLanguage": target,
                "version": version,
                "architecture": "base",
                "decompressedHash": hashlib.sha256(data).hexdigest(),
                "attachment": {
                    "location": f"files/{name}",
                    "hash": "",
                    "size": 0,
                    "filename": name,
                },
            }
        )

    def answer(self, path: str) -> bytes | None:
        self.hits.append(path)
        if path.endswith("/records"):
            return json.dumps({"data": self.records}).encode()
        if path == "/v1/":
            base = {"attachments": {"base_url": self.root + "/"}}
            return json.dumps({"capabilities": base}).encode()
        return self.files.get(path)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        catalogue = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = catalogue.answer(self.path)
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture
def catalogue(monkeypatch: pytest.MonkeyPatch) -> Iterator[Catalogue]:
    catalogue = Catalogue()
    monkeypatch.setenv("FXTRANSLATE_RECORDS_URL", f"{catalogue.root}/v1/buckets/m/records")
    yield catalogue
    catalogue.server.shutdown()
    catalogue.server.server_close()


def patient(folder: Path) -> EngineOptions:
    return EngineOptions(cache=str(folder), timeout=DEADLINE)


def test_a_model_is_downloaded_once(catalogue: Catalogue, tmp_path: Path) -> None:
    engine = make("firefox", patient(tmp_path))
    before = engine.version("en", "gl")
    engine.check("en", "gl")
    assert not list(tmp_path.iterdir()), "checking downloads nothing"
    engine.prepare("en", "gl")
    assert [p.name for p in tmp_path.iterdir()] == ["en-gl"], "no partial folder is left"
    assert "/files/model.old.bin" not in catalogue.hits, "the newest version only"
    assert engine.version("en", "gl") == before, "the memory's key must not change"
    hits = len(catalogue.hits)
    engine.prepare("en", "gl")
    assert len(catalogue.hits) == hits
    offline = make("firefox", EngineOptions(cache=str(tmp_path), offline=True))
    offline.check("en", "gl")
    assert offline.load("en", "gl").translate(["The model."]) == ["O modelo."]


def test_a_pair_goes_by_way_of_english(catalogue: Catalogue, tmp_path: Path) -> None:
    engine = make("firefox", patient(tmp_path))
    pivot = {**catalogue.records[0], "sourceLanguage": "pt", "targetLanguage": "en"}
    catalogue.records.append(pivot)  # offered by the catalogue, but on disk already
    engine.prepare("pt", "gl")
    assert [p.name for p in tmp_path.iterdir()] == ["en-gl"]
    assert engine.load("pt", "gl").translate(["O modelo."]) == ["O modelo."]


def test_a_damaged_download_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.files["/files/vocab.engl.spm"] = zstd(b"something else")
    engine = make("firefox", patient(tmp_path))
    with pytest.raises(NoEngineError, match="en to gl did not load"):
        engine.prepare("en", "gl")
    assert not list(tmp_path.iterdir()), "nothing half-written is left"


def test_a_missing_file_is_told(catalogue: Catalogue, tmp_path: Path) -> None:
    del catalogue.files["/files/vocab.engl.spm"]
    engine = make("firefox", patient(tmp_path))
    with pytest.raises(NoEngineError, match="404"):
        engine.prepare("en", "gl")


def test_models_of_another_generation_are_not_used(catalogue: Catalogue, tmp_path: Path) -> None:
    engine = make("firefox", patient(tmp_path))
    with pytest.raises(NoEngineError, match=r"no engine for en to xx: .*no model for it"):
        engine.check("en", "xx")


def test_offline_never_asks(catalogue: Catalogue, tmp_path: Path) -> None:
    engine = make("firefox", EngineOptions(cache=str(tmp_path), offline=True))
    with pytest.raises(NoEngineError, match=r"no engine for en to gl: .*downloads are off"):
        engine.prepare("en", "gl")
    assert not catalogue.hits


def test_a_network_that_hangs_is_given_up_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1/records"
        monkeypatch.setenv("FXTRANSLATE_RECORDS_URL", url)
        engine = make("firefox", EngineOptions(cache=str(tmp_path), timeout=0.3))
        for target in ("zh", "es", "ja"):
            with pytest.raises(NoEngineError, match=f"en to {target}: .*out of reach"):
                engine.check("en", target)
        silent.setblocking(False)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


def test_a_damaged_model_folder_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "en-gl"
    folder.mkdir()
    engine = make("firefox", EngineOptions(cache=str(tmp_path), offline=True))
    with pytest.raises(NoEngineError, match="missing"):
        engine.load("en", "gl")
    for name in ("model.bin", "vocab.spm"):
        (folder / name).write_bytes(b"broken")
    with pytest.raises(NoEngineError, match=r"en-gl: damaged model .*delete the folder"):
        engine.load("en", "gl")
