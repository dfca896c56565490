"""The embedded service: seconds until it answers, and TranslateText requests a second.

    python benchmarks/service.py [--seconds 3]

The service runs in a process of its own with the echo engine; four clients ask it over plain HTTP,
so that what is measured is the service and not boto3. Each keeps its connection, as boto3 does;
then each opens one for every request.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import threading
import time
from pathlib import Path

CLIENTS = 4
_SERVE = (
    "from amts_ext.service.server import serve\n"
    "serve(0, engine='echo', ready=lambda url: print(url, flush=True))\n"
)
_HEADERS = {
    "X-Amz-Target": "AWSShineFrontendService_20170701.TranslateText",
    "Content-Type": "application/x-amz-json-1.1",
}


def ask(connection: http.client.HTTPConnection, number: int) -> None:
    """One TranslateText of one sentence."""
    text = f"The mean of sample {number} is the sum divided by the count."
    body = {"Text": text, "SourceLanguageCode": "en", "TargetLanguageCode": "pt"}
    connection.request("POST", "/", json.dumps(body), _HEADERS)
    answer = json.load(connection.getresponse())
    assert answer["TranslatedText"] == text, answer


def measure(host: str, seconds: float, keep: bool) -> float:
    """Requests a second, by several clients at once, which ``keep`` their connections or do not."""
    counts = [0] * CLIENTS
    end = time.perf_counter() + seconds

    def run(client: int) -> None:
        connection = http.client.HTTPConnection(host, timeout=30)
        while time.perf_counter() < end:
            ask(connection, counts[client])
            counts[client] += 1
            if not keep:
                connection.close()
        connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    seconds = parser.parse_args().seconds
    began = time.perf_counter()
    command = [sys.executable, "-c", _SERVE]
    root = Path(__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        host = process.stdout.readline().strip().removeprefix("http://")
        ready = time.perf_counter() - began
        ask(http.client.HTTPConnection(host, timeout=30), 0)
        first = time.perf_counter() - began
        print(f"start-up: {ready:.2f} s; the first answer after {first:.2f} s")
        print(f"TranslateText: {measure(host, seconds, keep=True):.0f} requests/s")
        print(f"a connection for each: {measure(host, seconds, keep=False):.0f} requests/s")
        process.terminate()


if __name__ == "__main__":
    main()
