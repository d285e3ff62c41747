"""(k) Fifty people at once, who think two seconds between pages, against the server itself."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from config.processes import is_ready
from tests.bench.figures import Figure
from tests.bench.pages import reader
from tests.bench.yardstick import questions, store

PEOPLE, A_SECOND, SECONDS, CEILING_MS = 50, 10, 90, 1_000
PORT = 8791
_ASKED, _OVERVIEWS = 400, 40
_ROOT = Path(__file__).resolve().parents[3]
_START_S = 60


def measure(directory: Path) -> Iterator[Figure]:
    """Pages of all kinds, one in ten the overview."""
    store.provide(directory)
    asked = questions.pages(_ASKED)
    asked += [("overview", address) for address in questions.overviews(_OVERVIEWS)]
    random.Random(1).shuffle(asked)
    (directory / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    session = reader().cookies["sessionid"].value
    with _server():
        _crowd(directory, session)
    found = {row["Name"]: row for row in _rows(directory / "people_stats.csv")}
    whole = found["Aggregated"]
    failures = int(whole["Failure Count"])
    p95 = float(whole["95%"])
    notes: dict[str, object] = store.described() | {
        "people": PEOPLE,
        "requests": int(whole["Request Count"]),
        "failures": failures,
        "requests_s": round(float(whole["Requests/s"]), 1),
        "median_ms": float(whole["50%"]),
        "p95_ms": {name: float(row["95%"]) for name, row in found.items() if row["95%"] != "N/A"},
    }
    # An error is as bad as no answer.
    ratio = p95 if not failures else float("inf")
    yield Figure(
        "yardstick_users_p95_ms", p95, "ms", None, ratio, CEILING_MS, at_most=True, notes=notes
    )


@contextmanager
def _server() -> Iterator[None]:
    """All that `make serve` starts."""
    environment = {**os.environ, "ZERTIFY_PORT": str(PORT)}
    server = subprocess.Popen(
        [sys.executable, "-m", "config.serve"],
        cwd=_ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + _START_S
        while not is_ready("127.0.0.1", PORT, settings.ALLOWED_HOSTS[0]):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server does not start")
            time.sleep(0.2)
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _crowd(directory: Path, session: str) -> None:
    environment = {
        **os.environ,
        "YARDSTICK_ASKED": str(directory / "asked.json"),
        "YARDSTICK_SESSION": session,
    }
    subprocess.run(
        [
            *(sys.executable, "-m", "locust", "-f", "tests/bench/yardstick/locustfile.py"),
            *("--headless", "--only-summary", "--host", f"http://localhost:{PORT}"),
            *("-u", str(PEOPLE), "-r", str(A_SECOND), "-t", f"{SECONDS}s", "--reset-stats"),
            *("--csv", str(directory / "people"), "--exit-code-on-error", "0"),
        ],
        cwd=_ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
