"""Files that are taken away are written down; what a page carries along is checked."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import drafts, installing
from designer.models import Stack, Version
from designer.queries.contents import rule_set_of
from designer.queries.effect import read
from policy.vocabulary import Protocol
from tests.designer.conftest import NOW, Release
from web.budget import OutOfTimeError

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def test_each_file_that_is_taken_away_has_a_row_with_its_digest(
    author: Client, draft: Version, stack: Stack, release: Release, anna: User
) -> None:
    version = release(draft)
    installing.assign(version=version, stacks=[stack], by=anna, now=NOW)
    addresses = {
        str(version): reverse("policy_download", args=[version.pk]),
        str(stack): reverse("policy_stack_file", args=[stack.pk]),
    }
    for target, address in addresses.items():
        body = author.get(address).content
        row = AuditEntry.objects.get(action="policy.file.fetch", target=target)
        said = {"digest": sha256(body).hexdigest(), "code_page": "UTF-8"}
        assert (row.user_name, row.data) == ("ANNA", said)
    files = author.get(reverse("api_policy_files", args=[stack.pk])).json()
    rows = AuditEntry.objects.filter(action="policy.file.fetch", target=str(stack))
    digest = sha256(files["policy_file"].encode()).hexdigest()
    assert [row.data["digest"] for row in rows] == [digest, digest]


@pytest.mark.parametrize(
    "mine",
    [
        "",
        "[1]",
        "[" * 100_000,
        json.dumps({"rules": [{"name": ["x"]}]}),
        json.dumps({"rules": [{"name": "A", "description": {}}]}),
        json.dumps({"rules": [{"name": "A", "kind": "none"}], "tests": []}),
        json.dumps({"rules": [], "more": 1}),
    ],
)
def test_data_of_a_merge_page_that_was_tampered_with_is_refused(
    author: Client, draft: Version, anna: User, mine: str
) -> None:
    drafts.drop_rule(version=draft, revision=1, name="TN3270", by=anna, now=NOW)
    answer = author.post(reverse("policy_merge", args=[draft.pk]), {"revision": 1, "mine": mine})
    assert answer.status_code == 302
    said = [str(one) for one in get_messages(answer.wsgi_request)]
    assert said == ["The change could not be read; nothing is saved."]


def test_one_effect_is_made_at_a_time_and_who_waits_too_long_is_told(draft: Version) -> None:
    with read._one_at_a_time, pytest.raises(OutOfTimeError):
        read.read_effect(rule_set_of(draft), days=7, limit_s=0.1)
    found = read.read_effect(rule_set_of(draft), days=7, limit_s=20)
    assert found.rule_set.protocol is Protocol.TLS
