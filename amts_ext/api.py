"""The Python calls: text to text, file to file, book to book."""

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


def translate_text(
    text: str,
    format: str = "md",
    source: str = "en",
    target: str = "",
    translate: Translate | Translator | None = None,
    memory: Store | None = None,
    granularity: str = "sentence",
) -> str:
    """Translate one text; it touches no file.

    ``translate`` is a function ``list[str] -> list[str]`` that gets masked sentences with slots as
    tokens (``⟦math1⟧``), or a :class:`~amts_ext.translators.base.Translator`. A sentence whose
    slots do not come back, or that would change the text's structure, keeps its source. Without
    ``translate`` only the human translations in ``memory`` are used.

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
    """Translate one file to ``out``, which is written only if it changes.

    ``format`` is found by suffix and folder if empty (:func:`amts_ext.project.around`). Returns
    what became of every segment; for the other arguments see :func:`translate_text`.
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
    """A pipeline outside any book."""
    translator: Translator | None
    if translate is None or hasattr(translate, "signature"):
        translator = cast("Translator | None", translate)
    else:
        translator = Function(translate)
    profile = profiles.for_pair(source, target)
    return Pipeline(source, profile.language, profile, memory, translator, granularity=granularity)
