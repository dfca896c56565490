"""The word before a noun in the noun's gender: "o mediana" becomes "a mediana".

An engine that is shown a token in the place of a term takes it for masculine. In Portuguese and
Spanish the ending of a noun tells its gender nearly always, and articles, their contractions with
prepositions, and demonstratives are few.
"""

from __future__ import annotations

import re
from functools import cache

_PAIRS = {
    "pt": "o a,os as,um uma,uns umas,do da,dos das,no na,nos nas,ao à,aos às,pelo pela,pelos pelas,"
    "num numa,dum duma,este esta,estes estas,esse essa,esses essas,aquele aquela,"
    "aqueles aquelas,deste desta,destes destas,desse dessa,desses dessas,neste nesta,"
    "nestes nestas,nesse nessa,nesses nessas,seu sua,seus suas,nosso nossa,nossos nossas,"
    "meu minha,meus minhas,outro outra,outros outras,mesmo mesma,mesmos mesmas,nenhum nenhuma,"
    "quanto quanta,quantos quantas,muito muita,muitos muitas,pouco pouca,poucos poucas,"
    "vários várias,alguns algumas,todos todas",
    "es": "el la,los las,un una,unos unas,del de la,al a la,este esta,estos estas,ese esa,"
    "esos esas,aquel aquella,aquellos aquellas,nuestro nuestra,nuestros nuestras,otro otra,"
    "otros otras,mismo misma,mismos mismas,ningún ninguna,"
    "cuánto cuánta,cuántos cuántas,mucho mucha,muchos muchas,pocos pocas,varios varias,"
    "algunos algunas,todos todas",
}
"""Masculine and feminine, by language; "de la" is what "del" becomes."""
_FEMININE = {
    "pt": r".*(?:a|ção|são|dade|tude|gem|gens|ções|sões|lei|leis|classe|classes|base)s?",
    "es": r".*(?:a|ción|sión|dad|tud|ciones|siones|ley|leyes|clase|clases|base|pendiente)s?",
}
_MASCULINE = r"(?:.*(?:ema|oma|grama|mapa)|dia|día)s?"
"""Ends in -a and is masculine all the same."""


def agreed(before: str, noun: str, language: str) -> str:
    """``before`` with its last word in the gender of ``noun``, which follows it.

    ``noun`` may be several words, of which the first counts. Texts in a language that is not known
    here, and words that say nothing of gender, stay as they are::

        >>> agreed("A soma do ", "mediana", "pt")
        'A soma da '
    """
    base = language.split("-")[0]
    if base not in _PAIRS:
        return before
    forms = _forms(base, _is_feminine(noun, base))
    found = re.search(rf"(?<!\w)(?:{'|'.join(forms)})(?=\s+\Z)", before, re.IGNORECASE)
    if found is None:
        return before
    word = forms[found[0].lower()]
    word = word[0].upper() + word[1:] if found[0][0].isupper() else word
    return before[: found.start()] + word + before[found.end() :]


def with_article(noun: str, language: str) -> str:
    """A noun after its definite article; without one in a language that is not known here."""
    base = language.split("-")[0]
    if base not in _PAIRS:
        return noun
    is_plural = _head(noun).endswith("s")
    masculine, feminine = _PAIRS[base].split(",")[is_plural].split()
    return f"{feminine if _is_feminine(noun, base) else masculine} {noun}"


def _is_feminine(noun: str, language: str) -> bool:
    head = _head(noun)
    is_known = re.fullmatch(_FEMININE[language], head)
    return bool(is_known and not re.fullmatch(_MASCULINE, head))


def _head(noun: str) -> str:
    """The first word of several."""
    found = re.match(r"\w*", noun.lower())
    return found[0] if found else ""


@cache
def _forms(language: str, is_feminine: bool) -> dict[str, str]:
    """What a word of the other gender becomes, longest first."""
    forms = {}
    for pair in _PAIRS[language].split(","):
        masculine, _, feminine = pair.partition(" ")
        forms[masculine if is_feminine else feminine] = feminine if is_feminine else masculine
    return dict(sorted(forms.items(), key=lambda form: -len(form[0])))
