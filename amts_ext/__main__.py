"""``python -m amts_ext``: the ``amts`` command."""

from amts_ext.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
