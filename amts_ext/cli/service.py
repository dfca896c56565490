"""``amts service``: the embedded Amazon Translate and S3, for other programs of this machine."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from amts_ext.cli import options

HELP = "Run the embedded Amazon Translate and S3."


def add(parser: ArgumentParser) -> None:
    """Add the command's options."""
    options.add_port(parser, 4599)
    parser.add_argument("--dir", default=None, help="folder for what is to survive a restart")
    parser.add_argument(
        "--rate", type=_rate, action="append", metavar="OPERATION=N", default=[],
        help="refuse more than N such requests a second, as AWS does; may be repeated",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Run the service until it is interrupted."""
    from amts_ext.service.limits import Limits
    from amts_ext.service.server import serve

    def ready(url: str) -> None:
        print(f"Amazon Translate and S3 at {url} (Ctrl-C ends it)", flush=True)

    limits = Limits(rates=dict(arguments.rate))
    serve(arguments.port, arguments.dir, limits=limits, ready=ready)
    return 0


def _rate(text: str) -> tuple[str, float]:
    """Read ``OPERATION=N``: an operation of Amazon Translate, and its requests in a second.

    Raises ArgumentTypeError for an unknown operation, or if N is no whole number from 1.
    """
    from amts_ext.service.wire import service_model

    name, _, number = text.partition("=")
    if name not in service_model().operation_names:
        message = f"'{name}' is no operation of Amazon Translate, like StartTextTranslationJob"
        raise ArgumentTypeError(message)
    if not number.isdecimal() or int(number) == 0:
        message = f"'{number}' is no rate; allowed: whole numbers from 1, like {name}=5"
        raise ArgumentTypeError(message)
    return name, int(number)
