"""Who sees which queries, in which order; what a stored query asks; how much it returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict

from analyzer.models import SavedQuery, SecuritySession
from analyzer.queries import saved
from analyzer.queries.filters import Filters
from tests.analyzer.api.conftest import filled
from tests.builders.saved_queries import outdated, save, slow

__all__ = ["filled"]
pytestmark = pytest.mark.django_db
Person = Callable[[str], User]


def names(user: User, **asked: Any) -> list[str]:
    return [row["name"] for row in saved.page(user=user, **asked).rows]


@pytest.fixture
def four(person: Person) -> None:
    save(person("analyst"), "bravo", shared=True)
    save(person("analyst"), "Alpha")
    save(person("administrator"), "Charlie")
    save(person("administrator"), "delta", shared=True)


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("viewer", ["bravo", "delta"]),
        ("analyst", ["Alpha", "bravo", "delta"]),
        ("administrator", ["Alpha", "bravo", "Charlie", "delta"]),
    ],
)
def test_everybody_sees_their_own_and_shared_ones_and_administrators_all(
    person: Person, role: str, wanted: list[str]
) -> None:
    assert names(person(role)) == wanted
    seen = {query.name for query in saved.visible_to(person(role))}
    assert seen == set(wanted)
    for query in SavedQuery.objects.all():
        assert (saved.get(query.pk, user=person(role)) is not None) == (query.name in seen)


@pytest.mark.usefixtures("four")
@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("name", ["Alpha", "bravo", "Charlie", "delta"]),
        ("-name", ["delta", "Charlie", "bravo", "Alpha"]),
        ("owner", ["Charlie", "delta", "bravo", "Alpha"]),
        ("sharing", ["Alpha", "Charlie", "bravo", "delta"]),
    ],
)
def test_every_order_goes_on_from_page_to_page(
    person: Person, sort: str, wanted: list[str]
) -> None:
    found, after = [], None
    for _ in wanted:
        page = saved.page(user=person("administrator"), sort=sort, after=after, limit=1)
        assert page.total == 4 or after
        found += [row["name"] for row in page.rows]
        after = page.next
    assert after is None
    assert found == wanted


def test_a_stored_query_asks_what_was_saved(person: Person) -> None:
    query = save(person("analyst"), "x", "job=TN*&server_ip=10.1.0.0/16&days=7")
    filters, errors = saved.filters_of(query.params)
    asked, _ = Filters.from_params(QueryDict("job=TN*&server_ip=10.1.0.0/16&days=7"))
    assert errors == {}
    assert filters.to_params() == asked.to_params()


@pytest.mark.parametrize(
    "params",
    [{"colour": ["red"]}, {"port": ["many"]}, {"job": "TOOLONGNAME"}, {"port": [None]}],
)
def test_what_can_be_used_no_more_is_said_and_matches_nothing(
    person: Person, params: dict[str, Any]
) -> None:
    query = outdated(person("analyst"), **params)
    filters, errors = saved.filters_of(query.params)
    assert list(errors) == list(params)
    assert filters.refused
    assert filters.clause().sql == "FALSE"
    assert saved.count(filters, tab="servers") == saved.Count(0)


@pytest.mark.parametrize("params", [[], None, "x", 7])
def test_parameters_of_no_shape_ask_nothing(params: object) -> None:
    assert saved.as_address(params).urlencode() == ""


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("tab", "role"), list(saved.ROLES.items()))
def test_the_count_is_that_of_the_sessions_of_the_tab(
    tab: str, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "COUNT_LIMIT_S", 20.0)
    filters, _ = Filters.from_params(QueryDict("days=all&protocol=TLS"))
    wanted = SecuritySession.objects.filter(server__role=role, protection__protocol="TLS")
    active = wanted.filter(pk__in=_active()).count()
    assert active > 0
    assert saved.count(filters, tab=tab) == saved.Count(active)


@pytest.mark.usefixtures("filled")
def test_the_count_stops_at_its_cap_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "COUNT_LIMIT_S", 20.0)
    monkeypatch.setattr(saved, "COUNT_CAP", 3)
    assert saved.count(Filters.everything(), tab="servers") == saved.Count(3, more=True)


def test_a_count_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "COUNT_LIMIT_S", 0.01)
    monkeypatch.setattr(saved, "sessions_of", slow)
    assert saved.count(Filters.everything(), tab="servers") == saved.Count(0, known=False)


def test_a_count_has_less_time_than_a_person_notices() -> None:
    assert saved.COUNT_LIMIT_S < 0.2


@pytest.mark.usefixtures("four")
def test_a_name_is_found_in_either_case_for_every_owner(person: Person) -> None:
    save(person("viewer"), "ALPHA")
    found = [query.owner.username for query in saved.named("alpha")]
    assert found == ["analyst", "viewer"]


def _active() -> set[int]:
    found = SecuritySession.objects.raw(
        "SELECT DISTINCT session_id AS id FROM analyzer_daily_activity"
    )
    return {one.pk for one in found}
