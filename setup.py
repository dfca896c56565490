"""What setup.cfg cannot say: the list of packages, and the ``.pth`` that extends d2lbook.

A wheel takes the ``.pth`` from ``build_lib``. The wheel of an editable install (PEP 660) does not
look there, so it is written again when it is done: the ``.pth`` goes in, together with the path of
the checkout, and setuptools' own finder, which takes 13 ms at every start of the interpreter,
goes out. Being in RECORD, the file leaves with the package when that is uninstalled.
"""

import base64
import hashlib
import zipfile
from pathlib import Path

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py
from setuptools.command.editable_wheel import editable_wheel

ROOT = Path(__file__).resolve().parent
PTH_NAME = "amts_ext_d2lbook.pth"
# Run at every start of the interpreter: it imports nothing, costs 0.7 ms, and does nothing where
# the package is gone. What it waits for, and why, is told in amts_ext/d2lbook_ext/hook.py.
HOOK = """
import sys

class AmtsFinder:
    def find_spec(self, name, path=None, target=None):
        if name == "d2lbook.build" or name == "amts_ext.book_config":
            try:
                from amts_ext.d2lbook_ext.hook import find
            except ImportError:
                return None
            return find(name, path, target)

sys.meta_path.insert(0, AmtsFinder())
"""
PTH_LINE = f"import sys; exec({HOOK!r}, {{}})\n"


class BuildPy(build_py):
    """Copies the ``.pth`` beside the packages, so that the wheel carries it."""

    def run(self) -> None:
        super().run()
        if not self.editable_mode:
            Path(self.build_lib, PTH_NAME).write_text(PTH_LINE, encoding="utf-8")

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        outputs = super().get_outputs(include_bytecode)
        return outputs if self.editable_mode else [*outputs, str(Path(self.build_lib, PTH_NAME))]


class EditableWheel(editable_wheel):
    """Gives the wheel of an editable install our ``.pth`` for setuptools' own."""

    def run(self) -> None:
        super().run()
        newest = max(Path(self.dist_dir).glob("*.whl"), key=lambda path: path.stat().st_mtime_ns)
        replace_pth(newest, f"{ROOT}\n{PTH_LINE}".encode())


def replace_pth(wheel: Path, pth: bytes) -> None:
    """Replace what ``wheel`` has to find the checkout by ``pth``, also in its RECORD."""
    with zipfile.ZipFile(wheel) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    kept = {name: data for name, data in members.items() if not name.startswith("__editable__")}
    record = next(name for name in kept if name.endswith(".dist-info/RECORD"))
    lines = kept.pop(record).decode().splitlines()
    lines = [line for line in lines if not line.startswith("__editable__")]
    digest = base64.urlsafe_b64encode(hashlib.sha256(pth).digest()).rstrip(b"=").decode()
    lines.insert(0, f"{PTH_NAME},sha256={digest},{len(pth)}")
    finished = wheel.with_suffix(".new")
    with zipfile.ZipFile(finished, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {PTH_NAME: pth, **kept, record: "\n".join(lines).encode()}.items():
            archive.writestr(name, data)
    finished.replace(wheel)


setup(
    packages=[*find_packages(include=["amts_ext", "amts_ext.*"]), "amts_ext.book_config"],
    cmdclass={"build_py": BuildPy, "editable_wheel": EditableWheel},
)
