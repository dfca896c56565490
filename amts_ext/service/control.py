"""The service's own API beside those of AWS: ``/_amts/faults`` and ``/_amts/ledger``.

With it, a test in another process sets faults and reads what was billed. A test in the service's
own process has :attr:`Service.faults` and :attr:`Service.ledger`. Web pages are refused by
:mod:`amts_ext.service.guard`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from amts_ext.errors import InputError
from amts_ext.service.faults.rules import Faults
from amts_ext.service.state.ledger import Ledger
from amts_ext.service.wire import Json

PREFIX = "/_amts/"


def answer(
    method: str, path: str, body: bytes, faults: Faults, ledger: Ledger
) -> tuple[int, bytes]:
    """Answer one request; return the HTTP status and the JSON body.

    >>> answer("POST", "/_amts/ledger", b'{"texts": true}', Faults(), Ledger())
    (200, b'{"texts": true}')
    """
    routes: dict[tuple[str, str], Callable[[Any], object]] = {
        ("GET", "faults"): lambda _: faults.plain(),
        ("POST", "faults"): lambda rules: faults.add(_rules(rules)),
        ("DELETE", "faults"): lambda _: faults.clear(),
        ("GET", "ledger"): lambda _: ledger.plain(),
        ("POST", "ledger"): lambda wanted: _switch(ledger, wanted),
    }
    route = routes.get((method, path.removeprefix(PREFIX)))
    if route is None:
        known = ", ".join(f"{m} {PREFIX}{p}" for m, p in routes)
        return _json(404, {"error": f"{method} {path} is not known; known: {known}"})
    try:
        return _json(200, route(json.loads(body) if method == "POST" else None))
    except (ValueError, TypeError) as error:
        return _json(400, {"error": str(error)})


def control_file(path: Path) -> list[Json]:
    """Return the rules for faults in a file; none if the file does not exist.

    Raises :class:`amts_ext.errors.InputError` if it holds no JSON or a rule that is not allowed.
    """
    try:
        rules = _rules(json.loads(path.read_bytes()))
        Faults(rules)
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        message = f"{error}; allowed: a list of rules as for /_amts/faults; correct or remove it"
        raise InputError(message, file=str(path)) from error
    return rules


def _rules(value: object) -> list[Json]:
    """Return one rule or a list of rules as a list. Raises ValueError for anything else."""
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        raise ValueError("not a rule and not a list of rules")
    return value


def _switch(ledger: Ledger, wanted: object) -> Json:
    """Switch the ledger's record of texts on or off. Raises ValueError for another request."""
    if not isinstance(wanted, dict) or not isinstance(wanted.get("texts"), bool):
        raise ValueError('the ledger takes {"texts": true} or {"texts": false}')
    ledger.keep_texts(wanted["texts"])
    return {"texts": ledger.with_texts}


def _json(status: int, value: object) -> tuple[int, bytes]:
    return status, json.dumps(value).encode()
