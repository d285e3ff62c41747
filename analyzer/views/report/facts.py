"""Servers and sessions in words: headings and lists of facts."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.models import SecuritySession, Server

IP_PROTOCOLS = {6: "TCP", 17: "UDP"}


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    mono: bool = False
    note: str = ""


def port_words(server: Server) -> str:
    if server.port_start == server.port_end:
        return str(server.port_start)
    return f"{server.port_start}-{server.port_end}"


def address_words(server: Server) -> str:
    """`10.1.0.5 port 992`; IPv6 stays readable that way as well."""
    word = "ports" if server.port_end != server.port_start else "port"
    return f"{server.server_ip} {word} {port_words(server)}"


def server_words(server: Server) -> str:
    owner = server.job or "Server"
    return f"{owner} on {address_words(server)}"


def server_facts(server: Server) -> list[Fact]:
    stack = server.stack
    return [
        Fact("Sysplex", stack.sysplex),
        Fact("System", stack.system),
        Fact("Stack", stack.stack),
        Fact("Address", str(server.server_ip), mono=True),
        Fact(
            "Port" if server.port_start == server.port_end else "Ports",
            port_words(server),
            mono=True,
        ),
        Fact("Job name", server.job or "\u2013"),
        Fact("User ID", server.user or "\u2013"),
        Fact("Protocol", IP_PROTOCOLS.get(server.ip_proto, str(server.ip_proto))),
    ]


def session_facts(session: SecuritySession) -> list[Fact]:
    server = session.server
    remote = "Remote peer IP" if server.role == Server.Role.PEER else "Client IP"
    return [
        Fact("Role", Server.Role(server.role).label, note="of z/OS"),
        *server_facts(server),
        Fact(remote, str(session.client_ip), mono=True),
        Fact("Session ID", session.session_id or "\u2013", mono=True),
        Fact("Release", server.stack.release or "\u2013"),
        Fact("Time zone", server.stack.settings.time_zone, note="of the system's times"),
    ]
