"""(h) Following a feed: records a second, and the time from a record's write to its datagram."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from policy.values.actions import Action
from policy.writer import write
from tests.bench.figures import Figure
from tests.builders.enforcement.records import TLS12, Connection, policy

ROOT = Path(__file__).resolve().parents[2]
RECORDS, RATE, SECONDS, TICK_S = 40_000, 2_000, 20, 0.01
FLOOR_RATE, MOST_P99_S = 5_000.0, 0.25
_CONNECTION = re.compile(rb"connid= ([0-9A-F]{8})")


def measure(directory: Path) -> Iterator[Figure]:
    """A message for each record, to a UDP socket of this machine."""
    data = [
        Connection(number=number).at(1, number / RATE, {"TLS": TLS12})
        for number in range(RECORDS + 1)
    ]
    with _following(directory / "follow-all") as run:
        start = time.perf_counter()
        run.append(b"".join(data[1:]))
        run.wait(RECORDS)
        rate = RECORDS / (time.perf_counter() - start)
    yield Figure("follow_records", rate, "records/s", None, rate, FLOOR_RATE)
    with _following(directory / "follow-steady") as run:
        sent = run.steadily(data)
        run.wait(RATE * SECONDS)
    late = sorted(run.came[number] - when for number, when in sent.items())
    p50, p99 = late[len(late) // 2], late[len(late) * 99 // 100]
    notes: dict[str, object] = {"p50_s": round(p50, 4), "rate": RATE, "seconds": SECONDS}
    yield Figure("follow_p99", p99, "s", MOST_P99_S, MOST_P99_S / p99, 1.0, notes=notes)


@dataclass
class _Run:
    """A feed that is followed, and when the message of each connection came."""

    feed: Path
    sink: socket.socket
    came: dict[int, float] = field(default_factory=dict)

    def listen(self) -> None:
        while data := self.sink.recv(4_096):
            found = _CONNECTION.search(data)
            if found:
                self.came.setdefault(int(found[1], 16), time.perf_counter())

    def append(self, data: bytes) -> None:
        with self.feed.open("ab") as file:
            file.write(data)

    def steadily(self, data: list[bytes]) -> dict[int, float]:
        """Write `RATE` records a second; return when each was written."""
        sent: dict[int, float] = {}
        each, start = int(RATE * TICK_S), time.perf_counter()
        for tick in range(int(SECONDS / TICK_S)):
            numbers = range(tick * each + 1, (tick + 1) * each + 1)
            time.sleep(max(0.0, start + tick * TICK_S - time.perf_counter()))
            self.append(b"".join(data[number] for number in numbers))
            sent |= dict.fromkeys(numbers, time.perf_counter())
        return sent

    def wait(self, count: int) -> None:
        until = time.monotonic() + 120
        while len(self.came) < count:
            if time.monotonic() > until:
                raise AssertionError(f"{len(self.came)} of {count} messages came")
            time.sleep(0.005)


@contextmanager
def _following(place: Path) -> Iterator[_Run]:
    place.mkdir()
    rules, feed = place / "site.policy", place / "feed"
    rules.write_text(write(policy(tls=Action("Log", syslog_level=4))))
    feed.write_bytes(Connection(number=0).at(1, 0, {"TLS": TLS12}))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
        sink.bind(("127.0.0.1", 0))
        run = _Run(feed, sink)
        listener = threading.Thread(target=run.listen)
        listener.start()
        process = subprocess.Popen(
            [
                *(sys.executable, "manage.py", "follow", str(feed), "--policy", str(rules)),
                *("--state", str(place / "state"), "--rate", "100000"),
                *("--syslog", f"udp://127.0.0.1:{sink.getsockname()[1]}"),
                *("--setting", "per_rule=1000000", "--setting", "over_all=1000000"),
            ],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        try:
            run.wait(1)
            run.came.clear()
            yield run
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()
            sink.sendto(b"", sink.getsockname())
            listener.join()
