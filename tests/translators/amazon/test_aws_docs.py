"""The policies in ``docs/aws.md`` are what the client needs, and the template has the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from support.aws import Connection, Crash, Points, tiny
from support.places import DOCS

from amts_ext.errors import AmtsError
from amts_ext.service.server import Service
from amts_ext.translators.amazon.job import Setup, make
from amts_ext.translators.amazon.jobs import Jobs
from amts_ext.translators.amazon.parallel import ParallelData
from amts_ext.translators.amazon.terminologies import Terminologies

S3 = {
    "GetObject": "s3:GetObject", "HeadObject": "s3:GetObject", "PutObject": "s3:PutObject",
    "ListObjectsV2": "s3:ListBucket",
}  # fmt: skip


def policies() -> dict[str, Any]:
    """The policies of the page by the name in the comment above each."""
    text = (DOCS / "aws.md").read_text("utf-8")
    found = re.findall(r"<!-- (\w+) -->\n```json\n(.*?)```", text, flags=re.S)
    return {name: json.loads(body) for name, body in found}


def actions(policy: Any) -> set[str]:
    """Every action that a policy names, in whatever form CloudFormation has it."""
    if isinstance(policy, dict):
        own = policy.get("Action", [])
        own = {own} if isinstance(own, str) else set(own)
        return own.union(*map(actions, policy.values()))
    return set().union(*map(actions, policy)) if isinstance(policy, list) else set()


class Calls(Connection):
    """Remembers what the client calls, as IAM names it."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.actions: set[str] = set()
        made = self.clients()
        for client in (made.s3, made.translate):
            client.meta.events.register("before-call", self._note)

    def _note(self, model: Any, **_: object) -> None:
        name = model.name
        self.actions.add(S3.get(name, f"translate:{name}"))


@pytest.mark.slow
def test_the_builders_rights_are_what_a_build_calls(service: Service, tmp_path: Path) -> None:
    calls = Calls(service.url)
    book = tiny(tmp_path, "rights", langs=("pt",))
    for at in range(1, 40, 3):  # interrupted everywhere, and taken up again
        try:
            book.build(calls, Points(at))
        except (Crash, AmtsError):
            continue
    service.faults.add([{"fault": "lose_slot", "operation": "Document"}])
    (tmp_path / "d0.md").write_text("Only $x$ is new.\n")
    book.build(calls)
    job = make([], "en", ["pt"], Setup("b", "r"), "here")
    job.id = next(iter(service.state.jobs))
    Jobs(calls.clients(), Setup("b", "r"), None, {}).stop([job])
    # Uploads of more than 8 MB go in parts, which s3:PutObject covers; only giving up does not.
    assert calls.actions | {"s3:AbortMultipartUpload", "iam:PassRole"} == actions(
        policies()["builder"]
    )


@pytest.mark.slow
def test_the_pushers_rights_are_what_the_commands_call(service: Service) -> None:
    calls = Calls(service.url)

    def silent(*_: object, **__: object) -> None:
        """No progress."""

    data = ParallelData(calls.clients(), "amts-test-books")
    for pair in ("a,b", "a,c"):
        data.push("pd", f"en,pt\n{pair}\n".encode(), "csv", "book", silent)
    assert [s.name for s in data.each()] == ["pd"]
    data.delete("pd", silent)
    terms = Terminologies(calls.clients())
    terms.push("words", b"en,pt\na,b\n", "book")
    assert [t.name for t in terms.each()] == ["words"]
    terms.delete("words")
    called = {action for action in calls.actions if action.startswith("translate:")}
    assert called == actions(policies()["resources"])
    assert calls.actions - called <= actions(policies()["builder"])


def test_every_action_exists() -> None:
    operations = {
        prefix: set(boto3.client(name, region_name="us-east-1").meta.service_model.operation_names)
        for prefix, name in (("translate", "translate"), ("kms", "kms"))
    }
    for policy in policies().values():
        for action in actions(policy):
            prefix, _, name = action.partition(":")
            assert name in operations.get(prefix, {name}), action
            assert prefix in ("translate", "s3", "iam", "kms", "sts")


class Loader(yaml.SafeLoader):
    """CloudFormation's short tags, as the values that they tag."""


def _tagged(loader: Loader, tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    return loader.construct_sequence(node, deep=True)  # type: ignore[arg-type]


Loader.add_multi_constructor("!", _tagged)


def test_the_template_has_the_same_rights() -> None:
    template = yaml.load((DOCS / "amts-aws.yaml").read_text("utf-8"), Loader)
    resources, documented = template["Resources"], policies()
    key = actions(documented["kms"])
    assert actions(resources["BuilderPolicy"]) == actions(documented["builder"]) | key
    assert actions(resources["ResourcesPolicy"]) == actions(documented["resources"])
    role = resources["Role"]["Properties"]
    assert actions(role["Policies"]) == actions(documented["role"]) | key
    trusted = role["AssumeRolePolicyDocument"]["Statement"][0]
    assert trusted["Principal"] == documented["trust"]["Statement"][0]["Principal"]
    assert set(template["Outputs"]) >= {"Bucket", "RoleArn", "Region"}
