"""Bodies have an end: neither a long one nor a deep one takes the web process with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from analyzer.models import SystemSettings

pytestmark = pytest.mark.django_db
QUERIES, IMPORTS = "/api/v1/queries/", "/api/v1/imports/"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("address", "content_type"), [(QUERIES, JSON), (IMPORTS, JSON), (IMPORTS, FORM)]
)
def test_a_body_beyond_the_limit_is_refused_unread(
    program: Callable[[str], Client], settings: Any, address: str, content_type: str
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    body = '{"name": "' + "x" * 1_000 + '"}' if content_type == JSON else "path=" + "x" * 1_000
    answer = program("administrator").post(address, body, content_type=content_type)
    assert answer.status_code == 413
    assert answer.json() == {"error": "all that is no file can be 1000 bytes"}


def test_a_body_that_is_nested_too_deeply_is_no_mistake_of_ours(
    program: Callable[[str], Client],
) -> None:
    body = "[" * 100_000 + "]" * 100_000
    answer = program("analyst").post(QUERIES, body, content_type=JSON)
    assert answer.status_code == 400
    assert answer.json() == {"error": "the JSON is nested too deeply"}


def test_no_answer_is_kept_by_a_browser(program: Callable[[str], Client]) -> None:
    client = program("administrator")
    for address in ("users/", "audit/", "database/", "imports/1/"):
        assert client.get(f"/api/v1/{address}")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (r'{"name": "A\ud800"}', {"name": "`name` has a NUL or half a character in it"}),
        (r'{"name": "A\u0000"}', {"name": "`name` has a NUL or half a character in it"}),
        (r'{"\udfff": 1}', {"�": "`�` has a NUL or half a character in it"}),
        (r'{"filters": {"job": [["\ud83d"]]}}', {"filters": "`filters` has a NUL or half"}),
        (r'{"filters": {"job": {"a\u0000b": 1}}}', {"filters": "`filters` has a NUL or half"}),
        (r'["\udbff"]', {"body": "`body` has a NUL or half a character in it"}),
        ('{"name": 1e400}', {"name": "`name` has a number in it that is too large"}),
        ('{"name": -1E+9999}', {"name": "`name` has a number in it that is too large"}),
        (f'{{"name": 1{"0" * 400}.0}}', {"name": "`name` has a number in it that is too large"}),
    ],
)
def test_what_nobody_can_keep_or_repeat_is_refused_where_it_stands(
    program: Callable[[str], Client], body: str, errors: dict[str, str]
) -> None:
    answer = program("analyst").post(QUERIES, body, content_type=JSON)
    assert answer.status_code == 400
    found = answer.json()["errors"]
    assert found.keys() == errors.keys()
    assert all(found[name].startswith(said) for name, said in errors.items())


def test_whole_characters_beyond_the_first_plane_are_texts(
    program: Callable[[str], Client],
) -> None:
    answer = program("analyst").post(QUERIES, r'{"name": "\ud83d\ude00 1e400"}', content_type=JSON)
    assert (answer.status_code, answer.json()["name"]) == (201, "\N{GRINNING FACE} 1e400")


def test_of_rows_only_some_of_which_are_wrong_the_reason_is_said(
    program: Callable[[str], Client],
) -> None:
    system = SystemSettings.objects.create(sysplex="PLEXA", system="SYSA").pk
    rows = [{"system": system, "days": 3}, {"system": system, "days": 0}]
    answer = program("administrator").put(
        "/api/v1/retention/", {"default": None, "systems": rows}, content_type=JSON
    )
    assert answer.status_code == 400
    assert "greater than or equal to 1" in answer.json()["errors"]["systems"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("paths/", {"path": 5}, "path"),
        ("watch-folders/", {"path": "/x", "active": "true"}, "active"),
        ("watch-folders/", {"path": "/x", "active": 1}, "active"),
        ("prunes/", {"kind": "older", "older_days": "30", "confirm": "x"}, "older_days"),
        ("prunes/", {"kind": "older", "older_days": True, "confirm": "x"}, "older_days"),
        ("prunes/", {"kind": "all", "systems": ["1"], "confirm": "all data"}, "systems"),
        ("queries/", {"name": 7}, "name"),
        ("queries/", {"name": "x", "filters": {"port": [992]}}, "filters"),
        ("watches/", {"query": 1, "name": "x", "weekday": "0"}, "weekday"),
        ("watches/", {"query": 1, "name": "x", "weekday": True}, "weekday"),
        ("retention/preview/", {"default": 3, "systems": [{"system": 1, "x": 2}]}, "systems"),
        ("audit-packs/", {"filters": {}, "colour": 1}, "colour"),
        ("audit-packs/", {"query": "1"}, "query"),
    ],
)
def test_a_value_of_another_type_is_refused(
    program: Callable[[str], Client], path: str, body: object, field: str
) -> None:
    answer = program("administrator").post(f"/api/v1/{path}", body, content_type=JSON)
    assert (answer.status_code, [*answer.json()["errors"]]) == (400, [field]), answer.content


def test_a_whole_number_may_have_a_point(program: Callable[[str], Client]) -> None:
    body = '{"default": 3.0, "systems": []}'
    answer = program("administrator").put("/api/v1/retention/", body, content_type=JSON)
    assert (answer.status_code, answer.json()["default"]) == (200, 3)
