"""The ``amts`` command. Exit codes: 0 done, 1 problems listed, 2 wrong use or input, 3 frozen."""

from amts_ext.cli.main import main

__all__ = ["main"]
