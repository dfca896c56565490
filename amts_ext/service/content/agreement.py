"""Agreement of the words before a noun with it: "o medianas" becomes "as medianas".

A term goes through an engine as a token, which the engine takes for a masculine singular. So the
article before it is often wrong once the term is put in. For Portuguese and Spanish this can be
repaired without a dictionary: the ending of a noun nearly always tells its gender, and the words to
change (articles, their contractions with prepositions, demonstratives) are few.
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
"""The four forms of each word, by language: masculine and feminine singular, masculine and feminine
plural. "de+la" stands for the two words "de la"."""
_FEMININE = {
    "pt": r".*(?:a|ção|são|dade|tude|gem|gens|ções|sões|lei|leis|classe|classes|base)s?",
    "es": r".*(?:a|ción|sión|dad|tud|ciones|siones|ley|leyes|clase|clases|base|pendiente)s?",
}
"""Expressions for feminine nouns, by language."""
_MASCULINE = r"(?:.*(?:ema|oma|grama|mapa)|dia|día)s?"
"""Nouns that end in -a and are masculine all the same."""


def agreed(before: str, noun: str, language: str) -> str:
    """Return a text whose last words agree in gender and number with the noun that follows it.

    >>> agreed("A soma do ", "medianas", "pt")
    'A soma das '

    If ``noun`` is several words, the first counts. Words that have no gender stay as they are, and
    so do texts in other languages than Portuguese and Spanish.
    """
    base = language.split("-")[0]
    if base not in _FORMS:
        return before
    forms = _forms(base, *_gender_and_number(noun, base))
    one = rf"(?<!\w)(?:{'|'.join(forms)})(?=\s)"
    found = re.search(rf"(?:{one}\s+)+\Z", before, re.IGNORECASE)
    if found is None:
        return before

    def fit(match: re.Match[str]) -> str:
        word = forms[match[0].lower()]
        return word[0].upper() + word[1:] if match[0][0].isupper() else word

    return before[: found.start()] + re.sub(one, fit, found[0], flags=re.IGNORECASE)


def with_article(noun: str, language: str) -> str:
    """Return a noun after its definite article; without one in a language not known here.

    >>> with_article("medianas", "pt")
    'as medianas'
    """
    base = language.split("-")[0]
    if base not in _FORMS:
        return noun
    masculine = _FORMS[base].partition(" ")[0]
    return f"{_forms(base, *_gender_and_number(noun, base))[masculine]} {noun}"


def _gender_and_number(noun: str, language: str) -> tuple[bool, bool]:
    """Return whether a noun is feminine, and whether it is a plural."""
    head = re.match(r"\w*", noun.lower())
    word = head[0] if head else ""
    is_feminine = re.fullmatch(_FEMININE[language], word) and not re.fullmatch(_MASCULINE, word)
    return bool(is_feminine), word.endswith("s")


@cache
def _forms(language: str, is_feminine: bool, is_plural: bool) -> dict[str, str]:
    """Return the form in one gender and number for every form of the words; longest first.

    >>> _forms("es", True, True)["el"]
    'las'
    """
    forms: dict[str, str] = {}
    for group in _FORMS[language].split(","):
        words = group.split()
        wanted = words[2 * is_plural + is_feminine].replace("+", " ")
        forms |= {word.replace("+", " "): wanted for word in words}
    return dict(sorted(forms.items(), key=lambda form: -len(form[0])))
