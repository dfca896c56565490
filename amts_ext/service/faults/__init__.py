"""Faults on demand: rules that a test sets, and the damage that they do to answers.

An operation asks :class:`~amts_ext.service.faults.rules.Faults` which rules fire for it.
"""
