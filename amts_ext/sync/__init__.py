"""Synchronization: the source has moved on, and a human's translation follows it."""
