"""What the documentation names can be imported from where it says, and what is registered loads."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module, metadata

import pytest

PATHS = [
    "amts_ext:translate_text", "amts_ext:translate_file", "amts_ext:translate_book",
    "amts_ext:align", "amts_ext:evaluate", "amts_ext.errors:AmtsError",
    "amts_ext.errors:DocumentError", "amts_ext.config:Config", "amts_ext.config:load",
    "amts_ext.memory:Memory", "amts_ext.memory:Store", "amts_ext.memory:check",
    "amts_ext.human:learn", "amts_ext.alignment:align",
    "amts_ext.formats:get", "amts_ext.formats.base:Edit", "amts_ext.formats.base:splice",
    "amts_ext.formats.markdown:Markdown", "amts_ext.pipeline:Pipeline",
    "amts_ext.translators:make", "amts_ext.translators.base:Answer",
    "amts_ext.translators.base:Free", "amts_ext.translators.base:Progress",
    "amts_ext.translators.embedded:embedded", "amts_ext.translators.embedded:from_config",
    "amts_ext.translators.amazon:Amazon", "amts_ext.translators.amazon:from_config",
    "amts_ext.service.server:Service", "amts_ext.service.limits:Limits",
    "amts_ext.service.limits:AWS_RATES", "amts_ext.service.engines.base:EngineOptions",
    "amts_ext.service.engines.echo:Echo", "amts_ext.cli:main",
    "amts_ext.project:open_project", "amts_ext.project:around", "amts_ext.project:Folder",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_a_documented_path_can_be_imported(path: str) -> None:
    """Alone, in an interpreter of its own: no order of imports makes a circle."""
    module, _, name = path.partition(":")
    done = subprocess.run(
        [sys.executable, "-c", f"from {module} import {name}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_what_is_registered_loads() -> None:
    groups = ("amts_ext.formats", "amts_ext.translators", "amts_ext.engines", "amts_ext.projects")
    own = [p for group in groups for p in metadata.entry_points(group=group)]
    assert len(own) >= 12
    for point in own:
        module, _, name = point.value.partition(":")
        assert getattr(import_module(module), name), point
