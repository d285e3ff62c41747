"""Proposals follow the settings of matching: what meets a condition is never let in unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.attributes import Connection, Protection, Source
from policy.proposal import ALSO_TAKEN, Judged, propose
from policy.settings import Absent, Case, Failed, Settings, Together
from policy.vocabulary import Attribute, Protocol
from tests.policy.test_proposal import CBC, good, proposed, tls

FITS = Absent.FITS


def test_what_is_not_known_is_kept_out_where_it_meets_any_condition() -> None:
    """Version 0 is not known: where that fits, a rule for TLS 1.2 would take the weak one too."""
    sessions = [*good(tls()), Judged(tls(version=0), "weak")]
    assert [one.name for one in proposed(*sessions).rule_set.specific] == ["TN3270 992"]
    fits = Settings(unknown_attribute=FITS)
    found = propose(sessions, Protocol.TLS, name="Today", settings=fits)
    assert (found.rule_set.specific, found.covered) == ((), 0)
    assert [one.reason for one in found.left_out] == [ALSO_TAKEN]
    other = propose(
        [*sessions, *good(tls(443, "HTTPD"))], Protocol.TLS, name="Today", settings=fits
    )
    assert [one.name for one in other.rule_set.specific] == ["HTTPD 443"]


def test_what_a_rule_takes_all_the_same_is_not_called_left_out() -> None:
    sessions = good(tls(), tls(source=Source.PROVIDER))
    assert len(proposed(*sessions).left_out) == 1
    fits = Settings(unknown_attribute=FITS, unknown_key_length=FITS)
    found = propose(sessions, Protocol.TLS, name="Today", settings=fits)
    assert (found.covered, found.left_out) == (2, ())


def tunnel(phase_1: int, *, is_manual: bool = False) -> Connection:
    algorithms = {
        Attribute.PHASE1_ENCRYPTION: phase_1,
        Attribute.PHASE2_ENCRYPTION: CBC,
        Attribute.PHASE1_AUTHENTICATION: 0,
        Attribute.PHASE2_AUTHENTICATION: 0x0C,
    }
    protection = Protection(Protocol.IPSEC, algorithms, is_manual=is_manual)
    return replace(tls(), protections=(protection,))


@pytest.mark.parametrize(
    "how", [Settings(manual_phase1=FITS), Settings(ipsec_phases=Together.EITHER)]
)
def test_a_manual_tunnel_counts_where_it_meets_conditions(how: Settings) -> None:
    manual = tunnel(0, is_manual=True)
    found = propose(good(manual), Protocol.IPSEC, name="Today", settings=how)
    assert (found.covered, found.left_out) == (1, ())
    sessions = [*good(tunnel(CBC)), Judged(manual, "weak")]
    held = propose(sessions, Protocol.IPSEC, name="Today", settings=how)
    assert held.rule_set.specific == ()
    assert [one.reason for one in held.left_out] == [ALSO_TAKEN]
    assert propose(sessions, Protocol.IPSEC, name="Today").covered == 1


def test_a_smallest_key_length_does_not_keep_unknown_ones_out_where_they_fit() -> None:
    sessions = [*good(tls(bits=2048)), Judged(tls(bits=0), "weak")]
    assert proposed(*sessions).covered == 1
    fits = Settings(unknown_key_length=FITS)
    assert propose(sessions, Protocol.TLS, name="Today", settings=fits).covered == 0


def test_names_in_lower_case_are_left_out_where_case_matters() -> None:
    exact = Settings(name_case=Case.EXACT)
    found = propose(good(tls(job="httpd")), Protocol.TLS, name="Today", settings=exact)
    assert [one.reason for one in found.left_out] == ["no rule can ask for its job name"]
    assert proposed(*good(tls(job="httpd"))).covered == 1


def test_failed_handshakes_are_of_the_protocol_that_the_settings_say() -> None:
    failed = replace(tls(), protections=(), is_failed_handshake=True)
    sessions = [Judged(failed, "none")]
    accepted = frozenset({"none"})
    plain = propose(sessions, Protocol.NONE, name="Today", accepted=accepted)
    assert (plain.covered, plain.left_out) == (0, ())
    how = Settings(failed_handshake=Failed.NO_PROTECTION)
    counted = propose(sessions, Protocol.NONE, name="Today", accepted=accepted, settings=how)
    assert counted.covered == 1
