"""Engines, their workers, their models, and the markup that has to survive them."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amts_ext.errors import ConfigError, TranslatorError
from amts_ext.model import Half
from amts_ext.service.documents import translate_html, translate_plain
from amts_ext.service.engines import models
from amts_ext.service.engines.base import EngineOptions, NoEngineError
from amts_ext.service.engines.echo import Echo
from amts_ext.service.engines.pool import Pool
from amts_ext.service.engines.registry import make
from amts_ext.service.engines.repair import collapse
from amts_ext.service.markup import Help, Mark, Piece, translate_runs


class Trouble(Echo):
    """A worker's bad days, asked for by the text itself."""

    def change(self, text: str) -> str:
        if text == "raise":
            raise RuntimeError("no good")
        if text == "pid":
            return str(os.getpid())
        if text == "print":
            print("noise on stdout")
        if match := re.fullmatch(r"die once (.*)", text):
            if not Path(match[1]).exists():
                Path(match[1]).touch()
                os.kill(os.getpid(), signal.SIGKILL)
            return "alive"
        if text == "die":
            os._exit(3)
        return text


@pytest.fixture
def pool() -> Iterator[Pool]:
    pool = Pool("test_engines:Trouble", EngineOptions(), 2)
    yield pool
    pool.close()


def test_pool_keeps_order_over_chunks_and_workers(pool: Pool) -> None:
    texts = [f"{i} {'x' * 200}" for i in range(300)]
    assert pool.translate("en", "pt", texts) == texts
    assert len(pool._started) == 2


def test_pool_starts_one_worker_for_one_sentence(pool: Pool) -> None:
    first = pool.translate("en", "pt", ["pid"])
    assert pool.translate("en", "pt", ["pid"]) == first
    assert len(pool._started) == 1


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
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    run = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, env=environment, timeout=30
    )
    hello, pid = run.stdout.splitlines()
    assert hello == "['hello']"
    wait_until(lambda: not Path(f"/proc/{pid}").exists() or _is_zombie(pid))


def _is_zombie(pid: str) -> bool:
    return ") Z " in Path(f"/proc/{pid}/stat").read_text()


def wait_until(test: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


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


def test_a_model_is_downloaded_once(catalogue: Catalogue, tmp_path: Path) -> None:
    options = EngineOptions(cache=str(tmp_path))
    engine = make("firefox", options)
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
    engine = make("firefox", EngineOptions(cache=str(tmp_path)))
    pivot = {**catalogue.records[0], "sourceLanguage": "pt", "targetLanguage": "en"}
    catalogue.records.append(pivot)  # offered by the catalogue, but on disk already
    engine.prepare("pt", "gl")
    assert [p.name for p in tmp_path.iterdir()] == ["en-gl"]
    assert engine.load("pt", "gl").translate(["O modelo."]) == ["O modelo."]


def test_a_damaged_download_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    catalogue.files["/files/vocab.engl.spm"] = zstd(b"something else")
    engine = make("firefox", EngineOptions(cache=str(tmp_path)))
    with pytest.raises(NoEngineError, match="en to gl did not load"):
        engine.prepare("en", "gl")
    assert not list(tmp_path.iterdir()), "nothing half-written is left"


def test_a_missing_file_is_told(catalogue: Catalogue, tmp_path: Path) -> None:
    del catalogue.files["/files/vocab.engl.spm"]
    engine = make("firefox", EngineOptions(cache=str(tmp_path)))
    with pytest.raises(NoEngineError, match="404"):
        engine.prepare("en", "gl")


def test_models_of_another_generation_are_not_used(catalogue: Catalogue, tmp_path: Path) -> None:
    engine = make("firefox", EngineOptions(cache=str(tmp_path)))
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
        began = time.monotonic()
        for target in ("zh", "es", "ja"):
            with pytest.raises(NoEngineError, match=f"en to {target}: .*out of reach"):
                engine.check("en", target)
        assert time.monotonic() - began < 1.5


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


# Markup ------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><title>Deep learning</title><style>a { b: c }</style></head>
<body class="x">
<p id='1'>The model is <span translate='no' id='x'>$a&lt;b$</span> trained.</p>
<p id="2">We <b>strongly</b> recommend the <a href="x&amp;y">official <i>guide</i></a>, see
 <span translate="no">:numref:`a`</span>. Then  set <span translate="no">$x$</span> to 1 &amp; stop.
<h1><b>INTRODUCTION</b></h1><p>123 <p>unclosed<br>line two <!-- a comment -->
<p translate=no>Keep <p>this<script>if (a < b) { "text" }</script>
<pre>x  y
</pre><p>stray </b> tag and <i>open &lt;tag&gt; caf&eacute;
</body></html>
"""


def html_by(change: Callable[[list[str]], list[str]], text: str = PAGE, **help: object) -> str:
    adapt = Help(**help)  # type: ignore[arg-type]
    return translate_html(text, lambda runs: translate_runs(runs, change, "en", adapt))


def test_an_engine_that_changes_nothing_leaves_every_byte() -> None:
    assert html_by(list) == PAGE
    text = "One.\nTwo  is\nwrapped. \n\n\n  Next XM0 paragraph.\n"
    assert translate_plain(text, lambda runs: translate_runs(runs, list, "en")) == text


def lose_tokens(texts: list[str]) -> list[str]:
    return [re.sub(r"\b(XM|QX|ZV)\d+\b", "", t).upper() for t in texts]


def double_tokens(texts: list[str]) -> list[str]:
    return [re.sub(r"\b(XM|QX|ZV)(\d+)\b", r"\1\2 \1\2", t).upper() for t in texts]


def turn_round(texts: list[str]) -> list[str]:
    return [" ".join(reversed(t.upper().split())) for t in texts]


def upper(texts: list[str]) -> list[str]:
    return [t.upper() for t in texts]


@pytest.mark.parametrize("engine", [lose_tokens, double_tokens, turn_round, upper])
def test_tags_and_kept_elements_survive_any_engine(
    engine: Callable[[list[str]], list[str]],
) -> None:
    result = html_by(engine)
    assert sorted(re.findall(r"<[^>]*>", result)) == sorted(re.findall(r"<[^>]*>", PAGE))
    for kept in ("$a&lt;b$", ":numref:`a`", "$x$", "Keep ", "a { b: c }", 'if (a < b) { "text" }'):
        assert result.count(f">{kept}<") == 1, kept
    assert "MODEL" in result and "model" not in result
    assert "STRONGLY</b>" in result and "<i>GUIDE</i></a>" in result
    assert not re.search(r"(XM|QX|ZV)\d", result)


def test_only_sentences_that_lost_a_token_are_sent_again() -> None:
    calls: list[list[str]] = []

    def engine(texts: list[str]) -> list[str]:
        calls.append(texts)
        return [t.replace("XM0", "") if "bad" in t else t.upper() for t in texts]

    text = "<p>Good <b>x</b> one.</p><p>A bad <i>y</i> one.</p><p>Plain.</p>"
    result = html_by(engine, text)
    assert result == "<p>GOOD <b>X</b> ONE.</p><p>A bad <i>y</i> one.</p><p>PLAIN.</p>"
    assert calls == [
        ["Good XM0 x XM1 one.", "A bad XM0 y XM1 one.", "Plain."],
        ["A bad QX0 y QX1 one."],
    ]


def test_text_that_looks_like_a_token_takes_another_shape() -> None:
    seen: list[str] = []

    def engine(texts: list[str]) -> list[str]:
        seen.extend(texts)
        return upper(texts)

    assert html_by(engine, "<p>the XM1 <b>model</b></p>") == "<p>THE XM1 <b>MODEL</b></p>"
    assert seen == ["the XM1 QX0 model QX1"]


def test_examples_win_and_kept_elements_find_their_place() -> None:
    kept = '<span translate="no">$x$</span>'
    examples = {"The model is trained.": "O modelo!", "Set $x$ to 1.": "Que $x$ seja 1."}
    text = f"<p>Hello. The  model\nis trained. Bye.</p><p>Set {kept} to 1.</p>"
    result = html_by(upper, text, examples=examples)
    assert result == f"<p>HELLO. O modelo! BYE.</p><p>Que {kept} seja 1.</p>"


def test_terms_are_whole_words_and_the_longest_wins() -> None:
    terms = {"learning": "wrong", "deep learning": "aprendizado & profundo"}
    result = html_by(upper, "<p>We like deep learning, learnings too.</p>", terms=terms)
    assert result == "<p>WE LIKE aprendizado &amp; profundo, LEARNINGS TOO.</p>"


def test_terms_of_a_script_without_spaces_need_no_word_ends() -> None:
    assert html_by(upper, "<p>用深度学习x</p>", terms={"深度学习": "deep"}) == "<p>用 deepX</p>"


def test_what_looks_like_a_tag_is_kept_from_the_engine() -> None:
    seen: list[str] = []

    def engine(texts: list[str]) -> list[str]:
        seen.extend(texts)
        return upper(texts)

    text = "<p>the &lt;mask&gt; of 1 &lt; n</p>"
    assert html_by(engine, text) == "<p>THE &lt;mask&gt; OF 1 &lt; N</p>"
    assert seen == ["the XM0 of 1 XM1 n"]


ATOMS = [
    *["<", "</", ">", "<p>", "</p>", "<b>", "</b>", "<i>", "</i>", "<br/>", "<span translate=no>"],
    *["</span>", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "<![3", "]]>", "<?x", "<!D"],
    *["&amp;", "&#13;", "&x", "\n", "\r\n", " ", "a", "漢", "'", '"', "=", "<title>", "\0"],
]


@given(st.lists(st.sampled_from(ATOMS), max_size=14).map("".join))
@settings(max_examples=500, deadline=None)
def test_any_text_is_html_and_keeps_its_bytes(text: str) -> None:
    assert html_by(list, text) == text
    html_by(upper, text)


def test_spaces_beside_tokens_are_taken_back() -> None:
    text = "<p>(<b>x</b>) the <i translate=no>y</i>-axis, a<b>b</b>c <u translate=no>z</u>.</p>"

    def engine(texts: list[str]) -> list[str]:
        return [t.upper().replace("-", " -").replace(".", " .") for t in texts]

    assert html_by(engine, text) == (
        "<p>(<b>X</b>) THE <i translate=no>y</i> -AXIS, A<b>B</b>C <u translate=no>z</u>.</p>"
    )


WORDS = st.text(alphabet="ab Z.,!?é漢<&\n ", max_size=12)


@st.composite
def runs(draw: st.DrawFn) -> list[Piece]:
    """Text and marks, pairs nested."""
    pieces: list[Piece] = []
    open_pairs: list[int] = []
    for number in range(draw(st.integers(0, 6))):
        pieces.append(draw(WORDS))
        kind = draw(st.sampled_from(["single", "open", "close"]))
        if kind == "close" and open_pairs:
            pieces.append(Mark("</>", Half.CLOSE, open_pairs.pop()))
        elif kind == "open":
            open_pairs.append(number)
            pieces.append(Mark("<>", Half.OPEN, number))
        else:
            pieces.append(Mark(f"[{number}]"))
    pieces += [Mark("</>", Half.CLOSE, pair) for pair in reversed(open_pairs)]
    return [p for p in pieces if p]


@given(runs(), st.sampled_from([list, lose_tokens, double_tokens, turn_round, upper]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_marks_survive_in_any_run(
    run: list[Piece], engine: Callable[[list[str]], list[str]]
) -> None:
    [result] = translate_runs([run], engine, "en")
    marks = [p for p in run if isinstance(p, Mark)]
    got = [p for p in result if isinstance(p, Mark)]
    assert sorted(map(id, got)) == sorted(map(id, marks))
    waiting: list[int] = []
    for mark in got:
        if mark.half is Half.OPEN:
            waiting.append(mark.pair)
        elif mark.half is Half.CLOSE:
            assert waiting.pop() == mark.pair
    if engine is list:
        joined = ["".join(p for p in pieces if isinstance(p, str)) for pieces in (run, result)]
        assert joined[0] == joined[1]
