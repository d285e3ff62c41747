"""No address of the API breaks: whatever is sent, it is taken or refused as described, never 500.

Each request is taken back, so that the next one finds the same store. Values go round by turns;
with ZERTIFY_CONTRACT_THOROUGH=on every one of them is put into every place, which takes an hour.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.signals import got_request_exception

from tests.contract import bodies, hostile
from tests.contract import site as sites
from tests.contract.asking import Asker, Operation, operations

pytestmark = pytest.mark.django_db
_JSON = "application/json"
_NOTHING_TO_READ = ["start_exact_run"]
"""The store has no connection records."""


def test_nothing_that_is_sent_breaks_an_address(site: sites.Site, tmp_path: Path) -> None:
    broken: list[str] = []
    got_request_exception.connect(note := lambda **_: broken.append("an exception"))
    asker, turns = Asker(site.author), hostile.Turns(all_of_them=hostile.THOROUGH)
    taken, refused = bodies.taken(site.keys, str(tmp_path)), []
    for path, operation in operations(site.author):
        name = operation["operationId"]
        address = site.address(path, name)
        body = taken.get(name)
        usual = hostile.sent(body) if body is not None else b""
        if asker.ask(operation, address, usual) == 400 and body is not None:
            refused.append(name)
        _ask_around(asker, operation, path, address, usual, turns)
        if body is not None:
            for one in hostile.changed(body, turns):
                asker.ask(operation, address, hostile.sent(one))
        if "requestBody" in operation:
            for raw in hostile.RAW:
                asker.ask(operation, address, raw)
            for content_type, form in hostile.FORMS:
                asker.ask(operation, address, form, content_type)
    assert (asker.faults, broken, refused) == ({}, [], _NOTHING_TO_READ)
    assert note is not None
    assert asker.asked > 3_000


def _ask_around(
    asker: Asker,
    operation: Operation,
    path: str,
    address: str,
    body: bytes,
    turns: hostile.Turns,
) -> None:
    """Other ids, other parameters, other charsets, other wishes; the body stays."""
    parts = address.split("/")
    for place, part in enumerate(path.split("/")):
        for key in hostile.KEYS if part.startswith("{") else ():
            other = "/".join([*parts[:place], key, *parts[place + 1 :]])
            asker.ask(operation, other, body)
    asked = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
    for name in (*asked, "no_such_parameter"):
        for text in turns.take(hostile.TEXTS, most=1):
            asker.ask(
                operation, f"{address}?{quote(name)}={quote(text, errors='surrogatepass')}", body
            )
    for charset in turns.take(hostile.CHARSETS, most=2):
        asker.ask(operation, address, body, f"{_JSON}; charset={charset}")
    for accept in (*hostile.FILE_TYPES, *turns.take(hostile.ACCEPTS, most=2)):
        asker.ask(operation, address, body, accept=accept)
