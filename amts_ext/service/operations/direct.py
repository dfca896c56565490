"""TranslateText and TranslateDocument: one text or one document, answered at once.

API: https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateText.html and
https://docs.aws.amazon.com/translate/latest/APIReference/API_TranslateDocument.html.
"""

from __future__ import annotations

from collections.abc import Callable

from amts_ext.service.content.detection import source_of
from amts_ext.service.content.runs import Help
from amts_ext.service.content.translation import Counted, Translation
from amts_ext.service.content.types import HTML, content_type, text_of
from amts_ext.service.faults.damage import damage, damage_bytes
from amts_ext.service.faults.rules import TEXT_FAULTS, Rule
from amts_ext.service.operations.jobs import make_help
from amts_ext.service.state.ledger import Charge
from amts_ext.service.state.state import LogEntry, State
from amts_ext.service.wire import Json, ServiceError

FORMAL = frozenset(["nl", "fr", "fr-CA", "de", "hi", "it", "ja", "ko", "es", "es-MX", "pt-PT"])
"""Target languages for which formality can be set:
https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-formality.html."""


class Direct:
    """The handlers of TranslateText and TranslateDocument."""

    def __init__(self, state: State, translation: Translation) -> None:
        self._state = state
        self._translation = translation

    def handlers(self) -> dict[str, Callable[[Json, LogEntry], Json]]:
        """Return the handlers by the names of their operations."""
        return {
            "TranslateText": self._translate_text,
            "TranslateDocument": self._translate_document,
        }

    def _translate_text(self, params: Json, entry: LogEntry) -> Json:
        check_settings(params)
        text, counted = params["Text"], Counted()
        named, target = params["SourceLanguageCode"], params["TargetLanguageCode"]
        source = source_of(named, lambda: text_of(text.encode(), HTML))
        self._translation.prepare(source, target)
        adapt = self._terms(params, source)
        result = self._translation.text(text, source, target, adapt, counted)
        rules = self._booked("TranslateText", source, target, counted, entry)
        answer = _answer(params, source, adapt, counted)
        return {"TranslatedText": damage(result, rules), **answer}

    def _translate_document(self, params: Json, entry: LogEntry) -> Json:
        document, counted = params["Document"], Counted()
        kind = content_type(document["ContentType"])
        check_settings(params)
        _check_formality(params)
        content = document["Content"]
        named, target = params["SourceLanguageCode"], params["TargetLanguageCode"]
        source = source_of(named, lambda: text_of(content, kind), "InvalidRequestException")
        _check_english(source, target)
        self._translation.prepare(source, target)
        adapt = self._terms(params, source)
        result = self._translation.document(content, kind, source, target, adapt, counted)
        rules = self._booked("TranslateDocument", source, target, counted, entry)
        answer = _answer(params, source, adapt, counted)
        return {"TranslatedDocument": {"Content": damage_bytes(result, rules)}, **answer}

    def _booked(
        self, operation: str, source: str, target: str, counted: Counted, entry: LogEntry
    ) -> list[Rule]:
        """Book a translation before it is answered; return the rules that damage its text."""
        entry.segments, entry.characters = counted.segments, counted.characters
        charge = Charge(operation, source, target, counted.segments, counted.characters)
        self._state.ledger.charge(charge, counted.texts)
        return self._state.faults.fire(TEXT_FAULTS, operation, target=target)

    def _terms(self, params: Json, source: str) -> Help:
        names = params.get("TerminologyNames") or []
        if len(names) > self._state.limits.terms:
            message = f"TerminologyNames: {self._state.limits.terms} at most"
            raise ServiceError("InvalidRequestException", message)
        terms = [self._state.terminology(n) for n in names]
        return make_help(source, params["TargetLanguageCode"], [], terms)


def check_settings(params: Json) -> None:
    """Refuse a request to mask profane words, which the service cannot do.

    Raises :class:`ServiceError` (InvalidRequestException).
    """
    if (params.get("Settings") or {}).get("Profanity"):
        message = "Settings.Profanity is not supported by this service; leave it out"
        raise ServiceError("InvalidRequestException", message)


def _answer(params: Json, source: str, adapt: Help, counted: Counted) -> Json:
    """Return the members that the answers of both operations have.

    ``AppliedSettings`` is not among them, because no engine follows a setting.
    """
    terms = counted.held(adapt.terms)
    used = [{"SourceText": s, "TargetText": t} for s, t in terms.items()]
    names = params.get("TerminologyNames") or []
    return {
        "SourceLanguageCode": source,
        "TargetLanguageCode": params["TargetLanguageCode"],
        "AppliedTerminologies": [{"Name": n, "Terms": used} for n in names] or None,
    }


def _check_english(source: str, target: str) -> None:
    """Check that a document is translated from English or into English, as AWS demands.

    Raises :class:`ServiceError` (UnsupportedLanguagePairException).
    """
    if "en" not in (source, target):
        message = "TranslateDocument translates from English or into English"
        codes = {"SourceLanguageCode": source, "TargetLanguageCode": target}
        raise ServiceError("UnsupportedLanguagePairException", message, **codes)


def _check_formality(params: Json) -> None:
    """Check that formality is set only for a target in :data:`FORMAL`.

    TranslateText ignores the setting for other targets; TranslateDocument refuses it. Raises
    :class:`ServiceError` (InvalidRequestException).
    """
    target = params["TargetLanguageCode"]
    if (params.get("Settings") or {}).get("Formality") and target not in FORMAL:
        message = f"formality is not known in {target!r}; it is in {', '.join(sorted(FORMAL))}"
        raise ServiceError("InvalidRequestException", message)
