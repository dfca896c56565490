"""A real JupyterLab or Notebook 7 in a process of its own, with the checkout's extension."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from support.places import ROOT, TESTS
from support.waiting import DEADLINE, until

PLUGIN = "[amts_ext.translators]\ncapitals = support.jupyter:capitals\n"
"""Announces a translator to the server, as an installed distribution does."""
NEWS = "@jupyterlab/apputils-extension:announcements"
"""Asks for news from the network, in a window before the page."""
PATIENCE = 5.0
"""Seconds that the server has to end after SIGTERM; some versions do not always."""


def capitals(config: object) -> object:
    """Make the tests' translator: it turns words into capitals and costs nothing."""
    from amts_ext.translators.function import Function
    from support.pseudo import upper

    return Function(upper)


def cell(source: str, kind: str = "markdown", outputs: Sequence[object] = ()) -> dict[str, Any]:
    """Return a cell of a notebook."""
    made: dict[str, Any] = {"cell_type": kind, "id": secrets.token_hex(4), "metadata": {}}
    if kind == "code":
        made |= {"execution_count": None, "outputs": list(outputs)}
    return made | {"source": source.splitlines(keepends=True)}


def write_notebook(path: Path, *cells: dict[str, Any]) -> None:
    """Write a notebook as Jupyter does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {
        "cells": list(cells),
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", "utf-8")


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Jupyter:
    """A running server."""

    process: subprocess.Popen[bytes]
    port: int
    token: str
    root: Path
    log: Path
    home: str
    """The path of the page to begin with: ``lab`` or ``tree``."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request: POST with a body, else GET. Nothing is sent but what is given."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data)
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        if data is not None and not request.has_header("Content-type"):
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE) as found:
                return Answer(found.status, found.headers, found.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.headers, error.read())

    def know(self, path: str, body: object = None, **headers: str) -> Answer:
        """Send a request with the server's token."""
        return self.ask(path, body, Authorization=f"token {self.token}", **headers)

    def end(self) -> None:
        """End the server by its process id, also if it does not listen to SIGTERM."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(DEADLINE)


@contextmanager
def running(
    root: Path,
    scratch: Path,
    *options: str,
    app: str = "lab",
    path: Sequence[Path] = (),
) -> Iterator[Jupyter]:
    """Start JupyterLab (``lab``) or Notebook 7 (``notebook``) on a folder, and end it.

    Its settings, data and run-time files are below ``scratch``. The extension is the checkout's:
    its folders ``share`` and ``etc`` lie where an install would put them. ``path`` comes before the
    checkout on ``PYTHONPATH``.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    port, token = free_port(), secrets.token_hex(16)
    command = [
        sys.executable, "-m", app if app == "notebook" else f"jupyter{app}",
        "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}", "--allow-root",
        *options,
    ]  # fmt: skip
    log = scratch / "jupyter.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=environment(scratch, path),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    home = "lab" if app == "lab" else "tree"
    server = Jupyter(process, port, token, root, log, home)
    try:
        until(lambda: is_up(server), f"Jupyter has not started; see {log}")
        yield server
    finally:
        server.end()


def is_up(server: Jupyter) -> bool:
    """Return whether the server answers; raises if it has ended."""
    if server.process.poll() is not None:
        raise AssertionError(server.log.read_text(errors="replace"))
    with suppress(OSError):
        return server.know("api/status").status == 200
    return False


def environment(scratch: Path, path: Sequence[Path] = ()) -> dict[str, str]:
    """Return the environment: the checkout's extension, and folders of its own for all else."""
    plugin = scratch / "plugin" / "capitals-1.dist-info"
    plugin.mkdir(parents=True, exist_ok=True)
    (plugin / "METADATA").write_text("Metadata-Version: 2.1\nName: capitals\nVersion: 1\n")
    (plugin / "entry_points.txt").write_text(PLUGIN)
    quiet = scratch / "config" / "labconfig"
    quiet.mkdir(parents=True, exist_ok=True)
    (quiet / "page_config.json").write_text(json.dumps({"disabledExtensions": {NEWS: True}}))
    python = [*path, ROOT, TESTS, plugin.parent]
    return os.environ | {
        "HOME": str(scratch / "home"),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_CONFIG_DIR": str(scratch / "config"),
        "JUPYTER_CONFIG_PATH": str(ROOT / "etc/jupyter"),
        "JUPYTER_DATA_DIR": str(scratch / "data"),
        "JUPYTER_PATH": str(ROOT / "share/jupyter"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(scratch / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(scratch / "workspaces"),
        "PYTHONPATH": os.pathsep.join(map(str, python)),
    }


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
