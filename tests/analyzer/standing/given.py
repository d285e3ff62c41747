"""What the scenarios of watches need: sessions one by one, watches, and servers that listen."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.utils import timezone

from analyzer.models import (
    Delivery,
    Protection,
    SavedQuery,
    SecuritySession,
    Server,
    Stack,
    SystemSettings,
    Trigger,
    Watch,
    WatchRun,
)
from analyzer.standing import watches, watching
from analyzer.standing.clock import When
from analyzer.standing.watches import Draft
from tests.builders.store_rows import activity, store_activity
from tests.ports import free_port

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
DAY = datetime(2026, 3, 31, 10)


def server(job: str = "TN3270", port: int = 992, ip: str = "10.1.0.5") -> Server:
    """A TCP server on PLEXA SYSA TCPIP."""
    zone, _ = SystemSettings.objects.get_or_create(sysplex="PLEXA", system="SYSA")
    stack, _ = Stack.objects.get_or_create(
        sysplex="PLEXA", system="SYSA", stack="TCPIP", defaults={"settings": zone}
    )
    found, _ = Server.objects.get_or_create(
        stack=stack,
        role="server",
        ip_proto=6,
        server_ip=ip,
        port_start=port,
        port_end=port,
        job=job,
        user="TCPUSER",
    )
    return found


def session(
    client: str,
    *,
    protocol: str = "NONE",
    strength: str = "none",
    on: Server | None = None,
    title: str = "",
) -> SecuritySession:
    """A security session of a client, active on one day."""
    protection, _ = Protection.objects.get_or_create(
        digest=f"{protocol}{strength}{title}".encode()[:16],
        defaults={
            "protocol": protocol,
            "raw": {},
            "tables_version": "1",
            "title": title or protocol,
            "strength": strength,
            "confidence": "confirmed",
        },
    )
    at = on or server()
    made = SecuritySession.objects.create(
        digest=f"{at.pk} {client} {protection.pk}".encode().ljust(16)[:16],
        server=at,
        client_ip=client,
        protection=protection,
        session_id=client,
        sa_flags=0,
    )
    store_activity([activity(made, DAY, connections=1)])
    return made


def watch(query: SavedQuery, *, when: When | None = None, **more: Any) -> Watch:
    """A watch of a query by its owner, due now."""
    draft = Draft(name="Guard", when=when or When(Trigger.IMPORT), **more)
    return watches.make(query=query, draft=draft, by=query.owner, now=NOW)


def run(one: Watch, now: datetime = NOW) -> WatchRun | None:
    """Make it due and run it."""
    Watch.objects.filter(pk=one.pk, active=True).update(next_at=now)
    return watching.run(one.pk, now=now)


def deliveries(one: Watch) -> list[Delivery]:
    return list(Delivery.objects.filter(watch=one).order_by("pk"))


def make_due() -> None:
    """As if the wait for the next try were over."""
    Delivery.objects.exclude(next_try_at=None).update(next_try_at=timezone.now())


@dataclass
class Heard:
    """What a receiver got, in order, and how it answers."""

    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int | Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.requests]

    @property
    def keys(self) -> list[str]:
        return [headers["idempotency-key"] for headers, _ in self.requests]


@contextmanager
def receiver(*answers: int | Callable[[BaseHTTPRequestHandler], None]) -> Iterator[Heard]:
    """A real HTTP server: gives these answers one after the other, then 204."""
    heard = Heard(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            heard.requests.append((headers, body))
            answer = heard.answers.pop(0) if heard.answers else 204
            if callable(answer):
                answer(self)
                return
            self.send_response(answer)
            if 300 <= answer < 400:
                self.send_header("Location", f"http://127.0.0.1:{heard.port}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        listening.daemon_threads = True
        heard.port = listening.server_address[1]
        settings.WEBHOOK_HOSTS = [*settings.WEBHOOK_HOSTS, f"127.0.0.1:{heard.port}"]
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield heard
        finally:
            listening.shutdown()
            thread.join()


def die(handler: BaseHTTPRequestHandler) -> None:
    """The server has received all of it, and is gone before it answers."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


class MailBox:
    """A real SMTP server: gives these answers one after the other, then takes every mail."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.mails: list[Envelope] = []

    async def handle_DATA(  # noqa: N802 -- aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        self.mails.append(envelope)
        return self.answers.pop(0) if self.answers else "250 OK"


@contextmanager
def mail_server(*answers: str) -> Iterator[tuple[MailBox, int]]:
    box = MailBox(*answers)
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
