"""The inventory through the REST interface."""

from __future__ import annotations

import csv
from collections.abc import Callable

import pytest
from django.test import Client

from tests.analyzer.api.conftest import rows_of

pytestmark = [pytest.mark.usefixtures("filled"), pytest.mark.django_db]
PATH = "/api/v1/certificates/"


@pytest.fixture
def client(client_as: Callable[[str], Client]) -> Client:
    return client_as("analyst")


def test_rows_have_all_columns_with_iso_times(client: Client) -> None:
    (row,) = rows_of(client, PATH, days="all", serial="0a01")
    assert (row["name"], row["serial"], row["key_bits"]) == ("tn.example", "A01", "2048")
    assert (row["subject_dn"], row["issuer_dn"]) == ("CN=tn.example", "CN=Example CA,O=Example")
    assert row["expires"] == "2026-11-30T12:00:00+00:00"
    assert row["last_use"] == "2026-11-21T10:00:00+00:00"
    assert (row["identity"], row["clients"], row["connections"]) == ("serial", 2, 7)


def test_pages_by_key_and_chosen_columns(client: Client) -> None:
    rows = rows_of(client, PATH, days="all", limit="1", sort="-connections", columns="name,serial")
    assert [row["name"] for row in rows] == ["ftp.example", "tn.example", "client.example"]
    assert {tuple(row) for row in rows} == {("id", "name", "serial")}


def test_csv_has_all_rows(client: Client) -> None:
    answer = client.get(PATH, {"days": "all", "format": "csv", "columns": "name,expires,expiry"})
    head, *rows = csv.reader(answer.getvalue().decode("utf-8-sig").splitlines())
    assert head == ["name", "expires", "expiry"]
    assert rows[-1] == ["ftp.example", "", "unknown"]
    assert len(rows) == 3


@pytest.mark.parametrize("query", ["expiry=sometime", "columns=nothing", "sort=parts2", "after=x"])
def test_what_cannot_be_used_is_an_error(client: Client, query: str) -> None:
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()["errors"]


def test_the_schema_describes_it(client: Client) -> None:
    schema = client.get("/api/v1/schema/?format=json").json()
    described = schema["paths"][PATH]["get"]
    assert described["operationId"] == "read_certificates"
    assert {"dn", "serial", "expiry", "sort", "after"} <= {
        p["name"] for p in described["parameters"]
    }
    assert {"application/json", "text/csv"} < set(described["responses"]["200"]["content"])


def test_one_certificate_has_who_used_it(client: Client) -> None:
    page = client.get(PATH, {"days": "all"}).json()
    for row in page["rows"]:
        found = client.get(f"{PATH}{row['id']}/", {"days": "all"}).json()
        assert (found["id"], found["serial"]) == (row["id"], row["serial"])
        for name in ("servers", "jobs", "clients"):
            assert found[name]["total"] == row[name], name
            assert len(found[name]["rows"]) == min(row[name], 20)
        connections = [one["connections"] for one in found["servers"]["rows"]]
        assert connections == sorted(connections, reverse=True)
        assert sum(connections) == row["connections"]
        assert found["shown_by"]


def test_one_certificate_refuses_what_it_does_not_know(client: Client) -> None:
    pk = client.get(PATH, {"days": "all"}).json()["rows"][0]["id"]
    assert client.get(f"{PATH}999999999/").status_code == 404
    assert client.get(f"{PATH}{pk}/", {"port": "x"}).json()["errors"].keys() == {"port"}
    assert client.get(f"{PATH}{pk}/", {"sort": "name"}).status_code == 400
