"""Built HTML pages: untranslated sentences are marked, and pages with machine drafts say so.

>>> from amts_ext.formats import get
>>> from amts_ext.pages.marks import mark
>>> from amts_ext.text.masking import mask
>>> left = mask(get("md").read("A mean."), "en")
>>> mark("<p>A mean.</p><p>Una suma.</p>", left, "en")
'<p><span lang="en" class="amts-untranslated">A mean</span>.</p><p>Una suma.</p>'
"""
