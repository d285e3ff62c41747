"""Everything as one document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from analyzer import audit
from designer.queries.backup import everything


def take(*, by: audit.Actor, now: datetime) -> dict[str, Any]:
    """Return everything of the designer; leaves an entry."""
    found = everything(now)
    data = {"rule_sets": len(found["rule_sets"]), "groups": len(found["groups"])}
    audit.record(by=by, action="policy.backup", target="", data=data, now=now)
    return found
