"""Answers with long lists, page by page: ``MaxResults`` and ``NextToken``."""

from __future__ import annotations

from collections.abc import Sequence

from amts_ext.service.wire import Json, ServiceError

LARGEST = 500
"""Items of one page at most."""


def page(
    items: Sequence[Json],
    params: Json,
    member: str,
    error: str = "InvalidParameterValueException",
) -> Json:
    """Return one page of a list as members of an answer.

    >>> page([{"Name": "a"}, {"Name": "b"}, {"Name": "c"}], {"MaxResults": 2}, "Items")
    {'Items': [{'Name': 'a'}, {'Name': 'b'}], 'NextToken': '2'}

    ``member`` is the list's name in the answer. The token is the number of items on the pages so
    far. Raises :class:`ServiceError` with the code ``error`` if the request's token is not such a
    number.
    """
    token = params.get("NextToken") or "0"
    if not token.isdecimal() or int(token) > len(items):
        raise ServiceError(error, "the NextToken is not valid")
    start = int(token)
    end = start + min(params.get("MaxResults") or LARGEST, LARGEST)
    more = {"NextToken": str(end)} if end < len(items) else {}
    return {member: list(items[start:end]), **more}
