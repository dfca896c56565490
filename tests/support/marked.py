"""A page with sentences, and what stands in its marks."""

from __future__ import annotations

import re

from amts_ext import formats
from amts_ext.pages.authors import Author
from amts_ext.pages.marks import Sentence
from amts_ext.text.masking import mask

PAGE = """<html lang="zh-CN"><head><title>Means</title></head><body>
<nav><a>Means are useful numbers today.</a></nav>
<h2>1.2. Means<a class="headerlink">¶</a></h2>
<p>中文。Means are useful numbers today. If all <span class="math">\\(w\\)</span> are
equal, see <a href="x">1.3</a> and <em>stop</em> here.中文。</p>
<p>Means to an end.</p>
</body></html>
"""


def sentences(
    text: str, author: Author = Author.UNTRANSLATED, language: str = "en"
) -> list[Sentence]:
    segments = mask(formats.get("d2l").read(text), language)
    return [Sentence(i, author, s.parts, s.block) for i, s in enumerate(segments, 1)]


def marked(page: str, author: Author = Author.UNTRANSLATED) -> list[str]:
    """The words inside the marks of one author."""
    found = re.findall(rf'<span class="{author.css}"[^>]*>(.*?)</span >', page, re.S)
    return [" ".join(re.sub(r"<[^>]*>", "", text).split()) for text in found]
