"""The article's sentences about what must be on in the TCP/IP profile, a test each."""

from __future__ import annotations

from pathlib import Path

from enforcement.delivery.parts import Installing
from enforcement.engine.engine import Engine
from enforcement.engine.messages.installing import installed
from enforcement.engine.settings import Settings
from policy.checks import Surroundings
from policy.model import Policy
from policy.values.actions import Action
from tests.builders.enforcement.records import TLS12, Connection, policy, read, stage

LOG = Action("Log", syslog_level=4)
AUDIT = Action("Audit", audit=True)
FTP = Connection()
STACK = ("PLEXA", "SYSA", "TCPIP")


def test_ezz8565i_when_nothing_receives_audit_records() -> None:
    """If there is at least one zERT enforcement rule with an audit record action and neither
    ZERTDETAILBYPOLICY nor ZERTSERVICEBYPOLICY is enabled in the TCP/IP profile, error message
    EZZ8565I is written to the console."""
    mute = Surroundings(audits_to_smf=False, audits_to_nmi=False)
    assert [one.lines for one in installed(policy(tls=AUDIT), STACK, mute)] == [
        (
            "EZZ8565I NO AUDIT RECORD WILL BE WRITTEN BY ZERT POLICY ENFORCEMENT FOR TCPIP"
            " - ZERTDETAILBYPOLICY AND ZERTSERVICEBYPOLICY NOT ENABLED",
        )
    ]
    assert installed(policy(tls=LOG), STACK, mute) == ()
    for around in (
        Surroundings(audits_to_smf=True, audits_to_nmi=False),
        Surroundings(audits_to_smf=False, audits_to_nmi=True),
        Surroundings(audits_to_smf=False),
    ):
        assert installed(policy(tls=AUDIT), STACK, around) == ()


def test_each_stack_speaks_for_itself_also_where_all_have_one_name(tmp_path: Path) -> None:
    mute = Surroundings(audits_to_smf=False, audits_to_nmi=False)
    installing = Installing(policy(tls=AUDIT), mute, Settings())
    (batch,) = read(
        tmp_path, [Connection(system=name).at(1, 1) for name in ("SYSA", "SYSB", "SYSA")]
    )
    said = list(installing.meet(batch.connections))
    assert [one.stack for one in said] == [("PLEXA", name, "TCPIP") for name in ("SYSA", "SYSB")]
    assert [one.lines[0].split()[0] for one in said] == ["EZZ8565I"] * 2
    assert list(installing.meet(batch.connections)) == []


def test_a_mute_stack_writes_no_audit_records(tmp_path: Path) -> None:
    """For these policy-driven subtype 11 records to be written to SMF, SMFCONFIG TYPE119
    ZERTDETAILBYPOLICY parameter must be configured [or NETMONITOR ZERTSERVICEBYPOLICY]."""
    both = policy(tls=Action("Both", syslog_level=6, audit=True))
    mute = Surroundings(audits_to_smf=False, audits_to_nmi=False)
    found = stage(tmp_path, both, around=mute).play(FTP.at(1, 10, {"TLS": TLS12}))
    assert (found[0].audit, len(found[0].syslog)) == (False, 1)


def test_without_zert_nothing_is_enforced(tmp_path: Path) -> None:
    """The base zERT discovery function must be enabled through GLOBALCONFIG ZERT in the TCP/IP
    profile to use zERT enforcement."""
    off = Surroundings(zert_is_on=False)
    assert stage(tmp_path, policy(tls=LOG), around=off).play(FTP.at(1, 10, {"TLS": TLS12})) == []
    assert [
        one.lines[0] for one in installed(policy(tls=LOG), ("PLEXA", "SYSA", "TCPIP2"), off)
    ] == [
        "EZZ8564I NO ZERT POLICY WILL BE ENFORCED FOR TCPIP2 BECAUSE ZERT FUNCTION IS NOT ENABLED"
    ]
    assert installed(Policy(), ("PLEXA", "SYSA", "TCPIP2"), off) == ()


def test_without_trmd_syslogd_hears_nothing(tmp_path: Path) -> None:
    """The Traffic Regulation Manager Daemon (TRMD) must be active for any TCP/IP stack where zERT
    enforcement log to syslogd action is used."""
    both = policy(tls=Action("Both", syslog_level=6, console=True))
    found = stage(tmp_path, both, around=Surroundings(trmd_runs=False)).play(
        FTP.at(1, 10, {"TLS": TLS12})
    )
    assert (len(found[0].syslog), len(found[0].console)) == (0, 1)


def test_what_is_so_on_one_stack_is_not_so_on_the_others(tmp_path: Path) -> None:
    acts = policy(tls=Action("All", syslog_level=6, audit=True))
    rows = [
        Connection(system=f"SYS{name}").at(1, at, {"TLS": TLS12}) for at, name in enumerate("ABCD")
    ]
    arounds = {
        ("PLEXA", "SYSA", "TCPIP"): Surroundings(zert_is_on=False),
        ("PLEXA", "SYSB", "TCPIP"): Surroundings(trmd_runs=False),
        ("PLEXA", "SYSC", "TCPIP"): Surroundings(audits_to_smf=False, audits_to_nmi=False),
    }
    engine = Engine(acts, arounds=arounds)
    (batch,) = read(tmp_path, rows)
    decided = engine.decide(batch.connections, batch.coverage)
    assert decided.evaluations["place"].to_list() == [1, 2, 3]
    found = [(one.event.system, len(one.syslog), one.audit) for one in decided.outcomes]
    assert found == [("SYSB", 0, True), ("SYSC", 1, False), ("SYSD", 1, True)]
    assert (engine.tally.records, engine.tally.audits) == (4, 2)
    alone = {("PLEXA", "SYSD", "TCPIP"): Surroundings(zert_is_on=True)}
    off = Engine(acts, around=Surroundings(zert_is_on=False), arounds=alone)
    decided = off.decide(batch.connections, batch.coverage)
    assert decided.evaluations["place"].to_list() == [3]
    assert len(list(decided.outcomes)) == 1
