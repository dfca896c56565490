"""The error tree: every error a person can meet, with the exit code it leads to.

    AmtsError                     1  something needs a person
    ├── InputError                2  a file or an option is wrong
    │   ├── ConfigError           2  config.ini, conf.py or a keyword
    │   ├── DocumentError         2  one document cannot be read; the others can go on
    │   └── AlignmentError        2  a human translation cannot be aligned with its original
    ├── FrozenError               3  --frozen, and a segment is missing from the memory
    ├── MemoryStoreError          1  the translation memory cannot be opened, read or written
    └── TranslatorError           1  the translator answered with an error or not at all
        └── UnsupportedPairError  1  no engine for this language pair

Three more live where they are raised and caught: ``TextError``, a TranslatorError about one text,
in ``translators/amazon/connection.py``; ``NoEngineError`` and ``EngineDiedError`` of the service in
``service/engines/base.py``.

An error's text is one line: ``file:line: what is wrong; what is allowed; what to do``.

>>> print(DocumentError("not UTF-8; save the file as UTF-8", file="mean.md", line=3))
mean.md:3: not UTF-8; save the file as UTF-8
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

_Done = TypeVar("_Done")


class AmtsError(Exception):
    """Base of all errors that are meant for a person.

    ``file`` and ``line`` (1-based) say where the error is; either may be absent.
    """

    exit_code = 1
    """Exit code of the ``amts`` command."""

    def __init__(self, message: str, *, file: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.line = line

    def __str__(self) -> str:
        place = ":".join(str(p) for p in (self.file, self.line) if p is not None)
        return f"{place}: {self.message}" if place else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Make the error survive the way back from a worker process."""
        state = {"file": self.file, "line": self.line}
        return (type(self), (self.message,), state)


class InputError(AmtsError):
    """A file, a folder or an option is not what the command needs."""

    exit_code = 2


class ConfigError(InputError):
    """A configuration key is unknown, missing or holds a value that is not allowed."""


class DocumentError(InputError):
    """One document cannot be read; other documents are not affected."""


@contextmanager
def of_document(name: str) -> Iterator[None]:
    """Turn an unexpected exception in the ``with`` block into an error of one document.

    The caller lists it and goes on with the other documents.

    >>> with of_document("mean.ipynb"):
    ...     {}["cells"]
    Traceback (most recent call last):
    amts_ext.errors.DocumentError: mean.ipynb: cannot be handled (KeyError: 'cells'); ...

    Raises :class:`DocumentError`. An :class:`AmtsError`, which is meant for a person already,
    passes unchanged.
    """
    try:
        yield
    except AmtsError:
        raise
    except Exception as error:
        what = " ".join(f"{type(error).__name__}: {error}".split())
        message = f"cannot be handled ({what}); repair the file or leave it out, and report this"
        raise DocumentError(message, file=name) from error


def attempt(call: Callable[[], _Done]) -> _Done | AmtsError:
    """Return what a call returns, or the error for a person that it raises.

    So the other parts of some work can go on.

    >>> attempt(lambda: 2 + 2)
    4
    """
    try:
        return call()
    except AmtsError as error:
        return error


class AlignmentError(InputError):
    """A human translation cannot be aligned with its original."""


class FrozenError(AmtsError):
    """A frozen build met a segment that the memory does not hold."""

    exit_code = 3


class MemoryStoreError(AmtsError):
    """The translation memory cannot be opened, read or written."""


class TranslatorError(AmtsError):
    """The translator answered with an error, or did not answer."""


class UnsupportedPairError(TranslatorError):
    """The translator has no engine for this language pair."""
