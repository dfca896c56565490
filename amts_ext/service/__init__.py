"""The embedded Amazon Translate: the same API on loopback, with no account and no network.

:class:`amts_ext.service.server.Service` starts it, and any boto3 client can then use its address.
The project's own translator is such a client (:mod:`amts_ext.translators.embedded`); the service
knows nothing of it.
"""
