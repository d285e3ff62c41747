"""What a prune says would go, and what a system holds, against loops over interval records."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from analyzer.models import Activity, SystemSettings
from analyzer.queries.data.plan import Part
from analyzer.queries.data.prunes import going
from analyzer.queries.data.sizes import sizes
from tests.builders import store_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("filled")]
LAST = store_rows.LAST_DAY.date()
FIRST = LAST - timedelta(days=store_rows.DAYS)
Held = list[tuple[int, date]]


def held(system: int) -> Held:
    """Session and day of each interval record of a system."""
    rows = Activity.objects.filter(session__server__stack__settings=system)
    return [(pk, end.date()) for pk, end in rows.values_list("session", "interval_end")]


def loop(part: Part) -> tuple[str, int, int, int] | None:
    """Days, records and sessions that go; None where nothing does."""
    goes = [one for one in held(part.system) if part.has(one[1])]
    stays = {pk for pk, day in held(part.system) if not part.has(day)}
    if not goes:
        return None
    return (
        part.name,
        len({day for _, day in goes}),
        len(goes),
        len({pk for pk, _ in goes} - stays),
    )


def some_day(chance: Random) -> date | None:
    return chance.choice([None, FIRST + timedelta(days=chance.randrange(-3, store_rows.DAYS + 3))])


@pytest.mark.parametrize("seed", range(12))
def test_any_spans_of_any_systems(seed: int) -> None:
    chance = Random(seed)
    systems = list(SystemSettings.objects.order_by("pk"))
    same = some_day(chance), some_day(chance)
    parts = []
    for system in chance.sample(systems, chance.randrange(1, len(systems) + 1)):
        first, last = chance.choice([same, (some_day(chance), some_day(chance))])
        parts.append(Part(system.pk, str(system), first, last))
    found = [(one.name, one.days, one.intervals, one.sessions) for one in going(parts)]
    assert found == [row for row in map(loop, parts) if row is not None]


def test_the_first_and_the_last_day_there_can_be() -> None:
    (system, *_) = SystemSettings.objects.order_by("pk")
    part = Part(system.pk, str(system), date.min, date.max)
    (row,) = going([part])
    assert (row.name, row.days, row.intervals, row.sessions) == loop(part)


def test_records_of_each_system() -> None:
    found = {one.id: one.intervals for one in sizes().systems}
    assert found == {
        pk: len(held(pk)) for pk in SystemSettings.objects.values_list("pk", flat=True)
    }
