"""A policy file is taken away in UTF-8 or in IBM-1047, and its bytes read back as the same."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry
from designer import drafts, installing
from designer.models import Stack, Version
from designer.queries.contents import content_of, policy_of
from policy.code_page import CodePage
from policy.sources import read
from tests.analyzer.api.conftest import with_token
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db
EBCDIC = "?code_page=IBM-1047"
# "ZERTRule" in code page 1047 (CDRA): C1-C9 are A-I, D1-D9 J-R, E2-E9 S-Z, 81-A9 the small ones.
ZERT_RULE = bytes.fromhex("E9C5D9E3D9A49385")
OPEN_BRACE_ON_ITS_LINE = bytes.fromhex("15C015")
CODE_PAGE = bytes.fromhex("C39684859781878540")


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def published(draft: Version, stack: Stack, release: Release, anna: User) -> Version:
    version = release(draft)
    installing.assign(version=version, stacks=[stack], by=anna, now=NOW)
    return version


def test_the_bytes_of_each_download_read_back_as_the_version(
    author: Client, anna: User, published: Version, stack: Stack
) -> None:
    token = with_token(anna)
    for client, name, key in (
        (author, "policy_download", published.pk),
        (author, "policy_stack_file", stack.pk),
        (token, "api_policy_version_file", published.pk),
        (token, "api_policy_stack_file", stack.pk),
    ):
        address = reverse(name, args=[key])
        for query, page in (("", CodePage.UTF_8), (EBCDIC, CodePage.IBM_1047)):
            data = client.get(f"{address}{query}").content
            found = read(data)
            assert (found.page, found.findings) == (page, ()), name
            assert found.policy == policy_of(published)
            said = AuditEntry.objects.filter(action="policy.file.fetch").latest("pk").data
            assert said == {"digest": sha256(data).hexdigest(), "code_page": page.value}


def test_ebcdic_is_ebcdic_and_says_so(author: Client, published: Version) -> None:
    answer = author.get(reverse("policy_download", args=[published.pk]) + EBCDIC)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="Site_TLS_v1.ibm-1047.zert"'
    assert answer.content.count(ZERT_RULE + b"\x40") == 3
    assert OPEN_BRACE_ON_ITS_LINE in answer.content
    assert b"\n" not in answer.content
    assert answer.content.count(b"\x15" + CODE_PAGE) == 1
    text = read(answer.content).text
    assert "## Code page: IBM-1047 (statement Codepage: confirmed)" in text
    plain = author.get(reverse("policy_download", args=[published.pk]))
    assert plain["Content-Type"] == "text/plain; charset=utf-8"
    assert b"Codepage" not in plain.content


def test_a_page_that_is_none_is_refused(author: Client, anna: User, published: Version) -> None:
    for name, key in (("policy_download", published.pk),):
        answer = author.get(reverse(name, args=[key]) + "?code_page=IBM-037")
        assert answer.status_code == 302
        (said,) = [str(one) for one in get_messages(answer.wsgi_request)]
        assert "`IBM-037` is no code page of policy files: IBM-1047, UTF-8" in said
    address = reverse("api_policy_version_file", args=[published.pk])
    answer = with_token(anna).get(f"{address}?code_page=IBM-037")
    assert answer.status_code == 400
    said = answer.json()["errors"]["code_page"]
    assert said == "`code_page` is one of `IBM-1047`, `UTF-8`"


def test_a_character_without_room_is_named_with_its_line(
    author: Client, anna: User, draft: Version
) -> None:
    content = replace(content_of(draft), comments=("fine", "costs 5 €"))
    drafts.save(version=draft, revision=1, content=content, by=anna, now=NOW)
    answer = author.get(reverse("policy_download", args=[draft.pk]) + EBCDIC)
    (said,) = [str(one) for one in get_messages(answer.wsgi_request)]
    assert "the character `€` is not in IBM-1047: it stands on line " in said
    assert said.endswith(": # costs 5 €.")
    refused = with_token(anna).get(reverse("api_policy_version_file", args=[draft.pk]) + EBCDIC)
    assert refused.status_code == 409
    assert "costs 5 €" in refused.json()["error"]
    assert author.get(reverse("policy_download", args=[draft.pk])).status_code == 200


def test_pages_offer_both(author: Client, published: Version, stack: Stack) -> None:
    for shown, name, key in (
        ("policy_file", "policy_download", published.pk),
        ("policy_stack", "policy_stack_file", stack.pk),
    ):
        page = author.get(reverse(shown, args=[key])).content.decode()
        address = reverse(name, args=[key])
        assert f'href="{address}"' in page
        assert f'href="{address}{EBCDIC}"' in page
