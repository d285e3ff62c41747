"""An empty store, and one that grows: as many questions for many rows as for few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analyzer.models import SecuritySession
from analyzer.queries import report
from analyzer.queries.days import latest_day, span
from analyzer.queries.kept import forget_all
from analyzer.queries.terms.period import Period
from tests.analyzer.queries.conftest import filters
from tests.builders import store_rows
from web.paging import Page

pytestmark = pytest.mark.django_db


def test_an_empty_store_has_empty_pages() -> None:
    assert latest_day() is None
    assert span(Period(days=30)) == (None, None)
    assert report.servers(filters(""), role="server") == Page()
    assert report.all_sessions(filters("")) == Page()


def questions(limit: int) -> int:
    """How many statements one page of each level takes."""
    asked = filters("days=all")
    server_id = SecuritySession.objects.filter(server__role="server").earliest("pk").server_id
    protocol, _ = report.protocols(asked, server_id=server_id)[0]
    forget_all()
    with CaptureQueriesContext(connection) as found:
        pages = [
            report.servers(asked, role="server", limit=limit),
            report.clients(asked, server_id=server_id, limit=limit),
            report.sessions(
                asked, server_id=server_id, protocol=protocol, detail="cryptographic", limit=limit
            ),
            report.all_sessions(asked, limit=limit),
        ]
        report.protocols(asked, server_id=server_id)
    assert all(0 < len(page.rows) <= limit for page in pages)
    return len(found)


def test_thirty_rows_take_as_many_questions_as_three() -> None:
    store_rows.fill(sessions=400, records=3_000)
    assert report.all_sessions(filters("days=all"), limit=3).total > 30
    few, many = questions(3), questions(30)
    assert many <= few
