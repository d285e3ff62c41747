"""Forwards zERT records (SMF 119) from z/OS to Zertify; needs Python 3.11 and nothing else.

    zertify_forward.py --url https://zertify.example --token-file token --spool /var/zertify \
        --file /u/smf/zert.live
    zertify_forward.py ... --nmi /var/sock/SYSTCPER.TCPIP --copy ./tmicopy

Each batch is in the spool, on the disk, before it is posted, and goes under a key of its own until
the server has answered: an answer that is lost doubles nothing. Ends with 0 on SIGTERM, with 2
when something can't be used.

--file: whole records, each behind its RDW (spanned ones too), in a file that grows and may be
rotated by renaming; with a full spool it is read no further. --nmi: the real-time service
SYSTCPER (see zertify_sources.py, which lies beside this file like zertify_spool.py); when the
stack ends it, it is tried again. With a full spool its records are lost, and counted. Reading and
posting do not wait for each other.
"""

from __future__ import annotations

import argparse
import http.client
import json
import signal
import ssl
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

from zertify_sources import BATCH_BYTES, GrowingFile, Nmi, Source, wait_s
from zertify_spool import Spool

IDLE_S = 0.2
GATHER_S = 1.0
MOST_ANSWER_BYTES = 4 << 20
ENDING_S = 5.0


def say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} zertify_forward: {text}\n")
    sys.stderr.flush()


def _is_about(told: dict[str, object] | None, name: str) -> bool:
    """Whether an answer says that a part of the request is wrong, and which: here the batch."""
    errors = told.get("errors") if told else None
    return isinstance(errors, dict) and name in errors


def _told(answer: str) -> dict[str, object] | None:
    """What Zertify says of a batch; None for what is not its answer, such as a proxy's page."""
    try:
        found = json.loads(answer)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


class Server:
    """Posts batches; a new connection for each trouble."""

    def __init__(
        self, url: str, feed: str, token: str, authorities: str | None, *, plain: bool = False
    ) -> None:
        parts = urlsplit(url)
        self._is_tls = parts.scheme == "https"
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"`{url}` is no https:// address")
        if not self._is_tls and not plain:
            raise ValueError(
                f"`{url}` would show token and records to everybody on the way: use https://, or"
                " say --plain-http where that is meant"
            )
        self._host, self._port = parts.hostname, parts.port
        self._path = f"{parts.path.rstrip('/')}/api/v1/live/records?feed={quote(feed)}"
        self._token = token
        self._context = ssl.create_default_context(cafile=authorities) if self._is_tls else None
        self._connection: http.client.HTTPConnection | None = None

    def post(self, key: str, body: bytes) -> tuple[int, str]:
        """The status and the answer; 0 when there was none."""
        headers = {
            "Authorization": f"Token {self._token}",
            "Content-Encoding": "gzip",
            "Content-Type": "application/octet-stream",
            "Idempotency-Key": key,
        }
        try:
            connection = self._connected()
            connection.request("POST", self._path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(MOST_ANSWER_BYTES).decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            self._connection = None
            return 0, str(error) or type(error).__name__

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            if self._context:
                self._connection = http.client.HTTPSConnection(
                    self._host, self._port, timeout=30, context=self._context
                )
            else:
                self._connection = http.client.HTTPConnection(self._host, self._port, timeout=30)
        return self._connection


class Sender(threading.Thread):
    """From the spool to the server; what ends it stands in `fault`."""

    def __init__(self, spool: Spool, server: Server) -> None:
        super().__init__(name="sender", daemon=True)
        self._spool, self._server = spool, server
        self._failures = 0
        self._done = threading.Event()
        self.fault = ""

    def run(self) -> None:
        wait = 0.0
        try:
            while not self._done.wait(wait):
                wait = self._send()
        except (OSError, ValueError) as error:
            self.fault = str(error)

    def finish(self) -> None:
        """End behind the post that is on its way, or soon; the same is posted again then."""
        self._done.set()
        self.join(ENDING_S)

    def _send(self) -> float:
        """Post the oldest batch; how long to wait then."""
        path = self._spool.first()
        if path is None:
            return IDLE_S
        status, said = self._server.post(*self._spool.body(path))
        told = _told(said)
        if status in (200, 201) and told is not None:
            self._delivered(path, told, said)
            return 0.0
        if status == 409 or (status == 400 and _is_about(told, "body")):
            say(f"the server refuses {path.name} for good ({status}), set aside: {said[:500]}")
            self._spool.done(path, refused=True)
            return 0.0
        if status == 413 or (status == 400 and told is not None):
            raise ValueError(
                f"the server takes nothing that is posted like this ({status}): {said[:500]}"
            )
        if not self._failures:
            say(f"the server takes no records, they wait in the spool ({status}): {said[:500]}")
        self._failures += 1
        return wait_s(self._failures - 1)

    def _delivered(self, path: Path, told: dict[str, object], said: str) -> None:
        if self._failures:
            say("the server takes records again")
        self._failures = 0
        if told.get("rejects"):
            say(f"the server could not read all of {path.name}: {said[:500]}")
        self._spool.done(path)


class Reader:
    """From a source to the spool: no post holds it up.

    While batches wait there, a source that can wait is read once a second, or batch by batch when
    it has large ones: small ones that are made faster than posted would only become more.
    """

    def __init__(self, source: Source, spool: Spool) -> None:
        self._source, self._spool = source, spool
        self._gathers_until = 0.0
        self.lost = 0

    def step(self) -> bool:
        """Take what has come; whether there was anything."""
        has_room = self._spool.has_room()
        if self._source.can_wait and (not has_room or self._gathers()):
            return False
        found = self._source.read()
        if found is None:
            return False
        if has_room:
            is_small = len(found[0]) < BATCH_BYTES // 2
            self._gathers_until = time.monotonic() + GATHER_S if is_small else 0.0
            self._spool.put(*found)
            return True
        self.lost += len(found[0])
        say(f"the spool is full: {self.lost} bytes of records are lost so far")
        return True

    def _gathers(self) -> bool:
        return time.monotonic() < self._gathers_until and self._spool.is_behind()


def run(reader: Reader, sender: Sender, is_stopped: Callable[[], bool]) -> None:
    """Work until stopped; raises ValueError when the sender has ended."""
    sender.start()
    try:
        while not is_stopped():
            if not sender.is_alive():
                raise ValueError(sender.fault or "the sender has ended")
            if not reader.step():
                time.sleep(IDLE_S)
    finally:
        sender.finish()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--url", required=True, help="https://zertify.example")
    parser.add_argument("--feed", default="main", help="its name at the server; default: main")
    parser.add_argument("--token-file", required=True, type=Path, help="a token with scope live")
    parser.add_argument("--ca", help="authorities that the server is checked with")
    parser.add_argument(
        "--plain-http", action="store_true", help="take http://, where the token goes in clear"
    )
    parser.add_argument("--spool", required=True, type=Path, help="a directory of this one alone")
    parser.add_argument("--spool-mb", type=int, default=1024, help="default: 1024")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--file", type=Path, help="a file that grows")
    source.add_argument("--nmi", help="the socket of SYSTCPER")
    parser.add_argument("--copy", nargs="+", help="with --nmi: the program that copies buffers")
    return parser.parse_args()


def source_of(given: argparse.Namespace, spool: Spool) -> Source:
    if given.file:
        return GrowingFile(given.file, spool.place, say)
    if not given.copy:
        raise ValueError("--nmi needs --copy PROGRAM")
    return Nmi(given.nmi, given.copy, say)


def main() -> int:
    given, asked = arguments(), []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda one, _: asked.append(one))
    try:
        token = given.token_file.read_text().strip()
        spool = Spool(given.spool, given.spool_mb << 20)
        server = Server(given.url, given.feed, token, given.ca, plain=given.plain_http)
        with closing(source_of(given, spool)) as source:
            say(f"forwards to the feed {given.feed} at {given.url}")
            run(Reader(source, spool), Sender(spool, server), lambda: bool(asked))
    except (OSError, ValueError) as error:
        say(str(error))
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
