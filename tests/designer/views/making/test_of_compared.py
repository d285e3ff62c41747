"""From a row of a comparison to a rule; nobody but authors is offered any."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from analyzer.models import Stack
from tests.analyzer.views.compare.conftest import PATH, stack

__all__ = ["stack"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stack")]
GRAINS = ("server", "service", "client")


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


def made_of(page: str) -> dict[str, str]:
    """Where each row leads to make a rule, by what the link says to those who hear it."""
    found = re.findall(r'href="(/policy/from-[^"]*)" aria-label="Make a rule from ([^"]*)"', page)
    return {words: unescape(href) for href, words in found}


@pytest.mark.parametrize("grain", GRAINS)
def test_each_row_leads_to_what_the_side_that_has_it_shares(
    author: Client, stack: Stack, grain: str
) -> None:
    found = made_of(author.get(PATH, {"status": "all", "by": grain}).content.decode())
    assert len(found) > 2
    for words, address in found.items():
        page = author.get(address).content.decode()
        assert "have in common" in page, (words, address)
        assert "Drafts that can take it" in page or "drafts that can take it" in page


def test_a_protection_is_asked_for_by_its_filters(author: Client) -> None:
    found = made_of(author.get(PATH, {"status": "all", "by": "protection"}).content.decode())
    assert found
    for address in found.values():
        assert address.startswith("/policy/from-rows/?")
        assert "protocol=" in address
        assert address.endswith("&role=server")


def test_a_row_that_is_gone_leads_to_the_older_side(author: Client) -> None:
    rows = made_of(author.get(PATH, {"status": "gone"}).content.decode())
    ((words, address),) = [one for one in rows.items() if "GONE" in one[0]]
    assert "from-server" in address
    assert "what all its sessions have in common" in author.get(address).content.decode(), words


def test_no_other_role_and_no_file_has_the_column(client_as: Callable[[str], Client]) -> None:
    analyst = client_as("analyst")
    for path in (f"{PATH}?status=all", "/?days=all", "/report/certificates/?days=all"):
        assert "/policy/from-" not in analyst.get(path).content.decode()
