"""From a saved query to a draft by its page."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from analyzer.models import SavedQuery
from designer.models import Version
from tests.analyzer.views import page as reader
from tests.analyzer.views.conftest import site
from tests.designer.bringing.test_proposing import query_of
from tests.designer.conftest import Person

__all__ = ["site"]
pytestmark = pytest.mark.usefixtures("site", "db")


@pytest.fixture
def author(anna: User) -> Client:
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def query(anna: User) -> SavedQuery:
    return query_of(anna)


def page(client: Client, query: SavedQuery, **given: str) -> Any:
    return client.get(reverse("policy_propose", args=[query.pk]), given)


def take(client: Client, seen: Any, query: SavedQuery, **given: str) -> Any:
    asked = {"protocol": "TLS", "name": "From records", "seen": seen.context["seen"], **given}
    return client.post(reverse("policy_propose", args=[query.pk]), asked)


def test_a_proposal_is_seen_and_taken(author: Client, query: SavedQuery) -> None:
    first = page(author, query).content.decode()
    assert "Show the proposal" in first
    assert "Take as a draft" not in first
    seen = page(author, query, protocol="TLS", name="From records")
    said = " ".join(seen.content.decode().split())
    found = seen.context["found"]
    assert found.rule_set.specific
    assert f"{found.allowed.sessions} sessions with" in said
    assert "would fall to the catch-all rule and be audited" in said
    shown = reader.Page(seen)
    assert found.caught
    (caught,) = [table for table in shown.tables if table[0][0] == "Server"]
    assert caught[0] == ["Server", "Protection", "Sessions", "Connections"]
    assert {len(row) for row in caught} == {4}
    beginning = reverse("policy_make_rule", args=[0]).removesuffix("0/")
    assert not [href for href in shown.links if href.startswith(beginning)]
    done = take(author, seen, query)
    version = Version.objects.get()
    assert (done.status_code, done["Location"]) == (
        302,
        reverse("policy_review", args=[version.pk]),
    )
    again = take(author, seen, query)
    assert again.status_code == 422
    assert "There is a rule set `From records` already." in reader.said(again)


def test_other_records_show_it_again(author: Client, query: SavedQuery) -> None:
    seen = page(author, query, protocol="TLS", name="From records")
    SavedQuery.objects.update(params={"days": ["all"], "job": ["TN3270"]})
    answer = take(author, seen, query)
    assert answer.status_code == 409
    assert "Look at it again; nothing has been made." in answer.content.decode()
    assert not Version.objects.exists()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"protocol": "TLS", "name": ""}, "A rule set needs a name."),
        ({"protocol": "TLS", "name": "x" * 33}, "at most 32 characters"),
        ({"protocol": "None", "name": "x"}, "None is not one of the available choices"),
        ({"protocol": "TLS", "name": "a\tb"}, "is not one line of printable text"),
    ],
)
def test_what_can_not_be_asked_is_said_at_its_field(
    given: dict[str, str], why: str, author: Client, query: SavedQuery
) -> None:
    answer = page(author, query, **given)
    assert answer.status_code == 422
    assert why in answer.content.decode()


def test_an_empty_and_a_refused_query_say_why(author: Client, query: SavedQuery) -> None:
    SavedQuery.objects.update(params={"job": ["NOSUCH"]})
    asked = {"protocol": "TLS", "name": "x"}
    assert "Nothing to propose from" in page(author, query, **asked).content.decode()
    SavedQuery.objects.update(params={"port": ["abc"]})
    assert "The query can be used no more" in page(author, query, **asked).content.decode()


def test_queries_of_others_are_not_there(author: Client, bert: User) -> None:
    assert page(author, query_of(bert)).status_code == 404


def test_authors_alone_are_offered_it(author: Client, query: SavedQuery, named: Person) -> None:
    href = reverse("policy_propose", args=[query.pk])
    SavedQuery.objects.update(shared=True)
    assert f'href="{href}"' in author.get(reverse("queries")).content.decode()
    viewer = User.objects.create(username="READER")
    viewer.groups.add(named("X").groups.get(name="viewer"))
    client = Client()
    client.force_login(viewer)
    assert href not in client.get(reverse("queries")).content.decode()
    assert client.get(href).status_code == 403


def test_it_costs_the_same_whatever_is_on_record(author: Client, query: SavedQuery) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = page(author, query, protocol="TLS", name="x")
        assert answer.context["found"].seen.sessions
        return len(captured)

    everything = queries()
    SavedQuery.objects.update(params={"days": ["all"], "job": ["TN3270"]})
    assert queries() == everything
