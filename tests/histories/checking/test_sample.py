"""The sample site against itself: one stack has whole details on the last day, and they agree."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from smf.sample_site.options import SiteOptions
from smf.sample_site.writer import write_site
from tests.analyzer.ingest.conftest import Ingest
from tests.histories.test_checking import checked
from tests.histories.test_pages import author, text

__all__ = ["author"]
pytestmark = pytest.mark.django_db(transaction=True)
WHOLE = ("PLEXA", "SYSB", "TCPIPDMZ")


def test_where_the_sample_has_whole_details_they_come_to_what_its_summaries_say(
    ingest: Ingest, author: Client, tmp_path: Path
) -> None:
    path = tmp_path / "site.smf"
    with path.open("wb") as out:
        write_site(out, SiteOptions(date(2026, 10, 5), sessions=400, days=2, detail=True))
    ingest(path)
    code, said = checked("--days", "1", "--stack", *WHOLE)
    assert (code, said.split(" totals agree, ")[1]) == (0, "0 differ\n"), said
    assert int(said.split()[0]) > 30
    assert "All agree" in text(author, "history_agreement", stack=" ".join(WHOLE))
    page = text(author, "history_agreement", stack="")
    rows = re.findall(r"<td>(PLEX\w+ \w+ \w+)</td>.*?<td>(\w+ \w+)</td>", page)
    assert dict(rows).pop(" ".join(WHOLE)) == "All agree"
    assert [words for name, words in rows if words == "All agree"] == ["All agree"]
    assert len(rows) == 5
    assert "the store has a part of its connection records" in page
