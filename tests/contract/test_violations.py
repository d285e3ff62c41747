"""What the description of the API does not allow is refused, whatever else it might mean.

ZERTIFY_CONTRACT_THOROUGH=on puts every hostile value into every place of a body.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest
from jsonschema import Draft202012Validator

from tests.contract import bodies, hostile
from tests.contract import site as sites
from tests.contract.asking import Asker, Operation, operations

pytestmark = pytest.mark.django_db
_TEXTS: Final = (
    "",
    " ",
    "x",
    "0",
    "-1",
    "1.5",
    "true",
    "null",
    "9" * 30,
    "x" * 5_000,
    "2026-02-30",
)
_TURNED: Final = (str.upper, str.lower, str.swapcase, "{} ".format, " {}".format)
"""An allowed word, not quite as it is allowed."""


def test_a_parameter_outside_its_schema_is_refused(site: sites.Site, tmp_path: Path) -> None:
    asker, taken, asked = Asker(site.author), bodies.taken(site.keys, str(tmp_path)), 0
    accepted: dict[str, str] = {}
    components = site.author.get("/api/v1/schema/").json()["components"]
    for path, operation in operations(site.author):
        name = operation["operationId"]
        address = site.address(path, name)
        body = hostile.sent(taken[name]) if name in taken else b""
        for key, schema in _parameters(operation):
            for text in _outside(schema, components):
                asked += 1
                if asker.ask(operation, f"{address}?{quote(key)}={quote(text)}", body) < 400:
                    accepted.setdefault(f"{name} {key}", text[:40])
    assert (accepted, asker.faults) == ({}, {})
    assert asked > 1_000


def test_a_body_outside_its_schema_is_refused(site: sites.Site, tmp_path: Path) -> None:
    asker, turns, asked = Asker(site.author), hostile.Turns(all_of_them=hostile.THOROUGH), 0
    accepted: dict[str, str] = {}
    taken = bodies.taken(site.keys, str(tmp_path))
    components = site.author.get("/api/v1/schema/").json()["components"]
    for path, operation in operations(site.author):
        name = operation["operationId"]
        body = taken.get(name)
        if body is None:
            continue
        content = operation["requestBody"]["content"]["application/json"]
        allowed = _validator(content["schema"], components)
        for one in chain((None, [], {}, "", 0, True), hostile.changed(body, turns)):
            if allowed.is_valid(one):
                continue
            asked += 1
            if asker.ask(operation, site.address(path, name), hostile.sent(one)) < 400:
                accepted[name] = _fault(allowed, one)
    assert (accepted, asker.faults) == ({}, {})
    assert asked > 1_000


def _fault(allowed: Draft202012Validator, body: Any) -> str:
    """Where a body is outside, and how."""
    first = next(allowed.iter_errors(body))
    return f"{first.json_path}: {first.message[:200]}"


def _parameters(operation: Operation) -> Iterator[tuple[str, Any]]:
    for one in operation.get("parameters", ()):
        if one["in"] == "query":
            yield one["name"], one["schema"]


def _outside(schema: Any, components: Mapping[str, Any]) -> Iterator[str]:
    """Texts that are no value of a parameter, however they are read."""
    allowed = _validator(schema, components)
    words = [str(one) for one in schema.get("enum", schema.get("items", {}).get("enum", ()))]
    nearly = (turn(word) for word in words[:3] for turn in _TURNED)
    for text in dict.fromkeys(chain(_TEXTS, nearly)):
        if not any(map(allowed.is_valid, _readings(text))):
            yield text


def _readings(text: str) -> Iterator[Any]:
    """What a text may stand for in an address."""
    yield from (text, [text] if text else [])
    if re.fullmatch(r"-?\d+", text, re.ASCII):
        yield from (int(text), [int(text)])
    if re.fullmatch(r"-?\d+\.\d+", text, re.ASCII):
        yield float(text)
    if text in ("true", "false"):
        yield text == "true"


def _validator(schema: Any, components: Mapping[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": components})
