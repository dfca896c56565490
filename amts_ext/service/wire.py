"""AWS JSON 1.1, the notation of requests and answers: read, check, write.

The operations, shapes, limits, patterns and errors come from botocore's model of Amazon Translate,
so the service has the same constraints as a client with this botocore.

Protocol: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

import regex
from botocore import loaders
from botocore.model import ListShape, OperationModel, ServiceModel, Shape, StructureShape

TARGET = "AWSShineFrontendService_20170701"
"""The name of Amazon Translate in the header ``X-Amz-Target``."""
Json = dict[str, Any]
T = TypeVar("T")


class ServiceError(Exception):
    """An error that the client gets as the answer, such as ``ResourceNotFoundException``.

    ``members`` are further members of the error in the model (a language code, an ARN).
    """

    def __init__(self, code: str, message: str, **members: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.members = members


@cache
def service_model() -> ServiceModel:
    """Return botocore's model of Amazon Translate.

    >>> service_model().operation_names[0]
    'CreateParallelData'
    """
    return ServiceModel(loaders.Loader().load_service_model("translate", "service-2"), "translate")


def operation(name: str) -> OperationModel:
    """Return an operation of the model by its name.

    Raises :class:`ServiceError` (UnknownOperationException) if there is none of that name.
    """
    if name not in service_model().operation_names:
        raise ServiceError("UnknownOperationException", f"unknown operation {name!r}")
    return service_model().operation_model(name)


def decode(body: bytes) -> Json:
    """Read the JSON object in a request's body; an empty body is an empty object.

    Raises :class:`ServiceError` (SerializationException) if it is not a JSON object.
    """
    try:
        raw = json.loads(body or b"{}")
    except ValueError as error:
        raise ServiceError("SerializationException", f"the body is not JSON: {error}") from error
    return _typed(raw, dict, "body")


def check(op: OperationModel, raw: Json) -> Json:
    """Return a request's members as Python values, after a check of all constraints of the model.

    >>> check(operation("ImportTerminology"), {"Name": "book", "MergeStrategy": "OVERWRITE"})
    Traceback (most recent call last):
    ...
    amts_ext.service.wire.ServiceError: 1 validation error detected: Value null at
    'terminologyData' failed to satisfy constraint: Member must not be null

    Members that the model does not know are dropped. Raises :class:`ServiceError`:
    SerializationException if a value has the wrong type, ValidationException, with every broken
    constraint, if a value is not allowed.
    """
    if op.input_shape is None:
        return {}
    problems: list[str] = []
    value = _read_structure(op.input_shape, raw, "", problems)
    if problems:
        count = f"{len(problems)} validation error{'s' * (len(problems) > 1)} detected"
        raise ServiceError("ValidationException", f"{count}: {'; '.join(problems)}")
    return value


def serialise(value: object) -> bytes:
    """Return an answer as JSON: times as epoch seconds, bytes as Base64, members of None left out.

    >>> serialise({"Name": "book", "Description": None, "File": b"en,pt"})
    b'{"Name": "book", "File": "ZW4scHQ="}'
    """
    return json.dumps(_plain(value)).encode()


def serialise_error(error: ServiceError) -> tuple[int, bytes]:
    """Return the HTTP status (from the model) and the body of an error's answer.

    >>> serialise_error(ServiceError("ConflictException", "the name is taken"))
    (409, b'{"__type": "ConflictException", "Message": "the name is taken"}')
    """
    body: Json = {"__type": error.code, "Message": error.message, **error.members}
    if error.code == "TooManyTagsException":  # the one error whose model has ``message``
        body["message"] = body.pop("Message")
    for shape in service_model().error_shapes:
        if shape.name == error.code:
            return int(shape.metadata["error"]["httpStatusCode"]), json.dumps(body).encode()
    return 400, json.dumps(body).encode()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    return value


def _read(shape: Shape, value: object, path: str, problems: list[str]) -> object:
    """Return one value as Python has it, and add the constraints that it breaks to ``problems``.

    ``path`` tells where the value stands, in the notation of AWS: ``tags.1.member.key``.
    """
    if isinstance(shape, StructureShape):
        return _read_structure(shape, value, path, problems)
    if isinstance(shape, ListShape):
        items = _typed(value, list, path)
        _check_size(shape, len(items), path, problems)
        member, at = shape.member, f"{path}.{{}}.member"
        return [_read(member, v, at.format(i), problems) for i, v in enumerate(items, 1)]
    return _READERS[shape.type_name](shape, value, path, problems)


def _read_structure(shape: StructureShape, value: object, path: str, problems: list[str]) -> Json:
    fields = _typed(value, dict, path)
    result: Json = {}
    for name, member in shape.members.items():
        at = f"{path}.{_lower(name)}" if path else _lower(name)
        if fields.get(name) is not None:
            result[name] = _read(member, fields[name], at, problems)
        elif name in shape.required_members:
            problems.append(_broken(None, at, "not be null"))
    return result


def _read_string(shape: Shape, value: object, path: str, problems: list[str]) -> str:
    text = _typed(value, str, path)
    _check_size(shape, len(text), path, problems)
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(text):
        problems.append(_broken(text, path, f"satisfy regular expression pattern: {pattern}"))
    allowed = shape.metadata.get("enum")
    if allowed and text not in allowed:
        problems.append(_broken(text, path, f"satisfy enum value set: [{', '.join(allowed)}]"))
    return text


def _read_blob(shape: Shape, value: object, path: str, problems: list[str]) -> bytes:
    try:
        data = base64.b64decode(_typed(value, str, path), validate=True)
    except binascii.Error as error:
        raise ServiceError("SerializationException", f"{path}: not Base64: {error}") from error
    _check_size(shape, len(data), path, problems)
    return data


def _read_number(shape: Shape, value: object, path: str, problems: list[str]) -> int:
    number = _typed(value, int, path)
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and number < low:
        problems.append(_broken(number, path, f"have value greater than or equal to {low}"))
    if high is not None and number > high:
        problems.append(_broken(number, path, f"have value less than or equal to {high}"))
    return number


def _read_time(shape: Shape, value: object, path: str, problems: list[str]) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ServiceError("SerializationException", f"{path}: a time is a number of seconds")
    return datetime.fromtimestamp(value, UTC)


_READERS = {
    "string": _read_string,
    "blob": _read_blob,
    "integer": _read_number,
    "long": _read_number,
    "timestamp": _read_time,
}


def _typed(value: object, kind: type[T], path: str) -> T:
    """Return a value that is of the given type. Raises :class:`ServiceError` if it is not."""
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    name = type(value).__name__
    raise ServiceError("SerializationException", f"{path or 'body'}: {name}, not {kind.__name__}")


def _check_size(shape: Shape, size: int, path: str, problems: list[str]) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        problems.append(_broken(size, path, f"have length greater than or equal to {low}"))
    if high is not None and size > high:
        problems.append(_broken(size, path, f"have length less than or equal to {high}"))


def _broken(value: object, path: str, rule: str) -> str:
    """Return the message for one broken constraint, in the words of AWS."""
    shown = "null" if value is None else f"'{str(value)[:80]}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: Member must {rule}"


@cache
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
