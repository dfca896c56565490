"""The preview over HTTP: a guard before every request, the routes, and the events that pages hear.

:mod:`.office` is the open book with all that works on it; :mod:`.app` has its routes.
"""
