"""The word before a noun in its gender and number: "o medianas" becomes "as medianas".

An engine that is shown a token in the place of a term takes it for one masculine thing. In
Portuguese and Spanish the ending of a noun tells its gender nearly always, and articles, their
contractions with prepositions, and demonstratives are few.
"""

from __future__ import annotations

import re
from functools import cache

_FORMS = {
    "pt": "o a os as,um uma uns umas,do da dos das,no na nos nas,ao à aos às,pelo pela pelos pelas,"
    "num numa nuns numas,dum duma duns dumas,este esta estes estas,esse essa esses essas,"
    "aquele aquela aqueles aquelas,deste desta destes destas,desse dessa desses dessas,"
    "neste nesta nestes nestas,nesse nessa nesses nessas,seu sua seus suas,meu minha meus minhas,"
    "nosso nossa nossos nossas,outro outra outros outras,mesmo mesma mesmos mesmas,"
    "nenhum nenhuma nenhuns nenhumas,algum alguma alguns algumas,quanto quanta quantos quantas,"
    "muito muita muitos muitas,pouco pouca poucos poucas,todo toda todos todas,"
    "dois duas dois duas,ambos ambas ambos ambas",
    "es": "el la los las,un una unos unas,del de+la de+los de+las,al a+la a+los a+las,"
    "este esta estos estas,ese esa esos esas,aquel aquella aquellos aquellas,"
    "nuestro nuestra nuestros nuestras,otro otra otros otras,mismo misma mismos mismas,"
    "ningún ninguna ningunos ningunas,algún alguna algunos algunas,cuánto cuánta cuántos cuántas,"
    "mucho mucha muchos muchas,poco poca pocos pocas,todo toda todos todas",
}
"""By language: masculine, feminine, and the same of several; "de+la" is two words."""
_FEMININE = {
    "pt": r".*(?:a|ção|são|dade|tude|gem|gens|ções|sões|lei|leis|classe|classes|base)s?",
    "es": r".*(?:a|ción|sión|dad|tud|ciones|siones|ley|leyes|clase|clases|base|pendiente)s?",
}
_MASCULINE = r"(?:.*(?:ema|oma|grama|mapa)|dia|día)s?"
"""Ends in -a and is masculine all the same."""


def agreed(before: str, noun: str, language: str) -> str:
    """``before`` with its last words in the gender and number of ``noun``, which follows them.

    ``noun`` may be several words, of which the first counts. Texts in a language that is not known
    here, and words that say nothing of gender, stay as they are::

        >>> agreed("A soma do ", "medianas", "pt")
        'A soma das '
    """
    base = language.split("-")[0]
    if base not in _FORMS:
        return before
    forms = _forms(base, *_kind(noun, base))
    one = rf"(?<!\w)(?:{'|'.join(forms)})(?=\s)"
    found = re.search(rf"(?:{one}\s+)+\Z", before, re.IGNORECASE)
    if found is None:
        return before

    def fit(match: re.Match[str]) -> str:
        word = forms[match[0].lower()]
        return word[0].upper() + word[1:] if match[0][0].isupper() else word

    return before[: found.start()] + re.sub(one, fit, found[0], flags=re.IGNORECASE)


def with_article(noun: str, language: str) -> str:
    """A noun after its definite article; without one in a language that is not known here."""
    base = language.split("-")[0]
    if base not in _FORMS:
        return noun
    masculine = _FORMS[base].partition(" ")[0]
    return f"{_forms(base, *_kind(noun, base))[masculine]} {noun}"


def _kind(noun: str, language: str) -> tuple[bool, bool]:
    """Whether a noun is feminine, and whether it means several."""
    head = re.match(r"\w*", noun.lower())
    word = head[0] if head else ""
    is_feminine = re.fullmatch(_FEMININE[language], word) and not re.fullmatch(_MASCULINE, word)
    return bool(is_feminine), word.endswith("s")


@cache
def _forms(language: str, is_feminine: bool, is_plural: bool) -> dict[str, str]:
    """What each form of such a word becomes, the longest first."""
    forms: dict[str, str] = {}
    for group in _FORMS[language].split(","):
        words = group.split()
        wanted = words[2 * is_plural + is_feminine].replace("+", " ")
        forms |= {word.replace("+", " "): wanted for word in words}
    return dict(sorted(forms.items(), key=lambda form: -len(form[0])))
