"""The operations of the API, one module a kind: texts, jobs, parallel data, terminologies, tags.

A handler takes the members of a request, which :mod:`~amts_ext.service.wire` has checked against
botocore's model. It returns the members of the answer or raises a
:class:`~amts_ext.service.wire.ServiceError`.
"""
