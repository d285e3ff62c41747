"""What an exact run finds: by hand, and the same as `manage.py enforce` writes of the dump."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from analyzer.models import ConnectionEvent
from enforcement.engine.audit import rule_names
from enforcement.models import HistoryAct, HistoryFall, HistoryHit, HistoryMessage
from policy.values.actions import Action
from policy.writer import write
from tests.builders.enforcement.records import (
    SSH2,
    TLS11,
    TLS12,
    TUNNEL,
    Connection,
    policy,
    switched,
)
from tests.histories.conftest import Fill
from tests.histories.given import done, file, made, part

pytestmark = pytest.mark.django_db(transaction=True)
LOG = Action("Log", syslog_level=4, console=True)
CUT = Action("Cut", syslog_level=3, console=True, audit=True, reset=True)
RULES = policy(tls=LOG, none=CUT)
FTP = Connection()
CLEARS = [FTP.at(1, 10, {"TLS": TLS12}), FTP.at(2, 42), FTP.at(3, 43)]
"""A control connection that leaves TLS (CCC), and is reset for that."""
BOTH = Connection(number=5, remote_port=40_001)
QUIET = Connection(number=6, remote_port=40_002)
HISTORY = [
    *CLEARS,
    BOTH.at(4, 44, {"TLS": TLS11, "IPSEC": TUNNEL}),
    QUIET.at(1, 3_700, {"SSH": SSH2}),
    QUIET.at(3, 3_800, {"SSH": SSH2}),
]


def test_a_connection_that_clears_its_protection_is_reset(fill: Fill) -> None:
    fill(CLEARS)
    run = done(made(part(RULES)))
    acts = HistoryAct.objects.filter(run=run).order_by("number")
    assert [(one.event, one.rules, one.protection.split()[0], one.is_cut) for one in acts] == [
        (1, "TLS: tls-rest", "TLS", False),
        (2, "None: none-rest", "no", False),
        (3, "", "no", True),
    ]
    assert [one.reset for one in acts] == ["", "VARY TCPIP,TCPIP,DROP,CONN=00001A2B", ""]
    assert [one.audit is not None for one in acts] == [False, True, False]
    assert [one.last is not None for one in acts] == [False, False, True]
    texts = HistoryMessage.objects.filter(run=run).order_by("number").values_list("text", "level")
    assert [(text.split()[0], level) for text, level in texts] == [
        ("EZZ8583I", 4),
        ("EZZ8551I", None),
        ("EZZ8584I", 3),
        ("EZZ8562I", None),
    ]
    assert (run.totals["evaluated"], run.totals["resets"], run.totals["audits"]) == (2, 1, 1)


def test_hits_are_counted_by_hour_and_rule(fill: Fill) -> None:
    fill(HISTORY)
    run = done(made(part(RULES)))
    hits = HistoryHit.objects.filter(run=run).order_by("hour", "protocol", "kind")
    assert [
        (f"{one.hour:%H}", one.protocol, one.rule or one.kind, one.evaluations, one.syslog)
        for one in hits
    ] == [
        ("12", "IPsec", "no rule set", 1, 0),
        ("12", "None", "none-rest", 1, 1),
        ("12", "TLS", "tls-rest", 2, 2),
        ("13", "SSH", "no rule set", 1, 0),
    ]
    falls = HistoryFall.objects.filter(run=run).order_by("protocol", "protection")
    assert [(one.role, one.port, one.protocol, one.evaluations) for one in falls] == [
        ("server", 21, "None", 1),
        ("server", 21, "TLS", 1),
        ("server", 21, "TLS", 1),
    ]


def test_files_are_those_of_the_command(fill: Fill, tmp_path: Path) -> None:
    many = [
        Connection(number=100 + n, remote_port=50_000 + n).at(4, 100 + n, {"TLS": TLS12})
        for n in range(30)
    ]
    later = Connection(number=900).at(4, 900, {"TLS": TLS12})
    history = [*HISTORY[:4], *many, later, *HISTORY[4:]]
    fill(history)
    run = done(made(part(RULES)))
    dump, rules = tmp_path / "all.smf", tmp_path / "rules.policy"
    dump.write_bytes(b"".join(history))
    rules.write_text(write(RULES), "utf-8")
    names = ("syslog", "console", "audit", "resets")
    given = [part for name in names for part in (f"--{name}", str(tmp_path / name))]
    call_command("enforce", "--policy", str(rules), "--dump", str(dump), *given)
    for name in names:
        told = (tmp_path / name).read_bytes()
        assert told
        assert file(run, name) == told, name
    assert b"EZZ8585I" in file(run, "syslog")
    held = HistoryHit.objects.filter(run=run, protocol="TLS")
    assert sum(one.suppressed for one in held) == 32 - 10


def test_what_was_switched_forgets_connections(fill: Fill) -> None:
    up = FTP.at(1, 10, {"TLS": TLS12})
    for switches, evaluated in (([], 1), ([switched(5, 20)], 2)):
        fill([up, *switches, FTP.at(3, 30, {"TLS": TLS12})])
        assert done(made(part(RULES))).totals["evaluated"] == evaluated


def test_udp_is_looked_at_and_never_enforced(fill: Fill) -> None:
    fill([Connection(number=9, ip_proto=17).at(4, 5)])
    run = done(made(part(RULES)))
    (hit,) = HistoryHit.objects.filter(run=run)
    assert (hit.enforced, hit.rule, hit.evaluations) == (False, "none-rest", 1)
    assert not HistoryAct.objects.filter(run=run).exists()
    assert run.totals["analysis_only"] == 1


def test_the_audit_dump_is_taken_by_an_import_and_loses_nothing(fill: Fill) -> None:
    fill(HISTORY)
    run = done(made(part(policy(tls=CUT, none=CUT, ssh=Action("Audit", audit=True)))))
    told = {one.pk: one for one in ConnectionEvent.objects.all()}
    dump = file(run, "audit")
    taken = fill([dump])
    assert (taken.added, taken.rejected) == (5, 0)
    back = [
        one
        for one in ConnectionEvent.objects.order_by("written_at", "-event")
        if one.pk not in told
    ]
    assert [(one.event, f"{one.conn_id:X}", bool(one.flags & 0x20)) for one in back] == [
        (7, "1A2B", False),
        (3, "1A2B", True),
        (7, "5", False),
        (4, "5", True),
        (7, "6", False),
    ]
    originals = {(one.conn_id, one.written_at): one for one in told.values()}
    same = (
        *("stack_id", "conn_id", "started_at", "ended_at", "ip_proto", "local_ip", "local_port"),
        *("remote_ip", "remote_port", "job", "job_id", "user", "sec_flags", "protocols"),
        *("in_bytes", "out_bytes", "in_segs", "out_segs"),
    )
    for one in back:
        original = originals[one.conn_id, one.written_at]
        for name in same:
            assert getattr(one, name) == getattr(original, name), name
        assert {**one.raw, "policy": None} == {**original.raw, "policy": None}
        if one.event == 7:
            names = rule_names(bytes.fromhex(one.raw["policy"]))
            act = HistoryAct.objects.get(run=run, conn_id=one.conn_id, written_at=one.written_at)
            assert act.rules == "; ".join(f"{key}: {name}" for key, name in names.items())
