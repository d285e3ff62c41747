"""Each security session in a line: on its page, on hover in lists, in files."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.models import Protection, SecuritySession, Server
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.usefixtures("filled", "db")


@pytest.fixture
def analyst(client_as: ClientAs) -> Client:
    return client_as("analyst")


def a_session(role: str, **columns: Any) -> SecuritySession:
    """One of a role, its protection as given."""
    sessions = SecuritySession.objects.select_related("server__stack", "protection")
    found = sessions.filter(server__role=role).exclude(server__job="").earliest("pk")
    Protection.objects.filter(pk=found.protection_id).update(**columns)
    return found


def line(client: Client, session: SecuritySession) -> str:
    page = client.get(reverse("report_session", args=[session.pk])).content.decode()
    return page.partition('id="in-words">')[2].partition("</p>")[0]


def ports(server: Server) -> str:
    several = server.port_start != server.port_end
    return f"{server.port_start}-{server.port_end}" if several else str(server.port_start)


def test_a_server_s_session_says_who_what_how_and_why(analyst: Client) -> None:
    session = a_session(
        "server", title="TLSv9, with X", strength="weak", reason="RFC 1", confidence="recalled"
    )
    server = session.server
    assert line(analyst, session) == (
        f"{session.client_ip} used {server.job} on {server.stack.system} ({server.server_ip} port"
        f" {ports(server)}): TLSv9, with X; weak because of RFC 1 (not all names confirmed)."
    )


def test_what_is_sure_and_what_is_unknown_are_said_so(analyst: Client) -> None:
    session = a_session("server", title="T", strength="unknown", reason="", confidence="confirmed")
    assert line(analyst, session).endswith(": T; of unknown strength.")


def test_a_client_on_z_os_and_peers_have_words_of_their_own(analyst: Client) -> None:
    given = {"title": "no recognized protection", "strength": "none", "reason": "x"}
    session = a_session("client", **given)
    server = session.server
    assert line(analyst, session).startswith(
        f"{server.job} on {server.stack.system} ({session.client_ip}) used the server"
        f" {server.server_ip} port {ports(server)}: no recognized protection"
    )
    session = a_session("peer", **given)
    server = session.server
    assert line(analyst, session).startswith(
        f"EE peer {session.client_ip} with {server.server_ip} on {server.stack.system}: no rec"
    )


def test_lists_say_it_on_hover_and_files_in_a_column(analyst: Client) -> None:
    session = a_session("server", title="A <b>title</b>", strength="strong", reason="R")
    expected = line(analyst, session).removesuffix(".")
    asked = {"days": "all", "show": session.protection.protocol}
    path = reverse("report_sessions", args=[session.server_id])
    page = Page(analyst.get(path, asked))
    titles = [found.get("title") for found in page.all("a", **{"class": "row-link"})]
    plain = expected.replace("&lt;", "<").replace("&gt;", ">")
    assert plain in titles
    answer = analyst.get(path, asked | {"format": "csv", "columns": "client_ip,summary"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["client_ip", "summary"]
    assert [str(session.client_ip), plain] in rows
