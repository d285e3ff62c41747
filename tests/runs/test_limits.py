"""Pages of runs that would take too long to read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from designer.models import Version
from enforcement.models import Verdict
from tests.runs.test_pages import author, done, started, text

__all__ = ["author"]
pytestmark = pytest.mark.usefixtures("filled", "db")


def test_a_read_that_takes_too_long_is_said(author: Client, draft: Version, settings: Any) -> None:
    run = done(started(author, version_TLS=draft.pk))
    session = Verdict.objects.filter(run=run)[0].session
    with connection.cursor() as cursor:
        cursor.execute(
            """SET CONSTRAINTS ALL IMMEDIATE;
            ALTER TABLE enforcement_verdict RENAME TO verdicts_kept;
            CREATE VIEW enforcement_verdict AS SELECT v.* FROM verdicts_kept v, pg_sleep(3);
            ALTER TABLE analyzer_securitysession RENAME TO sessions_kept;
            CREATE VIEW analyzer_securitysession AS
                SELECT s.* FROM sessions_kept s, pg_sleep(3)"""
        )
    settings.TIME_LIMIT_PAGE_S = 1
    page = text(author, "enforcement_run", run.pk)
    assert "Reading its tables was stopped after 1 s" in page
    assert reverse("enforcement_table", args=[run.pk, "unused"]) in page
    alone = text(author, "enforcement_table", run.pk, "rules", status=503)
    assert "Reading the table was stopped after 1 s" in alone
    assert "stopped" not in text(author, "enforcement_table", run.pk, "unused")
    why = text(author, "enforcement_explained", run.pk, session, status=503)
    assert "Looking for the session was stopped after 1 s" in why
