"""Masking of profane words, as ``Settings.Profanity`` asks for.

What is written in their place, and that words are found literally, whatever they mean in their
context: https://docs.aws.amazon.com/translate/latest/dg/customizing-translations-profanity.html.
Amazon's list is not public. This one is short and of the project's own: the coarse words that every
dictionary marks as such, in the languages of :data:`LANGUAGES`. An entry that ends in ``*`` stands
for every word that begins so.
"""

from __future__ import annotations

import re
from functools import cache

GRAWLIX = "?$#@$"
"""Stands for one word or phrase, however long that was."""

_WORDS = {
    "de": "arsch arschloch* fick* hurensohn* kacke scheiß* scheiss* schlampe* wichser*",
    "en": (
        "arse arsehole* ass asshole* bastard* bitch* bullshit* cunt* damn dick dickhead* fuck*"
        " goddamn* motherfuck* piss pissed prick shit shits shitty shithead* slut* twat* wank*"
        " whore*"
    ),
    "es": (
        "cabrón cabrones cabrona* carajo coño gilipollas hostia*"
        " joder* jodid* mierda* pendej* puta putas puto putos"
    ),
    "fr": "connard* connasse* encul* merde merdes pute putes putain* salope* salaud*",
    "it": "cazzo cazzi coglion* merda merde minchia puttan* stronz* vaffanculo",
    "pt": (
        "bosta cabrão cabrões caralho* foda-se foder fodid* merda merdas porra puta putas putaria"
    ),
    "zh": "他妈的 你妈的 妈的 操你 肏 傻逼 傻屄 狗屎 王八蛋 混蛋 婊子 贱人",
}
LANGUAGES = frozenset(_WORDS)
"""Languages whose profane words are known, without their country."""


def can_mask(language: str) -> bool:
    """Whether profane words of a target language are known."""
    return _base(language) in LANGUAGES


def mask(text: str, language: str) -> str:
    """The text with :data:`GRAWLIX` for every profane word; as it is in another language."""
    return _pattern(_base(language)).sub(GRAWLIX, text) if can_mask(language) else text


@cache
def _pattern(language: str) -> re.Pattern[str]:
    words = [re.escape(word).replace(r"\*", r"\w*") for word in _WORDS[language].split()]
    words.sort(key=len, reverse=True)
    either = "|".join(words)
    spaced = language != "zh"
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)" if spaced else either, re.IGNORECASE)


def _base(language: str) -> str:
    """Simplified and traditional characters differ: the list is of the first."""
    return language if language == "zh-TW" else language.partition("-")[0]
