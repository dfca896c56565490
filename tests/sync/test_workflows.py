"""The examples that follow a source, in real git repositories: one request, and no commit lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.hosts import BRANCH, EXAMPLES, Host, on_github, on_gitlab, programs
from support.moving_books import HUMAN, NEW, OLD, commit, git
from support.program import write

pytestmark = pytest.mark.skipif(not EXAMPLES.exists(), reason="only a checkout has docs/")
LATER = NEW.replace("Every height counts alike.", "Every height counts alike, also the largest.")
READ = "Hoy la calcula un programa, y no tarda ni un suspiro."
"""What a translator makes of a sentence that a machine translated."""


@pytest.fixture(params=[on_github, on_gitlab], ids=["github", "gitlab"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Host:
    """A host whose source has moved on since it was translated."""
    on: Callable[[Path], Host] = request.param
    programs(tmp_path / "bin")
    translation = {"mean.md": HUMAN, "mean_origin.md": OLD, "config.ini": "[project]\n"}
    for name, texts in (("translation", translation), ("source", {"mean.md": OLD})):
        git(tmp_path, "init", "-q", "--bare", "-b", "main", f"{name}.git")
        folder = write(tmp_path / {"source": "en"}.get(name, name), dict(texts))
        commit(folder)
        git(folder, "push", "-q", str(tmp_path / f"{name}.git"), "HEAD:main")
    return on(tmp_path)


def run(host: Host, code: int = 0) -> str:
    ran = host.run()
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


@pytest.mark.slow
def test_one_request_grows_and_keeps_what_a_translator_commits(host: Host) -> None:
    run(host)
    assert not host.tip and not host.requests  # the source is as it was
    host.change_source({"mean.md": NEW})
    run(host)
    (request,) = host.requests
    first = host.tip
    assert "TODAY A PROGRAM COMPUTES IT" in host.shown("mean.md")
    assert (
        host.shown("mean_origin.md") != OLD.strip()
        and host.shown("mean.md", "main") == HUMAN.strip()
    )
    assert "**new**: the source has something new" in request["description"]
    names = git(host.remote, "ls-tree", "-r", "--name-only", BRANCH).splitlines()
    assert names == ["amts-items.json", "config.ini", "mean.md", "mean_origin.md"]

    run(host)
    assert host.tip == first and host.calls == ["create 1"]

    edited = host.shown("mean.md").splitlines()
    place = next(i for i, line in enumerate(edited) if line.startswith("TODAY"))
    mine = host.edit({"mean.md": "\n".join([*edited[:place], READ, *edited[place + 1 :], ""])})
    host.edit({"notes.md": "Una nota.\n"}, "main")
    host.change_source({"mean.md": LATER})
    run(host)
    assert host.calls == ["create 1", "edit 1"]
    assert READ in host.shown("mean.md") and "Una nota." in host.shown("notes.md")
    git(host.remote, "merge-base", "--is-ancestor", mine, BRANCH)
    assert "also the largest" in host.requests[0]["description"]


@pytest.mark.slow
def test_a_request_that_was_merged_or_closed_is_not_asked_again(host: Host) -> None:
    host.change_source({"mean.md": NEW})
    run(host)
    host.close(1, "closed")
    run(host)
    assert host.calls == ["create 1"]
    # As one commit, so that git does not know the branch in it.
    merged = {name: host.shown(name) + "\n" for name in ("mean.md", "mean_origin.md")}
    host.edit(merged | {"amts-items.json": host.shown("amts-items.json") + "\n"}, "main")
    host.close(1, "merged")
    host.edit(
        {"mean.md": host.shown("mean.md", "main").replace("La media", "El promedio") + "\n"}, "main"
    )
    host.change_source({"mean.md": LATER})
    run(host)
    assert host.calls == ["create 1", "create 2"]
    assert git(host.remote, "rev-list", "--count", f"main..{BRANCH}") == "1"
    assert "# El promedio" in host.shown("mean.md")


@pytest.mark.slow
def test_what_a_translator_pushes_meanwhile_stays(host: Host) -> None:
    host.change_source({"mean.md": NEW})
    run(host)
    host.change_source({"mean.md": LATER})
    clone = host.folder / "translator"
    mine = host.edit({"notes.md": "Una nota.\n"})
    git(clone, "reset", "-q", "--hard", "HEAD~")
    git(clone, "push", "-q", "--force", "origin", f"HEAD:{BRANCH}")
    push = f"git -C {clone} push -q origin {mine}:refs/heads/{BRANCH}\n"
    (host.folder / "meanwhile").write_text(push)
    assert "stale info" in run(host, 1)
    assert host.tip == mine
    (host.folder / "meanwhile").unlink()
    run(host)
    assert host.shown("notes.md") == "Una nota." and host.calls == ["create 1", "edit 1"]


@pytest.mark.slow
def test_what_cannot_be_done_fails_and_pushes_nothing(host: Host) -> None:
    host.change_source({"mean.md": NEW})
    run(host)
    first = host.tip
    host.edit({"mean.md": HUMAN.replace("La usaron primero", "La usaban primero")}, "main")
    assert f"{BRANCH} and main changed the same lines" in run(host, 1)
    host.edit({"mean.md": "<<<<<<< a\n=======\n>>>>>>> b\n"}, BRANCH)
    host.edit({"mean.md": HUMAN}, "main")
    broken = host.tip
    assert "mean.md:1: the marks of a merge conflict" in run(host, 2)
    assert host.tip == broken != first and host.calls == ["create 1"]


# --- what the hosts themselves read ---------------------------------------------------------------

SCHEMAS = [
    ("sync-github.yml", ["vendor.github-workflows"], ("runs-on:", "run-on:")),
    ("sync-gitlab.yml", ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
     ("    - if: $CI", "    - when_if: $CI")),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name, schema, mistake", SCHEMAS, ids=["github", "gitlab"])
def test_the_examples_fit_the_schema_that_the_host_publishes(
    name: str, schema: list[str], mistake: tuple[str, str], tmp_path: Path
) -> None:
    pytest.importorskip("check_jsonschema", reason="it comes with the extra test")

    def check(path: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, str(path)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    fits = check(EXAMPLES / name)
    assert fits.returncode == 0, fits.stdout + fits.stderr
    text = (EXAMPLES / name).read_text("utf-8")
    assert mistake[0] in text
    (tmp_path / name).write_text(text.replace(*mistake), "utf-8")
    assert check(tmp_path / name).returncode == 1


# --- the hook -------------------------------------------------------------------------------------


def push(folder: Path, *what: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder.parent / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["git", "push", "-q", "origin", *what], cwd=folder, capture_output=True, text=True,
        env=os.environ | {"PATH": path, "PYTHONUTF8": "1"}, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_hook_refuses_what_is_behind(tmp_path: Path) -> None:
    programs(tmp_path / "bin")
    source = write(tmp_path / "en", {"mean.md": OLD})
    target = write(tmp_path / "es", {"mean.md": HUMAN, "mean_origin.md": OLD})
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "remote.git")
    commit(target)
    git(target, "branch", "-M", "main")
    git(target, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(target, "config", "amts.source", "../en")
    hook = target / ".git/hooks/pre-push"
    hook.write_bytes((EXAMPLES / "pre-push").read_bytes())
    hook.chmod(0o755)
    assert push(target, "main").returncode == 0

    write(source, {"mean.md": NEW})
    write(target, {"mean.md": HUMAN + "\nUna frase nuestra.\n"})
    commit(target)
    refused = push(target, "main")
    assert refused.returncode == 1
    assert f"amts sync --source {source} --target {target} --lang es" in refused.stderr
    assert "main is behind its source" in refused.stderr
    git(target, "tag", "v1")
    assert (
        push(target, "v1").returncode == 0
        and push(target, "--no-verify", "main:other").returncode == 0
    )
    assert push(target, ":other").returncode == 0

    amts = [tmp_path / "bin/amts", "sync", "--source", source, "--target", target, "--lang", "es"]
    assert subprocess.run(amts, capture_output=True, check=False).returncode == 1
    assert push(target, "main").returncode == 1  # what is pushed is not the folder, but its commit
    commit(target)
    assert push(target, "main").returncode == 0  # with open items
    git(target, "config", "amts.source", "../nowhere")
    write(target, {"notes.md": "Una nota.\n"})
    commit(target)
    assert push(target, "main").returncode == 1
