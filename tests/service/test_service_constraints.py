"""Every constraint of botocore's model, at its limit and beyond."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest

from amts_ext.service import wire
from amts_ext.service.wire import service_model


def constraints(shape: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every member of an input with a constraint; ``[]`` stands for the members of a list."""
    inner = dict(getattr(shape, "members", {}))
    if shape.type_name == "list":
        inner["[]"] = shape.member
    for name, member in inner.items():
        here = f"{path}.{name}".lstrip(".").replace(".[]", "[]")
        if {"min", "max", "pattern", "enum"} & set(member.metadata):
            yield here, member
        yield from constraints(member, here)


def wrapped(path: str, value: Any) -> Any:
    """A request that holds a value, and nothing else."""
    for name in reversed(path.split(".")):
        value = {name.removesuffix("[]"): [value] if name.endswith("[]") else value}
    return value


def shown(path: str) -> str:
    """A path as the service tells it."""
    names = [p[0].lower() + p[1:] for p in path.split(".")]
    return re.escape(".".join(names).replace("[]", ".1.member"))


CONSTRAINTS = [
    pytest.param(operation, path, member, id=f"{operation}-{path}")
    for operation in service_model().operation_names
    for path, member in constraints(service_model().operation_model(operation).input_shape)
]


@pytest.mark.parametrize(("operation", "path", "member"), CONSTRAINTS)
def test_every_constraint_of_the_model_is_checked(operation: str, path: str, member: Any) -> None:
    """A value that breaks a constraint is named; the other members are missing, which is too."""
    with pytest.raises(wire.ServiceError, match=rf"at '{shown(path)}'") as caught:
        wire.check(service_model().operation_model(operation), wrapped(path, breaking(member)))
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


SIZES = [
    pytest.param(operation, path, member, bound, id=f"{operation}-{path}-{bound}")
    for operation in service_model().operation_names
    for path, member in constraints(service_model().operation_model(operation).input_shape)
    for bound in ("min", "max")
    if bound in member.metadata and (bound == "max" or member.metadata["min"] > 0)
]


@pytest.mark.parametrize(("operation", "path", "member", "bound"), SIZES)
def test_every_size_is_allowed_at_its_limit_and_not_one_over(
    operation: str, path: str, member: Any, bound: str
) -> None:
    limit = member.metadata[bound]
    assert not too_long(operation, path, sized(member, limit))
    assert too_long(operation, path, sized(member, limit + (1 if bound == "max" else -1)))


def sized(member: Any, size: int) -> Any:
    """A value of a size, which breaks no other rule of size."""
    if member.type_name in ("integer", "long"):
        return size
    if member.type_name == "list":
        item: Any = {"Key": "k", "Value": "v"} if member.member.type_name == "structure" else "xx"
        return [item] * size
    return base64.b64encode(b"x" * size).decode() if member.type_name == "blob" else "x" * size


def too_long(operation: str, path: str, value: Any) -> bool:
    """Whether the size of a member is told to be wrong; the members beside it are missing."""
    rules = "length (less|greater) than|value (less|greater) than"
    wrong = rf"at '{shown(path)}' failed to satisfy constraint: Member must have ({rules})"
    try:
        wire.check(service_model().operation_model(operation), wrapped(path, value))
    except wire.ServiceError as error:
        return bool(re.search(wrong, error.message))
    return False
