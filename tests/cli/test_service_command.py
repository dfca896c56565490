"""``amts service --rate``: the command's rates hold, and a wrong one is told."""

from __future__ import annotations

import sys

import pytest
from botocore.exceptions import ClientError
from support.service_process import killed
from support.waiting import until

from amts_ext.cli import main


@pytest.mark.slow
def test_rates_of_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    rate = ["service", "--port", "0", "--rate", "ListParallelData=1"]
    with killed([sys.executable, "-m", "amts_ext", *rate]) as (_, clients):

        def refused() -> str:  # which two requests within a second are
            try:
                clients.translate.list_parallel_data()
            except ClientError as error:
                return str(error.response["Error"]["Code"])
            return ""

        assert until(refused) == "TooManyRequestsException"
    for wrong, words in (
        ("Fly=1", "'Fly' is no operation of Amazon Translate"),
        ("ListParallelData=0", "'0' is no rate; allowed: whole numbers from 1"),
    ):
        with pytest.raises(SystemExit, match="2"):
            main(["service", "--rate", wrong])
        assert words in capsys.readouterr().err
