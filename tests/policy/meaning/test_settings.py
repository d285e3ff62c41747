"""Each setting where it decides: both matchers say the same, and the settings are read by name."""

from __future__ import annotations

import pytest

from policy import vectorised
from policy.attributes import Connection, Protection, Source
from policy.errors import ValueInvalidError
from policy.explain import explain
from policy.matcher import evaluate
from policy.model import Policy, Rule, RuleSet
from policy.settings import CHOICES, SUBJECTS, Absent, Conflict, Scope, Settings, Together, read
from policy.values.actions import Action
from policy.vocabulary import Attribute, Protocol
from tests.policy.samples import ARTICLE, TLS
from tests.policy.test_matching import connection


def test_a_reset_that_all_must_agree_on() -> None:
    ipsec = RuleSet("i", Protocol.IPSEC, catch_all=Rule("drop", Action("Drop", reset=True)))
    both = connection(protections=(*connection().protections, Protection(Protocol.IPSEC)))
    agreed = Settings(several_rules=Conflict.ALL_RESET)
    assert not evaluate(Policy((TLS, ipsec)), both, agreed).action.reset
    assert evaluate(Policy((ipsec,)), both, agreed).action.reset


def place(seen: Connection, how: Settings) -> int | None:
    """Where a connection ends in the article's rules; both matchers say the same."""
    (result,) = evaluate(ARTICLE, seen, how).results
    found = vectorised.evaluate(ARTICLE, vectorised.frame_of([seen]), how)["tls_rule"].to_list()
    assert found == [result.place]
    return result.place


def test_an_unnamed_source_counts_only_where_it_is_said() -> None:
    tls = Protection(Protocol.TLS, {Attribute.VERSION: 0x0303}, source=Source.UNKNOWN)
    seen = connection(protections=(tls,))
    ways = (Settings(), Settings(unknown_source=Absent.FITS), Settings(scope=Scope.ALL))
    assert [place(seen, how) for how in ways] == [2, 0, 0]
    assert "not observed: no source is named" in explain(ARTICLE, seen)[0].lines()[1]


def test_a_name_in_another_case_fits_unless_case_matters() -> None:
    seen = connection(0x0302, job="tn3270a")
    exact = read({"name_case": "exact"})
    assert [place(seen, how) for how in (Settings(), exact)] == [1, 2]


def test_what_is_not_known_fits_only_where_it_is_said() -> None:
    fits = Settings(unknown_attribute=Absent.FITS)
    assert [place(connection(0), how) for how in (Settings(), fits)] == [2, 0]


def test_settings_are_read_by_name_and_value() -> None:
    chosen = Settings(ssh_ways=Together.EITHER, unknown_attribute=Absent.FITS)
    assert read(chosen.tree()) == chosen
    assert read({}) == Settings()
    with pytest.raises(ValueInvalidError, match="`loud` is no setting; there are scope, "):
        read({"loud": "yes"})
    with pytest.raises(ValueInvalidError, match="`maybe` is no choice of ssh_ways"):
        read({"ssh_ways": "maybe"})
    assert set(SUBJECTS) == set(CHOICES)
