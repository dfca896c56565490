"""Agreement of the words before a noun with it: "o medianas" becomes "as medianas".

A term goes through an engine as a token, which the engine takes for a masculine singular. So the
article before it is often wrong once the term is put in. For Portuguese and Spanish this can be
repaired without a dictionary: the ending of a noun nearly always tells its gender, and the words to
change (articles, their contractions with prepositions, demonstratives) are few.
"""

from __future__ import annotations

import re
from functools import cache

from amts_ext.service.content.inflection import is_form

_FORMS = {
    "pt": "o a os as,um uma uns umas,do da dos das,no na nos nas,ao à aos às,pelo pela pelos pelas,"
    "num numa nuns numas,dum duma duns dumas,este esta estes estas,esse essa esses essas,"
    "aquele aquela aqueles aquelas,deste desta destes destas,desse dessa desses dessas,"
    "neste nesta nestes nestas,nesse nessa nesses nessas,seu sua seus suas,meu minha meus minhas,"
    "nosso nossa nossos nossas,cujo cuja cujos cujas,outro outra outros outras,"
    "mesmo mesma mesmos mesmas,nenhum nenhuma nenhuns nenhumas,"
    "algum alguma alguns algumas,quanto quanta quantos quantas,"
    "muito muita muitos muitas,pouco pouca poucos poucas,todo toda todos todas,"
    "dois duas dois duas,ambos ambas ambos ambas",
    "es": "el la los las,un una unos unas,del de+la de+los de+las,al a+la a+los a+las,"
    "este esta estos estas,ese esa esos esas,aquel aquella aquellos aquellas,"
    "nuestro nuestra nuestros nuestras,cuyo cuya cuyos cuyas,otro otra otros otras,"
    "mismo misma mismos mismas,ningún ninguna ningunos ningunas,"
    "algún alguna algunos algunas,cuánto cuánta cuántos cuántas,"
    "mucho mucha muchos muchas,poco poca pocos pocas,todo toda todos todas",
}
"""The four forms of each word, by language: masculine and feminine singular, masculine and feminine
plural. "de+la" stands for the two words "de la"."""
_FEMININE = {
    "pt": r".*(?:a|[çsxz]ão|stão|[çsxz]ões|stões|ade|tude|gem|gens|ez|ezes|ie|[aeious]se|lei)s?",
    "es": r".*(?:a|[csxg]ión|[csxg]iones|[dt]ad|[dt]ades|tud|tudes|umbre|ez|eces|ie|sis|ley|leyes)"
    r"s?",
}
"""Expressions for feminine nouns, by language: endings of the singular and the plural."""
_OTHER_FEMININE = {
    "pt": "rede matriz raiz variável árvore semente tangente ponte parte fonte ordem nuvem mão cor",
    "es": "red matriz raíz variable imagen clase base fase pendiente tangente clave parte fuente "
    "nube razón",
}
"""Feminine nouns whose ending does not tell it, in the singular."""
_MASCULINE = (
    r"(?:.*(?:ema|oma|grama|mapa)|dia|día|planeta|cometa|coração|interesse|parêntese"
    r"|análisis|énfasis|paréntesis)s?|vieses|meses|gases"
)
"""Nouns with the ending of a feminine that are masculine all the same."""
_SINGULAR = {
    "pt": r"vi[eé]s|corpus|ônibus|vírus|bônus|status|lápis|atlas|mês|gás|país",
    "es": r".*sis|corpus|virus|autobús|atlas|mes|gas|país",
}
"""Nouns that end in -s in the singular. Where the plural is the same, the next word tells."""
_PREFIX = re.compile(r"(?:log|pré|pre|auto|semi|multi|sub|não)-")
"""Beginnings of a compound whose last part is the noun: "log-verossimilhança" is feminine."""
_STRESSED = re.compile(r"h?á\w+|agua|alma|arma|aula|ave|hambre|habla|haz")
"""Spanish nouns that take "el" although they are feminine, in the singular: "el álgebra lineal"."""
_BEFORE_STRESSED = ("el", "un", "del", "al", "algún", "ningún")


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


def has_forms(word: str, language: str) -> bool:
    """Return whether a word is an article or the like, which agrees with the noun after it.

    >>> has_forms("nas", "pt"), has_forms("isso", "pt")
    (True, False)
    """
    return word.casefold() in re.split("[ ,+]", _FORMS.get(language.split("-")[0], ""))


def with_article(noun: str, language: str) -> str:
    """Return a noun after its definite article; without one in a language not known here.

    >>> with_article("medianas", "pt"), with_article("redes", "es")
    ('as medianas', 'las redes')
    """
    base = language.split("-")[0]
    if base not in _FORMS:
        return noun
    masculine = _FORMS[base].partition(" ")[0]
    return f"{_forms(base, *_gender_and_number(noun, base))[masculine]} {noun}"


def _gender_and_number(noun: str, language: str) -> tuple[bool, bool, bool]:
    """Return whether a noun is feminine, is a plural, and takes "el" though it is feminine."""
    word, *others = re.findall(r"\w+", _PREFIX.sub("", noun.lower())) or [""]
    by_ending = re.fullmatch(_FEMININE[language], word)
    by_list = any(is_form(word, other, language) for other in _OTHER_FEMININE[language].split())
    is_feminine = bool(by_ending or by_list) and not re.fullmatch(_MASCULINE, word)
    is_plural = word.endswith("s")
    if re.fullmatch(_SINGULAR[language], word):
        is_plural = bool(others) and others[0].endswith("s")
    is_stressed = language == "es" and is_feminine and bool(_STRESSED.fullmatch(word))
    return is_feminine, is_plural, is_stressed and not is_plural


@cache
def _forms(
    language: str, is_feminine: bool, is_plural: bool, is_stressed: bool = False
) -> dict[str, str]:
    """Return the form in one gender and number for every form of the words; longest first.

    >>> _forms("es", True, True)["el"]
    'las'
    """
    forms: dict[str, str] = {}
    for group in _FORMS[language].split(","):
        words = group.split()
        at = 0 if is_stressed and words[0] in _BEFORE_STRESSED else 2 * is_plural + is_feminine
        forms |= {word.replace("+", " "): words[at].replace("+", " ") for word in words}
    return dict(sorted(forms.items(), key=lambda form: -len(form[0])))
