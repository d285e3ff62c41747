"""An administrator takes everything away and brings it back by a page."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from designer.models import Stack, Version, ZosGroup
from designer.views import backups
from tests.analyzer.api.conftest import with_token
from tests.analyzer.views.page import Page, said
from tests.designer.test_backup import empty
from tests.faults import full_disk

EMPTY = '"description": ""'
pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(roles: dict[str, Group]) -> User:
    made = User.objects.create(username="ADA")
    made.groups.add(roles["administrator"])
    return made


@pytest.fixture
def client(administrator: User) -> Client:
    made = Client()
    made.force_login(administrator)
    return made


def give(client: Client, content: bytes, status: int) -> str:
    file = SimpleUploadedFile("x.json", content)
    answer: Any = client.post(reverse("policy_backup"), {"file": file})
    page = said(answer)
    assert answer.status_code == status, page
    return page


def test_everything_is_taken_away_and_brought_back(client: Client, draft: Version) -> None:
    page = client.get(reverse("policy_settings")).content.decode()
    assert reverse("policy_backup") in page
    assert reverse("policy_backup_file") in client.get(reverse("policy_backup")).content.decode()
    answer = client.get(reverse("policy_backup_file"))
    assert "attachment" in answer["Content-Disposition"]
    assert json.loads(answer.content)["rule_sets"][0]["name"] == "Site TLS"
    empty()
    give(client, answer.content, 302)
    assert Version.objects.get().rule_set.name == "Site TLS"
    assert AuditEntry.objects.filter(action="policy.restore", user_name="ADA").exists()
    assert "1 rule sets" in said(client.get(reverse("policy_backup")))


def test_what_is_wrong_is_listed_and_nothing_is_done(client: Client, draft: Version) -> None:
    content = client.get(reverse("policy_backup_file")).content
    tree = json.loads(content)
    tree["rule_sets"][0]["protocol"] = "SSH"
    empty()
    page = give(client, json.dumps(tree).encode(), 422)
    assert "Nothing is brought back" in page
    assert "/rule_sets/0" in page
    assert not Version.objects.exists()
    for wrong, words in ((b"{", "is no JSON"), (b"\xff", "is no JSON"), (b"[" * 10**6, "no JSON")):
        assert words in give(client, wrong, 422)
    assert "/" in give(client, b"[]", 422)
    assert "Choose a file" in said(client.post(reverse("policy_backup")))


@pytest.mark.parametrize("wrong", [r'"a\ud800"', r'"\udfff"', r'"\u0000"', "1e999", "NaN"])
def test_what_is_no_text_and_no_number_is_named_and_nothing_is_done(
    wrong: str, client: Client, stack: Stack
) -> None:
    text = client.get(reverse("policy_backup_file")).content.decode()
    assert text.count(EMPTY) == 1
    empty()
    given = text.replace(EMPTY, f'"description": {wrong}')
    for code in ("utf-8", "utf-16"):
        page = give(client, given.encode(code), 422)
        assert "Nothing is brought back" in page
        assert ">/groups</span>: `groups` has a" in page
    assert not ZosGroup.objects.exists()


def test_half_a_character_as_it_is_is_named_too(client: Client, stack: Stack) -> None:
    text = client.get(reverse("policy_backup_file")).content.decode()
    half = text.replace(EMPTY, '"description": "\ud800"').encode("utf-8", "surrogatepass")
    empty()
    assert "half a character" in give(client, half, 422)
    assert not ZosGroup.objects.exists()


def test_what_is_nested_too_deeply_for_a_later_step_is_said(
    client: Client, administrator: User, draft: Version
) -> None:
    program = with_token(administrator)
    text = client.get(reverse("policy_backup_file")).content.decode()
    assert text.count('"document": null') == 1
    empty()
    found = set()
    for depth in range(600, 1000, 10):
        deep = text.replace('"document": null', f'"document": {"[" * depth}{"]" * depth}')
        answer: Any = program.post(
            reverse("api_policy_backup"), deep, content_type="application/json"
        )
        assert answer.status_code == 400
        page = give(client, deep.encode(), 422)
        found |= {"nested too deeply" in page, "nested too deeply" in str(answer.json())}
    assert found == {False, True}
    assert not Version.objects.exists()


def test_what_approvers_decide_needs_one(
    client: Client, draft: Version, release: Any, administrator: User, roles: dict[str, Group]
) -> None:
    release(draft)
    content = client.get(reverse("policy_backup_file")).content
    empty()
    assert "only a policy approver brings back" in give(client, content, 422)
    administrator.groups.add(roles["policy approver"])
    give(client, content, 302)
    assert Version.objects.get().state == "submitted"
    page = said(client.get(reverse("policy_backup")))
    assert "Versions that wait for another approver: 1." in page


def test_the_token_of_the_form_is_asked_for(client: Client, administrator: User) -> None:
    content = client.get(reverse("policy_backup_file")).content
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(administrator)
    file = SimpleUploadedFile("x.json", content)
    assert strict.post(reverse("policy_backup"), {"file": file}).status_code == 403
    page = Page(strict.get(reverse("policy_backup")))
    (form,) = [one for one in page.forms if "file" in one.fields]
    token = form.fields["csrfmiddlewaretoken"]
    given = {"file": SimpleUploadedFile("x.json", content), "csrfmiddlewaretoken": token}
    assert strict.post(reverse("policy_backup"), given).status_code == 302


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = client.get(reverse("policy_backup_file")).content
    monkeypatch.setattr(backups, "MOST_BYTES", 1 << 20)
    spaces = b" " * ((1 << 20) - len(content))
    give(client, content + spaces, 302)
    assert "larger than 1 MiB; nothing is done" in give(client, content + spaces + b" ", 422)
    assert AuditEntry.objects.filter(action="policy.restore").count() == 1
    assert not list(settings.FILE_UPLOAD_TEMP_DIR.iterdir())


def test_a_full_disk_is_said_and_nothing_is_done(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = client.get(reverse("policy_backup_file")).content
    full_disk.fill_incoming(monkeypatch)
    page = give(client, content, 422)
    assert full_disk.WORDS.capitalize() in html.unescape(page)
    assert not AuditEntry.objects.filter(action="policy.restore").exists()
    assert not list(settings.FILE_UPLOAD_TEMP_DIR.iterdir())


def test_authors_and_approvers_have_no_backup(anna: User) -> None:
    client = Client()
    client.force_login(anna)
    for page in ("policy_backup", "policy_backup_file"):
        assert client.get(reverse(page)).status_code == 403
    assert reverse("policy_backup") not in client.get(reverse("policy_settings")).content.decode()
