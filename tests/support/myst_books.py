"""A small book in MyST with all that its translation could break: references and directives."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from support.sphinx_books import SUFFIXES, notebook

INDEX = """---
description: A book of birds
---

(start)=
# The herons and their lakes

```{toctree}
:caption: The first part
:maxdepth: 2

birds
Where they live <lakes>
numbers
```

```{toctree}
:caption: The second part

words
boxes
```

Read {doc}`birds` or {doc}`the lakes <lakes>`, and {ref}`here <fig-heron>`.
"""
BIRDS = """(sec-birds)=
# The birds

:::{admonition} What *you* need
:class: tip

A pair of eyes, and {ref}`the lakes <sec-lakes>`; see {ref}`sec-lakes` too.

```{note}
Notes nest in [other boxes](#about-nests).
```
:::

```{figure} heron.png
:name: fig-heron
:alt: a grey bird

A **heron** stands still.

It waits for a fish.
```

{numref}`fig-heron` shows one, and {numref}`Picture %s <fig-heron>` does too.
Herons are {term}`waders <wader>`; a {term}`wader` has long legs.[^legs]

[^legs]: Longer than those of a duck.

```{list-table} The birds of the lake
:header-rows: 1
:name: tab-birds

* - Bird
  - Where it is
* - Heron
  - On {ref}`the lake <sec-lakes>`
* - Duck
  - Under the bridge
```

See {numref}`tab-birds` and {numref}`Table of birds %s <tab-birds>`.

## About nests

$$
n = 2 m
$$ (eq-nests)

Formula {eq}`eq-nests` counts nests, as $n$ does in [](#about-nests).

% a comment that nobody reads

```{topic} In short
Nests are high.
```

| Bird | Eggs |
| --- | --- |
| Heron | four of them |

Sand
: What lies on a shore.

{abbr}`RSPB (a society for birds)` says so, and {sub}`below` it is written.

```{versionadded} 2.0
Now with ducks.
```
"""
LAKES = """(sec-lakes)=
# The lakes

(sec-deep)=
## Deep water

Back to {ref}`sec-birds`, to {ref}`deep water <sec-deep>` and to [nests](birds.md#about-nests).
A paragraph with a target is {ref}`this one <here>`.

(here)=
The target stands before it.

```{glossary}
wader
  A bird with {term}`long legs`.

long legs
  Legs that are long.
```

> A lake is a mirror.
>
> -- Somebody by the shore

1. First the shore,
2. then the {ref}`birds <sec-birds>`.

```{csv-table} Depth of the lakes
:header: Lake, Depth in metres

Northern lake, twelve
Southern lake, "three, or four"
```

```{code-block} python
:caption: How deep it is
:name: code-depth

depth = 12  # metres
```

See {numref}`code-depth`.

```{eval-rst}
.. note::

   This is another markup.
```
"""
WORDS = """# More words

```{epigraph}
A heron knows.
```

```{sidebar} Beside it
Something smaller.
```

{{ shore }} is near. {{ shore }} is here.

- [ ] a task to do
- [x] a task that is done

```{math}
:label: eq-own

a = b
```

From {eq}`eq-own` follows the rest.

```{seealso}
{doc}`The birds </birds>`
```
"""
DESIGN = """# Boxes

````{grid} 2
```{grid-item-card} Small birds
:link: sec-birds
:link-type: ref

All about them.
+++
More below
```
```{grid-item-card}
The lakes
^^^
Water everywhere.
```
````

````{tab-set}
```{tab-item} By day
Herons fish.
```
```{tab-item} By night
Herons sleep in {ref}`deep water <sec-deep>`.
```
````

```{dropdown} Open me
Something hidden.
```
"""
NO_DESIGN = "# Boxes\n\nThere are none.\n"
PICTURE = """from IPython.display import SVG

SVG('<svg xmlns="http://www.w3.org/2000/svg"/>')  # the square"""
CELLS = [
    ("markdown", "(sec-numbers)=\n# Numbers\n\n```{tip}\nCount {ref}`the birds <sec-birds>`.\n```"),
    ("code", PICTURE),
    ("markdown", "## Sums\n\nAll of {eq}`eq-nests` and [these](#sums)."),
]
CAPTION = {"mystnb": {"figure": {"caption": "A square of *two*"}}}
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9b"
    b"U\x00\x00\x00\nIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\x1b\xb6\xeeV\x00\x00\x00\x00IEND\xaeB`"
    b"\x82"
)
NAMES = ["birds", "boxes", "index", "lakes", "numbers", "words"]


def make_myst_book(folder: Path, **values: object) -> Path:
    """Write the book for MyST-NB, with sphinx-design's directives if that is installed."""
    folder.mkdir(parents=True)
    has_design = find_spec("sphinx_design") is not None
    settings = {
        "project": "Herons",
        "extensions": ["myst_nb", *["sphinx_design"] * has_design, "amts_ext"],
        "source_suffix": SUFFIXES["myst_nb"],
        "html_theme": "alabaster",
        "numfig": True,
        "myst_heading_anchors": 3,
        "myst_enable_extensions": [
            *("amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"),
            *("fieldlist", "substitution", "tasklist"),
        ],
        "myst_substitutions": {"shore": "the shore"},
        "nb_execution_mode": "cache",
        "exclude_patterns": ["_build", ".amts", ".ipynb_checkpoints"],
        **values,
    }
    lines = [f"{name} = {value!r}" for name, value in settings.items()]
    (folder / "conf.py").write_text("\n".join(lines) + "\n", "utf-8")
    boxes = DESIGN if has_design else NO_DESIGN
    texts = {"index": INDEX, "birds": BIRDS, "lakes": LAKES, "words": WORDS, "boxes": boxes}
    for name, text in texts.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    (folder / "numbers.ipynb").write_text(notebook(CELLS, CAPTION), "utf-8")
    (folder / "heron.png").write_bytes(PIXEL)
    return folder
