"""XLIFF 1.2 in the embedded service."""

from __future__ import annotations

from typing import Any

import pytest
from service_clients import PAIR
from service_help import finished, get, put, start

from amts_ext.service.server import Service
from amts_ext.service.xliff import XliffError, translate_xliff
from amts_ext.translators.aws import make_clients

XLIFF = """<?xml version="1.0" encoding="UTF-8"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">
 <file original="a>b.txt" source-language="en" target-language='fr' datatype="plaintext"><body>
  <trans-unit id="1"><source>The <g id="1">mean</g> &amp; <x id="2"/>more</source></trans-unit>
  <trans-unit id="2"><source>old</source>
   <target state="new">vieux</target><note>kept</note></trans-unit>
  <trans-unit id="3" translate="no"><source>not this</source></trans-unit>
  <trans-unit id="4"><source><![CDATA[a < b]]> <ph id="1">{0}</ph></source></trans-unit>
  <trans-unit id="5"><source/></trans-unit>
  <!-- <source>comment</source> -->
 </body></file>
</xliff>
"""


def upper(runs: Any) -> Any:
    return [[p.upper() if isinstance(p, str) else p for p in run] for run in runs]


def test_xliff_keeps_all_but_the_targets() -> None:
    expected = (
        XLIFF.replace("target-language='fr'", 'target-language="pt"')
        .replace(
            "more</source>",
            'more</source><target xml:lang="pt">'
            'THE <g id="1">MEAN</g> &amp; <x id="2"/>MORE</target>',
        )
        .replace('<target state="new">vieux</target>', '<target xml:lang="pt">OLD</target>')
        .replace(
            "</ph></source>",
            '</ph></source><target xml:lang="pt">A &lt; B <ph id="1">{0}</ph></target>',
        )
    )
    assert translate_xliff(XLIFF, "pt", upper) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("<xliff", "not XML"),
        ("<p/>", "not XLIFF 1.2"),
        ('<xliff version="2.0"/>', "not XLIFF 1.2"),
        ('<!DOCTYPE x [<!ENTITY e "x">]><xliff version="1.2">&e;</xliff>', "not allowed"),
        ('<!DOCTYPE x SYSTEM "http://x/"><xliff version="1.2"/>', "not allowed"),
    ],
)
def test_xliff_that_is_refused(content: str, message: str) -> None:
    with pytest.raises(XliffError, match=message):
        translate_xliff(content, "pt", upper)


def test_xliff_jobs_in_several_languages_and_nested_folders() -> None:
    with Service(engine="upper", workers=1) as service:
        clients = make_clients(region="us-east-1", endpoint=service.url, dummy=True)
        clients.s3.create_bucket(Bucket="books")
        put(clients, "in/deep/a.xlf", XLIFF)
        put(clients, "in/bad.xlf", "<p/>")
        kind = "application/x-xliff+xml"
        job = start(clients, "in", ContentType=kind, TargetLanguageCodes=["pt", "de"])
        ended = finished(clients, job)
        assert ended["JobStatus"] == "COMPLETED_WITH_ERROR"
        assert ended["JobDetails"]["TranslatedDocumentsCount"] == 2
        result = get(clients, ended["OutputDataConfig"]["S3Uri"] + "deep/de.a.xlf")
        assert '<target xml:lang="de">THE <g id="1">MEAN</g>' in result
        content: Any = {"Content": XLIFF.encode(), "ContentType": kind}
        with pytest.raises(clients.translate.exceptions.InvalidRequestException):
            clients.translate.translate_document(Document=content, **PAIR)
