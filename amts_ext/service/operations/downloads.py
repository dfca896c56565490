"""Files for the client to download: each lies in S3, and the answer has its presigned address."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from amts_ext.service.state.state import ResourceRecord
from amts_ext.service.state.storage import Storage, split_uri
from amts_ext.service.wire import Json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "amts-resources"
"""The service's own bucket, with a folder for each resource."""


class Downloads:
    """The files that GetParallelData and GetTerminology offer.

    ``address`` returns the service's address, which is known only once the service listens.
    """

    def __init__(self, storage: Storage, address: Callable[[], str]) -> None:
        self._storage = storage
        self._address = address

    def location(self, uri: str) -> Json:
        """Return a presigned address of a file in S3, valid for half an hour as on AWS."""
        bucket, key = split_uri(uri)
        url = self._client.generate_presigned_url(
            "get_object", Params={"Bucket": bucket, "Key": key}, ExpiresIn=1800
        )
        return {"RepositoryType": "S3", "Location": url}

    def offer(self, resource: ResourceRecord, name: str, data: bytes) -> Json:
        """Put a file into the resource's folder and return its location."""
        key = _folder(resource) + name
        self._storage.create(BUCKET)
        self._storage.write(BUCKET, key, data)
        return self.location(f"s3://{BUCKET}/{key}")

    def auxiliary(self, resource: ResourceRecord) -> Json:
        """Return the locations of the remarks on a resource's files, by the API's members.

        A file without remarks has no member.
        """
        return {
            member: self.offer(resource, f"{member}.txt", text.encode())
            for member, text in resource.auxiliary.items()
            if text
        }

    def withdraw(self, resource: ResourceRecord) -> None:
        """Remove the resource's folder."""
        if BUCKET in self._storage.buckets():
            for key in self._storage.keys(BUCKET, _folder(resource)):
                self._storage.remove(BUCKET, key)

    @cached_property
    def _client(self) -> S3Client:
        import boto3

        return boto3.client(
            "s3",
            endpoint_url=self._address(),
            region_name="us-east-1",
            aws_access_key_id="embedded",
            aws_secret_access_key="embedded",
        )


def _folder(resource: ResourceRecord) -> str:
    """Return the resource's folder in the bucket, such as ``parallel-data/my-book/``."""
    return f"{str(resource.properties['Arn']).rpartition(':')[2]}/"
