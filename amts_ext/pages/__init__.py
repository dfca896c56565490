"""Built HTML pages: who wrote each sentence, on the page itself and in the report of a build.

>>> from amts_ext.pages.authors import Author
>>> from amts_ext.pages.marks import Sentence, mark
>>> left = [Sentence(1, Author.UNTRANSLATED, ("A mean.",), 0)]
>>> mark("<p>A mean.</p><p>Una suma.</p>", left, "en")[0]
'<p><span class="amts-untranslated" id="amts-1" lang="en">A mean.</span ></p><p>Una suma.</p>'
"""
