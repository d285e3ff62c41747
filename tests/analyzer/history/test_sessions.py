"""Sessions as columns against the same rows read one by one."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.db.models import Sum
from django.http import QueryDict
from django.utils import timezone

from analyzer import history
from analyzer.models import (
    DailyActivity,
    Protection,
    SavedQuery,
    SecuritySession,
    Server,
    Stack,
    SystemSettings,
)
from analyzer.queries.filters import Filters
from policy.model import Policy
from policy.vectorised import SCHEMA, address_words, evaluate
from policy.vectorised.frame import check
from tests.analyzer.queries.conftest import filters
from tests.builders.protections import ABSENT, RSA_2048, raw_ipsec, raw_ssh, raw_tls
from tests.builders.store_rows import LAST_DAY, activity, store_activity
from web.budget import OutOfTimeError

LIMIT_S = 20.0


def read(query: str = "days=all") -> pl.DataFrame:
    return history.sessions(filters(query), limit_s=LIMIT_S).frame


@pytest.mark.usefixtures("filled")
def test_each_session_has_its_ends_names_and_sums() -> None:
    frame = read()
    check(frame)
    sums = DailyActivity.objects.values("session_id").annotate(
        all_connections=Sum("connections"), all_in=Sum("in_bytes"), all_failed=Sum("failed")
    )
    active = {row["session_id"]: row for row in sums}
    assert set(frame["session_id"]) == set(active)
    sessions = SecuritySession.objects.select_related("server__stack", "protection")
    for row in frame.iter_rows(named=True):
        session = sessions.get(pk=row["session_id"])
        server, stored = session.server, active[session.pk]
        ends = [ip_address(server.server_ip), ip_address(session.client_ip)]
        ports = [server.port_start, 0]
        if server.role == "client":
            ends, ports = ends[::-1], ports[::-1]
        for end, address, port in zip(("local", "remote"), ends, ports, strict=True):
            plain = getattr(address, "ipv4_mapped", None) or address
            assert (row[f"{end}_hi"], row[f"{end}_lo"]) == address_words(plain)
            assert row[f"{end}_port"] == port
        assert row["direction"] == {"server": 1, "client": 2}.get(server.role, 0)
        assert (row["job"], row["user"]) == (server.job, server.user)
        assert (row["stack"], row["system"]) == (server.stack.stack, server.stack.system)
        assert row["ip_protocol"] == server.ip_proto
        assert row["connections"] == stored["all_connections"]
        assert row["in_bytes"] == stored["all_in"]
        assert row["failed"] == stored["all_failed"]
        assert row["protection"] == session.protection.title


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("query", ["days=3", "days=all&system=SYSA", "days=all&job=TN3270"])
def test_a_scope_narrows(query: str) -> None:
    everything, some = read(), read(query)
    assert 0 < len(some) < len(everything)
    if "system" in query:
        assert set(some["system"]) == {"SYSA"}
    if "job" in query:
        assert set(some["job"]) == {"TN3270"}


@pytest.mark.usefixtures("filled")
def test_too_many_sessions_are_refused() -> None:
    with pytest.raises(history.TooManySessionsError, match="more than 3 distinct sessions"):
        history.sessions(Filters.everything(), limit_s=LIMIT_S, most=3)


@pytest.mark.usefixtures("filled")
def test_the_time_budget_holds() -> None:
    with pytest.raises(OutOfTimeError):
        history.sessions(Filters.everything(), limit_s=0.001)


@pytest.mark.django_db
def test_an_empty_store_gives_an_empty_frame() -> None:
    frame = read()
    assert frame.is_empty()
    assert len(evaluate(Policy(), frame)) == 0


def test_a_scope_that_cannot_be_used_is_said() -> None:
    found, errors = history.scope(QueryDict("system=A&nonsense=1"))
    assert found.refused
    assert list(errors) == ["nonsense"]


BASE: dict[str, Any] = {"ip_protocol": 6, "failed_handshake": False}


@pytest.mark.django_db
@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("protocol", "raw", "columns"),
    [
        (
            "TLS",
            raw_tls(scert=RSA_2048, version=0x0302, enc=4, mac=5, kex=6),
            {"protocols": 0x80, "tls_version": 0x0302, "tls_encryption": 4}
            | {"tls_authentication": 5, "tls_key_exchange": 6, "tls_source": 2}
            | {"tls_key_bits": 2048, "ssh_version": None, "ipsec_manual": False},
        ),
        ("TLS", raw_tls(scert=ABSENT), {"tls_key_bits": None}),
        (
            "SSH",
            raw_ssh(in_enc=7, out_enc=8, in_mac=9, out_mac=10, kex=11),
            {"protocols": 0x40, "ssh_version": 2, "ssh_encryption_in": 7, "ssh_encryption_out": 8}
            | {"ssh_authentication_in": 9, "ssh_authentication_out": 10, "ssh_key_exchange": 11}
            | {"ssh_source": 1, "ssh_key_bits": 3072, "tls_version": None},
        ),
        (
            "IPSEC",
            raw_ipsec(p1_enc=1, p1_mac=2, p2_enc=3, p2_mac=4, lcert=RSA_2048),
            {"protocols": 0x20, "ipsec_phase1_encryption": 1, "ipsec_phase1_authentication": 2}
            | {"ipsec_phase2_encryption": 3, "ipsec_phase2_authentication": 4}
            | {"ipsec_manual": False, "ipsec_key_bits": 2048},
        ),
        ("IPSEC", raw_ipsec(major=0), {"ipsec_manual": True, "protocols": 0x20}),
    ],
)
def test_codes_come_from_the_record(
    protocol: str, raw: dict[str, Any], columns: dict[str, Any]
) -> None:
    row = _stored(protocol, raw, failed=False)
    assert {name: row[name] for name in columns} == columns
    assert {name: row[name] for name in BASE} == BASE


@pytest.mark.django_db
def test_a_failed_handshake_protects_nothing() -> None:
    row = _stored("TLS", raw_tls(), failed=True)
    assert (row["failed_handshake"], row["protocols"]) == (True, 0)


@pytest.mark.django_db
@pytest.mark.usefixtures("filled")
def test_one_session_is_read_by_its_key() -> None:
    chosen = SecuritySession.objects.order_by("-pk").filter(dailyactivity__isnull=False).first()
    assert chosen is not None
    frame = history.session(chosen.pk, limit_s=LIMIT_S)
    assert frame["session_id"].to_list() == [chosen.pk]
    assert history.session(0, limit_s=LIMIT_S).is_empty()
    assert set(frame.columns) == {*SCHEMA, *history.COLUMNS}


def _stored(protocol: str, raw: dict[str, Any], *, failed: bool) -> dict[str, Any]:
    """The row of one more session with these raw codes."""
    stack = _stack()
    server = Server.objects.create(
        stack=stack, role="server", ip_proto=6, server_ip="10.9.9.9", port_start=1, port_end=1
    )
    protection = Protection.objects.create(
        digest=b"0123456789abcdef",
        protocol=protocol,
        raw=raw,
        tables_version="1",
        title="t",
        strength="strong",
        confidence="confirmed",
        failed_handshake=failed,
    )
    session = SecuritySession.objects.create(
        digest=b"fedcba9876543210",
        server=server,
        client_ip="10.0.0.1",
        protection=protection,
        sa_flags=0,
    )
    store_activity([activity(session, LAST_DAY + timedelta(hours=1), connections=3)])
    (row,) = read("days=all&server_ip=10.9.9.9").iter_rows(named=True)
    return row


def _stack() -> Stack:
    settings = SystemSettings.objects.create(sysplex="PLEXH", system="SYSH")
    return Stack.objects.create(sysplex="PLEXH", system="SYSH", stack="TCPIP", settings=settings)


@pytest.mark.usefixtures("filled")
def test_a_role_narrows_and_none_takes_all() -> None:
    found = {
        role: history.sessions(filters("days=all"), limit_s=LIMIT_S, role=role).frame
        for role in ("server", "client", "peer")
    }
    assert sum(map(len, found.values())) == len(read())
    for role, frame in found.items():
        assert set(frame["role"]) == {role}


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("query", ["days=all", "days=3", "days=all&protocol=TLS"])
def test_the_protections_of_a_server_with_their_sums(query: str) -> None:
    frame = read(query)
    for pk in frame["server_id"].unique().to_list():
        own = frame.filter(pl.col("server_id") == pk)
        found = history.server(pk, filters(query), limit_s=LIMIT_S)
        sums = own.group_by("protection_id").agg(pl.len(), pl.col("connections").sum())
        wanted = {row[0]: row[1:] for row in sums.iter_rows()}
        rows = found.select("protection_id", "sessions", "connections").iter_rows()
        assert {row[0]: row[1:] for row in rows} == wanted
        row, other = found.row(0, named=True), own.row(0, named=True)
        assert all(row[name] == other[name] for name in ("job", "role", "port_start", "system"))


@pytest.mark.usefixtures("filled")
def test_a_server_without_sessions_has_no_rows() -> None:
    assert history.server(2**31, filters("days=all"), limit_s=LIMIT_S).is_empty()


@pytest.mark.django_db
def test_a_saved_query_is_seen_by_who_may_run_it() -> None:
    owner, other = (User.objects.create(username=name) for name in ("OWNER", "OTHER"))
    query = SavedQuery.objects.create(
        owner=owner,
        name="Mine",
        tab="clients",
        params={"job": ["TN*"]},
        made_at=timezone.now(),
        changed_at=timezone.now(),
    )
    assert history.saved_query(query.pk, user=other) is None
    found = history.saved_query(query.pk, user=owner)
    assert found is not None
    assert (found.name, found.role, found.refused) == ("Mine", "client", "")
    assert found.sentence.startswith("TCP clients")
    SavedQuery.objects.update(params={"nonsense": ["1"]}, shared=True)
    refused = history.saved_query(query.pk, user=other)
    assert refused is not None
    assert (refused.filters.refused, "nonsense" in refused.refused) == (True, True)
