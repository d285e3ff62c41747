"""A sample site, written once and read back."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from smf.errors import Rejected
from smf.reader import DumpReader, Framing
from smf.sample_site.options import SiteOptions, SiteSummary
from smf.sample_site.writer import write_site

END = date(2026, 10, 5)


@dataclass(frozen=True)
class Site:
    """What was written, and what a reader found."""

    path: Path
    options: SiteOptions
    summary: SiteSummary
    framing: Framing
    rejects: list[Rejected]
    ignored: Counter[str]
    records: int
    tails: int
    protections: dict[int, dict[str, Any]]
    sessions: pl.DataFrame
    activity: pl.DataFrame
    connections: pl.DataFrame
    coverage: pl.DataFrame

    def used(self) -> pl.DataFrame:
        """Every interval with its session, version and suite."""
        marks = [self._mark(index) for index in self.sessions["protection_index"]]
        sessions = self.sessions.with_columns(pl.Series("mark", marks))
        return self.activity.join(sessions, on="session_index")

    def _mark(self, index: int) -> str:
        raw = self.protections[index]
        protocol = raw["protocol"]
        section = raw[protocol.lower()] if protocol != "NONE" else {}
        return " ".join(
            [protocol, *(str(section[key]) for key in ("version", "major") if key in section)]
        )


@pytest.fixture(scope="session")
def make_site(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Site]:
    """make_site(sessions=..., days=...): write and read a site that ends on 2026-10-05."""

    def make(**given: Any) -> Site:
        options = SiteOptions(**{"end": END, "sessions": 80, "days": 1, **given})
        path = tmp_path_factory.mktemp("site") / "dump.smf"
        with path.open("wb") as out:
            summary = write_site(out, options)
        return _read(path, options, summary)

    return make


@pytest.fixture(scope="session")
def site(make_site: Callable[..., Site]) -> Site:
    """Three weeks with everything in them."""
    return make_site(sessions=300, days=21, interval_minutes=120, detail=True)


def _read(path: Path, options: SiteOptions, summary: SiteSummary) -> Site:
    with DumpReader(path) as reader:
        batches = list(reader)
    ignored: Counter[str] = Counter()
    for batch in batches:
        ignored.update(batch.ignored)
    protections = pl.concat([batch.protections for batch in batches])
    raw = zip(protections["protection_index"], protections["raw"], strict=True)
    return Site(
        path,
        options,
        summary,
        reader.framing,
        [reject for batch in batches for reject in batch.rejects],
        ignored,
        sum(batch.records for batch in batches),
        sum(batch.tail is not None for batch in batches),
        {index: json.loads(text) for index, text in raw},
        *(
            pl.concat([getattr(batch, name) for batch in batches])
            for name in ("sessions", "activity", "connections", "coverage")
        ),
    )
