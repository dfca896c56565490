"""Plural forms of gettext: which form of the source each translation of a message is for.

A catalog says in its header how many forms its language has, and which number takes which
(https://www.gnu.org/software/gettext/manual/html_node/Plural-forms.html). English has two: one for
1, and one for the rest. So a language with one form takes the source's plural, and one that also
has a form for 1 alone (or for 0 and 1, as French) takes both. What a language with more forms says
of 2, 5 or 21 cannot be read off the source.

>>> sources("nplurals=2; plural=(n != 1);", "A file", "%d files")
('A file', '%d files')
>>> sources("nplurals=1; plural=0;", "A file", "%d files")
('%d files',)
>>> sources("nplurals=3; plural=(n==1 ? 0 : n>=2 && n<=4 ? 1 : 2);", "A file", "%d files")
()
"""

from __future__ import annotations

import re
from gettext import c2py

_RULE = re.compile(r"\s*nplurals\s*=\s*(?P<count>\d+)\s*;\s*plural\s*=\s*(?P<which>[^;]+);?\s*")
_MANY = range(2, 200)
"""Numbers that try a rule: it repeats after 100 at the latest."""


def sources(rule: str, singular: str, plural: str) -> tuple[str, ...]:
    """Return the source text of each form, by a header's ``Plural-Forms``.

    Empty if a form has no counterpart in the source, or if the rule cannot be read.
    """
    found = _RULE.fullmatch(rule)
    if found is None or found["count"] not in ("1", "2"):
        return ()
    if found["count"] == "1":
        return (plural,)
    try:
        form = c2py(found["which"])
        fits = form(1) == 0 and {form(number) for number in _MANY} == {1}
    except (ValueError, ZeroDivisionError, RecursionError):
        return ()
    return (singular, plural) if fits else ()
