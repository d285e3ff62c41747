"""What people, and the calendar, ask to be removed; each leaves an audit entry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from analyzer import audit
from analyzer.ingest import waiting
from analyzer.models import Prune, Retention, SystemSettings
from analyzer.pruning.claims import CLAIMS
from analyzer.pruning.errors import PruneError, RulesChangedError
from analyzer.queries.data import plan, retention, stored_days
from analyzer.queries.data.prunes import Asked, parts_of

TASK = "analyzer.run_prune"
_LOCK_RULES: Final = 1_193_004


@transaction.atomic
def submit(*, asked: Asked, by: audit.Actor, now: datetime, detach: bool = True) -> Prune:
    """Hand a prune to the workers, or only write it down. Raises PruneError."""
    parts = parts_of(asked, today=now.date())
    if not parts:
        raise PruneError("there is no such system")
    systems = SystemSettings.objects.count()
    said = plan.words(asked.words(today=now.date()), parts, systems=systems)
    return _submit(asked.kind, said, parts, by=by, now=now, detach=detach)


@transaction.atomic
def submit_leftovers(*, by: audit.Actor, now: datetime) -> Prune | None:
    """Remove what nothing refers to; None when such a prune waits already."""
    kind = Prune.Kind.LEFTOVERS
    if Prune.objects.filter(kind=kind, state=Prune.State.PENDING).exists():
        return None
    return _submit(kind, "what nothing refers to any more", [], by=by, now=now, detach=True)


@transaction.atomic
def retain(*, now: datetime) -> Prune | None:
    """Hand out the prune that retention asks for today; None when nothing is old enough."""
    if Prune.objects.filter(
        kind=Prune.Kind.RETENTION, state__in=(Prune.State.PENDING, Prune.State.ACTIVE)
    ).exists():
        return None
    parts = [
        part
        for part in retention.parts(retention.saved(), today=now.date())
        if stored_days.has_days_until(part.system, part.last)
    ]
    if not parts:
        return None
    said = plan.words("data past their retention", parts, systems=SystemSettings.objects.count())
    return _submit(Prune.Kind.RETENTION, said, parts, by=None, now=now, detach=True)


@transaction.atomic
def cancel(*, prune: Prune, by: audit.Actor, now: datetime) -> bool:
    """Stop a prune at once; what it has removed is gone. False when it had ended already."""
    canceled = CLAIMS.cancel(prune.pk, now=now)
    if canceled:
        audit.record(by=by, action="prune.cancel", target=prune.words, now=now)
    return canceled


@transaction.atomic
def set_retention(
    *,
    default: int | None,
    systems: Mapping[int, int | None],
    by: audit.Actor,
    now: datetime,
    over: retention.Rules | None = None,
) -> None:
    """Days to keep for all systems, and for those that are given here; None: for ever.

    Systems that are not given follow the default. Raises RulesChangedError when other rules are
    saved than those it is to replace, `over`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK_RULES])
    if over is not None and retention.saved() != over:
        raise RulesChangedError("the rules have been changed meanwhile")
    user_id = by.pk if by is not None and by.is_authenticated else None
    given: list[tuple[int | None, int | None]] = [(None, default), *systems.items()]
    Retention.objects.exclude(system__in=systems).filter(system__isnull=False).delete()
    for system, days in given:
        Retention.objects.update_or_create(
            system_id=system,
            defaults={"days": days, "changed_by_id": user_id, "changed_at": now},
        )
    names = {one.pk: str(one) for one in SystemSettings.objects.filter(pk__in=systems)}
    data = {"default": default, **{names[pk]: days for pk, days in systems.items()}}
    audit.record(by=by, action="settings.retention", target="retention", data=data, now=now)


def recover(*, now: datetime) -> int:
    """Hand the prunes that nobody works on over again; return how many."""
    found = CLAIMS.orphans(now=now)
    for prune_id in found:
        waiting.send(prune_id, task=TASK)
    return len(found)


def _submit(
    kind: str,
    words: str,
    parts: Collection[plan.Part],
    *,
    by: audit.Actor,
    now: datetime,
    detach: bool,
) -> Prune:
    prune = Prune.objects.create(
        kind=kind,
        words=words,
        plan=[part.as_json() for part in parts],
        submitted_by_id=by.pk if by is not None and by.is_authenticated else None,
        submitted_at=now,
    )
    audit.record(by=by, action="prune.submit", target=words, data={"prune": prune.pk}, now=now)
    if detach:
        waiting.enqueue(prune.pk, task=TASK)
    return prune
