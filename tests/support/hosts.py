"""The two examples of a job that follows a source, run step by step in real git repositories.

A host has a bare repository of the translation and one of the source. ``gh``, ``curl`` and ``amts``
are programs of the test: the first two keep the host's requests in a file, the last is the real
program with a translator that answers in capitals. It first runs the shell script ``meanwhile``, if
the host has one: what happens while the job runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from support.moving_books import commit, git
from support.places import ROOT, TESTS
from support.program import write

EXAMPLES = ROOT / "docs/examples"
INSTALL = "python -m pip install amts-ext"
Ran = subprocess.CompletedProcess[str]
BRANCH = "follow-the-source"
AMTS = f"""#!{sys.executable}
import os, subprocess, sys
from pathlib import Path
meanwhile = Path(os.environ.get("HOST", "/"), "meanwhile")
if meanwhile.exists():
    subprocess.run(["sh", meanwhile], check=True)
sys.path[:0] = [{str(ROOT)!r}, {str(TESTS)!r}]
from amts_ext.translators import embedded
from support.program import Table
embedded.embedded = Table
from amts_ext.cli import main
sys.exit(main(sys.argv[1:]))
"""
GH = f"""#!{sys.executable}
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(TESTS)!r}]
from support.hosts import gh
gh(sys.argv[1:])
"""
CURL = GH.replace("gh(", "curl(").replace("import gh", "import curl")


def programs(folder: Path) -> Path:
    """Write the programs that the jobs and the hook call."""
    python = f'#!/bin/sh\nexec {sys.executable} "$@"\n'
    write(folder, {"amts": AMTS, "gh": GH, "curl": CURL, "python": python})
    for program in folder.iterdir():
        program.chmod(0o755)
    return folder


@dataclass
class Host:
    """A host with a source and its translation; ``steps`` are the parts of its job."""

    folder: Path
    steps: list[str]
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def remote(self) -> Path:
        return self.folder / "translation.git"

    @property
    def requests(self) -> list[dict[str, Any]]:
        """All requests, the first one first."""
        return _requests(self.folder / "requests.json")

    @property
    def calls(self) -> list[str]:
        """What changed requests: ``create 1``, ``edit 1``."""
        place = self.folder / "calls"
        return place.read_text("utf-8").splitlines() if place.exists() else []

    @property
    def tip(self) -> str:
        """The revision of the request's branch; empty without one."""
        return git(self.remote, "for-each-ref", "--format=%(objectname)", f"refs/heads/{BRANCH}")

    def shown(self, path: str, branch: str = BRANCH) -> str:
        return git(self.remote, "show", f"{branch}:{path}")

    def close(self, number: int, state: str) -> None:
        """Close a request as ``closed`` or ``merged``; nothing is merged."""
        requests = self.requests
        requests[number - 1] |= {"state": state, "sha": self.tip}
        _keep(self.folder / "requests.json", requests)

    def edit(self, texts: dict[str, str], branch: str = BRANCH) -> str:
        """Commit as a translator would, in a clone of one's own, and push."""
        clone = self.folder / "translator"
        if not clone.exists():
            git(self.folder, "clone", "-q", str(self.remote), str(clone))
        git(clone, "fetch", "-q")
        git(clone, "checkout", "-q", "-B", branch, f"origin/{branch}")
        made = commit(write(clone, dict(texts)))
        git(clone, "push", "-q", "origin", f"HEAD:{branch}")
        return made

    def change_source(self, texts: dict[str, str]) -> None:
        commit(write(self.folder / "en", dict(texts)))
        git(self.folder / "en", "push", "-q", str(self.folder / "source.git"), "HEAD:main")

    def run(self) -> Ran:
        """Run the job in an empty workspace until a step fails."""
        raise NotImplementedError

    def _work(self) -> Path:
        return self.folder / f"run{len([*self.folder.glob('run*')])}"


class GitHub(Host):
    """``sync-github.yml``: each step is a shell of its own."""

    def run(self) -> Ran:
        work = self._work()
        for name, remote in (("translation", self.remote), ("source", self.folder / "source.git")):
            git(self.folder, "clone", "-q", str(remote), str(work / name))
        exported = work / "env"
        exported.touch()
        for script in self.steps:
            variables = {"GITHUB_ENV": str(exported), "RUNNER_TEMP": str(work)} | self.variables
            ran = _bash(self.folder, script, work / "translation", variables | _read(exported))
            if ran.returncode:
                break
        return ran


class GitLab(Host):
    """``sync-gitlab.yml``: all steps are one shell, in a checkout without a branch."""

    def run(self) -> Ran:
        work = self._work()
        git(self.folder, "clone", "-q", str(self.remote), str(work))
        git(work, "checkout", "-q", "--detach")
        return _bash(self.folder, "\n".join(self.steps), work, self.variables)


def _read(exported: Path) -> dict[str, str]:
    lines = exported.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


def _bash(folder: Path, script: str, cwd: Path, variables: dict[str, str]) -> Ran:
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    own = {"PATH": path, "HOST": str(folder), "HOME": str(folder), "PYTHONUTF8": "1"}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=cwd, env=os.environ | variables | own, encoding="utf-8", check=False,
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
    )  # fmt: skip


def on_github(folder: Path) -> Host:
    """Read the example; its installation is left out."""
    whole = yaml.safe_load((EXAMPLES / "sync-github.yml").read_text("utf-8"))
    (job,) = whole["jobs"].values()
    steps = [step["run"] for step in job["steps"] if "run" in step]
    assert steps.pop(0) == INSTALL
    plain = {name: value for name, value in whole["env"].items() if "${{" not in value}
    return GitHub(folder, steps, plain)


def on_gitlab(folder: Path) -> Host:
    """Read the example; its installation is left out. The address of the host is a folder."""
    (job,) = yaml.safe_load((EXAMPLES / "sync-gitlab.yml").read_text("utf-8")).values()
    assert job["before_script"] == [INSTALL]
    address = "https://amts:secret@gitlab.example.org/me/translation.git"
    host = {
        "CI_DEFAULT_BRANCH": "main", "CI_SERVER_HOST": "gitlab.example.org",
        "CI_SERVER_URL": "https://gitlab.example.org", "CI_PROJECT_PATH": "me/translation",
        "CI_PROJECT_ID": "7", "CI_API_V4_URL": "https://gitlab.example.org/api/v4",
        "AMTS_TOKEN": "secret", "SOURCE": str(folder / "source.git"),
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_VALUE_0": address,
        "GIT_CONFIG_KEY_0": f"url.{folder / 'translation.git'}.insteadOf",
    }  # fmt: skip
    return GitLab(folder, job["script"], job["variables"] | host)


# --- the programs of the hosts --------------------------------------------------------------------


def _requests(path: Path) -> list[dict[str, Any]]:
    requests: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.exists() else []
    return requests


def _keep(path: Path, requests: list[dict[str, Any]]) -> None:
    path.write_text(json.dumps(requests), encoding="utf-8")


class _Server:
    """What both hosts do with requests; fields have GitLab's names."""

    def __init__(self) -> None:
        self._folder = Path(os.environ["HOST"])
        self._place = self._folder / "requests.json"
        self._all = _requests(self._place)

    def listed(self, branch: str, state: str) -> list[dict[str, Any]]:
        """Return the requests of a branch; of an open one, the branch's own revision counts."""
        where = self._folder / "translation.git"
        tip = git(where, "for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}")
        known = [r for r in self._all if r["source_branch"] == branch]
        known = [r | {"sha": tip} if r["state"] == "opened" else r for r in known]
        return [r for r in known if state in ("all", r["state"])]

    def create(self, **values: str) -> None:
        assert not self.listed(values["source_branch"], "opened"), "a second open request"
        self._all.append({"iid": len(self._all) + 1, "state": "opened", "sha": ""} | values)
        self._done("create", len(self._all))

    def edit(self, number: int, **values: str) -> None:
        self._all[number - 1] |= values
        self._done("edit", number)

    def _done(self, what: str, number: int) -> None:
        _keep(self._place, self._all)
        with (self._folder / "calls").open("a", encoding="utf-8") as calls:
            calls.write(f"{what} {number}\n")


FIELDS = {"number": "iid", "headRefOid": "sha", "body": "description"}
STATES = {"open": "opened"}


def gh(words: list[str]) -> None:
    """``gh pr list``, ``view``, ``create`` and ``edit``, as far as the example calls them."""
    pr, what, *rest = words
    assert pr == "pr"
    server = _Server()
    number = int(rest.pop(0)) if what in ("view", "edit") else 0
    options = dict(zip(rest[::2], rest[1::2], strict=True))
    name = options.pop("--json", "")
    if what == "list":
        state = options.pop("--state")
        assert options.pop("--jq") == f".[].{name}"
        for found in server.listed(options.pop("--head"), STATES.get(state, state)):
            print(found[FIELDS[name]])
    elif what == "view":
        assert options.pop("--jq") == f".{name}"
        (found,) = server.listed(BRANCH, "opened")
        print(found[FIELDS[name]])
    else:
        text = Path(options.pop("--body-file")).read_text("utf-8")
        if what == "edit":
            server.edit(number, description=text)
        else:
            assert options.pop("--base") == "main"
            branch, title = options.pop("--head"), options.pop("--title")
            server.create(source_branch=branch, title=title, description=text)
    assert not options, options


def curl(words: list[str]) -> None:
    """GitLab's merge requests, as far as the example asks for them."""
    values, method, url = {}, "POST", ""
    rest = iter(words)
    for word in rest:
        if word in ("--data", "--data-urlencode"):
            name, sign, value = _value(next(rest))
            values[name] = Path(value).read_text("utf-8") if sign == "@" else value
        elif word in ("--request", "--header"):
            method = next(rest) if word == "--request" else method
        elif word == "--get":
            method = "GET"
        elif not word.startswith("-"):
            url = word
    base = "https://gitlab.example.org/api/v4/projects/7/merge_requests"
    assert url.startswith(base) and "PRIVATE-TOKEN: secret" in words and "--fail" in words
    server = _Server()
    if method == "GET":
        print(json.dumps(server.listed(values["source_branch"], values["state"])))
    elif method == "PUT":
        server.edit(int(url.removeprefix(f"{base}/")), **values)
    else:
        assert values.pop("target_branch") == "main"
        server.create(**values)


def _value(word: str) -> tuple[str, str, str]:
    at = min(i for i in (word.find("="), word.find("@")) if i > 0)
    return word[:at], word[at], word[at + 1 :]
