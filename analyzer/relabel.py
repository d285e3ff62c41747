"""Names of codes anew for protections that older code tables have named."""

from __future__ import annotations

from django.db import transaction

from analyzer.ingest.load import labels
from analyzer.models import Protection
from smf.describe import TABLES_VERSION

_ROWS = 1_000


def relabel() -> int:
    """Bring the derived columns up to the tables of this release; return how many changed."""
    changed = 0
    while found := _outdated():
        with transaction.atomic():
            for protection in found:
                for name, value in labels.derived(protection.raw).items():
                    setattr(protection, name, value)
            Protection.objects.bulk_update(found, labels.DERIVED)
        changed += len(found)
    return changed


def _outdated() -> list[Protection]:
    old = Protection.objects.exclude(tables_version=TABLES_VERSION)
    return list(old.order_by("pk")[:_ROWS])
