"""Manage Queries: what stands in a row, what may be done with it, and what running does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import AuditEntry, SavedQuery
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page, pages_from
from tests.builders.saved_queries import outdated, save

pytestmark = pytest.mark.django_db
Person = Callable[[str], User]
PATH = "/queries/"


@pytest.fixture
def shared(person: Person) -> SavedQuery:
    return save(person("analyst"), "Weak TLS", "version=SSLv3&job=TN*", shared=True, tab="clients")


def shown(client: Client, **asked: Any) -> Page:
    answer = client.get(PATH, asked)
    assert answer.status_code == 200
    return Page(answer)


def test_a_row_says_what_is_asked_and_leads_to_the_report(
    shared: SavedQuery, client_as: ClientAs
) -> None:
    page = shown(client_as("viewer"))
    (row,) = page.rows
    said = "TCP clients in the last 30 days, job TN*, SSLv3"
    assert row[:6] == [
        *("Weak TLS", said, "analyst", "shared"),
        *("2026-04-01 12:00", "\u2013"),
    ]
    assert page.row_links == [f"/queries/{shared.pk}/run/"]
    assert "1 query" in page.text


@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        ("viewer", ["Run"]),
        (
            "analyst",
            [
                "Run",
                "Edit",
                "Copy",
                "Watch",
                "Export",
                "CSV of the rows of",
                "Audit pack of",
                "Delete",
            ],
        ),
        (
            "administrator",
            [
                "Run",
                "Edit",
                "Copy",
                "Watch",
                "Export",
                "CSV of the rows of",
                "Audit pack of",
                "Delete",
            ],
        ),
        (
            "other analyst",
            ["Run", "Copy", "Watch", "Export", "CSV of the rows of", "Audit pack of"],
        ),
    ],
)
def test_each_role_is_offered_what_it_may(
    shared: SavedQuery, client_as: ClientAs, person: Person, who: str, wanted: list[str]
) -> None:
    if who == "other analyst":
        other = User.objects.create(username="other")
        other.groups.set(person("analyst").groups.all())
        client = Client()
        client.force_login(other)
    else:
        client = client_as(who)
    page = shown(client)
    offered = [f"{word} Weak TLS" for word in wanted]
    assert [a["aria-label"] for a in page.all("a") if "aria-label" in a] == offered
    assert ("Import queries" in page.text) == (who != "viewer")


def test_private_queries_of_others_are_not_shown_and_not_found(
    person: Person, client_as: ClientAs
) -> None:
    pk = save(person("analyst"), "Secret").pk
    viewer = client_as("viewer")
    assert "Secret" not in shown(viewer).text
    assert viewer.get(reverse("query_run", args=[pk])).status_code == 404
    other = User.objects.create(username="other")
    other.groups.set(person("analyst").groups.all())
    client = Client()
    client.force_login(other)
    for name in ("query_run", "query_edit", "query_export", "query_delete"):
        assert client.get(reverse(name, args=[pk])).status_code == 404, name
    assert client.get(reverse("query"), {"copy": pk}).status_code == 404


def test_what_others_share_is_not_edited_or_deleted(shared: SavedQuery, person: Person) -> None:
    other = User.objects.create(username="other")
    other.groups.set(person("analyst").groups.all())
    client = Client()
    client.force_login(other)
    for name in ("query_edit", "query_delete"):
        path = reverse(name, args=[shared.pk])
        assert client.get(path).status_code == 403
        assert client.post(path, {"do": "save", "query-name": "x"}).status_code == 403
    assert SavedQuery.objects.get() == shared


def test_running_leads_to_the_report_under_the_filters_and_is_remembered(
    shared: SavedQuery, client_as: ClientAs
) -> None:
    answer = client_as("viewer").get(reverse("query_run", args=[shared.pk]))
    assert answer.status_code == 302
    assert answer["Location"] == "/report/clients/?job=TN%2A&version=SSLv3"
    shared.refresh_from_db()
    assert shared.last_run_at is not None
    assert not AuditEntry.objects.exclude(action="query.make").exists()


def test_looking_where_a_query_leads_is_not_running_it(
    shared: SavedQuery, client_as: ClientAs
) -> None:
    assert client_as("viewer").head(reverse("query_run", args=[shared.pk])).status_code == 302
    shared.refresh_from_db()
    assert shared.last_run_at is None


def test_a_query_that_can_be_used_no_more_says_so_and_shows_nothing(
    person: Person, client_as: ClientAs
) -> None:
    query = outdated(person("analyst"), colour=["red"], job=["TN*"])
    client = client_as("analyst")
    page = shown(client)
    assert page.column("What it asks") == [
        "`colour` is not a filter TCP servers: nothing, because a filter cannot be used"
    ]
    answer = client.get(reverse("query_run", args=[query.pk]), follow=True)
    assert answer.status_code == 400
    assert "A filter cannot be used" in Page(answer).text


def test_rows_sort_and_pages_follow(person: Person, client_as: ClientAs) -> None:
    owner = person("administrator")
    for number in range(103):
        save(owner, f"query {number:03}")
    client = client_as("administrator")
    found = [page.column("Name") for page in pages_from(client, PATH, sort="-name")]
    assert [len(names) for names in found] == [100, 3]
    names = [name for names in found for name in names]
    assert names == sorted(names, reverse=True)
    assert client.get(PATH, {"after": "nonsense"}).status_code == 400


def test_script_gets_the_table_alone(shared: SavedQuery, client_as: ClientAs) -> None:
    page = Page(client_as("viewer").get(PATH, headers={"HX-Request": "true"}))
    (root,) = page.roots
    assert root["id"] == "queries"


def test_the_empty_list_says_what_a_query_is_and_leads_to_the_builder(
    client_as: ClientAs,
) -> None:
    page = shown(client_as("analyst"))
    assert "No query has been saved yet" in page.text
    assert "/queries/new/" in page.links
    assert "Export all" not in page.text


def test_deleting_asks_first_and_names_what_goes(shared: SavedQuery, client_as: ClientAs) -> None:
    client, path = client_as("analyst"), reverse("query_delete", args=[shared.pk])
    page = Page(client.get(path))
    assert "Delete the query Weak TLS?" in page.text
    assert page.facts["Asks"] == "TCP clients in the last 30 days, job TN*, SSLv3"
    assert "nobody can run it any more" in page.text
    assert SavedQuery.objects.exists()
    answer = client.post(path, follow=True)
    assert "The query Weak TLS is deleted." in Page(answer).text
    assert not SavedQuery.objects.exists()
    assert AuditEntry.objects.filter(action="query.delete", target="Weak TLS").exists()


def test_names_and_descriptions_are_text_on_the_page(person: Person, client_as: ClientAs) -> None:
    name = "<b>\"x\"</b> & 'y'"
    query = save(person("analyst"), name, description="<i>z</i>")
    client = client_as("analyst")
    assert shown(client).column("Name") == [name]
    (link,) = shown(client).all("a", **{"class": "row-link"})
    assert link["title"] == "<i>z</i>"  # whoever finds a shared query reads what it is for
    for path in ("query_delete", "query_edit"):
        page = Page(client.get(reverse(path, args=[query.pk])))
        assert name in page.text
        assert not page.all("i")


def test_a_row_leads_to_its_rows_as_csv(person: Person, client_as: ClientAs) -> None:
    save(person("analyst"), "Mine", "days=all&protocol=NONE")
    client = client_as("analyst")
    (link,) = shown(client).all("a", **{"aria-label": "CSV of the rows of Mine"})
    answer = client.get(link["href"])
    assert answer["Content-Type"].startswith("text/csv")
    asked = {"days": "all", "protocol": "NONE", "format": "csv", "columns": "all"}
    wanted = client.get(reverse("report_servers"), asked)
    assert answer.getvalue() == wanted.getvalue()
    assert not shown(client_as("viewer")).all("a", **{"aria-label": "CSV of the rows of Mine"})
