"""Bringing in a policy file by its page: faults at their line, decisions, and hostile files."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from designer import installing, objects
from designer.bringing import MOST_BYTES
from designer.models import AddressGroup, RuleSet, Stack, Version
from designer.objects import Said
from designer.queries.contents import rule_set_of
from policy.code_page import encode
from policy.model import Policy
from policy.writer import write
from tests.designer.conftest import NOW, Release, install
from tests.policy.samples import DATA

pytestmark = pytest.mark.django_db
ARTICLE = (DATA / "article.policy").read_text()


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def look(client: Client, text: str = "", /, *, data: bytes = b"", **given: Any) -> Any:
    if data:
        given["file"] = SimpleUploadedFile("some.policy", data)
    return client.post(reverse("policy_bring"), {"text": text, "do": "look", **given})


def bring(client: Client, seen: Any, text: str = "", /, **given: Any) -> Any:
    """Press the button on the page that was seen, with what its form holds."""
    form, plan = seen.context["form"], seen.context["plan"]
    held = {name: form[name].value() for name in ("text", "page", "against")}
    held |= {"text": text} if text else {}
    known = {**held, "seen": plan.digest, "do": "bring", **given}
    return client.post(reverse("policy_bring"), known)


def said(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_fault_is_shown_at_its_line_mended_and_brought_in(author: Client) -> None:
    wrong = look(author, ARTICLE.replace("Inbound", "<b>Up</b>"))
    page = wrong.content.decode()
    number = ARTICLE[: ARTICLE.index("Inbound")].count("\n") + 1
    assert f"Line {number}, column 35" in page
    assert "<mark>&lt;b&gt;Up&lt;/b&gt;</mark>" in page
    assert "<b>Up</b>" not in page
    assert "Bring it in" not in page
    good = look(author, ARTICLE)
    assert good.status_code == 200
    assert "Bring it in" in good.content.decode()
    done = bring(author, good)
    version = Version.objects.get()
    assert (done.status_code, done["Location"]) == (
        302,
        reverse("policy_review", args=[version.pk]),
    )
    assert [rule.name for rule in rule_set_of(version).rules()] == [
        "TLS 1.2 or later",
        "TN3270",
        "Rest",
    ]
    again = look(author, ARTICLE).content.decode()
    assert "nothing is left to bring in" in again


def test_an_upload_in_ebcdic_comes_back_as_text(author: Client) -> None:
    seen = look(author, data=encode(ARTICLE))
    assert seen.context["form"]["text"].value() == ARTICLE
    assert "read as policy, IBM-1047" in seen.content.decode()
    assert bring(author, seen, ARTICLE.replace("\n", "\r\n")).status_code == 302
    assert RuleSet.objects.get().name == "Company TLS"


def test_a_clash_needs_a_decision_and_what_was_chosen_stays(author: Client, anna: User) -> None:
    text = ARTICLE.replace('#@ name ""', '#@ name "Hosts"')
    other = Said("Hosts", {"members": ["192.0.2.1"]})
    objects.make(kind=AddressGroup, said=other, by=anna, now=NOW)
    seen = look(author, text)
    (key,) = [one.key for one in seen.context["plan"].objects if not one.usual]
    refused = bring(author, seen, **{"way:rule-set TLS": "new"})
    assert refused.status_code == 422
    assert "Decide what becomes of it." in refused.content.decode()
    assert not RuleSet.objects.exists()
    assert bring(author, seen, **{f"way:{key}": "make"}).status_code == 302
    assert AddressGroup.objects.filter(name="Hosts (2)").exists()


def test_a_change_meanwhile_shows_the_preview_again(author: Client, anna: User) -> None:
    text = ARTICLE.replace('#@ name ""', '#@ name "Hosts"')
    seen = look(author, text)
    other = Said("Hosts", {"members": ["192.0.2.1"]})
    objects.make(kind=AddressGroup, said=other, by=anna, now=NOW)
    answer = bring(author, seen)
    assert answer.status_code == 409
    assert "The workspace has changed since this was looked at" in answer.content.decode()
    assert not RuleSet.objects.exists()
    assert bring(author, seen, text + "\n# one more line\n").status_code == 409


def test_somebody_elses_draft_is_named_and_left(draft: Version, bert: User) -> None:
    other = Client()
    other.force_login(bert)
    text = write(Policy((replace(rule_set_of(draft), specific=()),)))
    seen = look(other, text)
    page = seen.content.decode()
    assert "Site TLS version 1 is a draft that others work on, and is not overwritten." in page
    assert 'value="next"' not in page
    assert bring(other, seen, **{"way:rule-set TLS": "new"}).status_code == 302
    assert RuleSet.objects.filter(name="Site TLS (2)").exists()
    assert Version.objects.get(pk=draft.pk).revision == 1


def test_it_is_compared_with_what_a_stack_has(
    draft: Version, release: Release, stack: Stack, author: Client, anna: User
) -> None:
    done = release(draft)
    text = write(Policy((rule_set_of(done),)))
    without = said(look(author, text, against=str(stack.pk)))
    assert "is to have; nothing is recorded as in force: something else happens" in without
    installing.assign(version=done, stacks=[stack], by=anna, now=NOW)
    install(stack, anna)
    page = said(look(author, text, against=str(stack.pk)))
    assert "what was last put in force on PLEX SYSA TCPIP: the same happens" in page
    assert look(author, text, against="9999999").status_code == 422


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"ZERTRule a\0b", "byte 11 is zero"),
        (b"\xff\xfe\xfd rubbish \n", "neither UTF-8 nor IBM-1047"),
        (b"#" * (MOST_BYTES + 1), "larger than 1,024 KiB"),
        (b"#" * (3 * MOST_BYTES), "larger than 1,024 KiB"),
    ],
)
def test_a_file_that_is_no_text_is_refused_at_its_field(
    data: bytes, why: str, author: Client
) -> None:
    answer = look(author, data=data)
    assert answer.status_code == 422
    assert why in " ".join(answer.context["form"].errors["file"])
    assert not list(settings.FILE_UPLOAD_TEMP_DIR.iterdir())


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        '{"a":' * 100_000,
        "- " * 100_000,
        "{" * 200_000,
        "&a [*a, *a]\n",
        "a\x00b",
        "ZERTRule <script>alert(1)</script>\n{\n<img src=x onerror=alert(1)>\n}\n",
        '#@ rule-set TLS "<script>alert(1)</script>" ""\n' + ARTICLE.split("\n", 9)[9],
    ],
)
def test_hostile_texts_end_as_findings_or_a_reason(text: str, author: Client) -> None:
    answer = look(author, text)
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.content.decode()
    assert "<img src=x" not in answer.content.decode()


def test_a_thousand_faults_are_counted_and_a_hundred_shown(author: Client) -> None:
    page = look(author, "ZERTRule\n" * 1000).content.decode()
    assert page.count("<b>Line ") == 100
    assert "more findings are not listed" in page


def test_nothing_chosen_is_said(author: Client) -> None:
    seen = look(author, ARTICLE)
    answer = bring(author, seen, **{"way:rule-set TLS": "leave"})
    assert answer.status_code == 422
    assert "Nothing is chosen: each rule set of the file is left out." in answer.content.decode()
    empty = look(author, "# only a comment\n")
    assert "No rule in it" in empty.content.decode()
    assert look(author).status_code == 422


def test_the_token_of_the_form_is_asked_for(anna: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(anna)
    assert look(client, ARTICLE).status_code == 403


def test_looking_costs_the_same_whatever_the_file_and_the_workspace_hold(
    author: Client, anna: User
) -> None:
    def queries(rules: int) -> int:
        block = ARTICLE[
            ARTICLE.index('#@ owner "Net team"') : ARTICLE.index(
                "ZERTRule                          Rest"
            )
        ]
        more = "".join(
            re.sub(r"TN3270$", f"T{n}", block, count=1, flags=re.M).replace("89900", str(80000 - n))
            for n in range(rules)
        )
        text = ARTICLE.replace(
            "ZERTRule                          Rest",
            more + "ZERTRule                          Rest",
        )
        with CaptureQueriesContext(connection) as captured:
            answer = look(author, text)
        assert len(answer.context["plan"].source.policy.rule_sets[0].rules()) == rules + 3
        return len(captured)

    few = queries(2)
    for number in range(12):
        other = Said(f"Hosts {number}", {"members": [f"192.0.2.{number}"]})
        objects.make(kind=AddressGroup, said=other, by=anna, now=NOW)
    assert queries(12) == few
