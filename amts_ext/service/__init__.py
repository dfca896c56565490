"""The embedded Amazon Translate: the same API on loopback, with no account and no network.

It imports nothing of the project but ``model`` and ``errors``; the rest of the project reaches it
through boto3 (and through :mod:`amts_ext.translators.embedded`, which starts it).
"""
