"""A worker's side of a pack: claim, write, keep; from the beginning if it was interrupted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from analyzer.exports.pack.contents import MEMBERS, Made, Order, write_pack
from analyzer.ingest import workers
from analyzer.ingest.errors import NotOursError
from analyzer.ingest.heartbeat import Pulse
from analyzer.models import AuditPack
from analyzer.packs import places
from analyzer.packs.claims import claims
from analyzer.queries.saved import filters_of
from web.downloads import TooLargeFileError
from web.uploads import DiskFullError, disk_room

log = structlog.get_logger(__name__)
_BLOCK_BYTES: Final = 1 << 20
_LOST: Final = f"the worker was lost {claims.MAX_ATTEMPTS} times while it made the pack"


def run(pack_id: int) -> bool:
    """Work on a pack if it is free; False when it is not. Ends in a state, or raises.

    `OperationalError` comes out: the caller may try again.
    """
    pack = claims.claim(pack_id, now=timezone.now())
    if pack is None:
        return False
    try:
        if pack.attempts > claims.MAX_ATTEMPTS:
            claims.fail(pack, error=_LOST, now=timezone.now())
        else:
            _run(pack)
    except NotOursError:
        log.info("pack.released", pack_id=pack_id)
    except (OperationalError, InterfaceError) as error:
        claims.hand_back(pack, error=str(error))
        raise
    return True


def fail_ours(pack_id: int, error: str) -> None:
    """End the pack that this process was working on as failed, if it still is."""
    pack = AuditPack.objects.filter(pk=pack_id, state=AuditPack.State.ACTIVE).first()
    if pack is not None and workers.is_ours(pack.worker):
        claims.fail(pack, error=error, now=timezone.now())


def order_of(pack: AuditPack) -> Order:
    """What a row orders."""
    filters, _ = filters_of(pack.params)
    return Order(pack.title, pack.asked, filters, pack.as_of, pack.made_by_name)


def _run(pack: AuditPack) -> None:
    part = places.new_part(pack.pk)
    try:
        with disk_room(then="order the pack again"):
            made = _written(pack, part)
            digest, size_bytes = _digest(part)
        part.replace(places.place(pack.pk))
    except DiskFullError as error:
        claims.fail(pack, error=str(error), now=timezone.now())
    except TooLargeFileError as error:
        why = f"the pack would be {error}: ask for fewer days"
        claims.fail(pack, error=why, now=timezone.now())
    else:
        _complete(pack, made, digest=digest, size_bytes=size_bytes, now=timezone.now())
    finally:
        part.unlink(missing_ok=True)


def _written(pack: AuditPack, part: Path) -> Made:
    progress: dict[str, Any] = {}

    def renew(now: datetime) -> None:
        size_bytes = part.stat().st_size if part.exists() else 0
        claims.advance(pack, now=now, bytes_done=size_bytes, **progress)

    with Pulse(renew, of=f"pack {pack.pk}") as pulse, part.open("wb") as file:
        return write_pack(order_of(pack), file, told=_teller(progress, pulse.check))


def _teller(progress: dict[str, Any], check: Callable[[], None]) -> Callable[[str, int, int], None]:
    """Keep how far it is for the next sign of life, and stop where the claim is gone."""

    def told(name: str, done: int, total: int) -> None:
        check()
        progress.update(step=name, steps_done=done, steps_total=total)

    progress.update(step=MEMBERS[0], steps_done=0, steps_total=len(MEMBERS))
    return told


def _complete(pack: AuditPack, made: Made, *, digest: str, size_bytes: int, now: datetime) -> None:
    try:
        claims.advance(
            pack,
            now=now,
            state=AuditPack.State.COMPLETE,
            finished_at=now,
            expires_at=now + timedelta(days=settings.PACK_DAYS),
            rows=made.rows,
            sha256=digest,
            size_bytes=size_bytes,
            bytes_done=size_bytes,
            step="",
            steps_done=len(MEMBERS),
            steps_total=len(MEMBERS),
            error="",
        )
    except NotOursError:
        # Canceled at the last moment; another worker would have put the same bytes there.
        if not AuditPack.objects.filter(pk=pack.pk, state=AuditPack.State.ACTIVE).exists():
            places.drop(pack.pk)
        raise


def _digest(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
        return digest.hexdigest(), file.tell()
