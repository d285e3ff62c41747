"""Names of codes anew for protections that older code tables have named, and their certificates."""

from __future__ import annotations

from django.db import connection, transaction

from analyzer.ingest.load import certificates, labels
from analyzer.models import Protection

_ROWS = 1_000


def relabel() -> int:
    """Bring what is derived from raw codes up to the tables of this release: how many had older."""
    changed = 0
    while found := _outdated():
        with transaction.atomic():
            for protection in found:
                for name, value in labels.derived(protection.raw).items():
                    setattr(protection, name, value)
            Protection.objects.bulk_update(found, labels.DERIVED)
            with connection.cursor() as cursor:
                certificates.learn(cursor, ((one.pk, one.raw) for one in found))
        changed += len(found)
    return changed


def _outdated() -> list[Protection]:
    old = Protection.objects.exclude(tables_version=labels.VERSION)
    return list(old.order_by("pk")[:_ROWS])
