"""Which two sides an address names, and which rows of two systems are the same."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict

from analyzer.queries.compare.coverage import both_coverages, cautions, lacks_a_side
from analyzer.queries.compare.sides import read_sides
from tests.analyzer.queries.compare import compared
from tests.analyzer.queries.compare.test_statuses import compare, statuses

pytestmark = pytest.mark.django_db
# The latest day of the store is 2026-03-31.
PERIODS = {
    "": "2026-01-31 to 2026-03-01",
    "days=1": "2026-03-30",
    "days=7": "2026-03-18 to 2026-03-24",
    "from=2026-03-01&to=2026-03-31": "2026-01-29 to 2026-02-28",
    "from=2026-03-30": "2026-03-28 to 2026-03-29",
    "from=2026-05-01": "2026-04-30",
    "from=2026-03-31T08:00&to=2026-03-31T09:59": "2026-03-31 06:00 to 2026-03-31 07:59",
    "from=2026-03-31T12:00&to=2026-03-31": "2026-03-31 to 2026-03-31 11:59",
    "days=all&a_to=2026-02-28": "up to 2026-02-28",
    "a_from=2026-02-01&a_to=2026-02-28": "2026-02-01 to 2026-02-28",
    "days=7&system=SYSA&a_system=SYSB": "the last 7 days",
    "days=7&a_system=SYSB&a_from=2026-02-01&a_to=2026-02-07": "2026-02-01 to 2026-02-07",
}
WRONG = {
    "days=all": {"from": "nothing is before a period without a first day"},
    "to=2026-03-01": {"from": "nothing is before a period without a first day"},
    "from=0001-01-01": {"from": "there are no days before this one"},
    "a_from=yesterday": {"a_from": "`yesterday` is not a day"},
    "a_from=2026-02-02&a_to=2026-02-01": {"a_to": "`2026-02-01` is before `2026-02-02`"},
    "a_system=TOOLONGNAME": {"a_system": "is longer than 8 characters"},
    "a_port=1": {"a_port": "`a_port` is not a filter"},
    "port=x": {"port": "`x` is not a port"},
}


@pytest.fixture
def stored() -> None:
    one = compared.server(compared.place(), "ONE")
    compared.traffic(one, {"strong": 1}, {"strong": 1})


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("query", PERIODS)
def test_side_a_is_the_days_before_unless_it_has_its_own(query: str) -> None:
    sides, errors = read_sides(QueryDict(query))
    assert not errors
    assert sides.a.period.words == PERIODS[query]


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("query", WRONG)
def test_what_cannot_be_used_is_said_at_its_parameter_and_nothing_matches(query: str) -> None:
    sides, errors = read_sides(QueryDict(query))
    assert errors.keys() == WRONG[query].keys()
    for name, words in WRONG[query].items():
        assert words in errors[name]
    assert sides.a.refused
    assert sides.b.refused


def test_an_empty_store_has_sides_as_well() -> None:
    sides, errors = read_sides(QueryDict(""))
    assert not errors
    assert lacks_a_side(both_coverages(sides))


def test_the_address_of_sides_asks_for_the_same_sides() -> None:
    query = "days=7&system=SYSB&a_system=SYSA,SYSC&a_from=2026-02-01&job=TN*"
    sides, _ = read_sides(QueryDict(query))
    again = QueryDict(mutable=True)
    for name, values in sides.to_params().items():
        again.setlist(name, values)
    assert read_sides(again)[0] == sides


def test_other_filters_hold_on_both_sides() -> None:
    sides, _ = read_sides(QueryDict("job=TN*&system=SYSB&a_system=SYSA"))
    said = [sides.a.sentence(), sides.b.sentence()]
    assert said == [
        "traffic on SYSA in the last 30 days, job TN*",
        "traffic on SYSB in the last 30 days, job TN*",
    ]


def test_servers_of_two_systems_are_one_by_role_address_port_job_and_user() -> None:
    a, b = compared.place("SYSA"), compared.place("SYSB")
    compared.traffic(compared.server(a, "VIPA"), {}, {"strong": 1})
    compared.traffic(compared.server(b, "VIPA"), {}, {"none": 1})
    compared.traffic(compared.server(a, "OWN", address="10.1.0.1"), {}, {"strong": 1})
    compared.traffic(compared.server(b, "OWN", address="10.2.0.1"), {}, {"strong": 1})
    compared.traffic(compared.server(a, "VIPA", role="client"), {}, {"strong": 1})
    found = compare("system=SYSB&a_system=SYSA")
    rows = sorted(
        (row["job"], row["server_ip"], row["role"], row["status"]) for row in found.page.rows
    )
    assert rows == [
        ("OWN", "10.1.0.1", "TCP server", "gone"),
        ("OWN", "10.2.0.1", "TCP server", "new"),
        ("VIPA", "10.1.0.5", "TCP client", "gone"),
        ("VIPA", "10.1.0.5", "TCP server", "worse"),
    ]
    services = compare("system=SYSB&a_system=SYSA&role=server", grain="service")
    assert statuses(services) == {"OWN": "same", "VIPA": "worse"}


def test_periods_compare_the_servers_of_each_stack_by_themselves() -> None:
    a, b = compared.place("SYSA"), compared.place("SYSB")
    compared.traffic(compared.server(a, "VIPA"), {"strong": 1}, {})
    compared.traffic(compared.server(b, "VIPA"), {}, {"strong": 1})
    assert statuses(compare(), "system") == {"SYSA": "gone", "SYSB": "new"}
    assert statuses(compare(grain="service")) == {"VIPA": "same"}


def test_coverage_names_systems_that_lack_days_of_a_side() -> None:
    compared.place("SYSA")
    compared.place("SYSB", b=False)
    sides, _ = read_sides(QueryDict("from=2026-03-31&a_from=2026-02-10&a_to=2026-02-10"))
    a, b = both_coverages(sides)
    assert (a.total.days, a.gaps) == (1, [])
    assert (b.first, b.last, b.total.systems, b.gaps) == (
        date(2026, 3, 31),
        None,
        1,
        [("PLEXA SYSB", 0)],
    )
    assert cautions((a, b)) == [
        "Side B lacks data: PLEXA SYSB has 0 of 1 days."
        " What is called gone may only be missing on side B."
    ]


def test_many_systems_with_gaps_are_counted_after_the_first_four() -> None:
    for number in range(6):
        compared.place(f"SYS{number}", a=False, b=number == 0)
    compared.place("SYSZ", b=True)
    sides, _ = read_sides(
        QueryDict("from=2026-03-31&to=2026-03-31&a_from=2026-02-10&a_to=2026-02-10")
    )
    said = cautions(both_coverages(sides))
    assert said[0].startswith("Side A lacks data: PLEXA SYS0 has 0 of 1 days, PLEXA SYS1 has")
    assert "2 more systems lack days. What is called new" in said[0]
    assert "1 more system lacks days" in said[1]


def test_a_side_without_any_data_is_said() -> None:
    one = compared.server(compared.place("SYSA", a=False), "ONE")
    compared.traffic(one, {}, {"strong": 1})
    sides, _ = read_sides(QueryDict(""))
    coverages = both_coverages(sides)
    assert lacks_a_side(coverages)
    said = "Side A has no data, so nothing can be called new, gone or changed."
    assert cautions(coverages) == [said]


def test_two_systems_are_compared_in_any_period_also_in_all_days() -> None:
    a, b = compared.place("SYSA"), compared.place("SYSB")
    compared.traffic(compared.server(a, "VIPA"), {"strong": 1}, {})
    compared.traffic(compared.server(b, "VIPA"), {}, {"strong": 1})
    assert statuses(compare("days=all&system=SYSB&a_system=SYSA")) == {"VIPA": "same"}
    stacks = compare("days=all&stack=PLEXA.SYSB.TCPIP&a_stack=PLEXA.SYSA.*")
    assert statuses(stacks) == {"VIPA": "same"}
