"""The schema is valid, complete and without a warning; answers keep to it."""

from __future__ import annotations

import io
from typing import Any

import jsonschema
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from analyzer.api.urls import urlpatterns as analyzer_urls
from analyzer.models import Server
from analyzer.queries.filters import NAMES
from designer.api.urls import urlpatterns as policy_urls
from enforcement.api.histories_urls import urlpatterns as history_urls
from enforcement.api.intervals_urls import urlpatterns as interval_urls
from enforcement.api.live.urls import urlpatterns as live_urls
from enforcement.api.urls import urlpatterns as enforcement_urls

urlpatterns = [
    *analyzer_urls,
    *policy_urls,
    *enforcement_urls,
    *history_urls,
    *interval_urls,
    *live_urls,
]
ERROR = {"$ref": "#/components/schemas/Error"}
CONFLICT = {"$ref": "#/components/schemas/Conflict"}


@pytest.fixture
def schema(analyst: Client) -> dict[str, Any]:
    answer = analyst.get(reverse("api_schema"))
    assert answer["Content-Type"].startswith("application/json")
    found: dict[str, Any] = answer.json()
    return found


def operations(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [found for path in schema["paths"].values() for found in path.values()]


def test_the_schema_is_valid_and_has_no_warnings() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=io.StringIO())


@pytest.mark.django_db
def test_every_address_is_described(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    names = {pattern.name for pattern in urlpatterns} - {"api_schema"}
    assert len(schema["paths"]) == len(names)
    assert len({found["operationId"] for found in operations(schema)}) == len(names) + 55


@pytest.mark.django_db
def test_every_operation_says_who_may_and_how_it_fails(schema: dict[str, Any]) -> None:
    for found in operations(schema):
        assert {"tokenAuth": []} in found["security"]
        assert {"400", "401", "403"} <= found["responses"].keys()
        for code, answer in found["responses"].items():
            if code >= "400":
                wanted = CONFLICT if code == "409" else ERROR
                assert answer["content"]["application/json"]["schema"] == wanted
                assert answer["description"]


@pytest.mark.parametrize("path", ["report/servers/", "report/servers/{id}/clients/", "sessions/"])
@pytest.mark.django_db
def test_tables_describe_every_parameter_and_every_form(schema: dict[str, Any], path: str) -> None:
    found = schema["paths"][f"/api/v1/{path}"]["get"]
    asked = {one["name"] for one in found["parameters"] if one["in"] == "query"}
    assert asked == NAMES | {"sort", "columns", "format", "after", "limit", "delimiter", "quoting"}
    assert found["responses"]["200"]["content"].keys() == {
        *("application/json", "text/csv", "application/x-ndjson"),
        "application/vnd.apache.parquet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }


@pytest.mark.django_db
def test_the_role_of_the_overview_is_a_word_of_its_own(schema: dict[str, Any]) -> None:
    asked = schema["paths"]["/api/v1/overview/"]["get"]["parameters"]
    (role,) = [one["schema"] for one in asked if one["name"] == "role"]
    assert set(role["enum"]) == {"server", "client", "peer"}


@pytest.mark.usefixtures("filled")
def test_answers_keep_to_the_schema(schema: dict[str, Any], analyst: Client) -> None:
    server = Server.objects.filter(sessions__protection__protocol="TLS").earliest("pk").pk
    asked = {
        "report/servers/": "days=all",
        "report/peers/": "days=all",
        f"report/servers/{server}/clients/": "days=all",
        f"report/servers/{server}/sessions/": "days=all&protocol=TLS",
        "sessions/": "days=all",
        "systems/": "",
        "imports/": "",
        "report/clients/": "port=x",
    }
    for path, query in asked.items():
        answer = analyst.get(f"/api/v1/{path}?{query}")
        described = schema["paths"][f"/api/v1/{path.replace(str(server), '{id}')}"]["get"]
        shape = described["responses"][str(answer.status_code)]["content"]["application/json"]
        jsonschema.validate(answer.json(), {**shape["schema"], "components": schema["components"]})
