"""Ordering, canceling, fetching and deleting packs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, Final

from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction

from analyzer import audit
from analyzer.ingest.broker import hand_over
from analyzer.models import AuditPack
from analyzer.packs import places
from analyzer.packs.claims import claims
from analyzer.packs.errors import NotTheirsError, PackError, PackMissingError
from analyzer.queries.filters import Filters

TASK: Final = "analyzer.make_pack"
QUEUE: Final = "default"
ADMINISTER: Final = "analyzer.administer"
LONGEST_TITLE: Final = 200
Person = User | AnonymousUser


@dataclass(frozen=True, slots=True)
class Wanted:
    """`asked` are the filters as somebody gave them, `fixed` the same with days that stay."""

    title: str
    asked: Filters
    fixed: Filters


@transaction.atomic
def order(*, wanted: Wanted, by: Person, now: datetime) -> AuditPack:
    """Hand a pack to the workers. Raises PackError."""
    if wanted.fixed.refused:
        raise PackError("a filter cannot be used")
    made = AuditPack.objects.create(
        title=wanted.title[:LONGEST_TITLE],
        asked=wanted.asked.to_params(),
        params=wanted.fixed.to_params(),
        as_of=now.replace(microsecond=0),
        made_by_id=by.pk,
        made_by_name=by.get_username(),
        submitted_at=now,
    )
    _record("pack.make", made, by=by, now=now, filters=made.params)
    transaction.on_commit(partial(send, made.pk))
    return made


def send(pack_id: int) -> None:
    """Hand it to the workers now."""
    hand_over(TASK, pack_id, queue=QUEUE)


def recover(*, now: datetime) -> int:
    """Hand the packs that nobody works on over again; return how many."""
    found = claims.orphans(now=now)
    for pack_id in found:
        send(pack_id)
    return len(found)


@transaction.atomic
def cancel(*, pack: AuditPack, by: Person, now: datetime) -> bool:
    """Stop a pack at once. False when it had ended already. Raises NotTheirsError."""
    _theirs(pack, by)
    canceled = claims.cancel(pack.pk, now=now)
    if canceled:
        _record("pack.cancel", pack, by=by, now=now)
        transaction.on_commit(partial(places.drop, pack.pk))
    return canceled


@transaction.atomic
def fetch(*, pack: AuditPack, by: Person, now: datetime) -> BinaryIO:
    """The file, for somebody to take away. Raises PackMissingError."""
    if pack.state != AuditPack.State.COMPLETE or pack.dropped_at is not None:
        raise PackMissingError("the pack has no file")
    try:
        file = places.place(pack.pk).open("rb")
    except OSError as error:
        raise PackMissingError("the file of the pack is gone from the disk") from error
    _record("pack.fetch", pack, by=by, now=now, sha256=pack.sha256, rows=pack.rows)
    return file


@transaction.atomic
def delete(*, pack: AuditPack, by: Person, now: datetime) -> None:
    """Drop a pack that has ended with its file; the audit log keeps what it was.

    Raises NotTheirsError and PackError.
    """
    _theirs(pack, by)
    ended = AuditPack.objects.filter(pk=pack.pk, finished_at__isnull=False)
    _record("pack.delete", pack, by=by, now=now, sha256=pack.sha256, filters=pack.params)
    if not ended.delete()[0]:
        raise PackError("the pack is being made: cancel it first")
    transaction.on_commit(partial(places.drop, pack.pk))


@transaction.atomic
def expire(*, now: datetime) -> int:
    """Drop the files of packs whose time is over; return how many. Their rows stay."""
    old = AuditPack.objects.select_for_update().filter(
        state=AuditPack.State.COMPLETE, dropped_at__isnull=True, expires_at__lte=now
    )
    found = list(old)
    for pack in found:
        AuditPack.objects.filter(pk=pack.pk).update(dropped_at=now)
        _record("pack.expire", pack, by=None, now=now, sha256=pack.sha256)
        transaction.on_commit(partial(places.drop, pack.pk))
    return len(found)


def may_change(pack: AuditPack, by: Person) -> bool:
    """Who ordered it, or an administrator."""
    return bool(by.has_perm(ADMINISTER) or (by.pk is not None and pack.made_by_id == by.pk))


def _theirs(pack: AuditPack, by: Person) -> None:
    if not may_change(pack, by):
        raise NotTheirsError("the pack is for who ordered it, or an administrator, to change")


def _record(action: str, pack: AuditPack, *, by: audit.Actor, now: datetime, **data: Any) -> None:
    audit.record(by=by, action=action, target=pack.title, now=now, data={"pack": pack.pk, **data})
