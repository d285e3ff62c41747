"""Pages of watches and scheduled exports: forms, what is shown to whom, secrets shown once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analyzer.models import AuditEntry, Delivery, ExportSchedule, SavedQuery, Watch
from analyzer.standing.sending.webhook import secret_of
from tests.analyzer.standing.rows import scheduled, watched
from tests.analyzer.views.page import said
from tests.builders.saved_queries import save

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
FORM = {"name": "Guard", "trigger": "daily", "at": "07:30", "weekday": "0", "zone": "Europe/Berlin"}
WATCH = {**FORM, "rows": "sessions"}


@pytest.fixture(autouse=True)
def plain(settings: Any) -> None:
    backend = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}


def text(answer: Any) -> str:
    return said(answer)


def test_a_watch_is_made_from_a_query_and_shows_its_secret_once(
    query: SavedQuery, client_as: ClientAs
) -> None:
    client = client_as("analyst")
    page = client.get(f"/queries/watches/new/?query={query.pk}")
    assert f'<option value="{query.pk}" selected>Unprotected</option>' in text(page)
    given = {**WATCH, "query": query.pk, "mail_to": "a@x.example\nb@x.example"}
    made = client.post("/queries/watches/new/", {**given, "webhook": "https://hooks.example/T0"})
    watch = Watch.objects.get()
    assert made.status_code == 200
    assert secret_of(watch) in text(made)
    assert made["Cache-Control"] == "private, no-store"
    assert (watch.mail_to, watch.at.hour, watch.zone) == (
        ["a@x.example", "b@x.example"],
        7,
        "Europe/Berlin",
    )
    assert secret_of(watch) not in text(client.get(f"/queries/watches/{watch.pk}/"))
    assert "every day at 07:30 (Europe/Berlin)" in text(client.get(f"/queries/watches/{watch.pk}/"))
    assert AuditEntry.objects.get(action="watch.make").data["webhook"] == "hooks.example"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "It needs a name."),
        ("zone", "Mars/Base", "`Mars/Base` is not a time zone"),
        ("at", "25:00", "Enter a valid time."),
        ("mail_to", "nobody", "`nobody` is no mail address."),
        ("webhook", "https://evil.example/", "is not one of the hosts"),
        ("webhook", "http://169.254.169.254/", "is not one of the hosts"),
        ("query", "", "Choose the query."),
        ("query", "999999", "Choose the query."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept(
    query: SavedQuery, client_as: ClientAs, field: str, value: str, says: str
) -> None:
    given = {**WATCH, "query": query.pk, "name": "Kept name", field: value}
    answer = client_as("analyst").post("/queries/watches/new/", given)
    assert answer.status_code == 422
    page = text(answer).replace("&#x27;", "'")
    assert says in page
    if field != "name":
        assert "Kept name" in page
    assert not Watch.objects.exists()


def test_a_private_query_of_another_cannot_be_watched(
    query: SavedQuery, client_as: ClientAs
) -> None:
    hidden = save(User.objects.create(username="other"), "Hidden", "job=X")
    client = client_as("analyst")
    assert "Hidden" not in text(client.get("/queries/watches/new/"))
    answer = client.post("/queries/watches/new/", {**WATCH, "query": hidden.pk})
    assert answer.status_code == 422


def test_a_private_watch_is_seen_by_its_owner_and_administrators_only(
    client_as: ClientAs,
) -> None:
    hidden = save(User.objects.create(username="other"), "Hidden", "job=X")
    watch, run, _ = watched(hidden)
    schedule = scheduled(hidden)
    paths = [
        f"/queries/watches/{watch.pk}/",
        f"/queries/watches/{watch.pk}/runs/{run.pk}/",
        f"/queries/exports/{schedule.pk}/",
    ]
    for path in paths:
        assert client_as("analyst").get(path).status_code == 404
        assert client_as("administrator").get(path).status_code == 200
    for path in ("/queries/watches/", "/queries/exports/"):
        assert "Hidden" not in text(client_as("analyst").get(path))
        assert "Hidden" in text(client_as("administrator").get(path))


def test_of_a_webhook_others_see_the_host_only(query: SavedQuery, client_as: ClientAs) -> None:
    watch, run, _ = watched(query)
    for path in (f"/queries/watches/{watch.pk}/", f"/queries/watches/{watch.pk}/runs/{run.pk}/"):
        seen = text(client_as("viewer").get(path))
        assert "hooks.example" in seen
        assert "secret-path" not in seen
        assert "secret-path" in text(client_as("analyst").get(path))


def test_the_run_shows_what_was_new_escaped_and_linked(
    query: SavedQuery, client_as: ClientAs
) -> None:
    watch, run, _ = watched(query, session=77)
    page = text(client_as("viewer").get(f"/queries/watches/{watch.pk}/runs/{run.pk}/"))
    assert 'href="/report/sessions/77/"' in page
    assert "&lt;b&gt;&amp;TLS" in page
    assert "2 more are in the report" in page
    assert "the server answered with status 500" in page


def test_the_list_shows_state_new_rows_and_failing_messages(
    query: SavedQuery, client_as: ClientAs
) -> None:
    watched(query)
    page = text(client_as("viewer").get("/queries/watches/"))
    assert "New rows" in page
    assert "After each import" in page
    assert "2026-04-01 12:00" in page


def test_an_empty_list_says_what_a_watch_is(client_as: ClientAs) -> None:
    assert "Nothing is watched yet" in text(client_as("viewer").get("/queries/watches/"))
    assert "No export runs by itself yet" in text(client_as("viewer").get("/queries/exports/"))


def test_pausing_and_resuming(query: SavedQuery, client_as: ClientAs) -> None:
    watch, _, _ = watched(query)
    client = client_as("analyst")
    client.post(f"/queries/watches/{watch.pk}/switch/")
    watch.refresh_from_db()
    assert (watch.active, watch.next_at) == (False, None)
    answer = client.post(f"/queries/watches/{watch.pk}/run/", follow=True)
    assert "is paused: let it run again first" in text(answer)
    client.post(f"/queries/watches/{watch.pk}/switch/")
    watch.refresh_from_db()
    assert watch.active
    assert watch.next_at
    actions = AuditEntry.objects.filter(target=watch.name).values_list("action", flat=True)
    assert set(actions) == {"watch.pause", "watch.resume"}


def test_a_retry_makes_a_message_due_again(query: SavedQuery, client_as: ClientAs) -> None:
    watch, _, delivery = watched(query)
    client_as("analyst").post(f"/queries/watches/{watch.pk}/messages/{delivery.pk}/retry/")
    found = Delivery.objects.get()
    assert (found.state, found.tries_left) == ("failed", 16)
    other, _, _ = watched(save(query.owner, "Other"))
    path = f"/queries/watches/{other.pk}/messages/{delivery.pk}/retry/"
    assert client_as("analyst").post(path).status_code == 404


def test_an_edit_keeps_targets_that_the_settings_no_longer_allow(
    query: SavedQuery, client_as: ClientAs, settings: Any
) -> None:
    watch, _, _ = watched(query)
    settings.WEBHOOK_HOSTS, settings.EMAIL_HOST = [], ""
    given = {**WATCH, "mail_to": "ops@site.example", "webhook": watch.webhook, "name": "Renamed"}
    answer = client_as("analyst").post(f"/queries/watches/{watch.pk}/edit/", given)
    assert answer.status_code == 302
    given["mail_to"] = "new@site.example"
    assert client_as("analyst").post(f"/queries/watches/{watch.pk}/edit/", given).status_code == 422


def test_deleting_a_query_says_what_goes_with_it(query: SavedQuery, client_as: ClientAs) -> None:
    watched(query)
    scheduled(query)
    page = text(client_as("analyst").get(f"/queries/{query.pk}/delete/"))
    assert "Guard of Unprotected" in page
    assert "Nightly Unprotected" in page


def test_a_schedule_is_made_and_says_where_files_may_go(
    query: SavedQuery, client_as: ClientAs, shelf: Path
) -> None:
    client = client_as("analyst")
    assert str(shelf.parent) in text(client.get("/queries/exports/new/"))
    given = {
        **FORM,
        "query": query.pk,
        "rows": "tab",
        "format": "csv",
        "directory": str(shelf),
        "pattern": "{query}_{date}",
        "keep": "3",
    }
    assert client.post("/queries/exports/new/", given).status_code == 302
    made = ExportSchedule.objects.get()
    assert (made.keep, made.directory) == (3, str(shelf))
    for field, value in (("directory", "/etc"), ("pattern", "../x"), ("format", "exe")):
        answer = client.post("/queries/exports/new/", {**given, field: value})
        assert answer.status_code == 422
        assert 'class="error"' in text(answer)


@pytest.mark.parametrize("path", ["/queries/watches/", "/queries/exports/"])
def test_thirty_rows_cost_as_many_queries_as_three(
    path: str, client_as: ClientAs, person: Callable[[str], User]
) -> None:
    client, counts = client_as("viewer"), []
    for number in (3, 27):
        for _ in range(number):
            name = f"Q{SavedQuery.objects.count()}"
            query = save(person("analyst"), name, shared=True)
            watched(query)
            scheduled(query)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_the_history_of_a_watch_goes_on_at_the_next_page(
    query: SavedQuery, client_as: ClientAs
) -> None:
    watch, run, _ = watched(query)
    for _ in range(55):
        run.pk = None
        run.save(force_insert=True)
    client = client_as("viewer")
    page = text(client.get(f"/queries/watches/{watch.pk}/"))
    assert page.count("/runs/") == 50 + 1  # and the message about one of them
    older = page.partition("?runs_before=")[2].partition('"')[0]
    assert (
        text(client.get(f"/queries/watches/{watch.pk}/?runs_before={older}")).count("/runs/") == 7
    )
