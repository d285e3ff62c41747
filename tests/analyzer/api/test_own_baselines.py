"""Baselines of the site through the interface: copied, changed, rules, files, versions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from analyzer.baselines import builtin
from analyzer.models import AuditEntry, OwnBaseline
from analyzer.queries.profiles import known
from tests.analyzer.api.conftest import rows_of

pytestmark = pytest.mark.django_db
LIST = "/api/v1/baselines/"
RULE = {
    "title": "AES-256 for TLS",
    "severity": "fails",
    "breaks": [{"tls_encryption": "*,!AES-256*"}],
    "not_judged": [{"tls_encryption": "Unknown"}],
    "clause": "House standard 12, section 4",
    "confidence": "confirmed",
    "reason": "We say so.",
}


def sent(client: Client, method: str, path: str, body: object = None) -> Any:
    return getattr(client, method)(path, body, content_type="application/json")


def copied(client: Client, name: str = "Our own") -> str:
    answer = sent(client, "post", LIST, {"copy_of": "pci-dss-4", "name": name})
    assert answer.status_code == 201, answer.content
    return f"{LIST}{answer.json()['key']}/"


def test_a_copy_is_changed_and_deleted(analyst: Client) -> None:
    path = copied(analyst)
    taken = sent(analyst, "post", LIST, {"copy_of": "pci-dss-4", "name": "our OWN"})
    assert (taken.status_code, "Our own" in taken.json()["error"]) == (409, False)
    given = {"name": "Renamed", "covers": ["TLS", "SSH"], "note": "Decided."}
    changed = sent(analyst, "put", path, given).json()
    assert (changed["name"], changed["covers"], changed["version"]) == (
        "Renamed",
        ["TLS", "SSH"],
        2,
    )
    notes = [row["note"] for row in rows_of(analyst, f"{path}versions/", limit=1)]
    assert notes == ["Decided.", f"Copied from {builtin.load()['pci-dss-4'].name}."]
    assert analyst.delete(path).status_code == 204
    assert not OwnBaseline.objects.exists()
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["baseline.make", "baseline.change", "baseline.delete"]


def test_rules_are_added_changed_switched_and_deleted(analyst: Client) -> None:
    path = copied(analyst)
    added = sent(analyst, "post", f"{path}rules/", RULE)
    assert added.status_code == 201, added.content
    rule = added.json()["rule"]
    assert {name: rule[name] for name in RULE} == RULE
    assert (rule["id"], rule["on"]) == ("aes-256-for-tls", True)
    one = f"{path}rules/{rule['id']}/"
    changed = sent(analyst, "put", one, {**RULE, "severity": "advises"}).json()
    assert (changed["version"], changed["rule"]["severity"]) == (3, "advises")
    off = sent(analyst, "post", f"{one}switch/", {"active": False}).json()
    assert (off["version"], off["rule"]["on"]) == (4, False)
    same = sent(analyst, "post", f"{one}switch/", {"active": False}).json()
    assert same["version"] == 4  # nothing to switch
    kept = sent(analyst, "put", one, RULE).json()
    assert kept["rule"]["on"] is False  # a change does not switch it on
    assert analyst.get(one).json() == kept
    assert analyst.delete(one).status_code == 204
    assert analyst.get(one).status_code == 404
    left = analyst.get(f"{path}rules/").json()
    assert rule["id"] not in {each["id"] for each in left["rules"]}
    assert len(left["rules"]) == len(builtin.load()["pci-dss-4"].rules)


def test_a_file_goes_out_and_comes_in_again(analyst: Client) -> None:
    path = copied(analyst)
    file = analyst.get(f"{path}profile/").json()
    assert AuditEntry.objects.latest("pk").action == "baseline.export"
    file["baseline"]["name"] = "Brought in"
    made = sent(analyst, "post", f"{LIST}import/", file)
    assert made.status_code == 201, made.content
    first = known.get(OwnBaseline.objects.get(name="Our own").key)
    second = known.get(made.json()["key"])
    assert first is not None
    assert second is not None
    assert second.rules == first.rules


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("import/", {"kind": "zertify queries"}, "baseline"),
        ("import/", [], "baseline"),
        ("", {"copy_of": "nothing", "name": "x"}, "copy_of"),
        ("", {"copy_of": "pci-dss-4", "name": ""}, "name"),
        ("", {"copy_of": "pci-dss-4", "name": "x", "colour": 1}, "colour"),
        ("our-own/rules/", {**RULE, "breaks": [{"job": "X"}]}, "baseline"),
        ("our-own/rules/", {**RULE, "breaks": []}, "baseline"),
        ("our-own/rules/", {**RULE, "breaks": [{}]}, "breaks"),
        ("our-own/rules/", {**RULE, "severity": "maybe"}, "severity"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(
    analyst: Client, path: str, body: Any, field: str
) -> None:
    copied(analyst)
    before = OwnBaseline.objects.get().current
    answer = sent(analyst, "post", f"{LIST}{path}", body)
    assert (answer.status_code, [*answer.json()["errors"]]) == (400, [field]), answer.content
    assert OwnBaseline.objects.get().current == before


@pytest.mark.parametrize(("method", "path"), [("put", ""), ("delete", ""), ("post", "rules/")])
def test_a_delivered_baseline_stays_as_it_is(analyst: Client, method: str, path: str) -> None:
    answer = sent(analyst, method, f"{LIST}pci-dss-4/{path}", {})
    assert (answer.status_code, "copy it first" in answer.json()["error"]) == (409, True)
    rules = analyst.get(f"{LIST}pci-dss-4/rules/").json()
    assert (rules["version"], len(rules["rules"])) == (0, len(builtin.load()["pci-dss-4"].rules))
    assert analyst.get(reverse("api_rules", args=["nothing"])).status_code == 404
