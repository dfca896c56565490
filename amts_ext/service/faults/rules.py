"""Faults on demand: rules that say what is to go wrong, where, and how often.

A rule is a JSON object. Its ``fault`` is one of:

=================== ============ ==================================================================
fault               at           does (and its own members)
=================== ============ ==================================================================
error               a request    answers ``code`` (any error of the model) with ``message`` and
                                 ``members``; for S3, an XML error
status              a request    answers the HTTP ``status`` with a body that is no JSON
slow                a request,   waits ``seconds`` first
                    Document
drop                a request    closes the connection without an answer; with ``when`` = ``after``,
                                 what was asked for is done all the same
linger              Job,         stays in ``state`` (IN_PROGRESS, SUBMITTED or STOP_REQUESTED) for
                    ParallelData ``seconds``; parallel data in CREATING or UPDATING, or with
                                 ``state`` = ``DELETING`` in that
fail                Job,         ends FAILED with ``message``; a job with ``when`` = ``after`` ends
                    ParallelData so after its documents were translated
counts              Job          tells ``counts`` in JobDetails, whatever is true
document_error      Document     an error of this document, with ``code`` and ``message``
missing             Document     writes no output file, and says nothing of it
lose_slot           a text       leaves ``slots`` elements with ``translate="no"`` out
double_slot         a text       writes them twice
dnt                 a text       writes ``‹DNT_0›`` in their place
spaces              a text       puts spaces around tags
truncate            a text       leaves out the end: ``fraction`` of the text stays
=================== ============ ==================================================================

*Where*: ``operation`` is an operation's name or a pattern with ``*``; ``S3:GET`` and the like are
requests to S3; ``Job``, ``Document`` and ``ParallelData`` are what runs in the background. *A text*
is the result of ``TranslateText``, ``TranslateDocument`` or ``Document``. ``name`` is a pattern for
the job's name, the document's path, the resource's name or the S3 path; ``target`` a language.
*How often*: ``skip`` passes so many by; then ``first`` n, ``every`` k-th, or with ``probability``
p by a random generator of ``seed``; without any of them, always.
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
TEXT_FAULTS = frozenset({"lose_slot", "double_slot", "dnt", "spaces", "truncate"})
DOCUMENT_FAULTS = TEXT_FAULTS | {"document_error", "missing", "slow"}
BACKGROUND_FAULTS = frozenset({"linger", "fail", "counts"})
KINDS = REQUEST_FAULTS | DOCUMENT_FAULTS | BACKGROUND_FAULTS
STATES = ("SUBMITTED", "IN_PROGRESS", "STOP_REQUESTED", "DELETING")
"""States in which a job can linger; the last is for parallel data."""
BACKGROUND = frozenset({"Job", "Document", "ParallelData"})
"""What is no request; a rule has to name it, ``*`` does not match it."""


@dataclass(slots=True)
class Rule:
    """One rule; the fields are the members of its JSON object.

    Raises ValueError if a member is not allowed.
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
    """How often the rule was met."""
    fired: int = 0
    """How often it did something."""
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
        """Whether this is the place that the rule is about."""
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
        """Count one meeting, and say whether it is the rule's turn."""
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
        """The rule as a JSON object, with how often it was met and fired."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "random"}


class Faults:
    """The rules of one service."""

    def __init__(self, rules: Iterable[Mapping[str, Any]] = ()) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self.add(rules)

    def add(self, rules: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Add rules after those that are there; all rules. Raises ValueError, and adds none."""
        fresh = [_rule(item) for item in rules]
        with self._lock:
            self._rules += fresh
        return self.plain()

    def __bool__(self) -> bool:
        return bool(self._rules)

    def clear(self) -> list[dict[str, Any]]:
        """Forget all rules; the empty list."""
        with self._lock:
            self._rules.clear()
        return self.plain()

    def plain(self) -> list[dict[str, Any]]:
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
        """The rules of some kinds whose turn it is, in their order."""
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
    if isinstance(value, bool):
        return False
    if value is None:
        return kind.endswith("None")
    if kind.startswith("dict"):
        return isinstance(value, dict)
    types = {"str": str, "int": int, "float": (int, float)}
    return isinstance(value, types[kind.split(" ")[0]])  # type: ignore[arg-type]
