"""(l) A posted feed: the time from a post to the datagrams of its records, and a soak.

`SOAK_SECONDS=600 SOAK_RATE=5000 python -m tests.bench live` is the long form.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from django.contrib.auth.models import Permission, User
from django.utils import timezone

from analyzer.tokens import TokenDraft, make_token
from config.processes import is_ready
from designer.models import Installation, Stack
from enforcement.models import Feed, LiveMessage, Progress
from policy.values.actions import Action
from tests.bench.figures import Figure
from tests.builders.enforcement.records import TLS12, Connection, policy
from tests.live.service import install, stack_named
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
RATE, SECONDS, TICK_S, MOST_P99_S = 2_000, 20, 0.05, 0.25
SOAK_RATE = int(os.environ.get("SOAK_RATE", "5000"))
SOAK_SECONDS = int(os.environ.get("SOAK_SECONDS", "30"))
MOST_GROWTH_MB = 16.0
LEAST_OF_RATE = 0.98
_CONNECTION = re.compile(rb"connid= ([0-9A-F]{8})")
INITIATION, TERMINATION, SHORT = 1, 3, 4
BEHIND, ENDLESS = 2_000, 20


def measure(directory: Path) -> Iterator[Figure]:
    """A message for each record, to a UDP socket of this machine and to the store."""
    with _serving(directory / "live-p99") as run:
        records = [
            Connection(number=one).at(1, one / RATE, {"TLS": TLS12})
            for one in range(1, RATE * SECONDS + 1)
        ]
        sent = run.steadily(lambda *part: b"".join(records[slice(*part)]), RATE, SECONDS)
        run.wait(len(records))
        late = sorted(run.came[number] - when for number, when in sent.items())
    p50, p99 = late[len(late) // 2], late[len(late) * 99 // 100]
    notes: dict[str, object] = {"p50_s": round(p50, 4), "rate": RATE, "seconds": SECONDS}
    yield Figure("live_p99", p99, "s", MOST_P99_S, MOST_P99_S / p99, 1.0, notes=notes)
    yield _soak(directory / "live-soak")


def _soak(place: Path) -> Figure:
    """What is lost, how memory grows, and whether posts kept to the rate: the worst of them counts.

    Connections that never end are remembered up to a limit that the first third reaches.
    """
    with _serving(place) as run:
        stream, records = _Stream(), SOAK_RATE * SOAK_SECONDS
        said = sum(not stream.ends_at(place) for place in range(records))
        start = time.perf_counter()
        memory = _Memory([run.process.pid, run.web.pid])
        memory.start()
        run.steadily(stream.body, SOAK_RATE, SOAK_SECONDS)
        held = records / (time.perf_counter() - start)
        run.settle(said)
        seconds = time.perf_counter() - start
        memory.stop()
        feed = Feed.objects.get()
        kept = Progress.objects.get(feed=feed)
        messages = LiveMessage.objects.filter(feed=feed).count()
    lost = max(records - kept.records, said - min(messages, run.datagrams))
    notes: dict[str, object] = {
        "rate": SOAK_RATE,
        "seconds": SOAK_SECONDS,
        "held_rate": round(held),
        "settled_s": round(seconds, 1),
        "records": records,
        "said": said,
        "open_connections": kept.open_connections,
        "forgotten": kept.forgotten,
        "stored": kept.records,
        "messages": messages,
        "datagrams": run.datagrams,
        "memory_mb": round(memory.first_mb, 1),
        "growth_mb": round(memory.growth_mb, 1),
    }
    too_slow = SOAK_RATE * LEAST_OF_RATE / held
    ratio = max(float(lost), memory.growth_mb / MOST_GROWTH_MB, too_slow)
    return Figure("live_soak_lost", lost, "records", 0, ratio, 1.0, at_most=True, notes=notes)


class _Stream:
    """Initiations and, some connections later, their ends; one connection of twenty never ends."""

    def __init__(self) -> None:
        one = Connection(number=0x01020304)
        self._first = one.at(INITIATION, 0, {"TLS": TLS12})
        self._last = one.at(TERMINATION, 60, {"TLS": TLS12})

    def body(self, begin: int, end: int) -> bytes:
        """The records from one place to another."""
        return b"".join(map(self._record, range(begin, end)))

    def ends_at(self, place: int) -> bool:
        """Whether a record is the end of a connection: nothing is said about it."""
        number = place // 2 - BEHIND
        return bool(place % 2 and number >= 0 and number % ENDLESS)

    def _record(self, place: int) -> bytes:
        if self.ends_at(place):
            return _numbered(self._last, place // 2 - BEHIND)
        return _numbered(self._first, place // 2 + (place % 2 << 30))


def _numbered(record: bytes, number: int) -> bytes:
    return record.replace(b"\x01\x02\x03\x04", number.to_bytes(4, "big"), 1)


class _Memory(threading.Thread):
    """Looks how much memory processes have; growth is that from the first third to the end."""

    def __init__(self, pids: list[int]) -> None:
        super().__init__(daemon=True)
        self._pids = [*pids, *(child for one in pids for child in _children(one))]
        self._done = threading.Event()
        self._seen: list[float] = []

    def run(self) -> None:
        while not self._done.wait(1.0):
            pages = sum(
                int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in self._pids
            )
            self._seen.append(pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20))

    def stop(self) -> None:
        self._done.set()
        self.join()

    @property
    def first_mb(self) -> float:
        return max(self._seen[: len(self._seen) // 3 + 1])

    @property
    def growth_mb(self) -> float:
        return max(0.0, max(self._seen[len(self._seen) // 3 :]) - self.first_mb)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@dataclass
class _Run:
    """A server that takes posts, the service behind it, and what it sends."""

    port: int
    token: str
    sink: socket.socket
    web: subprocess.Popen[bytes]
    process: subprocess.Popen[bytes]
    came: dict[int, float] = field(default_factory=dict)
    datagrams: int = 0

    def listen(self) -> None:
        while data := self.sink.recv(4_096):
            self.datagrams += 1
            found = _CONNECTION.search(data)
            if found:
                self.came.setdefault(int(found[1], 16), time.perf_counter())

    def steadily(
        self, body: Callable[[int, int], bytes], rate: int, seconds: int
    ) -> dict[int, float]:
        """Post `rate` records a second; return when the post of each began."""
        sent: dict[int, float] = {}
        each, start = int(rate * TICK_S), time.perf_counter()
        web = HTTPConnection("127.0.0.1", self.port)
        for tick in range(int(seconds / TICK_S)):
            time.sleep(max(0.0, start + tick * TICK_S - time.perf_counter()))
            begin = tick * each
            sent |= dict.fromkeys(range(begin + 1, begin + each + 1), time.perf_counter())
            self._post(web, body(begin, begin + each))
        web.close()
        return sent

    def _post(self, web: HTTPConnection, body: bytes) -> None:
        headers = {"Authorization": f"Token {self.token}", "Idempotency-Key": uuid.uuid4().hex}
        web.request("POST", "/api/v1/live/records", body, headers)
        answer = web.getresponse()
        found = answer.read()
        if answer.status != 201:
            raise AssertionError(found)

    def wait(self, count: int) -> None:
        _until(lambda: len(self.came) >= count, lambda: f"{len(self.came)} of {count} came")

    def settle(self, count: int) -> None:
        """Wait for all datagrams, for as long as some come."""
        seen, since = -1, time.monotonic()
        while self.datagrams < count and time.monotonic() - since < 30:
            if self.datagrams != seen:
                seen, since = self.datagrams, time.monotonic()
            time.sleep(0.5)
        time.sleep(1.5)  # the store follows the datagrams


def _until(is_so: object, said: object) -> None:
    until = time.monotonic() + 180
    while not is_so():  # type: ignore[operator]
        if time.monotonic() > until:
            raise AssertionError(said())  # type: ignore[operator]
        time.sleep(0.005)


@contextmanager
def _serving(place: Path) -> Iterator[_Run]:
    place.mkdir()
    token = _prepared()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sink:
        port = free_port()
        sink.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
        sink.bind(("127.0.0.1", 0))
        started = [
            subprocess.Popen(one, cwd=ROOT, env=_environment(sink))
            for one in (_web(port), [sys.executable, "manage.py", "live"])
        ]
        run = _Run(port, token, sink, *started)
        listener = threading.Thread(target=run.listen)
        listener.start()
        try:
            _until(lambda: is_ready("127.0.0.1", port, "localhost"), lambda: "no web")
            short = Connection(number=0).at(SHORT, 0, {"TLS": TLS12})
            run.steadily(lambda begin, end: short * (end - begin), 20, 1)
            run.wait(1)
            time.sleep(1)
            Progress.objects.update(records=0)
            LiveMessage.objects.all().delete()
            run.came.clear()
            run.datagrams = 0
            yield run
        finally:
            for one in started:
                one.send_signal(signal.SIGTERM)
                one.wait()
            sink.sendto(b"", sink.getsockname())
            listener.join()


def _environment(sink: socket.socket) -> dict[str, str]:
    return {
        **os.environ,
        "ZERTIFY_LIVE_SYSLOG": f"udp://127.0.0.1:{sink.getsockname()[1]}",
        "ZERTIFY_LIVE_SYSLOG_RATE": "100000",
        "ZERTIFY_LIVE_SETTINGS": "per_rule=100000000,over_all=100000000,remember_connections=20000",
        "ZERTIFY_LIVE_IMPORT_S": "3600",
    }


def _web(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
        *("--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--blocking-threads", "4", "--no-ws", "--log-level", "error"),
    ]


def _prepared() -> str:
    """An empty store with a policy on the stack; the key of somebody who may feed."""
    Feed.objects.all().delete()
    shutil.rmtree(Path(os.environ["ZERTIFY_VAR"]) / "live", ignore_errors=True)
    (Path(os.environ["ZERTIFY_VAR"]) / "live").mkdir()
    user, _ = User.objects.get_or_create(username="bench")
    user.user_permissions.add(Permission.objects.get(codename="import_dump"))
    if not Installation.objects.exists():
        install(stack_named(user), policy(tls=Action("Log", syslog_level=4)), user)
    assert Stack.objects.exists()
    now = timezone.now()
    return make_token(draft=TokenDraft(uuid.uuid4().hex, ("live",)), by=user, now=now)
