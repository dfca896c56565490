"""Lists in pages: ``MaxResults`` and ``NextToken``."""

from __future__ import annotations

from collections.abc import Sequence

from amts_ext.service.wire import Json, ServiceError

LARGEST = 500


def page(
    items: Sequence[Json],
    params: Json,
    member: str,
    error: str = "InvalidParameterValueException",
) -> Json:
    """One page of a list under its member's name; the token is the place of the next page.

    Raises :class:`ServiceError` with the code ``error`` for a token that is not ours.
    """
    token = params.get("NextToken") or "0"
    if not token.isdecimal() or int(token) > len(items):
        raise ServiceError(error, "the NextToken is not valid")
    start = int(token)
    end = start + min(params.get("MaxResults") or LARGEST, LARGEST)
    more = {"NextToken": str(end)} if end < len(items) else {}
    return {member: list(items[start:end]), **more}
