"""Who may see and do what with exact runs, by their pages."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from designer.models import Version
from enforcement.histories.claims import handling
from enforcement.history_urls import urlpatterns
from enforcement.models import HistoryAct, HistoryFall, HistoryRun
from tests.analyzer.api.conftest import with_token
from tests.builders.enforcement.records import Connection
from tests.histories.conftest import Fill
from tests.histories.given import done
from tests.histories.test_pages import author, cut, started, text
from tests.runs.asking import IN, READS, STARTS, TAKES, WRITES, statuses, wrong_answers

__all__ = ["author", "cut"]
pytestmark = pytest.mark.django_db(transaction=True)
OF_RUN = {"history_run", "history_cancel", "history_delete"}
"""Those of a run itself, with none of what it found."""
WITHOUT_RUN = {"history_runs", "history_new", "history_agreement", "history_agreement_csv"}
EXPECTED = {
    "history_runs": READS,
    "history_new": STARTS,
    "history_run": READS,
    "history_cancel": WRITES,
    "history_delete": WRITES,
    "history_find": READS,
    "history_make_rule": ((IN, 403, 403, 302, 403), (IN, 403, 403, 405, 403)),
    "history_connection": READS,
    "history_agreement": READS,
    "history_agreement_csv": TAKES,
    "history_table": READS,
    "history_csv": TAKES,
    "history_file": TAKES,
}


def behind(author: Client, run: HistoryRun) -> dict[str, tuple[object, ...]]:
    """What stands in addresses behind the run's key."""
    (life,) = re.findall(
        r'connections/(\d+)/(00001A2B)/(\d+)/"', text(author, "history_find", run.pk, id="00001A2B")
    )
    return {
        "history_connection": life,
        "history_make_rule": (HistoryFall.objects.filter(run=run).earliest("pk").pk,),
        "history_table": ("rules",),
        "history_csv": ("rules",),
        "history_file": ("syslog",),
    }


def test_each_one_gets_what_they_may(
    author: Client, cut: Version, roles: dict[str, Group], fill: Fill
) -> None:
    fill([Connection().at(4, 5)])
    run = done(started(author, version_None=cut.pk))
    more = behind(author, run)
    assert {pattern.name for pattern in urlpatterns} == set(EXPECTED)

    def address(name: str) -> tuple[object, ...]:
        return () if name in WITHOUT_RUN else (run.pk, *more.get(name, ()))

    assert not list(wrong_answers(EXPECTED, address, roles))


def test_a_run_that_is_being_deleted_says_so_until_it_is_gone(
    author: Client, cut: Version, fill: Fill
) -> None:
    fill([Connection().at(4, 5)])
    run = done(started(author, version_None=cut.pk))
    last = author.post(reverse("history_delete", args=[run.pk]))
    assert last["Location"] == reverse("history_runs")
    assert "Being deleted" in text(author, "history_runs")
    going = text(author, "history_run", run.pk)
    assert "The run is being deleted" in going
    assert 'id="rules"' not in going
    handling.remove(run.pk)
    assert not HistoryRun.objects.exists()
    assert not HistoryAct.objects.exists()


def test_a_run_that_is_being_deleted_gives_out_nothing(
    author: Client, cut: Version, anna: User, fill: Fill
) -> None:
    fill([Connection().at(4, 5)])
    run = done(started(author, version_None=cut.pk))
    more, program = behind(author, run), with_token(anna)
    pages = [
        reverse(name, args=(run.pk, *more.get(name, ())))
        for name in sorted({*EXPECTED} - WITHOUT_RUN - OF_RUN)
    ]
    assert len(pages) == 6
    table = reverse("api_history_table", args=(run.pk, "rules"))
    addresses = [
        *(table, f"{table}?format=csv", f"{table}?format=parquet"),
        reverse("api_history_file", args=(run.pk, "syslog")),
        reverse("api_history_connections", args=(run.pk,)) + "?id=00001A2B",
        reverse("api_history_connection", args=(run.pk, *more["history_connection"])),
    ]
    asked = [*((author, one) for one in pages), *((program, one) for one in addresses)]
    assert {*statuses(asked).values()} == {200, 302}
    author.post(reverse("history_delete", args=[run.pk]))
    assert statuses(asked) == dict.fromkeys([*pages, *addresses], 404)
