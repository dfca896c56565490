"""The languages of ListLanguages, with names by CLDR (through Babel).

Listed is what Amazon Translate and the Firefox models have in common, whether or not a model is on
this machine yet.
"""

from __future__ import annotations

from amts_ext.service.wire import Json

_ALL = (
    "ar az bg bn bs ca cs da de el en es es-MX et fa fi fr fr-CA gu he hi hr hu id is it ja kn ko"
    " lt lv ml ms no nl pl pt pt-PT ro ru sk sl sq sr sv ta te th tr uk vi zh zh-TW"
)
CODES = tuple(_ALL.split())
"""In Amazon's spelling."""


def languages(display: str) -> list[Json]:
    """Code and name, in the display language, of every language."""
    from babel import Locale

    shown = Locale.parse(_locale(display))
    return [
        {
            "LanguageCode": code,
            "LanguageName": Locale.parse(_locale(code)).get_display_name(shown) or code,
        }
        for code in CODES
    ]


def _locale(code: str) -> str:
    special = {"zh-TW": "zh_Hant", "zh": "zh", "no": "nb"}
    return special.get(code, code.replace("-", "_"))
