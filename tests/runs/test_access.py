"""Every page of runs, asked by every role and by strangers."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from designer.models import Version
from enforcement.models import Run, Verdict
from enforcement.runs.claims import handling
from enforcement.urls import urlpatterns
from tests.analyzer.api.conftest import with_token
from tests.runs.asking import READS, STARTS, TAKES, WRITES, statuses, wrong_answers
from tests.runs.test_pages import author, done, started, text

__all__ = ["author"]
pytestmark = pytest.mark.usefixtures("filled", "db")
EXPECTED = {
    "enforcement_runs": READS,
    "enforcement_new": STARTS,
    "enforcement_run": READS,
    "enforcement_cancel": WRITES,
    "enforcement_delete": WRITES,
    "enforcement_table": READS,
    "enforcement_csv": TAKES,
    "enforcement_explained": READS,
}


def test_each_one_gets_what_they_may(
    author: Client, draft: Version, roles: dict[str, Group]
) -> None:
    run = done(started(author, version_TLS=draft.pk))
    assert {pattern.name for pattern in urlpatterns} == set(EXPECTED)
    more: dict[str, tuple[object, ...]] = {
        "enforcement_table": ("rules",),
        "enforcement_csv": ("rules",),
        "enforcement_explained": (Verdict.objects.filter(run=run)[0].session,),
    }

    def address(name: str) -> tuple[object, ...]:
        if name in {"enforcement_runs", "enforcement_new"}:
            return ()
        return (run.pk, *more.get(name, ()))

    assert not list(wrong_answers(EXPECTED, address, roles))


def test_a_run_that_is_being_deleted_says_so_until_it_is_gone(
    author: Client, draft: Version
) -> None:
    run = done(started(author, version_TLS=draft.pk))
    last = author.post(reverse("enforcement_delete", args=[run.pk]))
    assert last["Location"] == reverse("enforcement_runs")
    assert "Being deleted" in text(author, "enforcement_runs")
    going = text(author, "enforcement_run", run.pk)
    assert "The run is being deleted" in going
    assert 'id="rules"' not in going
    handling.remove(run.pk)
    assert not Run.objects.exists()


def test_a_run_that_is_being_deleted_gives_out_nothing(
    author: Client, draft: Version, anna: User
) -> None:
    run, program = done(started(author, version_TLS=draft.pk)), with_token(anna)
    session = Verdict.objects.filter(run=run)[0].session
    table = reverse("api_run_table", args=(run.pk, "rules"))
    asked = [
        (author, reverse("enforcement_table", args=(run.pk, "rules"))),
        (author, reverse("enforcement_csv", args=(run.pk, "rules"))),
        (author, reverse("enforcement_explained", args=(run.pk, session))),
        *((program, f"{table}{form}") for form in ("", "?format=csv", "?format=parquet")),
        (program, reverse("api_run_why", args=(run.pk, session))),
    ]
    assert {*statuses(asked).values()} == {200}
    author.post(reverse("enforcement_delete", args=[run.pk]))
    assert {*statuses(asked).values()} == {404}
