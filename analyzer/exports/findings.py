"""The findings of a baseline as a file of any format, by the door of all tables."""

# ruff: noqa: S608 -- every part is a constant of this package; values are parameters

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import IO, Final

from analyzer import audit
from analyzer.baselines.profile import Profile
from analyzer.exports.formats.registry import Chosen
from analyzer.exports.rows import Rows, rows_file
from analyzer.exports.taking import Taking
from analyzer.queries.baselines.findings import Findings
from analyzer.queries.filters import Filters
from analyzer.queries.pages import Question
from analyzer.queries.relations import Relation
from analyzer.queries.terms.term import Clause
from analyzer.serializers.baselines import finding_values
from analyzer.tables.baselines import FINDINGS
from analyzer.tables.columns import Column

# In the order of the profile, whose rules stand as its document has them.
_TABLE: Final = replace(
    FINDINGS,
    columns=(Column("place", "Place", kind="int"), *FINDINGS.columns),
    default_sort="place",
)
_TYPED: Final = ", ".join(
    f'"{one.key}" {"bigint" if one.kind in ("count", "int") else "text"}' for one in _TABLE.columns
)
_ROWS: Final = f"SELECT place AS id, r.* FROM json_to_recordset(%s::json) AS r({_TYPED})"


def findings_file(
    profile: Profile, found: Findings, taking: Taking, *, chosen: Chosen
) -> tuple[str, IO[bytes]]:
    """Return the name and the whole content. Raises what `rows_file` raises."""
    values = [
        {"place": place, **finding_values(one)} for place, one in enumerate(found.findings, start=1)
    ]
    rows = Clause(_ROWS, (json.dumps(values),))
    question = Question(_TABLE, Relation(rows, rows))
    return rows_file(Rows(question, FINDINGS.columns), taking, chosen=chosen)


def taking_of(profile: Profile, filters: Filters, *, by: audit.Actor, now: datetime) -> Taking:
    """Who takes the findings of which version of a baseline away."""
    version = f" version {profile.version}" if profile.version else ""
    return Taking(by=by, now=now, target=f"baseline {profile.key}{version}", filters=filters)
