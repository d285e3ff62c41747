"""The delivered profiles: every rule can be used, has its clause, and leaves no name unspoken."""

from __future__ import annotations

import json
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from analyzer.baselines import builtin
from analyzer.baselines.profile import Profile, Rule, plain
from analyzer.baselines.reading import ProfileError, read_profile
from analyzer.queries.filters import FILTERS, Filters
from analyzer.queries.profiles import compiled
from smf import ciphers
from smf.tables import CONFIDENCES

PROFILES = list(builtin.load().values())
RULES = [(profile, rule) for profile in PROFILES for rule in profile.rules]
FOLDER = Path(builtin.__file__).parent / "data"


def named(pair: object) -> str:
    return pair.key if isinstance(pair, Profile) else pair.id if isinstance(pair, Rule) else ""


def test_every_file_is_a_profile_and_every_profile_a_file() -> None:
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(builtin.ORDER)
    assert [one.key for one in PROFILES] == list(builtin.ORDER)


@pytest.mark.parametrize("profile", PROFILES, ids=named)
def test_a_profile_says_what_it_is_and_has_rules_that_decide(profile: Profile) -> None:
    assert profile.name
    assert profile.document
    assert len(profile.about) > 50
    assert profile.scored
    assert profile.built_in
    assert compiled.check(profile) == []


@pytest.mark.parametrize(("profile", "rule"), RULES, ids=named)
def test_a_rule_has_clause_words_and_confidence(profile: Profile, rule: Rule) -> None:
    assert rule.clause
    assert len(rule.title) > 8
    assert len(rule.reason) > 30
    assert rule.reason.endswith(".")
    assert rule.confidence in CONFIDENCES[:-1]
    assert bool(rule.breaks) == rule.judged


@pytest.mark.parametrize(("profile", "rule"), RULES, ids=named)
def test_the_conditions_of_a_rule_are_filters_of_the_report(profile: Profile, rule: Rule) -> None:
    for asked in (*rule.breaks, *rule.not_judged):
        filters, errors = Filters.from_params(QueryDict(urlencode(asked)))
        assert errors == {}
        assert set(filters.terms) == set(asked)


def test_a_clause_that_nobody_checked_is_never_called_confirmed() -> None:
    """Only the glossary of the PCI Council was read where it is published."""
    confirmed = {
        (profile.key, rule.id) for profile, rule in RULES if rule.confidence == "confirmed"
    }
    assert confirmed == {("pci-dss-4", "encryption"), ("pci-dss-4", "key-length")}


# Names that are neither allowed nor forbidden by the documents: they must not pass.
SILENT = {
    ("pci-dss-4", "encryption", "tls_encryption"): {"Blowfish", "IDEA-CBC", "MAGMA-CTR"},
    ("pci-dss-4", "mac", "tls_mac"): {"RIPEMD-160", "OMAC"},
    ("pci-dss-4", "key-exchange", "tls_key_exchange"): {"SRP_SHA", "GOSTR341112_256"},
}


@pytest.mark.parametrize(("place", "some"), SILENT.items())
def test_a_name_that_a_rule_does_not_speak_of_is_not_judged(
    place: tuple[str, str, str], some: set[str]
) -> None:
    profile = builtin.load()[place[0]]
    rule = profile.rule(place[1])
    assert rule is not None
    unknown = compiled.compile_rule(profile, rule).unknown
    facts = [fact for one in unknown.params if isinstance(one, list) for fact in one]
    assert {f"{place[2]}={name}" for name in some} <= set(facts)


# The lists of SP 800-52 Rev. 2 section 3.3.1, by the names of the IANA registry.
LISTED = {
    f"TLS_{exchange}_WITH_AES_{suite}"
    for exchange in (
        *("ECDHE_ECDSA", "ECDHE_RSA", "DHE_RSA", "DHE_DSS"),
        *("DH_DSS", "DH_RSA", "ECDH_ECDSA", "ECDH_RSA"),
    )
    for suite in (
        "128_GCM_SHA256",
        "256_GCM_SHA384",
        "128_CBC_SHA256",
        "128_CBC_SHA",
        "256_CBC_SHA",
    )
}
LISTED |= {
    f"TLS_{exchange}_WITH_AES_256_CBC_{'SHA384' if 'EC' in exchange else 'SHA256'}"
    for exchange in (
        *("ECDHE_ECDSA", "ECDHE_RSA", "DHE_RSA", "DHE_DSS"),
        *("DH_DSS", "DH_RSA", "ECDH_ECDSA", "ECDH_RSA"),
    )
}
LISTED |= {
    f"TLS_{exchange}_WITH_AES_{bits}_CCM{short}"
    for exchange in ("ECDHE_ECDSA", "DHE_RSA")
    for bits in (128, 256)
    for short in ("", "_8")
}
LISTED |= {
    *("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"),
    *("TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"),
}


def test_the_suites_that_pass_sp_800_52_are_those_of_its_lists() -> None:
    rule = builtin.load()["nist-sp-800-52r2"].rule("cipher-suites")
    assert rule is not None
    patterns = [part[1:] for part in rule.breaks[0]["tls_suite"].split(",") if part[0] == "!"]
    names = {
        suite.iana_name
        for suite in ciphers.load().values()
        if any(fnmatchcase(suite.iana_name, one) for one in patterns if "PSK" not in one)
    }
    assert names == LISTED


def test_a_profile_stays_the_same_through_json_and_toml() -> None:
    for profile in PROFILES:
        again = read_profile(profile.key, json.loads(json.dumps(plain(profile))))
        assert again == profile
        text = (FOLDER / f"{profile.key}.toml").read_text("utf-8")
        assert read_profile(profile.key, tomllib.loads(text)) == profile


RIGHT = {
    "name": "Ours",
    "covers": ["TLS"],
    "rules": [
        {
            "id": "a",
            "title": "A",
            "severity": "fails",
            "clause": "1",
            "reason": "R.",
            "confidence": "inferred",
            "breaks": [{"tls_encryption": "3DES"}],
        }
    ],
}


def rule_with(**changes: object) -> dict[str, object]:
    first = RIGHT["rules"][0]
    assert isinstance(first, dict)
    return RIGHT | {"rules": [first | changes]}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "no object"),
        (RIGHT | {"name": " "}, "needs a `name`"),
        (RIGHT | {"covers": ["FTP"]}, "`covers` is no list"),
        (RIGHT | {"rules": {}}, "`rules` is no list"),
        (RIGHT | {"rules": [3]}, "rule 1 is no object"),
        (RIGHT | {"odd": 1}, "`odd`"),
        (RIGHT | {"rules": [RIGHT["rules"][0]] * 2}, "two rules have the id `a`"),  # type: ignore[index]
        (rule_with(id="A b"), "small letters"),
        (rule_with(id="holds"), "which are answers"),
        (rule_with(severity="bad"), "`severity` is none of"),
        (rule_with(confidence="unknown"), "`confidence` is none of"),
        (rule_with(clause=""), "needs a `clause`"),
        (rule_with(title="x" * 121), "longer than 120"),
        (rule_with(reason="a\0"), "too odd"),
        (rule_with(breaks=[]), "needs a condition"),
        (rule_with(breaks=[{}]), "something else than filters"),
        (rule_with(breaks=[{"tls_encryption": 3}]), "something else than filters"),
        (rule_with(severity="unjudged"), "has a condition"),
        (rule_with(on="yes"), "neither true nor false"),
    ],
)
def test_what_is_no_profile_is_refused_with_the_reason(data: object, said: str) -> None:
    assert read_profile("ours", RIGHT).name == "Ours"
    with pytest.raises(ProfileError) as refused:
        read_profile("ours", data)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"job": "X"}, "`job` is no filter of the protection"),
        ({"tls_encryption": "nosuch"}, "no known TLS encryption"),
        ({"tls_encryption": ""}, "fits everything"),
        ({"baseline": "pci-dss-4"}, "`baseline` is no filter of the protection"),
    ],
)
def test_conditions_that_cannot_be_used_are_named(asked: dict[str, str], said: str) -> None:
    (found,) = compiled.check(read_profile("ours", rule_with(breaks=[asked])))
    assert found.startswith("rule `a`: ")
    assert said in found


def test_rules_look_at_nothing_but_the_protection() -> None:
    usable = {one.key for one in compiled.USABLE}
    of_protection = {one.key for one in FILTERS if one.scope == "protection"}
    assert usable == of_protection - {"baseline"}
