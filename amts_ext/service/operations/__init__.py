"""The operations of the API, one module a kind: texts, jobs, parallel data, terminologies, tags.

The members of a request come in, read and checked against botocore's model; the members of the
answer go out, or a :class:`~amts_ext.service.wire.ServiceError`.
"""
