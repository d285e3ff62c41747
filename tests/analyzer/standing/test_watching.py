"""Runs of watches: the ground, what is new, told once; the query changed; who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analyzer import saved
from analyzer.models import Delivery, SavedQuery, Trigger, Watch, WatchRun, WatchSeen
from analyzer.queries.standing import found
from analyzer.queries.terms.term import Clause
from analyzer.standing import owned, watches, watching
from analyzer.standing.clock import When
from analyzer.standing.turns import end_turn
from tests.analyzer.standing import given
from tests.analyzer.standing.given import NOW
from tests.builders.saved_queries import draft, outdated, save

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def outcomes(watch: Watch) -> list[tuple[str, str, int, int]]:
    runs = WatchRun.objects.filter(watch=watch).order_by("pk")
    return list(runs.values_list("why", "state", "found", "fresh"))


def test_the_first_run_sets_the_ground_without_an_alarm(query: SavedQuery) -> None:
    given.session("10.0.0.1")
    given.session("10.0.0.2")
    given.session("10.0.0.3", protocol="TLS", strength="strong")
    watch = given.watch(query, mail_to=["ops@site.example"])
    assert watching.run(watch.pk, now=NOW)
    assert outcomes(watch) == [("first", "ground", 2, 2)]
    assert given.deliveries(watch) == []
    assert WatchSeen.objects.filter(watch=watch).count() == 2


def test_a_new_session_is_told_once_with_its_words_and_link(query: SavedQuery) -> None:
    given.session("10.0.0.1")
    watch = given.watch(query, mail_to=["ops@site.example"], webhook="http://127.0.0.1/x")
    given.run(watch)
    fresh = given.session("10.0.0.2")
    given.session("10.0.0.9", protocol="TLS", strength="strong")
    run = given.run(watch, LATER)
    assert run
    assert (run.state, run.found, run.fresh) == ("news", 2, 1)
    (row,) = run.sample
    assert (row["id"], row["client_ip"], row["job"], row["port_start"], row["strength"]) == (
        fresh.pk,
        "10.0.0.2",
        "TN3270",
        992,
        "none",
    )
    assert [(one.channel, one.run_id, one.state) for one in given.deliveries(watch)] == [
        ("mail", run.pk, "pending"),
        ("webhook", run.pk, "pending"),
    ]
    again = given.run(watch, LATER)
    assert again
    assert (again.state, again.found, again.fresh, again.sample) == ("quiet", 2, 0, [])
    assert len(given.deliveries(watch)) == 2


def test_the_first_run_tells_when_it_is_asked_to(query: SavedQuery) -> None:
    given.session("10.0.0.1")
    watch = given.watch(query, mail_to=["ops@site.example"], alarm_on_first=True)
    given.run(watch)
    assert outcomes(watch) == [("first", "news", 1, 1)]
    assert len(given.deliveries(watch)) == 1


def test_the_weakest_come_first_in_a_bounded_sample(query: SavedQuery) -> None:
    everything = save(query.owner, "All", "days=all")
    watch = given.watch(everything)
    given.run(watch)
    for number in range(99):
        given.session(f"10.0.1.{number}", protocol="TLS", strength="strong")
    given.session("10.0.2.1", protocol="TLS", strength="deprecated")
    given.session("10.0.2.2")
    run = given.run(watch, LATER)
    assert run
    assert (run.fresh, len(run.sample)) == (101, 100)
    assert [row["client_ip"] for row in run.sample[:2]] == ["10.0.2.2", "10.0.2.1"]


def test_a_watch_of_servers_tells_of_a_server_not_of_its_clients(query: SavedQuery) -> None:
    given.session("10.0.0.1")
    watch = given.watch(query, rows="servers", mail_to=["ops@site.example"])
    given.run(watch)
    given.session("10.0.0.2")
    quiet = given.run(watch, LATER)
    other = given.server("FTPD1", 21)
    given.session("10.0.0.1", on=other)
    news = given.run(watch, LATER)
    assert quiet
    assert news
    assert (quiet.state, news.state) == ("quiet", "news")
    assert [(row["id"], row["job"], row["clients"]) for row in news.sample] == [
        (other.pk, "FTPD1", 1)
    ]


def test_another_question_sets_the_ground_anew(query: SavedQuery) -> None:
    given.session("10.0.0.1")
    given.session("10.0.0.2", protocol="TLS", strength="weak")
    watch = given.watch(query, mail_to=["ops@site.example"], alarm_on_first=True)
    given.run(watch)
    saved.change(query=query, draft=draft("Weak", "protocol=TLS"), by=query.owner, now=LATER)
    given.run(watch, LATER)
    assert outcomes(watch)[1] == ("import", "ground", 1, 1)
    assert len(given.deliveries(watch)) == 1
    saved.change(query=query, draft=draft("Renamed", "protocol=TLS"), by=query.owner, now=LATER)
    given.run(watch, LATER)
    assert outcomes(watch)[2] == ("import", "quiet", 1, 0)
    given.session("10.0.0.3", protocol="TLS", strength="weak")
    given.run(watch, LATER)
    assert outcomes(watch)[3] == ("import", "news", 2, 1)


def test_two_watches_of_a_query_each_tell(query: SavedQuery) -> None:
    one = given.watch(query, mail_to=["one@site.example"])
    other = given.watch(query, mail_to=["two@site.example"])
    for watch in (one, other):
        given.run(watch)
    given.session("10.0.0.1")
    for watch in (one, other):
        given.run(watch, LATER)
    targets = Delivery.objects.order_by("pk").values_list("target", flat=True)
    assert list(targets) == ["one@site.example", "two@site.example"]


def test_a_run_that_is_not_due_or_paused_does_nothing(query: SavedQuery) -> None:
    watch = given.watch(query)
    given.run(watch)
    assert watching.run(watch.pk, now=LATER) is None
    owned.switch(ours=watch, active=False, by=query.owner, now=LATER)
    assert given.run(watch, LATER) is None
    owned.switch(ours=watch, active=True, by=query.owner, now=LATER)
    assert watching.run(watch.pk, now=LATER)


def test_a_clock_has_its_next_time_and_an_import_waits(query: SavedQuery) -> None:
    daily = given.watch(query, when=When(Trigger.DAILY, zone="Europe/Berlin"))
    waiting = given.watch(query)
    for watch in (daily, waiting):
        given.run(watch)
        watch.refresh_from_db()
    assert daily.next_at
    assert daily.next_at.isoformat() == "2026-04-02T04:00:00+00:00"
    assert waiting.next_at is None


def test_what_wakes_a_watch_while_it_runs_is_followed_by_another_run(query: SavedQuery) -> None:
    watch = given.watch(query)
    stale = Watch.objects.get(pk=watch.pk)
    Watch.objects.filter(pk=watch.pk).update(wakes=stale.wakes + 1)
    end_turn(stale, now=NOW)
    watch.refresh_from_db()
    assert watch.next_at == NOW


def test_a_query_of_an_older_release_fails_with_its_reason(query: SavedQuery) -> None:
    watch = given.watch(outdated(query.owner))
    run = given.run(watch)
    assert run
    assert run.state == "failed"
    assert run.error == "the query cannot be used any more: `colour` is not a filter"


def test_an_owner_who_may_not_any_more_has_it_run_no_more(
    query: SavedQuery, person: Callable[[str], User]
) -> None:
    owner = User.objects.create(username="guest")
    owner.groups.set(person("analyst").groups.all())
    watch = watches.make(
        query=query, draft=watches.Draft("G", When(Trigger.IMPORT)), by=owner, now=NOW
    )
    SavedQuery.objects.update(shared=False)
    hidden = given.run(watch)
    SavedQuery.objects.update(shared=True)
    owner.groups.clear()
    roleless = given.run(watch)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    off = given.run(watch)
    assert [run.error if run else "" for run in (hidden, roleless, off)] == [
        "the query is not shared with its owner guest any more",
        "the role of its owner guest does not include this any more",
        "the account of its owner guest is switched off",
    ]


def test_a_failed_run_hides_nothing_from_the_next_one(query: SavedQuery) -> None:
    watch = given.watch(query, mail_to=["ops@site.example"])
    given.run(watch)
    given.session("10.0.0.1")
    User.objects.filter(pk=query.owner_id).update(is_active=False)
    given.run(watch)
    User.objects.filter(pk=query.owner_id).update(is_active=True)
    given.run(watch)
    assert [state for _, state, _, _ in outcomes(watch)] == ["ground", "failed", "news"]


def test_a_query_that_takes_too_long_fails_and_says_so(
    query: SavedQuery, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    watch = given.watch(query)
    slow = Clause("SELECT '\\x00'::bytea AS key FROM pg_sleep(10)")
    monkeypatch.setattr(found, "keys_of", lambda *_, **__: slow)
    settings.TIME_LIMIT_EXPORT_S = 1  # type: ignore[attr-defined]
    run = given.run(watch)
    assert run
    assert run.error == "the query took longer than 1 s and was stopped"


@pytest.mark.parametrize("rows", ["sessions", "servers"])
def test_a_run_asks_as_often_for_many_rows_as_for_few(query: SavedQuery, rows: str) -> None:
    watch = given.watch(query, rows=rows)
    given.run(watch)
    counts = []
    for number in (3, 30):
        for client in range(number):
            given.session(f"10.{number}.0.{client}", on=given.server(f"J{number}X{client}"))
        with CaptureQueriesContext(
            connection,
        ) as asked:
            given.run(watch, LATER)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_deleting_a_query_takes_its_watches_along(query: SavedQuery) -> None:
    given.session("10.0.0.1")
    watch = given.watch(query)
    given.run(watch)
    saved.delete(query=query, by=query.owner, now=LATER)
    assert not Watch.objects.exists()
    assert not WatchSeen.objects.exists()
