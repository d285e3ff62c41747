"""The builder: filled from an address or a query; saves, runs, or says what is wrong and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.models import SavedQuery
from analyzer.queries import saved as reads
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page, said
from tests.builders.saved_queries import WEAK, outdated, save, slow

pytestmark = pytest.mark.usefixtures("filled", "db")
Person = Callable[[str], User]
NEW, PREVIEW = "/queries/new/", "/queries/preview/"


@pytest.fixture
def analyst(client_as: ClientAs) -> Client:
    return client_as("analyst")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not turn a count into none."""
    monkeypatch.setattr(reads, "COUNT_LIMIT_S", 20.0)


def typed(**more: Any) -> dict[str, Any]:
    return {"query-name": "Weak TLS", "query-tab": "servers", **more}


def ticked(page: Page, name: str) -> list[str]:
    return [found["value"] for found in page.all("input", name=name) if "checked" in found]


def test_saving_makes_the_query_and_returns_to_the_list(analyst: Client, person: Person) -> None:
    given = typed(
        do="save", job="TN*", version=["SSLv3", "TLSv1.2"], port="", **{"query-shared": "on"}
    )
    answer = analyst.post(NEW, given)
    assert (answer.status_code, answer["Location"]) == (302, "/queries/")
    query = SavedQuery.objects.get()
    assert query.params == {"job": ["TN*"], "version": ["SSLv3", "TLSv1.2"]}
    assert (query.name, query.owner, query.shared) == ("Weak TLS", person("analyst"), True)
    assert "The query Weak TLS is saved." in Page(analyst.get("/queries/")).text


def test_save_and_run_leads_on_to_the_report(analyst: Client) -> None:
    answer = analyst.post(NEW, typed(do="save_run", job="TN*", **{"query-tab": "peers"}))
    query = SavedQuery.objects.get()
    assert answer["Location"] == f"/queries/{query.pk}/run/"
    assert analyst.get(answer["Location"])["Location"] == "/report/peers/?job=TN%2A"


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_running_saves_nothing_and_needs_no_name(client_as: ClientAs, role: str) -> None:
    given = {"do": "run", "query-tab": "clients", "job": "tn*", "port": "", "days": "7"}
    answer = client_as(role).post(NEW, given)
    assert answer["Location"] == "/report/clients/?days=7&job=TN%2A"
    assert not SavedQuery.objects.exists()


def test_running_without_any_filter_leads_to_the_plain_report(analyst: Client) -> None:
    assert analyst.post(NEW, {"do": "run"})["Location"] == "/report/servers/"


@pytest.mark.parametrize("do", ["save", "save_run"])
def test_a_viewer_saves_nothing_and_is_offered_nothing_of_it(client_as: ClientAs, do: str) -> None:
    viewer = client_as("viewer")
    assert viewer.post(NEW, typed(do=do)).status_code == 403
    page = Page(viewer.get(NEW))
    assert not page.all("input", name="query-name")
    assert [button["value"] for button in page.all("button", name="do")] == ["run", "check"]


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(analyst: Client) -> None:
    given = {"do": "save", "query-name": " ", "query-description": "why", "port": "many"}
    answer = analyst.post(NEW, {**given, "job": "TN*", "query-tab": "peers"})
    assert answer.status_code == 422
    page = Page(answer)
    assert "2 fields need correction" in page.text
    assert "A query needs a name to be saved." in page.text
    assert "`many` is not a port" in page.text
    assert page.one("input", name="query-description")["value"] == "why"
    assert page.one("input", name="port")["value"] == "many"
    assert page.one("input", name="job")["value"] == "TN*"
    assert ticked(page, "query-tab") == ["peers"]
    assert page.one("input", name="query-name")["aria-invalid"] == "true"
    assert not SavedQuery.objects.exists()


@pytest.mark.parametrize("do", ["run", "save"])
def test_filters_that_cannot_be_used_are_neither_run_nor_saved(analyst: Client, do: str) -> None:
    answer = analyst.post(NEW, typed(do=do, port="many"))
    assert answer.status_code == 422
    assert "1 field needs correction" in Page(answer).text
    assert not SavedQuery.objects.exists()


def test_a_name_that_is_taken_is_said_at_the_name(analyst: Client, person: Person) -> None:
    save(person("analyst"), "weak tls")
    answer = analyst.post(NEW, typed(do="save"))
    assert answer.status_code == 422
    assert "There is a query `Weak TLS` of this owner already." in Page(answer).text
    assert SavedQuery.objects.count() == 1


def test_the_address_of_a_report_fills_the_builder(analyst: Client) -> None:
    page = Page(analyst.get("/report/clients/", {"job": "TN*", "version": "SSLv3", "days": "7"}))
    (href,) = [link for link in page.links if link.startswith(NEW)]
    page = Page(analyst.get(href))
    assert page.one("input", name="job")["value"] == "TN*"
    assert page.one("input", name="days")["value"] == "7"
    assert ticked(page, "version") == ["SSLv3"]
    assert ticked(page, "query-tab") == ["clients"]
    assert "TCP clients in the last 7 days, job TN*, SSLv3." in page.text


def test_deeper_levels_offer_no_query_that_would_forget_their_server(
    analyst: Client,
) -> None:
    page = Page(analyst.get("/report/servers/", {"days": "all"}))
    page = Page(analyst.get(page.row_links[0]))
    assert not [link for link in page.links if link.startswith(NEW) and "query-tab" in link]


def test_a_viewer_is_not_offered_to_save_a_report(client_as: ClientAs) -> None:
    page = Page(client_as("viewer").get("/report/servers/"))
    assert "Save as query" not in page.text


def test_editing_shows_what_is_saved_and_saves_what_is_changed(
    analyst: Client, person: Person
) -> None:
    query = save(person("analyst"), "Weak", WEAK, shared=True, tab="clients", description="d & e")
    path = reverse("query_edit", args=[query.pk])
    page = Page(analyst.get(path))
    assert page.one("input", name="query-name")["value"] == "Weak"
    assert page.one("input", name="query-description")["value"] == "d & e"
    assert "checked" in page.one("input", name="query-shared")
    assert sorted(ticked(page, "version")) == ["SSLv3", "TLSv1.0", "TLSv1.1"]
    given = typed(do="save", version="SSLv3", **{"query-name": "Weak"})
    assert analyst.post(path, given).status_code == 302
    query.refresh_from_db()
    assert (query.tab, query.shared, query.description) == ("servers", False, "")
    assert query.params == {"version": ["SSLv3"]}


def test_an_administrator_edits_under_the_names_of_the_owner(
    client_as: ClientAs, person: Person
) -> None:
    query = save(person("analyst"), "Weak")
    save(person("analyst"), "Other")
    save(person("administrator"), "Mine")
    client, path = client_as("administrator"), reverse("query_edit", args=[query.pk])
    assert client.post(path, typed(do="save", **{"query-name": "Other"})).status_code == 422
    assert client.post(path, typed(do="save", **{"query-name": "Mine"})).status_code == 302
    query.refresh_from_db()
    assert (query.name, query.owner) == ("Mine", person("analyst"))


def test_parts_without_a_field_are_named_before_saving_drops_them(
    analyst: Client, person: Person
) -> None:
    query = outdated(person("analyst"), "Old", colour=["red"], job=["TN*"])
    path = reverse("query_edit", args=[query.pk])
    page = Page(analyst.get(path))
    assert "`colour` is not a filter: this part has no field any more" in page.text
    assert page.one("input", name="job")["value"] == "TN*"
    assert analyst.post(path, typed(do="save", job="TN*")).status_code == 302
    query.refresh_from_db()
    assert query.params == {"job": ["TN*"]}


def test_a_copy_is_private_and_has_a_name_of_its_own(analyst: Client, person: Person) -> None:
    query = save(person("administrator"), "Weak", WEAK, shared=True, tab="peers")
    page = Page(analyst.get(NEW, {"copy": query.pk}))
    assert page.one("input", name="query-name")["value"] == "Copy of Weak"
    assert "checked" not in page.one("input", name="query-shared")
    assert sorted(ticked(page, "version")) == ["SSLv3", "TLSv1.0", "TLSv1.1"]
    assert ticked(page, "query-tab") == ["peers"]


@pytest.mark.parametrize("copied", ["x", "-1", "9" * 30, "0"])
def test_a_copy_of_nothing_is_not_found(analyst: Client, copied: str) -> None:
    assert analyst.get(NEW, {"copy": copied}).status_code == 404


def test_without_script_the_page_says_sentence_and_number_when_asked(analyst: Client) -> None:
    answer = analyst.post(NEW, typed(do="check", job="TN3270", days="all"))
    assert answer.status_code == 200
    page = Page(answer)
    assert "TCP servers on all days, job TN3270." in page.text
    assert "security session" in page.text
    assert not SavedQuery.objects.exists()


def test_the_preview_says_sentence_number_and_steps(analyst: Client) -> None:
    answer = analyst.post(PREVIEW, typed(days="all", job="TN3270", version="TLSv1.2"))
    page = Page(answer)
    assert [root["id"] for root in page.roots] == ["query-preview"]
    assert "TCP servers on all days, job TN3270, TLS 1.2." in page.text
    filters, _ = reads.filters_of({"days": ["all"], "job": ["TN3270"], "version": ["TLSv1.2"]})
    number = reads.count(filters, tab="servers").number
    word = "session" if number == 1 else "sessions"
    assert f"{number} security {word}." in page.text
    assert "Scope Filters 1 filter" in page.text
    assert "Security Filters 1 filter" in page.text
    assert "Query Details Weak TLS" in page.text
    assert "No filter is set" not in page.text


def test_the_preview_warns_that_a_query_without_filters_returns_everything(
    analyst: Client,
) -> None:
    answer = analyst.post(PREVIEW, {"query-name": "", "query-tab": "servers", "days": "7"})
    page = Page(answer)
    assert "No filter is set: all data of the last 7 days are returned." in page.text
    assert "Query Details no name yet" in page.text
    assert errors_of(answer) == {}


def test_the_preview_tells_script_which_field_is_wrong(analyst: Client, person: Person) -> None:
    query = save(person("analyst"), "Weak")
    given = {"query-name": "WEAK", "query-tab": "servers", "port": "many"}
    answer = analyst.post(PREVIEW, given)
    page, found = Page(answer), errors_of(answer)
    assert set(found) == {"query-name", "port"}
    assert "`many` is not a port" in found["port"]
    assert "Scope Filters 1 to be corrected" in page.text
    assert "It returns nothing until that is corrected." in page.text
    own = analyst.post(f"{PREVIEW}?edit={query.pk}", {**given, "port": ""})
    assert errors_of(own) == {}


def test_the_preview_says_when_counting_takes_too_long(
    analyst: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "COUNT_LIMIT_S", 0.01)
    monkeypatch.setattr(reads, "sessions_of", slow)
    found = Page(analyst.post(PREVIEW, typed(days="all")))
    assert "Counting takes too long while you type; Run shows the rows." in found.text


def errors_of(answer: Any) -> dict[str, str]:
    found = re.findall(r'<li data-error-of="([^"]+)">([^<]*)</li>', said(answer))
    return dict(found)
