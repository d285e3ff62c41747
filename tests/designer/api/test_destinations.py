"""Where audit records go: chosen at a stack's page and through the API."""

from __future__ import annotations

import html

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from designer import installing
from designer.models import Stack, Version
from tests.designer.conftest import NOW, Release

pytestmark = pytest.mark.django_db
SMF, NMI = "SMFCONFIG TYPE119 ZERTDETAILBYPOLICY", "NETMONITOR ZERTSERVICEBYPOLICY"
NONE = "no destination for audit records"


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def served(draft: Version, stack: Stack, release: Release, anna: User) -> Stack:
    installing.assign(version=release(draft), stacks=[stack], by=anna, now=NOW)
    return stack


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        ("", {SMF}),
        ("?audit=chosen&to_smf=1", {SMF}),
        ("?audit=chosen&to_nmi=1", {NMI}),
        ("?audit=chosen&to_smf=1&to_nmi=1", {SMF, NMI}),
        ("?audit=chosen", {NONE}),
    ],
)
def test_the_page_has_the_statements_that_were_ticked(
    author: Client, served: Stack, asked: str, has: set[str]
) -> None:
    page = html.unescape(
        author.get(reverse("policy_stack", args=[served.pk]) + asked).content.decode()
    )
    assert {one for one in (SMF, NMI, NONE) if one in page} == has
    for name, words in (("to_smf", SMF), ("to_nmi", NMI)):
        assert (f'name="{name}" value="1" checked' in page) == (words in has)


@pytest.mark.parametrize(
    ("asked", "has"),
    [
        ("", {SMF}),
        ("?to_nmi=true", {SMF, NMI}),
        ("?to_smf=false&to_nmi=true", {NMI}),
        ("?to_smf=false", {NONE}),
    ],
)
def test_programs_ask_for_them_too(
    author: Client, served: Stack, asked: str, has: set[str]
) -> None:
    files = author.get(reverse("api_policy_files", args=[served.pk]) + asked).json()
    said = files["profile_statements"]
    assert {one for one in (SMF, NMI, NONE) if one in said} == has


def test_what_is_no_switch_is_refused(author: Client, served: Stack) -> None:
    answer = author.get(reverse("api_policy_files", args=[served.pk]) + "?to_nmi=1")
    assert (answer.status_code, {*answer.json()["errors"]}) == (400, {"to_nmi"})
