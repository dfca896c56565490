"""Tags of parallel data and terminologies.

API: https://docs.aws.amazon.com/translate/latest/APIReference/API_TagResource.html, and the pages
of UntagResource and ListTagsForResource beside it.
"""

from __future__ import annotations

import re

from amts_ext.service.state.state import Handler, LogEntry, ResourceRecord, State
from amts_ext.service.wire import Json, ServiceError

_ARN = re.compile(r"arn:aws[\w-]*:translate:[\w-]+:\d{12}:(parallel-data|terminology)/.+")


class Tags:
    """The handlers of the operations on tags."""

    def __init__(self, state: State) -> None:
        self._state = state

    def handlers(self) -> dict[str, Handler]:
        """Return the handlers by the names of their operations."""
        return {
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list,
        }

    def given(self, params: Json) -> dict[str, str]:
        """Return the tags of a request.

        Raises :class:`ServiceError` (TooManyTagsException).
        """
        tags = {t["Key"]: t["Value"] for t in params.get("Tags") or []}
        return self._limited(tags, params.get("ResourceArn", ""))

    def _tag(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            resource = self._by_arn(params)
            resource.check_unchanged()
            resource.tags = self._limited(resource.tags | self.given(params), params["ResourceArn"])
            self._state.keep_resource(resource)
        return {}

    def _untag(self, params: Json, entry: LogEntry) -> Json:
        with self._state.lock:
            resource = self._by_arn(params)
            resource.check_unchanged()
            for name in params["TagKeys"]:
                resource.tags.pop(name, None)
            self._state.keep_resource(resource)
        return {}

    def _list(self, params: Json, entry: LogEntry) -> Json:
        tags = self._by_arn(params).tags
        return {"Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}

    def _by_arn(self, params: Json) -> ResourceRecord:
        """Return the resource that a request names by its ARN.

        Raises :class:`ServiceError`: InvalidParameterValueException, ResourceNotFoundException.
        """
        arn = params["ResourceArn"]
        if not _ARN.fullmatch(arn):
            raise ServiceError("InvalidParameterValueException", f"{arn!r} is no resource's ARN")
        return self._state.by_arn(arn)

    def _limited(self, tags: dict[str, str], arn: str) -> dict[str, str]:
        """Return the tags if a resource may have so many.

        Raises :class:`ServiceError` (TooManyTagsException).
        """
        most = self._state.limits.tags
        if len(tags) > most:
            message = f"a resource takes up to {most} tags"
            raise ServiceError("TooManyTagsException", message, ResourceArn=arn)
        return tags
