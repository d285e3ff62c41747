"""Asks every address of the API, and keeps what nobody may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.test import Client

_JSON = "application/json"
_REFUSED_EARLY = {404, 405, 406, 413, 415}
Operation = dict[str, Any]


class Asker:
    """Asks, and keeps what nobody may see."""

    def __init__(self, client: Client) -> None:
        self.client, self.faults = client, dict[str, str]()
        self.asked = 0
        client.raise_request_exception = False

    def ask(
        self,
        operation: Operation,
        address: str,
        body: bytes = b"",
        content_type: str = _JSON,
        accept: str = "*/*",
    ) -> int:
        """Send one request, take back what it did, and return its status."""
        self.asked += 1
        with transaction.atomic():
            answer = self.client.generic(
                operation["method"],
                address,
                body,
                content_type=content_type,
                headers={"Accept": accept},
            )
            if answer.streaming:
                b"".join(answer.streaming_content)  # type: ignore[arg-type]  # WSGI has no other
            if answer.status_code < 400:
                _end_as_a_commit_would()
            transaction.set_rollback(True)
        status = answer.status_code
        known = {int(code) for code in operation["responses"]} | _REFUSED_EARLY
        if status >= 500 or status not in known:
            name = f"{operation['operationId']} {status}"
            self.faults.setdefault(name, f"{address} {body[:300]!r} {content_type} {accept}")
        return status


def _end_as_a_commit_would() -> None:
    """Constraints that wait for the end are asked; a fault is one that nobody is told of."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def operations(client: Client) -> Iterator[tuple[str, Operation]]:
    """Every operation of the schema with its path."""
    for path, found in client.get("/api/v1/schema/").json()["paths"].items():
        for method, operation in found.items():
            yield path, {**operation, "method": method.upper()}
