"""A saved query proposes rules that accept what is acceptable in it, and nothing else."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.http import QueryDict

from analyzer import history
from analyzer.models import AuditEntry, DailyActivity, SavedQuery, SecuritySession
from designer.bringing.proposal import ProposedOtherwiseError, digest_of, take_proposal
from designer.content.errors import ContentError, DesignerError
from designer.models import Version
from designer.queries import proposing
from designer.queries.contents import rule_set_of
from designer.queries.proposing import MOST_PORTS, WIDE, Draft, Met, proposal_of, read_proposal
from policy.matcher import first_match
from policy.model import Kind
from policy.proposal import ALSO_BAD
from policy.vocabulary import Protocol
from tests.analyzer.ingest.conftest import SAMPLES, Ingest, ingest, store
from tests.designer.conftest import NOW
from tests.designer.effect import test_summary as by_hand
from tests.designer.effect.test_against_matcher import connections

__all__ = ["ingest", "store"]  # fixtures of the neighbour
TLS10, TLS12 = 0x0301, 0x0303


def query_of(owner: User, tab: str = "servers", shared: bool = False, **params: str) -> SavedQuery:
    given = {name: [value] for name, value in params.items()}
    return SavedQuery.objects.create(
        owner=owner,
        name="Everything",
        tab=tab,
        shared=shared,
        params=given or {"days": ["all"]},
        made_at=NOW,
        changed_at=NOW,
    )


def read(query: SavedQuery, by: User, protocol: Protocol = Protocol.TLS) -> Draft:
    found = read_proposal(query.pk, protocol=protocol, name="Proposed", by=by, limit_s=20)
    assert found is not None
    return found


def by_the_plain_matcher(found: Draft, role: str) -> tuple[Met, Met]:
    """(allowed, acceptable), each session at each of its ports; none that is not may be let in."""
    rule_set = found.rule_set
    stored = {Protocol.TLS: "TLS", Protocol.SSH: "SSH", Protocol.IPSEC: "IPSEC"}
    numbers = {True: [0, 0], False: [0, 0]}
    sessions = SecuritySession.objects.select_related("server", "protection").filter(
        server__role=role,
        server__ip_proto=6,
        protection__protocol=stored[rule_set.protocol],
        protection__failed_handshake=False,
    )
    for session in sessions:
        days = DailyActivity.objects.filter(session=session)
        if not days:
            continue
        is_good = session.protection.strength in ("acceptable", "strong")
        met = {first_match(rule_set, one) for one in connections(session)}
        kinds = {rule_set.kind(place) for place in met if place is not None}
        is_allowed = kinds == {Kind.SPECIFIC} and len(met) == 1
        assert is_good or kinds == {Kind.CATCH_ALL}
        for counted in (True,) * is_allowed + (False,) * is_good:
            numbers[counted][0] += 1
            numbers[counted][1] += sum(row.connections for row in days)
    return Met(*numbers[True]), Met(*numbers[False])


@pytest.mark.django_db(transaction=True)
def test_on_records_it_lets_in_what_is_acceptable_and_nothing_else(
    ingest: Ingest, anna: User
) -> None:
    for name in ("site-rdw.smf.gz", "site-vbs.smf", "zos32.smf"):
        ingest(SAMPLES / name)
    proposed = 0
    for tab, role in (("servers", "server"), ("clients", "client")):
        query = query_of(anna, tab)
        for protocol in proposing.PROTOCOLS:
            found = read(query, anna, protocol)
            assert (found.allowed, found.acceptable) == by_the_plain_matcher(found, role)
            left = sum(one.met.sessions for one in found.left_out)
            assert found.allowed.sessions + left == found.acceptable.sessions
            assert found.allowed.sessions + found.rest.sessions == found.seen.sessions
            proposed += len(found.rule_set.specific)
        query.delete()
    assert proposed > 3
    peers = read(query_of(anna, "peers"), anna, Protocol.IPSEC)
    assert (peers.seen, peers.rule_set.specific) == (Met(), ())


def sessions(*given: tuple[str, int, int, str]) -> history.History:
    """One session for each (job, port, last port, strength), ten connections each."""
    frame = by_hand.sessions(*((job, port, TLS12, 10) for job, port, _, _ in given))
    kinds = {"encryption": 0x13, "authentication": 1, "key_exchange": 0x14}
    frame = frame.with_columns(
        *(pl.lit(code, pl.UInt16).alias(f"tls_{name}") for name, code in kinds.items()),
        pl.lit(2048, pl.UInt32).alias("tls_key_bits"),
        pl.Series("port_end", [last for _, _, last, _ in given], pl.UInt16),
        pl.Series("strength", [strength for *_, strength in given]),
    )
    return history.History(frame, "Sessions", date(2026, 11, 1), None)


def proposal(*given: tuple[str, int, int, str]) -> Draft:
    filters, _ = history.scope(QueryDict("days=all"))
    question = history.SavedQuestion(1, "By hand", filters, "server", "all of it")
    return proposal_of(sessions(*given), question, Protocol.TLS, "Proposed")


def test_a_range_of_ports_is_let_in_as_a_whole() -> None:
    found = proposal(("FTPD", 4000, 4010, "strong"), ("FTPD", 21, 21, "strong"))
    (rule,) = found.rule_set.specific
    assert str(rule.traffic.local_ports) == "21, 4000-4010"
    assert (found.allowed, found.rest) == (Met(2, 20), Met())


def test_what_is_also_seen_as_unacceptable_within_a_range_stays_out() -> None:
    found = proposal(("FTPD", 4000, 4010, "strong"), ("FTPD", 4005, 5000, "weak"))
    (rule,) = found.rule_set.specific
    assert str(rule.traffic.local_ports) == "4000-4004"
    assert [(one.reason, one.met) for one in found.left_out] == [(ALSO_BAD, Met(1, 10))]
    assert (found.allowed, found.undecided, found.rest) == (Met(), Met(1, 10), Met(1, 10))


def test_too_wide_a_range_is_left_out_and_said() -> None:
    found = proposal(("FTPD", 1024, 1024 + MOST_PORTS, "strong"), ("FTPD", 21, 21, "strong"))
    assert [(one.reason, one.met, list(one.services)) for one in found.left_out] == [
        (WIDE, Met(1, 10), [f"FTPD ports 1024-{1024 + MOST_PORTS}"])
    ]
    assert found.allowed == Met(1, 10)


def test_reasons_name_the_first_services_and_count_the_others() -> None:
    found = proposal(*(("", port, port, "strong") for port in range(1, 31)))
    (one,) = found.left_out
    assert (one.met, len(one.services), one.more) == (Met(30, 300), 10, 20)


def test_more_rules_than_anybody_reads_are_refused() -> None:
    many = [(f"J{number}", 992, 992, "strong") for number in range(proposing.MOST_RULES + 1)]
    with pytest.raises(DesignerError, match="301 rules, more than 300; narrow the query"):
        proposal(*many)


def test_more_ports_than_can_be_told_apart_are_refused() -> None:
    wide = [(f"J{number}", 1000, 2000, "strong") for number in range(30)]
    with pytest.raises(DesignerError, match="narrow the query"):
        proposal(*wide)


@pytest.mark.django_db
def test_it_is_taken_as_a_draft_once_it_was_seen(anna: User) -> None:
    found = proposal(("TN3270", 992, 992, "strong"))
    with pytest.raises(ProposedOtherwiseError):
        take_proposal(found=found, seen="0" * 64, by=anna, now=NOW)
    assert not Version.objects.exists()
    made = take_proposal(found=found, seen=digest_of(found), by=anna, now=NOW)
    assert (made.rule_set.name, made.state) == ("Proposed", "draft")
    assert made.rule_set.description == (
        "Proposed from the query By hand, 2026-11-01 to the last day: what was acceptable then"
    )
    assert [(r.name, r.traffic, r.requirement) for r in rule_set_of(made).rules()] == [
        (r.name, r.traffic, r.requirement) for r in found.rule_set.rules()
    ]
    entry = AuditEntry.objects.get(action="policy.propose")
    assert (entry.user_name, entry.data["sessions"], entry.data["rules"]) == ("ANNA", 1, 1)
    with pytest.raises(ContentError, match="there is a rule set `Proposed` already"):
        take_proposal(found=found, seen=digest_of(found), by=anna, now=NOW)


@pytest.mark.django_db
def test_nothing_proposed_is_not_taken(anna: User) -> None:
    found = proposal(("TN3270", 992, 992, "weak"))
    with pytest.raises(DesignerError, match="no rule is proposed"):
        take_proposal(found=found, seen=digest_of(found), by=anna, now=NOW)


@pytest.mark.django_db
def test_queries_of_others_and_refused_ones(anna: User, bert: User) -> None:
    private = query_of(bert)
    asked = {"protocol": Protocol.TLS, "name": "x", "by": anna, "limit_s": 5}
    assert read_proposal(private.pk, **asked) is None  # type: ignore[arg-type]  # as said
    SavedQuery.objects.update(shared=True)
    assert read(private, anna).seen == Met()
    SavedQuery.objects.update(params={"port": ["abc"]})
    with pytest.raises(DesignerError, match="can be used no more"):
        read(private, anna)
