"""Packs as rows: ordered, worked on, taken away, canceled, deleted, expired."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict

from analyzer.exports.pack import work
from analyzer.ingest.errors import NotOursError
from analyzer.models import AuditEntry, AuditPack
from analyzer.packs import orders, places
from analyzer.packs.claims import claims
from analyzer.packs.errors import NotTheirsError, PackError, PackMissingError
from analyzer.queries.filters import Filters
from analyzer.queries.packs.fixed import fixed
from tests.analyzer.packs.conftest import rows_of

pytestmark = pytest.mark.usefixtures("filled", "db")
Person = Callable[[str], User]
NOW = datetime(2026, 4, 1, 8, 30, 5, 77, tzinfo=UTC)


def order(user: User, query: str = "days=all") -> AuditPack:
    filters, errors = Filters.from_params(QueryDict(query))
    assert not errors
    wanted = orders.Wanted("Report", filters, fixed(filters, as_of=NOW))
    return orders.order(wanted=wanted, by=user, now=NOW)


def made(user: User, query: str = "days=all") -> AuditPack:
    pack = order(user, query)
    assert work.run(pack.pk)
    pack.refresh_from_db()
    assert pack.state == "complete", pack.error
    return pack


def test_a_worker_makes_the_pack_and_says_what_is_inside(person: Person) -> None:
    pack = made(person("analyst"), "days=7")
    path = places.place(pack.pk)
    assert path.stat().st_size == pack.size_bytes
    assert len(pack.sha256) == 64
    assert pack.rows["sessions.csv"] == len(rows_of(path, "sessions.csv")) > 0
    assert (pack.asked, pack.params) == (
        {"days": ["7"]},
        {"from": ["2026-03-25"], "to": ["2026-03-31"]},
    )
    assert pack.expires_at is not None
    assert pack.expires_at > NOW + timedelta(days=29)
    assert not work.run(pack.pk)


def test_the_same_order_gives_the_same_bytes(person: Person) -> None:
    user = person("analyst")
    first, second = made(user), made(user)
    assert first.sha256 == second.sha256
    assert places.place(first.pk).read_bytes() == places.place(second.pk).read_bytes()


def test_taking_it_away_is_audited_and_needs_a_file(person: Person) -> None:
    user = person("analyst")
    pack = order(user)
    with pytest.raises(PackMissingError, match="has no file"):
        orders.fetch(pack=pack, by=user, now=NOW)
    pack = made(user)
    with orders.fetch(pack=pack, by=user, now=NOW) as file:
        assert file.read(2) == b"PK"
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.user_name) == ("pack.fetch", "analyst")
    assert entry.data["sha256"] == pack.sha256
    places.place(pack.pk).unlink()
    with pytest.raises(PackMissingError, match="gone from the disk"):
        orders.fetch(pack=pack, by=user, now=NOW)


def test_a_cancel_is_for_who_ordered_it_and_ends_it_at_once(
    person: Person, django_capture_on_commit_callbacks: Any
) -> None:
    user, other = person("analyst"), User.objects.create(username="other")
    pack = order(user)
    claimed = claims.claim(pack.pk, now=NOW)
    assert claimed is not None
    with pytest.raises(NotTheirsError):
        orders.cancel(pack=pack, by=other, now=NOW)
    assert orders.cancel(pack=pack, by=user, now=NOW)
    assert not orders.cancel(pack=pack, by=user, now=NOW)
    with pytest.raises(NotOursError):
        claims.advance(claimed, now=NOW, step="sessions.csv")
    assert not work.run(pack.pk)


def test_deleting_drops_the_file_and_only_what_has_ended(
    person: Person, django_capture_on_commit_callbacks: Any
) -> None:
    user = person("analyst")
    pack = order(user)
    with pytest.raises(PackError, match="cancel it first"):
        orders.delete(pack=pack, by=user, now=NOW)
    pack = made(user)
    with django_capture_on_commit_callbacks(execute=True):
        orders.delete(pack=pack, by=user, now=NOW)
    assert not places.place(pack.pk).exists()
    assert not AuditPack.objects.filter(pk=pack.pk).exists()


def test_old_files_go_and_their_rows_stay(
    person: Person, django_capture_on_commit_callbacks: Any
) -> None:
    pack = made(person("analyst"))
    assert pack.expires_at is not None
    assert orders.expire(now=pack.expires_at - timedelta(seconds=1)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert orders.expire(now=pack.expires_at) == 1
    assert not places.place(pack.pk).exists()
    pack.refresh_from_db()
    assert pack.dropped_at == pack.expires_at
    assert orders.expire(now=pack.expires_at) == 0


def test_a_pack_whose_worker_is_gone_is_made_anew(person: Person) -> None:
    pack = order(person("analyst"))
    AuditPack.objects.filter(pk=pack.pk).update(state="active", worker="elsewhere/1/1/x")
    left = places.new_part(pack.pk)
    left.write_bytes(b"half")
    assert claims.orphans(now=NOW) == [pack.pk]
    assert work.run(pack.pk)
    pack.refresh_from_db()
    assert pack.state == "complete"
    assert not left.exists()
    assert [path.name for path in left.parent.iterdir()] == [f"{pack.pk}.zip"]


def test_one_in_good_hands_is_left_alone(person: Person) -> None:
    pack = order(person("analyst"))
    AuditPack.objects.filter(pk=pack.pk).update(
        state="active", worker="elsewhere/1/1/x", heartbeat_at=NOW
    )
    assert claims.orphans(now=NOW) == []
    assert claims.claim(pack.pk, now=NOW) is None


def test_a_pack_that_loses_its_worker_again_and_again_fails(person: Person) -> None:
    pack = order(person("analyst"))
    AuditPack.objects.filter(pk=pack.pk).update(attempts=claims.MAX_ATTEMPTS)
    work.run(pack.pk)
    pack.refresh_from_db()
    assert (pack.state, pack.error) == (
        *("failed",),
        "the worker was lost 5 times while it made the pack",
    )


def test_one_that_grows_too_large_fails_with_what_to_do(person: Person, settings: Any) -> None:
    settings.EXPORT_MAX_BYTES = 1000
    pack = order(person("analyst"))
    work.run(pack.pk)
    pack.refresh_from_db()
    assert pack.state == "failed"
    assert pack.error == "the pack would be larger than 1000 bytes: ask for fewer days"
    assert not list(Path(settings.PACKS).iterdir())


def test_a_full_disk_fails_with_what_to_do(person: Person, settings: Any, tmp_path: Path) -> None:
    pack = order(person("analyst"))
    device = Path("/dev/full")
    if not device.exists():
        pytest.skip("no /dev/full on this machine")
    with device.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space") as found:
        file.write(b"x")
    assert found.value.errno == errno.ENOSPC
    settings.PACKS = tmp_path / "packs-on-a-full-disk"
    settings.PACKS.mkdir()
    part = settings.PACKS / "part"
    part.symlink_to(device)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "new_part", lambda pack_id: part)
        work.run(pack.pk)
    pack.refresh_from_db()
    assert pack.state == "failed"
    assert "disk is full" in pack.error
