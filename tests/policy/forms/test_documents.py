"""Documents say the same as the model, and every fault in them comes with its path."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.documents import (
    SCHEMA_NAME,
    from_json,
    from_tree,
    from_yaml,
    schema,
    to_json,
    to_tree,
    to_yaml,
)
from policy.documents.schema import MOST_FAULTS
from policy.errors import DocumentError
from policy.model import Policy
from policy.values.members import MOST_MEMBERS
from policy.vocabulary import Attribute
from tests.policy.samples import ARTICLE
from tests.policy.strategies import LONG, policies

SETTINGS = settings(
    max_examples=LONG or 40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
HEAD = {"schema": SCHEMA_NAME}
RULE_SET = {"name": "a", "protocol": "TLS"}


@SETTINGS
@given(policies())
def test_a_policy_is_the_same_after_json_and_yaml(policy: Policy) -> None:
    assert from_json(to_json(policy)) == policy
    assert from_yaml(to_yaml(policy)) == policy


def test_the_articles_scenario_as_a_document() -> None:
    (rule_set,) = to_tree(ARTICLE)["rule_sets"]  # type: ignore[misc]
    assert rule_set["specific"] == [
        {
            "name": "TN3270",
            "action": {"name": "Allow"},
            "traffic": {
                "remote": {"members": ["10.1.1.1", "10.20.0.0/16"]},
                "local_ports": {"members": ["992"]},
                "job": "TN3270*",
                "direction": "Inbound",
            },
            "owner": "Net team",
            "expires": "2027-03-31",
            "requirement": {"version": ["TLSv1.1"]},
        }
    ]
    assert rule_set["catch_all"]["action"] == {"name": "Audit", "audit": True, "syslog_level": 5}


def faults(tree: object) -> tuple[tuple[str, str], ...]:
    with pytest.raises(DocumentError) as error:
        from_tree(tree)
    return error.value.faults


@pytest.mark.parametrize(
    ("rule", "path", "message"),
    [
        ({"name": "r", "colour": 1}, "", "'colour' was unexpected"),
        ({"name": "r", "traffic": {"job": "TOOLONGNAME"}}, "/traffic/job", "1 to 8 characters"),
        ({"name": "r", "traffic": {"local": {"members": ["x"]}}}, "/traffic/local", "no IP|not an"),
        ({"name": "r", "expires": "soon"}, "/expires", "soon"),
        ({"name": ""}, "", "it is empty"),
        ({"name": "r", "requirement": {"version": ["SSHv2"]}}, "/requirement", "no TLS version"),
        (
            {"name": "r", "traffic": {"local_ports": {"members": [992]}}},
            "/traffic/local_ports/members/0",
            "992 is a number and has to be a text: write it in quotes",
        ),
        ({"name": "r", "action": {"name": "\n"}}, "/action", "printable"),
    ],
)
def test_a_fault_comes_with_its_path(rule: dict[str, object], path: str, message: str) -> None:
    found = faults({**HEAD, "rule_sets": [{**RULE_SET, "specific": [rule]}]})
    assert found[0][0] == f"/rule_sets/0/specific/0{path}"
    with pytest.raises(DocumentError, match=message):
        from_tree({**HEAD, "rule_sets": [{**RULE_SET, "specific": [rule]}]})


def test_a_group_takes_as_many_members_as_the_model() -> None:
    group = schema()["$defs"]["group"]["properties"]["members"]  # type: ignore[index]
    assert group["maxItems"] == MOST_MEMBERS
    ports = [str(number) for number in range(1, MOST_MEMBERS + 2)]
    rule = {"name": "r", "traffic": {"local_ports": {"members": ports}}}
    assert faults({**HEAD, "rule_sets": [{**RULE_SET, "specific": [rule]}]}) == (
        (
            "/rule_sets/0/specific/0/traffic/local_ports/members",
            "there are 2,001, at most 2,000 are taken",
        ),
    )


def test_a_document_of_another_kind_gives_so_many_faults_and_no_more() -> None:
    wrong = [{**RULE_SET, "comments": [1] * 2 * MOST_FAULTS}]
    found = faults({**HEAD, "rule_sets": wrong})
    assert len(found) == MOST_FAULTS + 1
    assert found[-1] == ("/", "more than 1,000 faults: the rest is not looked at")


def test_a_day_in_yaml_needs_no_quotes() -> None:
    text = "schema: zertify-policy-1\nrule_sets:\n- name: a\n  protocol: TLS\n  specific:\n"
    (rule_set,) = from_yaml(f"{text}  - name: r\n    expires: 2027-03-31\n").rule_sets
    assert rule_set.specific[0].expires == date(2027, 3, 31)


def test_all_faults_come_at_once() -> None:
    wrong = {"name": "r", "traffic": {"job": "*A", "user": "B B"}}
    assert [
        path for path, _ in faults({**HEAD, "rule_sets": [{**RULE_SET, "general": wrong}]})
    ] == [
        "/rule_sets/0/general/traffic/job",
        "/rule_sets/0/general/traffic/user",
    ]
    assert [path for path, _ in faults({**HEAD, "rule_sets": [RULE_SET, RULE_SET]})] == [
        "/rule_sets"
    ]
    assert faults([])[0][0] == "/"


def test_texts_that_are_no_documents() -> None:
    for text in ("{", "[" * 100_000):
        with pytest.raises(DocumentError, match="not JSON"):
            from_json(text)
    for text in ("a: [", "- 2026-99-99", "a: &x 1\nb: *x\n"):
        with pytest.raises(DocumentError, match=r"not YAML|aliases|not of type"):
            from_yaml(text)
    with pytest.raises(DocumentError, match="longer than"):
        from_json(" " * ((16 << 20) + 1))


@SETTINGS
@given(st.text(max_size=40))
def test_any_text_is_a_document_or_refused(text: str) -> None:
    for read in (from_json, from_yaml):
        with pytest.raises(DocumentError):
            read(text)


def test_the_schema_names_its_version_and_every_attribute() -> None:
    assert schema()["$id"] == SCHEMA_NAME
    parts = json.loads(json.dumps(schema()))["$defs"]["requirement"]["properties"]
    assert set(parts) == {"name", "min_key_bits", *(one.value for one in Attribute)}
