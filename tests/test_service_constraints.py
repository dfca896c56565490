"""Every constraint of botocore's model, at its limit and beyond."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from amts_ext.service import wire
from amts_ext.service.wire import service_model


def constraints(shape: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every member of an input with a constraint."""
    for name, member in getattr(shape, "members", {}).items():
        here = f"{path}.{name}" if path else name
        if {"min", "max", "pattern", "enum"} & set(member.metadata):
            yield here, member
        yield from constraints(member, here)


CONSTRAINTS = [
    pytest.param(operation, path, member, id=f"{operation}-{path}")
    for operation in service_model().operation_names
    for path, member in constraints(service_model().operation_model(operation).input_shape)
]


@pytest.mark.parametrize(("operation", "path", "member"), CONSTRAINTS)
def test_every_constraint_of_the_model_is_checked(operation: str, path: str, member: Any) -> None:
    """A value that breaks a constraint is named; the other members are missing, which is too."""
    raw: Any = breaking(member)
    for name in reversed(path.split(".")):
        raw = {name: raw}
    shown = ".".join(p[0].lower() + p[1:] for p in path.split("."))
    with pytest.raises(wire.ServiceError, match=rf"at '{re.escape(shown)}'") as caught:
        wire.check(service_model().operation_model(operation), raw)
    assert caught.value.code == "ValidationException"


def breaking(member: Any) -> Any:
    rules = member.metadata
    if member.type_name == "integer":
        return rules["max"] + 1
    if member.type_name == "list":
        item: Any = {"Key": "k", "Value": "v"} if member.member.type_name == "structure" else "xx"
        return [item] * (rules["max"] + 1) if "max" in rules else []
    if member.type_name == "blob":
        return "AAAA" * (rules["max"] // 3 + 1)
    if "enum" in rules:
        return "NO SUCH VALUE"
    return "x" * (rules["max"] + 1) if "max" in rules else "\0"
