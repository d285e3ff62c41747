"""History and rejected records as CSV: the columns of the screen, all rows, safe cells."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone

from analyzer.models import AuditEntry, Import, Prune, Reject
from tests.analyzer.views.conftest import ClientAs

pytestmark = pytest.mark.django_db


def rows_of(answer: object) -> list[dict[str, str]]:
    text = answer.getvalue().decode()  # type: ignore[attr-defined]  # a streamed answer
    return list(csv.DictReader(io.StringIO(text)))


def test_the_history_is_taken_away_with_all_rows(client_as: ClientAs) -> None:
    now = timezone.now()
    Import.objects.bulk_create(
        Import(
            source="path",
            name="=cmd|calc",
            path="/x",
            submitted_at=now,
            state="complete",
            finished_at=now,
            added=number,
        )
        for number in range(150)
    )
    Prune.objects.create(kind="all", words="all data", submitted_at=now)
    answer = client_as("analyst").get(reverse("data_history"), {"format": "csv"})
    assert "zertify_history_" in answer["Content-Disposition"]
    found = rows_of(answer)
    assert len(found) == 151
    assert next(row["added"] for row in found if row["operation"] == "Import") == "149"
    assert {row["name"] for row in found} == {"'=cmd|calc", "all data"}
    entry = AuditEntry.objects.get(action="export.csv")
    assert (entry.user_name, entry.target) == ("analyst", "history")


def test_rejects_are_taken_away_by_their_place(client_as: ClientAs) -> None:
    now = timezone.now()
    imported = Import.objects.create(
        source="path", name="x", path="/x", submitted_at=now, state="complete", finished_at=now
    )
    for offset in (30, 10, 20):
        Reject.objects.create(
            imported=imported, offset=offset, record_number=1, length=4, head=b"x", message="@bad"
        )
    address = reverse("data_rejects", args=[imported.pk])
    found = rows_of(client_as("analyst").get(address, {"format": "csv"}))
    assert [row["offset"] for row in found] == ["10", "20", "30"]
    assert {row["message"] for row in found} == {"'@bad"}


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("analyst", 200)])
def test_it_needs_the_right_to_export(client_as: ClientAs, role: str, status: int) -> None:
    answer = client_as(role).get(reverse("data_history"), {"format": "csv"})
    assert answer.status_code == status
    answer.getvalue()
