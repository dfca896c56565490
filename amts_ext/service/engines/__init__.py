"""Engines of the embedded service: programs that translate plain sentences.

:mod:`.base` has the protocol. :mod:`.firefox` and :mod:`.echo` are engines, :mod:`.registry` finds
them by name, and :mod:`.pool` runs them in worker processes.
"""
