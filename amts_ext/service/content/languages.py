"""The languages of ListLanguages, with names by CLDR (through Babel).

These are the languages that both Amazon Translate and the Firefox models know. Whether a model is
on this machine already does not matter.
"""

from __future__ import annotations

from amts_ext.service.wire import Json

_ALL = (
    "ar az bg bn bs ca cs da de el en es es-MX et fa fi fr fr-CA gu he hi hr hu id is it ja kn ko"
    " lt lv ml ms no nl pl pt pt-PT ro ru sk sl sq sr sv ta te th tr uk vi zh zh-TW"
)
CODES = tuple(_ALL.split())
"""The codes as Amazon Translate writes them."""


def languages(display: str) -> list[Json]:
    """Return the code of every language and its name in the display language.

    >>> languages("de")[0]
    {'LanguageCode': 'ar', 'LanguageName': 'Arabisch'}
    """
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
    """Return Babel's name of a language."""
    special = {"zh-TW": "zh_Hant", "zh": "zh", "no": "nb"}
    return special.get(code, code.replace("-", "_"))
