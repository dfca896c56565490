"""Source language ``auto``, settings, and the terms that answers and details tell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.service_process import PAIR, Clients

from amts_ext.service.content.detection import CONFIDENT, detect
from amts_ext.service.content.languages import CODES
from amts_ext.service.operations.direct import FORMAL
from amts_ext.service.server import Service

SENTENCES = {
    "en": "The mean is the sum of all values divided by their number.",
    "es": "La media es la suma de todos los valores dividida entre su número.",
    "pt": "A média é a soma de todos os valores dividida pela sua quantidade.",
    "de": "Der Mittelwert ist die Summe aller Werte geteilt durch ihre Anzahl.",
    "fr": "La moyenne est la somme de toutes les valeurs divisée par leur nombre.",
    "zh": "平均值等于所有数值的总和除以数值的个数。",
    "zh-TW": "平均數等於所有數值的總和除以數值的個數。",
    "ja": "平均値は、すべての値の合計をその個数で割ったものです。",
    "ko": "평균은 모든 값의 합을 값의 개수로 나눈 것입니다.",
}


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Service, Clients]]:
    with Service(engine="echo", workers=1) as service:
        clients = Clients(service.url)
        clients.s3.create_bucket(Bucket="books")
        yield service, clients


@pytest.fixture
def service(running: tuple[Service, Clients]) -> Service:
    return running[0]


@pytest.fixture
def clients(running: tuple[Service, Clients]) -> Clients:
    return running[1]


def translated(clients: Clients, text: str, target: str = "en", **more: Any) -> dict[str, Any]:
    pair = {"SourceLanguageCode": "auto", "TargetLanguageCode": target}
    return dict(clients.translate.translate_text(Text=text, **pair | more))


def job(clients: Clients, folder: str, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A job's properties, and the details of its first target."""
    ended = clients.finished(clients.start(folder, **more))
    target = ended["TargetLanguageCodes"][0]
    out = ended["OutputDataConfig"]["S3Uri"]
    name = f"{out}details/{target}.auxiliary-translation-details.json"
    return ended, json.loads(clients.get(name))


# Languages that are detected ---------------------------------------------------------------------


@pytest.mark.parametrize("language", SENTENCES)
def test_the_language_of_a_sentence(clients: Clients, service: Service, language: str) -> None:
    answer = translated(clients, SENTENCES[language], target="it")
    assert answer["SourceLanguageCode"] == language
    assert service.ledger.charges[-1].source == language


@pytest.mark.parametrize("text", ["12 34", "x", "xkqz", "- - -"])
def test_a_text_that_does_not_tell_its_language(clients: Clients, text: str) -> None:
    found = detect(text)
    assert found.confidence < CONFIDENT and found.language in CODES
    error = clients.translate.exceptions.DetectedLanguageLowConfidenceException
    with pytest.raises(error, match="name it") as caught:
        translated(clients, text)
    assert caught.value.response["DetectedLanguageCode"] == found.language


def test_markup_is_not_part_of_the_language(clients: Clients) -> None:
    page = f'<p class="the english words of the markup">{SENTENCES["pt"]}</p>'
    assert translated(clients, page)["SourceLanguageCode"] == "pt"
    document = {"Content": page.encode(), "ContentType": "text/html"}
    pair = {"SourceLanguageCode": "auto", "TargetLanguageCode": "en"}
    answer = clients.translate.translate_document(Document=document, **pair)
    assert answer["SourceLanguageCode"] == "pt"
    refused = clients.translate.exceptions.InvalidRequestException
    with pytest.raises(refused, match="name it"):
        document = {"Content": b"<p>12</p>", "ContentType": "text/html"}
        clients.translate.translate_document(Document=document, **pair)


def test_each_document_of_a_job_has_its_language(clients: Clients, service: Service) -> None:
    for language in ("en", "pt"):
        clients.put(f"mixed/{language}.html", f"<p>{SENTENCES[language]}</p>")
    clients.put("mixed/unclear.html", "<p>x</p>")
    ended, details = job(clients, "mixed", SourceLanguageCode="auto", TargetLanguageCodes=["es"])
    assert (ended["JobStatus"], ended["SourceLanguageCode"]) == ("COMPLETED_WITH_ERROR", "auto")
    charges = [c for c in service.ledger.charges if c.job == ended["JobId"]]
    assert sorted((c.document, c.source) for c in charges) == [("en.html", "en"), ("pt.html", "pt")]
    [error] = [d["auxiliaryData"]["error"] for d in details["details"] if "auxiliaryData" in d]
    assert error["errorCode"] == "DetectedLanguageLowConfidenceException"


def test_a_text_in_the_target_language_comes_back_for_nothing(
    clients: Clients, service: Service
) -> None:
    answer = translated(clients, SENTENCES["en"], target="en")
    assert answer["TranslatedText"] == SENTENCES["en"]
    assert (service.ledger.charges[-1].source, service.ledger.charges[-1].characters) == ("en", 0)


def test_documents_go_from_or_into_english(clients: Clients) -> None:
    document = {"Content": b"x", "ContentType": "text/plain"}
    error = clients.translate.exceptions.UnsupportedLanguagePairException
    with pytest.raises(error, match="English") as caught:
        clients.translate.translate_document(
            Document=document, SourceLanguageCode="de", TargetLanguageCode="pt"
        )
    assert caught.value.response["SourceLanguageCode"] == "de"


# Settings ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "asked"),
    [
        ("en", "pt", {"Formality": "FORMAL"}),  # not known in Portuguese
        ("en", "de", {"Formality": "FORMAL"}),  # known in German, but not by these engines
        ("en", "fr", {"Brevity": "ON"}),
    ],
)
def test_what_is_not_followed_is_not_told(
    clients: Clients, source: str, target: str, asked: dict[str, str]
) -> None:
    pair = {"SourceLanguageCode": source, "TargetLanguageCode": target}
    answer = clients.translate.translate_text(Text="some words", Settings=asked, **pair)
    assert answer["TranslatedText"] == "some words" and "AppliedSettings" not in answer


def test_documents_refuse_formality_where_it_is_not_known(clients: Clients) -> None:
    document = {"Content": b"good morning", "ContentType": "text/plain"}
    asked: Any = {"Document": document, "Settings": {"Formality": "FORMAL"}}
    with pytest.raises(clients.translate.exceptions.InvalidRequestException, match="formality"):
        clients.translate.translate_document(**asked, **PAIR)
    assert "de" in FORMAL
    pair = {**PAIR, "TargetLanguageCode": "de"}
    assert "AppliedSettings" not in clients.translate.translate_document(**asked, **pair)


def test_masking_of_profane_words_is_refused(clients: Clients) -> None:
    refused = clients.translate.exceptions.InvalidRequestException
    asked: Any = {"Settings": {"Profanity": "MASK"}}
    document = {"Content": b"x", "ContentType": "text/plain"}
    with pytest.raises(refused, match="Profanity is not supported"):
        clients.translate.translate_text(Text="x", **asked, **PAIR)
    with pytest.raises(refused, match="Profanity is not supported"):
        clients.translate.translate_document(Document=document, **asked, **PAIR)
    clients.put("coarse/a.html", "<p>x</p>")
    with pytest.raises(refused, match="Profanity is not supported"):
        clients.start("coarse", **asked)


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize("kind", [WORD, "application/x-xliff+xml", "image/png"])
def test_other_documents_than_html_and_text_are_refused(clients: Clients, kind: str) -> None:
    refused = clients.translate.exceptions.InvalidRequestException
    clients.put("other/a.docx", "x")
    with pytest.raises(refused, match="the content types are text/html, text/plain, not"):
        asked = {"S3Uri": "s3://books/other/", "ContentType": kind}
        clients.start("other", InputDataConfig=asked)
    document = {"Content": b"x", "ContentType": kind}
    with pytest.raises(refused, match="the content types are text/html, text/plain, not"):
        clients.translate.translate_document(Document=document, **PAIR)


# Terms -------------------------------------------------------------------------------------------


def test_details_tell_the_terms_that_a_document_holds(clients: Clients) -> None:
    data = {"File": "en,pt\nmean,média\nmode,moda\n".encode(), "Format": "CSV"}
    clients.translate.import_terminology(
        Name="words", MergeStrategy="OVERWRITE", TerminologyData=data
    )
    clients.put("terms/with.html", "<p>The mean of it.</p>")
    clients.put("terms/without.html", "<p>Nothing here.</p>")
    ended, details = job(clients, "terms", TerminologyNames=["words"])
    assert ended["JobStatus"] == "COMPLETED" and details["documentCountWithCustomerError"] == "0"
    used = {d["sourceFile"]: d.get("auxiliaryData") for d in details["details"]}
    terms = [{"sourceText": "mean", "targetText": "média"}]
    applied = {"appliedTerminologies": [{"name": "words", "terms": terms}]}
    assert used == {"with.html": applied, "without.html": None}


@pytest.mark.parametrize("names", [["absent"], ["words", "words"]])
def test_terminologies_are_checked_for_documents_too(clients: Clients, names: list[str]) -> None:
    document = {"Content": b"x", "ContentType": "text/plain"}
    with pytest.raises(ClientError):
        clients.translate.translate_document(Document=document, TerminologyNames=names, **PAIR)
