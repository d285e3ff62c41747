"""Which table of the report is meant, from what an address says."""

from __future__ import annotations

from datetime import datetime
from typing import TypedDict, Unpack

from analyzer.models import Server
from analyzer.queries import report
from analyzer.queries.certificates.inventory import certificates_question
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question
from analyzer.tables.report import Detail


class Level(TypedDict, total=False):
    """A role: its servers; a server: its clients; a server and a protocol: its sessions.

    `certificates_at`: the inventory of certificates, bands of expiry counted from that moment.
    """

    role: str
    server: Server
    protocol: str
    detail: Detail
    client_ip: str | None
    certificates_at: datetime


def question_of(filters: Filters, **level: Unpack[Level]) -> Question:
    """What the level asks; without anything: all sessions."""
    if "certificates_at" in level:
        return certificates_question(filters, now=level["certificates_at"])
    server = level.get("server")
    if server is None:
        if "role" in level:
            return report.servers_question(filters, role=level["role"])
        return report.all_sessions_question(filters)
    if "protocol" not in level:
        return report.clients_question(filters, server_id=server.pk, role=server.role)
    return report.sessions_question(
        filters,
        server_id=server.pk,
        protocol=level["protocol"],
        detail=level.get("detail", "cryptographic"),
        client_ip=level.get("client_ip"),
    )


def words_of(question: Question, server: Server | None) -> str:
    """The level in a few words, for the audit log."""
    return f"{question.table.name} of {server}" if server else question.table.name
