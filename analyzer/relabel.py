"""Names of codes anew for protections that older code tables have named, and their certificates."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection, transaction

from analyzer.ingest.load import certificates, labels
from analyzer.models import Protection

_ROWS = 1_000
_PROTECTED = ("TLS", "SSH", "IPSEC")


@dataclass(frozen=True, slots=True)
class Relabeled:
    """How many protections were named anew, and how many certificates of others were entered."""

    protections: int
    certificates: int


def relabel() -> Relabeled:
    """Bring what is derived from raw codes up to the tables of this release."""
    return Relabeled(_name_anew(), _enter_certificates())


def _name_anew() -> int:
    changed = 0
    while found := _outdated():
        with transaction.atomic():
            for protection in found:
                for name, value in labels.derived(protection.raw).items():
                    setattr(protection, name, value)
            Protection.objects.bulk_update(found, labels.DERIVED)
            _learn(found)
        changed += len(found)
    return changed


def _enter_certificates() -> int:
    """Those of protections that came before certificates were kept."""
    entered, last = 0, 0
    # Most sessions show no certificate at all: each protection is looked at once, by its key.
    without = Protection.objects.filter(protocol__in=_PROTECTED, certificates=None)
    while found := list(without.filter(pk__gt=last).order_by("pk")[:_ROWS]):
        with transaction.atomic():
            entered += _learn(found)
        last = found[-1].pk
    return entered


def _learn(found: list[Protection]) -> int:
    with connection.cursor() as cursor:
        return certificates.learn(cursor, ((one.pk, one.raw) for one in found))


def _outdated() -> list[Protection]:
    old = Protection.objects.exclude(tables_version=labels.VERSION)
    return list(old.order_by("pk")[:_ROWS])
