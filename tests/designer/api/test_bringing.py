"""A policy file by program: looked at, decided upon, brought in; each refusal with its reason."""

from __future__ import annotations

from base64 import b64encode

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer.models import AddressGroup, RuleSet, Stack, Version
from designer.objects import Said, make
from designer.queries.contents import rule_set_of
from policy.code_page import encode
from policy.model import Policy
from policy.writer import write
from tests.analyzer.api.conftest import with_token
from tests.designer.api.test_api import send
from tests.designer.conftest import NOW
from tests.policy.samples import DATA

pytestmark = pytest.mark.django_db
ARTICLE = (DATA / "article.policy").read_text()
LOOK, BRING = "api_policy_bring_preview", "api_policy_bring"


def test_a_file_is_looked_at_and_brought_in(author: Client) -> None:
    data = b64encode(encode(ARTICLE)).decode()
    seen = send(author, LOOK, base64=data).json()
    assert (seen["ok"], seen["form"], seen["code_page"]) == (True, "policy", "IBM-1047")
    (rule_set,) = seen["rule_sets"]
    assert {key: rule_set[key] for key in ("key", "name", "standing", "usual", "rules")} == {
        "key": "rule-set TLS",
        "name": "Company TLS",
        "standing": "new",
        "usual": "new",
        "rules": 3,
    }
    assert rule_set["difference"]["same_meaning"] is False
    assert {(one["kind"], one["name"], one["usual"]) for one in seen["objects"]} == {
        ("security", "TLS12plus", "make"),
        ("action", "Allow", "make"),
        ("action", "Audit", "make"),
    }
    made = send(author, BRING, base64=data, seen=seen["digest"])
    assert made.status_code == 201
    assert [one["state"] for one in made.json()] == ["draft"]
    assert RuleSet.objects.get().name == "Company TLS"


def test_errors_come_with_line_and_column_and_forbid_it(author: Client) -> None:
    wrong = ARTICLE.replace("Inbound", "Up")
    seen = send(author, LOOK, text=wrong).json()
    (fault,) = seen["findings"]
    line = ARTICLE[: ARTICLE.index("Inbound")].count("\n") + 1
    assert (seen["ok"], fault["severity"], fault["line"], fault["column"]) == (
        False,
        "error",
        line,
        35,
    )
    refused = send(author, BRING, text=wrong, seen=seen["digest"])
    assert refused.status_code == 409
    assert refused.json()["findings"]
    assert not RuleSet.objects.exists()


def test_clashes_are_decided_by_key(author: Client, anna: User) -> None:
    text = ARTICLE.replace('#@ name ""', '#@ name "Hosts"')
    said = Said("Hosts", {"members": ["192.0.2.1"]})
    make(kind=AddressGroup, said=said, by=anna, now=NOW)
    seen = send(author, LOOK, text=text).json()
    (key,) = [one["key"] for one in seen["objects"] if not one["usual"]]
    refused = send(author, BRING, text=text, seen=seen["digest"])
    assert (refused.status_code, refused.json()["errors"]) == (
        400,
        {key: "decide what becomes of it"},
    )
    done = send(author, BRING, text=text, seen=seen["digest"], choices={key: "make"})
    assert done.status_code == 201
    assert AddressGroup.objects.filter(name="Hosts (2)").exists()
    again = send(author, BRING, text=text, seen=seen["digest"], choices={key: "make"})
    assert (again.status_code, "changed since" in again.json()["error"]) == (409, True)


def test_it_is_compared_with_what_a_stack_has(draft: Version, stack: Stack, author: Client) -> None:
    text = write(Policy((rule_set_of(draft),)))
    by_name = send(author, LOOK, text=text).json()["rule_sets"][0]
    assert (by_name["standing"], by_name["difference"]["same_meaning"]) == ("same", True)
    by_stack = send(author, LOOK, text=text, against=stack.pk).json()["rule_sets"][0]
    assert by_stack["difference"]["same_meaning"] is False
    assert send(author, LOOK, text=text, against=stack.pk + 1).status_code == 404


@pytest.mark.parametrize(
    ("given", "field", "why"),
    [
        ({}, "text", "give one of"),
        ({"text": "a", "base64": "YQ=="}, "text", "give one of"),
        ({"text": ""}, "text", "empty"),
        ({"base64": "%%%"}, "base64", "is none"),
        ({"base64": b64encode(b"a\0b").decode()}, "base64", "byte 2 is zero"),
        ({"text": "#" * (1 << 20) + "#"}, "text", "larger than 1,024 KiB"),
        ({"text": "a\ud800"}, "text", ""),
    ],
)
def test_what_is_no_file_is_refused_at_its_field(
    given: dict[str, str], field: str, why: str, author: Client
) -> None:
    answer = send(author, LOOK, **given)
    assert answer.status_code == 400
    assert why in answer.json()["errors"][field]


def test_more_than_a_request_may_hold_is_refused(author: Client) -> None:
    answer = send(author, LOOK, text="#" * (3 << 20))
    assert answer.status_code == 413


def test_a_reading_token_does_not_reach_it(anna: User) -> None:
    client = with_token(anna, "read")
    for name in (LOOK, BRING):
        answer = client.post(reverse(name), {}, content_type="application/json")
        assert answer.status_code == 403
