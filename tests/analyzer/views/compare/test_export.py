"""A comparison as a CSV file, from its page."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from analyzer.models import AuditEntry
from tests.analyzer.queries.compare import compared
from tests.analyzer.views.compare.conftest import PATH, page
from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("stack")
def test_the_file_has_what_is_seen(client_as: ClientAs) -> None:
    client = client_as("analyst")
    found = page(client, "sort=-b_connections")
    answer = client.get(PATH + found.export_address())
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["job"] for row in rows] == found.column("Job Name")
    assert [row["status"].capitalize() for row in rows] == found.column("Status")
    assert [row["b_connections"] or "\u2013" for row in rows] == found.column("Conns B")
    assert "open" not in rows[0]
    name = answer["Content-Disposition"]
    assert "zertify_compared-servers-with-2026-01-31-to-2026-03-01_the-last-30-days_" in name
    entry = AuditEntry.objects.earliest("pk")
    assert (entry.action, entry.target) == (
        "export.csv",
        "compared-servers with 2026-01-31 to 2026-03-01",
    )


@pytest.mark.usefixtures("stack")
def test_a_file_is_refused_as_the_page_is(client_as: ClientAs) -> None:
    assert client_as("viewer").get(f"{PATH}?format=csv").status_code == 403
    analyst = client_as("analyst")
    for query, words in (
        ("a_to=x", "`x` is not a day"),
        ("columns=odd", "`odd` is not a column of this table"),
    ):
        answer = analyst.get(f"{PATH}?format=csv&{query}")
        assert answer.status_code == 400
        assert words in Page(answer).text
    assert analyst.head(f"{PATH}?format=csv").status_code == 200


def test_a_file_of_a_side_without_data_has_no_rows(client_as: ClientAs) -> None:
    one = compared.server(compared.place(a=False), "ONE")
    compared.traffic(one, {}, {"none": 1})
    answer = client_as("analyst").get(f"{PATH}?format=csv&columns=job")
    assert answer.getvalue().decode("utf-8-sig").split() == ["job"]


@pytest.mark.usefixtures("stack")
def test_a_file_that_takes_too_long_is_refused(client_as: ClientAs, settings: Any) -> None:
    settings.TIME_LIMIT_EXPORT_S = 0.001
    answer = client_as("analyst").get(f"{PATH}?format=csv")
    assert answer.status_code == 503
    assert "ask for fewer days" in Page(answer).text


@pytest.mark.usefixtures("stack")
def test_a_file_of_two_systems_names_both(client_as: ClientAs) -> None:
    other = compared.place("SYSB")
    compared.traffic(compared.server(other, "WORSE"), {}, {"none": 1})
    query = "system=SYSA&a_system=SYSB&columns=job,status&status=better,worse"
    answer = client_as("analyst").get(f"{PATH}?{query}&format=csv")
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert rows == [["job", "status"], ["WORSE", "better"]]
    assert "zertify_compared-servers-with-SYSB_system-SYSA_" in answer["Content-Disposition"]
    assert AuditEntry.objects.latest("pk").target == "compared-servers with SYSB"
