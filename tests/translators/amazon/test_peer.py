"""The client against another emulation: the four job operations of ``ministack``.

``tox -e ministack`` brings that program; elsewhere these tests skip.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.aws import BUCKET, Connection, TestBook, tiny

from amts_ext.translators.amazon.connection import make_clients

PROGRAM = os.environ.get("AMTS_MINISTACK") or shutil.which("ministack")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs ministack: run tox -e ministack")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address, with the bucket."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"GATEWAY_PORT": str(port), "TRANSLATE_JOB_RUN_SECONDS": "0.5", "HOST": "127.0.0.1"}
    folder = tmp_path_factory.mktemp("ministack")
    process = subprocess.Popen(
        [str(PROGRAM)], env=os.environ | own, cwd=folder, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(address, timeout=2)
            break
        except urllib.error.HTTPError:
            break
        except OSError:
            assert time.monotonic() < end and process.poll() is None, "ministack did not start"
            time.sleep(0.2)
    make_clients(region="us-east-1", endpoint=address, dummy=True).s3.create_bucket(Bucket=BUCKET)
    yield address
    process.terminate()
    process.wait()


def test_a_book_in_two_languages(url: str, tmp_path: Path) -> None:
    """Its translation is canned text: what counts is that every slot and segment comes back."""
    book = tiny(tmp_path, "peer", langs=("pt", "es"))
    results = book.build(Connection(url), rounds=1)
    for lang, result in results.items():
        assert result.counts["machine"] == 12, (lang, result.problems)
        text = book.result(lang)["d1.md"]
        assert "$x_1$" in text and "](u1)" in text and text.count("**") == 2


def test_the_same_job_is_found_again(url: str, tmp_path: Path) -> None:
    book = tiny(tmp_path, "again", langs=("pt",))
    book.build(Connection(url), rounds=1)
    translate = make_clients(region="us-east-1", endpoint=url, dummy=True).translate
    before = translate.list_text_translation_jobs()["TextTranslationJobPropertiesList"]
    shutil.rmtree(tmp_path / ".amts")
    TestBook(tmp_path, book.texts, ("pt",)).build(Connection(url), rounds=1)
    after = translate.list_text_translation_jobs()["TextTranslationJobPropertiesList"]
    assert len(before) == len(after)
