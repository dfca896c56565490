"""Python calls that translate one text or one file outside any book."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

from amts_ext import files
from amts_ext.errors import DocumentError, InputError
from amts_ext.formats import by_suffix
from amts_ext.languages import profiles
from amts_ext.memory import Store
from amts_ext.pipeline import Pipeline
from amts_ext.project import around
from amts_ext.text.outcome import Result, Source
from amts_ext.translators.base import Translator
from amts_ext.translators.function import Function

Translate = Callable[[list[str]], list[str]]
"""A caller's own function: sentences in, their translations out, in the same order."""


def translate_text(
    text: str,
    format: str = "md",
    source: str = "en",
    target: str = "",
    translate: Translate | Translator | None = None,
    memory: Store | None = None,
    granularity: str = "sentence",
) -> str:
    """Translate one text and return the result; no file is touched.

    >>> def translate(sentences):
    ...     return [s.replace("Let", "Sea").replace("be small", "pequeño") for s in sentences]
    >>> translate_text("Let $x$ be small.", source="en", target="es", translate=translate)
    'Sea $x$ pequeño.'

    ``translate`` is a function ``list[str] -> list[str]`` or a
    :class:`~amts_ext.translators.base.Translator`. The function gets masked sentences, with slots
    as tokens: here ``Let ⟦math1⟧ be small.`` A sentence keeps its source if its slots or facts (a
    number, a sign, a name) do not come back, or if its translation would change the text's
    structure; :func:`translate_file` lists these. A function whose facts are right in any case is
    given as :class:`Function(f, sure=True) <amts_ext.translators.function.Function>`. Without
    ``translate`` only the human translations in ``memory`` are used. ``format`` is a name that
    :func:`amts_ext.formats.get` knows; languages are BCP 47 codes; ``granularity`` is ``sentence``
    or ``paragraph``.

    Raises :class:`~amts_ext.errors.DocumentError` if the text cannot be read,
    :class:`~amts_ext.errors.ConfigError` for a language without a profile, and
    :class:`~amts_ext.errors.TranslatorError` if the translator fails as a whole.
    """
    pipeline = make_pipeline(source, target, translate, memory, granularity)
    result = pipeline.translate([Source("", text, format)])
    if not result.documents:
        problem = result.problems[0]
        raise DocumentError(problem.reason, line=problem.line)
    return result.documents[0].text


def translate_file(
    path: str | Path,
    out: str | Path,
    format: str = "",
    source: str = "en",
    target: str = "",
    translate: Translate | Translator | None = None,
    memory: Store | None = None,
    granularity: str = "sentence",
) -> Result:
    """Translate the file ``path`` and write the result to ``out``.

    >>> _ = Path("mean.md").write_text("An average.\\n", "utf-8")
    >>> result = translate_file(
    ...     "mean.md", "media.md", target="es", translate=lambda sentences: ["Una media."]
    ... )
    >>> Path("media.md").read_text("utf-8")
    'Una media.\\n'

    ``out`` is written only if its content changes. An empty ``format`` is found by the file's
    suffix and the project that it lies in (:func:`amts_ext.project.around`). The other arguments
    are those of :func:`translate_text`. The result has the status of every segment.

    Raises :class:`~amts_ext.errors.InputError` if ``out`` is the file itself or a file cannot be
    opened, and what :func:`translate_text` raises.
    """
    path, out = Path(path), Path(out)
    if path.resolve() == out.resolve():
        raise InputError("would be overwritten by its translation", file=str(path))
    pipeline = make_pipeline(source, target, translate, memory, granularity)
    source_file = Source(str(path), path, format or by_suffix(str(path), around(path).markdown))
    result = pipeline.translate([source_file], lambda done: files.write_text(out, done.text))
    if not result.done:
        problem = result.problems[0]
        raise DocumentError(problem.reason, file=problem.file, line=problem.line)
    return result


def make_pipeline(
    source: str,
    target: str,
    translate: Translate | Translator | None,
    memory: Store | None,
    granularity: str,
) -> Pipeline:
    """Build the pipeline of one language pair outside any book.

    Raises :class:`~amts_ext.errors.ConfigError` for a language without a profile.
    """
    translator: Translator | None
    if translate is None or hasattr(translate, "signature"):
        translator = cast("Translator | None", translate)
    else:
        translator = Function(translate)
    profile = profiles.for_pair(source, target)
    return Pipeline(source, profile.language, profile, memory, translator, granularity=granularity)
