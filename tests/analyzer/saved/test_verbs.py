"""Saved queries are written by their owner or an administrator, and every write is audited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import QueryDict

from analyzer import saved
from analyzer.models import AuditEntry, SavedQuery
from analyzer.queries.filters import Filters
from tests.builders.saved_queries import NOW, draft, outdated, save

pytestmark = pytest.mark.django_db
Person = Callable[[str], User]
LATER = NOW + timedelta(hours=1)


def entries() -> list[tuple[str, str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("user_name", "action", "target"))


def test_a_query_keeps_what_was_typed_in_the_words_of_the_address(person: Person) -> None:
    made = save(person("analyst"), "Old TLS", "job=tn*&version=sslv3&days=7", shared=True)
    made.refresh_from_db()
    assert made.params == {"days": ["7"], "job": ["TN*"], "version": ["SSLv3"]}
    assert (made.owner.username, made.tab, made.shared) == ("analyst", "servers", True)
    assert made.made_at == made.changed_at == NOW
    assert made.last_run_at is None


def test_making_changing_and_deleting_are_audited_with_what_the_query_asks(person: Person) -> None:
    owner = person("analyst")
    made = save(owner, "First", "job=TN*")
    saved.change(query=made, draft=draft("Second", "port=992"), by=owner, now=LATER)
    saved.delete(query=made, by=owner, now=LATER)
    assert entries() == [
        ("analyst", "query.make", "First"),
        ("analyst", "query.change", "First"),
        ("analyst", "query.delete", "Second"),
    ]
    change = AuditEntry.objects.get(action="query.change").data
    assert change["before"]["filters"] == {"job": ["TN*"]}
    assert change["after"]["filters"] == {"port": ["992"]}
    assert change["after"]["name"] == "Second"
    assert change["after"]["asks"] == "TCP servers in the last 30 days, server port 992"


def test_a_change_moves_the_time_of_the_change_and_nothing_else(person: Person) -> None:
    owner = person("analyst")
    made = save(owner, "First", shared=True)
    changed = saved.change(query=made, draft=draft("First", "port=21"), by=owner, now=LATER)
    assert (changed.made_at, changed.changed_at) == (NOW, LATER)
    assert changed.shared is False
    assert changed.params == {"port": ["21"]}


def test_an_owner_has_a_name_once_in_either_case_and_others_have_it_too(person: Person) -> None:
    save(person("analyst"), "Weak")
    save(person("administrator"), "weak")
    with pytest.raises(saved.NameTakenError, match="`WEAK`"):
        save(person("analyst"), "WEAK")
    assert SavedQuery.objects.count() == 2


def test_a_query_is_not_renamed_to_a_name_that_is_taken(person: Person) -> None:
    owner = person("analyst")
    save(owner, "One")
    two = save(owner, "Two")
    with pytest.raises(saved.NameTakenError):
        saved.change(query=two, draft=draft("one"), by=owner, now=LATER)
    two.refresh_from_db()
    assert (two.name, two.changed_at) == ("Two", NOW)
    assert not AuditEntry.objects.filter(action="query.change").exists()


def test_only_the_owner_and_administrators_change_or_delete(person: Person) -> None:
    made = save(person("analyst"), "Mine", shared=True)
    stranger = User.objects.create(username="other")
    stranger.groups.set(person("analyst").groups.all())
    for write in (
        lambda by: saved.change(query=made, draft=draft("Mine"), by=by, now=LATER),
        lambda by: saved.delete(query=made, by=by, now=LATER),
    ):
        for by in (stranger, person("viewer")):
            with pytest.raises(saved.NotTheirsError, match="`Mine`"):
                write(by)
        write(person("administrator"))
    assert not SavedQuery.objects.exists()


def test_an_owner_who_became_a_viewer_changes_no_more(person: Person) -> None:
    made = save(person("viewer"), "Mine")
    with pytest.raises(saved.NotTheirsError):
        saved.delete(query=made, by=person("viewer"), now=LATER)


def test_an_administrator_who_changes_a_query_does_not_take_it_over(person: Person) -> None:
    made = save(person("analyst"), "Mine")
    saved.change(query=made, draft=draft("Mine"), by=person("administrator"), now=LATER)
    assert SavedQuery.objects.get().owner == person("analyst")


@pytest.mark.parametrize("name", ["", "x" * 81])
def test_a_name_has_one_to_eighty_characters(person: Person, name: str) -> None:
    with pytest.raises(saved.SavedQueryError, match="1 to 80"):
        save(person("analyst"), name)
    assert save(person("analyst"), "x" * 80).pk


def test_filters_that_cannot_be_used_are_not_saved(person: Person) -> None:
    filters, errors = Filters.from_params(QueryDict("port=many"))
    assert errors
    with pytest.raises(saved.SavedQueryError, match="cannot be used"):
        saved.make(draft=saved.Draft("x", filters), by=person("analyst"), now=NOW)


def test_all_of_several_are_saved_or_none(person: Person) -> None:
    owner = person("analyst")
    save(owner, "Two")
    before = entries()
    with pytest.raises(saved.NameTakenError):
        saved.make_all(drafts=[draft("One"), draft("two")], by=owner, now=LATER)
    assert [query.name for query in SavedQuery.objects.all()] == ["Two"]
    assert entries() == before


def test_a_query_that_was_deleted_meanwhile_does_not_come_back(person: Person) -> None:
    owner = person("analyst")
    made = save(owner, "Gone")
    SavedQuery.objects.all().delete()
    with pytest.raises(saved.SavedQueryError, match="deleted meanwhile"):
        saved.change(query=made, draft=draft("Gone"), by=owner, now=LATER)
    assert not SavedQuery.objects.exists()


def test_the_audit_log_keeps_the_filters_that_nobody_knows_any_more(person: Person) -> None:
    owner = person("analyst")
    saved.delete(query=outdated(owner, colour=["red"]), by=owner, now=LATER)
    assert AuditEntry.objects.get(action="query.delete").data["filters"] == {"colour": ["red"]}


@pytest.mark.parametrize("columns", [{"name": ""}, {"tab": "sessions"}])
def test_the_database_refuses_a_query_without_name_or_tab(
    person: Person, columns: dict[str, str]
) -> None:
    given = {"name": "x", "tab": "servers", **columns}
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedQuery.objects.create(owner=person("analyst"), made_at=NOW, changed_at=NOW, **given)
