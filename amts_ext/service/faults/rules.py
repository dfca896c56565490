"""Rules for faults on demand: what is to go wrong, where, and how often.

A rule is a JSON object. This one refuses the first two jobs::

    {"fault": "error", "operation": "StartTextTranslationJob", "first": 2}

**What**: ``fault`` is one of

=================== ============ ==================================================================
fault               at           effect, with the members that it has of its own
=================== ============ ==================================================================
error               a request    answers ``code`` (any error of the model) with ``message`` and
                                 ``members``; for S3, an XML error
status              a request    answers the HTTP ``status`` with a body that is no JSON
slow                a request,   waits ``seconds`` first
                    Document
drop                a request    closes the connection without an answer; with ``when`` = ``after``
                                 only after the request was carried out
linger              Job,         stays in ``state`` (IN_PROGRESS, SUBMITTED or STOP_REQUESTED) for
                    ParallelData ``seconds``; parallel data in CREATING or UPDATING, or in DELETING
                                 if that is the ``state``
fail                Job,         ends FAILED with ``message``; a job with ``when`` = ``after`` only
                    ParallelData after its documents were translated
counts              Job          reports ``counts`` in JobDetails instead of the true ones
document_error      Document     fails with ``code`` and ``message``
missing             Document     writes no output file, and reports success
lose_slot           a text       leaves out ``slots`` elements with ``translate="no"``
double_slot         a text       writes ``slots`` of these elements twice
dnt                 a text       writes ``‹DNT_0›`` in the place of ``slots`` of them
spaces              a text       puts spaces around tags
truncate            a text       leaves out the end; ``fraction`` of the text stays
=================== ============ ==================================================================

*A text* is the result of ``TranslateText``, ``TranslateDocument`` or ``Document``.

**Where**: ``operation`` is the name of an operation or a pattern with ``*``. ``S3:GET`` and the
like are requests to S3; ``Job``, ``Document`` and ``ParallelData`` are the work in the background.
``name`` is a pattern for the name of the job or resource, the path of the document or the path in
S3; ``target`` is a pattern for the target language of a text or document.

**How often**: the first ``skip`` times do not count. After them the rule fires the ``first`` n
times, every k-th time (``every``), or with a ``probability`` by a random generator with ``seed``.
With several of these, all have to hold; without any, the rule always fires.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from random import Random
from typing import Any

from amts_ext.service.wire import service_model

REQUEST_FAULTS = frozenset({"error", "status", "slow", "drop"})
"""Faults of a request."""
TEXT_FAULTS = frozenset({"lose_slot", "double_slot", "dnt", "spaces", "truncate"})
"""Faults that damage a translated text."""
DOCUMENT_FAULTS = TEXT_FAULTS | {"document_error", "missing", "slow"}
"""Faults of one document of a job."""
BACKGROUND_FAULTS = frozenset({"linger", "fail", "counts"})
"""Faults of a job or of parallel data as a whole."""
KINDS = REQUEST_FAULTS | DOCUMENT_FAULTS | BACKGROUND_FAULTS
STATES = ("SUBMITTED", "IN_PROGRESS", "STOP_REQUESTED", "DELETING")
"""States that a rule can prolong: a job's, and ``DELETING`` of parallel data."""
BACKGROUND = frozenset({"Job", "Document", "ParallelData"})
"""Work in the background. A rule has to name it; the pattern ``*`` does not match it."""


@dataclass(slots=True)
class Rule:
    """One rule; its fields are the members of the JSON object.

    >>> rule = Rule("error", operation="Start*", first=2)
    >>> [rule.fires() for _ in range(3)]
    [True, True, False]

    Raises ValueError if the value of a field is not allowed.
    """

    fault: str
    operation: str = "*"
    name: str = "*"
    target: str = "*"
    skip: int = 0
    first: int | None = None
    every: int | None = None
    probability: float | None = None
    seed: int = 0
    code: str = "TooManyRequestsException"
    message: str = "a fault that was asked for"
    members: dict[str, str] = field(default_factory=dict)
    status: int = 503
    seconds: float = 0.0
    when: str = "before"
    state: str = "IN_PROGRESS"
    counts: dict[str, int] = field(default_factory=dict)
    slots: int = 1
    fraction: float = 0.5
    matched: int = 0
    """The number of times that the rule applied to something."""
    fired: int = 0
    """The number of times that it did something."""
    random: Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        if self.fault not in KINDS:
            raise ValueError(f"fault {self.fault!r}; allowed: {', '.join(sorted(KINDS))}")
        if self.when not in ("before", "after"):
            raise ValueError(f"when {self.when!r}; allowed: before, after")
        known = [*service_model().operation_names, *BACKGROUND, "S3:GET"]
        s3 = self.operation.startswith("S3")
        if not s3 and not any(fnmatchcase(name, self.operation) for name in known):
            raise ValueError(f"operation {self.operation!r} matches nothing")
        if self.state not in STATES:
            raise ValueError(f"state {self.state!r}; allowed: {', '.join(STATES)}")
        if self.every is not None and self.every < 1:
            raise ValueError("every must be 1 or more")

    def meets(self, operation: str, name: str, target: str) -> bool:
        """Return whether the rule applies to an operation, a name and a target language.

        >>> Rule("error", operation="Start*").meets("StartTextTranslationJob", "my-job", "")
        True
        """
        if operation.startswith("S3:") and not self.operation.startswith("S3"):
            return False
        if operation in BACKGROUND and self.operation != operation:
            return False
        return (
            fnmatchcase(operation, self.operation)
            and fnmatchcase(name, self.name)
            and fnmatchcase(target, self.target)
        )

    def fires(self) -> bool:
        """Count one time that the rule applied; return whether it is the rule's turn."""
        self.matched += 1
        number = self.matched - self.skip
        turn = number > 0
        if self.first is not None:
            turn = turn and number <= self.first
        if self.every is not None:
            turn = turn and number % self.every == 0
        if self.probability is not None:
            turn = turn and self.random.random() < self.probability
        self.fired += turn
        return turn

    def plain(self) -> dict[str, Any]:
        """Return the rule as a JSON object, with its counts."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "random"}


class Faults:
    """The rules of one service. Safe to use from many threads.

    >>> faults = Faults([{"fault": "error", "operation": "Start*", "first": 1}])
    >>> [len(faults.fire(REQUEST_FAULTS, "StartTextTranslationJob")) for _ in range(2)]
    [1, 0]

    Raises ValueError if a rule is not allowed.
    """

    def __init__(self, rules: Iterable[Mapping[str, Any]] = ()) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self.add(rules)

    def add(self, rules: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Add rules after the present ones; return all.

        Raises ValueError if one is not allowed; then none is added.
        """
        fresh = [_rule(item) for item in rules]
        with self._lock:
            self._rules += fresh
        return self.plain()

    def __bool__(self) -> bool:
        return bool(self._rules)

    def clear(self) -> list[dict[str, Any]]:
        """Remove all rules; return the empty list."""
        with self._lock:
            self._rules.clear()
        return self.plain()

    def plain(self) -> list[dict[str, Any]]:
        """Return all rules as JSON objects."""
        with self._lock:
            return [rule.plain() for rule in self._rules]

    def fire(
        self,
        kinds: frozenset[str],
        operation: str,
        name: str = "",
        target: str = "",
        state: str = "",
    ) -> list[Rule]:
        """Return the rules that fire now, in their order, and count them.

        ``kinds`` are the faults that the caller can do. ``state`` is that of a job or resource; if
        empty, rules for any state fire.
        """
        if not self._rules:
            return []
        with self._lock:
            return [
                rule
                for rule in self._rules
                if rule.fault in kinds
                and state in ("", rule.state)
                and rule.meets(operation, name, target)
                and rule.fires()
            ]


def _rule(item: Mapping[str, Any]) -> Rule:
    """Return a rule from its JSON object. Raises ValueError, which names what is allowed."""
    if not isinstance(item, Mapping):
        raise ValueError("a rule is a JSON object")
    allowed = {f.name: f for f in fields(Rule) if f.init and f.name not in ("matched", "fired")}
    for name, value in item.items():
        if name not in allowed:
            raise ValueError(f"unknown member {name!r}; allowed: {', '.join(allowed)}")
        if not _fits(value, str(allowed[name].type)):
            raise ValueError(f"{name}: {value!r} is no {allowed[name].type}")
    if "fault" not in item:
        raise ValueError("the rule names no fault")
    return Rule(**item)


def _fits(value: object, kind: str) -> bool:
    """Return whether a JSON value is of the type of a field, such as ``int | None``."""
    if isinstance(value, bool):
        return False
    if value is None:
        return kind.endswith("None")
    if kind.startswith("dict"):
        return isinstance(value, dict)
    types = {"str": str, "int": int, "float": (int, float)}
    return isinstance(value, types[kind.split(" ")[0]])  # type: ignore[arg-type]
