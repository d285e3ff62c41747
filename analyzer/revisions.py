"""Two people change one thing: who saves later is told of it instead of winning unseen."""

from __future__ import annotations

from typing import Any

from django.db import models

from analyzer.models import ExportSchedule, SavedQuery, Watch
from web.revisions import ChangedMeanwhileError

Revised = SavedQuery | Watch | ExportSchedule


def hold(row: Revised) -> bool:
    """Read the row again and keep it from others until the transaction ends; False: it is gone."""
    rows: Any = type(row)._default_manager.select_related("owner", "changed_by")
    # No key of it changes: what refers to it can go on being written.
    locked = rows.select_for_update(of=("self",), no_key=True)
    try:
        row.refresh_from_db(from_queryset=locked)
    except models.ObjectDoesNotExist:
        return False
    return True


def require_latest(row: Revised, revision: int | None) -> None:
    """Raise ChangedMeanwhileError unless `revision` is that of the row, or None: no matter which.

    The row must be held.
    """
    if revision is not None and revision != row.revision:
        by = row.changed_by.get_username() if row.changed_by else ""
        raise ChangedMeanwhileError(row.name, number=row.revision, by=by)
