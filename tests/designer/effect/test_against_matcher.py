"""The effect on imported dumps against the plain matcher, one session after the other."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address
from typing import Any

import pytest

from analyzer.models import DailyActivity, SecuritySession, Server, Stack
from analyzer.models import Protection as StoredProtection
from designer.queries.effect.read import read_effect
from designer.queries.effect.summary import Effect
from policy.attributes import Connection, Direction, Protection, Source
from policy.matcher import first_match, protocols
from policy.model import Requirement, Rule, RuleSet, Traffic
from policy.settings import DEFAULTS, Scope, Settings
from policy.values.actions import ALLOW, Action
from policy.values.names import NamePattern
from policy.values.ports import PortSet
from policy.vocabulary import Attribute, Protocol
from tests.analyzer.ingest.conftest import SAMPLES, Ingest, ingest, store
from tests.builders.protections import raw_none, raw_tls
from tests.builders.store_rows import LAST_DAY, activity, store_activity

__all__ = ["ingest", "store"]  # fixtures of the neighbour
ALL = Settings(scope=Scope.ALL)
AUDIT, RESET = Action(audit=True), Action(syslog_level=4, reset=True)
TLS12 = Requirement.of(Protocol.TLS, version="TLSv1.2 TLSv1.3")
ARTICLE = RuleSet(
    "Article",
    Protocol.TLS,
    Rule("TLS 1.2 or later", ALLOW, requirement=TLS12),
    (
        Rule(
            "TN3270",
            ALLOW,
            Traffic(local_ports=PortSet.parse("992"), direction=Direction.INBOUND),
            Requirement.of(Protocol.TLS, version="TLSv1.1"),
        ),
    ),
    Rule("Everything else", AUDIT),
)
SSH = RuleSet(
    "SSH",
    Protocol.SSH,
    Rule("strong", requirement=Requirement.of(Protocol.SSH, min_key_bits=3072)),
    (Rule("aes", AUDIT, requirement=Requirement.of(Protocol.SSH, encryption_in="AES-256-CTR")),),
)
IPSEC = RuleSet(
    "IPsec",
    Protocol.IPSEC,
    Rule("aes", requirement=Requirement.of(Protocol.IPSEC, phase2_encryption="AES-256-CBC")),
    (),
    Rule("rest", RESET),
)
NONE = RuleSet(
    "None",
    Protocol.NONE,
    None,
    (
        Rule("ftp jobs", AUDIT, Traffic(job=NamePattern("FTP*"))),
        Rule(
            "half of the ports", RESET, Traffic(local_ports=PortSet.parse("1-2000", "30000-40000"))
        ),
        Rule("to others", AUDIT, Traffic(direction=Direction.OUTBOUND)),
    ),
)
FIELDS = {  # written from the record layout, not from the product's table
    "TLS": {"version": "version", "encryption": "enc", "authentication": "mac"}
    | {"key_exchange": "kex"},
    "SSH": {"version": "version", "encryption_in": "in_enc", "encryption_out": "out_enc"}
    | {"authentication_in": "in_mac", "authentication_out": "out_mac", "key_exchange": "kex"},
    "IPSEC": {"phase1_encryption": "p1_enc", "phase1_authentication": "p1_mac"}
    | {"phase2_encryption": "p2_enc", "phase2_authentication": "p2_mac"},
}
PROTOCOLS = {"TLS": Protocol.TLS, "SSH": Protocol.SSH, "IPSEC": Protocol.IPSEC}


def protections(session: SecuritySession) -> tuple[Protection, ...]:
    stored = session.protection
    if stored.protocol == "NONE" or stored.failed_handshake:
        return ()
    raw: dict[str, Any] = stored.raw[stored.protocol.lower()]
    codes = {Attribute(key): raw[name] for key, name in FIELDS[stored.protocol].items()}
    of = PROTOCOLS[stored.protocol]
    if of is Protocol.TLS:
        lengths = [raw["scert"]["klen"]]
    elif of is Protocol.SSH:
        lengths = [raw["skey_len"], raw["scert"]["klen"]]
    else:
        lengths = [raw["lcert"]["klen"], raw["rcert"]["klen"]]
    bits = min((one for one in lengths if one), default=None)
    if of is Protocol.IPSEC:
        return (Protection(of, codes, bits, is_manual=raw["major"] == 0),)
    return (Protection(of, codes, bits, source=Source(raw["source"])),)


def connections(session: SecuritySession) -> list[Connection]:
    """One for each port of the server."""
    server = session.server
    here, there = ip_address(server.server_ip), ip_address(session.client_ip)
    found = []
    for port in range(server.port_start, server.port_end + 1):
        ends = (here, port, there, 0) if server.role != "client" else (there, 0, here, port)
        direction = {"server": Direction.INBOUND, "client": Direction.OUTBOUND}.get(server.role)
        found.append(
            Connection(
                *ends,
                job=server.job,
                user=server.user,
                direction=direction,
                protections=protections(session),
                is_failed_handshake=session.protection.failed_handshake,
                ip_protocol=server.ip_proto,
            )
        )
    return found


def expected(rule_set: RuleSet, how: Settings) -> Counter[str]:
    """Sessions, and connections, by what they meet."""
    found: Counter[str] = Counter()
    sessions = SecuritySession.objects.select_related("server", "protection")
    for session in sessions:
        days = DailyActivity.objects.filter(session=session)
        number = sum(row.connections for row in days)
        seen = connections(session)
        if not days or rule_set.protocol not in protocols(seen[0], how):
            continue
        places = {first_match(rule_set, one, how) for one in seen}
        names = {"none" if one is None else rule_set.rules()[one].name for one in places}
        name = names.pop() if len(names) == 1 else "undecided"
        found[name] += 1
        found[f"{name} connections"] += number
    return found


def counted(effect: Effect) -> Counter[str]:
    amounts = {line.rule.name: line.amount for line in effect.lines}
    amounts |= {"none": effect.no_rule, "undecided": effect.undecided}
    found: Counter[str] = Counter()
    for name, amount in amounts.items():
        found[name] += amount.sessions
        found[f"{name} connections"] += amount.connections
    return +found


@pytest.mark.django_db(transaction=True)
def test_every_rule_meets_what_the_plain_matcher_says(ingest: Ingest) -> None:
    for name in ("site-rdw.smf.gz", "site-vbs.smf", "zos32.smf"):
        ingest(SAMPLES / name)
    add_rare_sessions()
    met: Counter[str] = Counter()
    for rule_set in (ARTICLE, SSH, IPSEC, NONE):
        for how in (DEFAULTS, ALL):
            found = read_effect(rule_set, days=3660, limit_s=20, settings=how)
            want = expected(rule_set, how)
            assert counted(found) == +want, rule_set.name
            met += want
            resets = {rule.name for rule in rule_set.rules() if rule.action.reset}
            assert found.reset.sessions == sum(want[name] for name in resets)
            assert found.covered.sessions == sum(
                number for name, number in want.items() if not name.endswith(" connections")
            )
    rare = {"TN3270", "ftp jobs", "undecided"}
    assert rare | {"TLS 1.2 or later", "Everything else", "none"} <= set(met)


def add_rare_sessions() -> None:
    """What the dumps lack: TN3270 with TLS 1.1, a job of FTP, ports that rules tell apart."""
    stack = Stack.objects.order_by("pk")[0]
    observed = raw_tls(version=0x0302, source=1)
    rows = []
    for number, (job, ports, protocol, raw) in enumerate(
        [
            ("TN3270", (992, 992), "TLS", observed),
            ("FTPD1", (21, 21), "NONE", raw_none()),
            ("OTHER", (1990, 2010), "NONE", raw_none()),
            ("WITHIN", (1024, 1999), "NONE", raw_none()),
        ]
    ):
        server = Server.objects.create(
            stack=stack,
            role="server",
            ip_proto=6,
            server_ip="10.9.9.9",
            port_start=ports[0],
            port_end=ports[1],
            job=job,
        )
        protection = StoredProtection.objects.create(
            digest=number.to_bytes(16, "big"),
            protocol=protocol,
            raw=raw,
            tables_version="1",
            title="t",
            strength="weak",
            confidence="confirmed",
        )
        session = SecuritySession.objects.create(
            digest=number.to_bytes(16, "big"),
            server=server,
            client_ip="10.0.0.1",
            protection=protection,
            sa_flags=0,
        )
        rows.append(activity(session, LAST_DAY, connections=7))
    store_activity(rows)
