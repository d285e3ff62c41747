"""Reusable objects are made, changed, copied and deleted; shipped ones are only copied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from designer import drafts, shipped
from designer.content import objects as contents
from designer.content.errors import ContentError, DesignerError, InUseError, StaleObjectError
from designer.content.labels import check_labels, taken_once
from designer.content.rules import Tree
from designer.models import (
    ActionDescriptor,
    AddressGroup,
    DraftSave,
    ReusableObject,
    SecurityDescriptor,
    TrafficDescriptor,
    Version,
)
from designer.queries.objects import FIELDS, WORDS, ReusableKind, where_used
from policy.vocabulary import Protocol

_MOST_NAMED = 5
ShippedEntry = (
    shipped.AddressGroup
    | shipped.TrafficDescriptor
    | shipped.SecurityDescriptor
    | shipped.ShippedAction
)


@dataclass(frozen=True, slots=True)
class Said:
    """What an object is to say; `protocol` is for security descriptors alone."""

    name: str
    content: Tree
    description: str = ""
    basis: str = ""
    protocol: str = ""


@transaction.atomic
def make(*, kind: ReusableKind, said: Said, by: User, now: datetime) -> ReusableObject:
    """Make an object. Raises ContentError with all faults."""
    made = kind(changed_at=now, changed_by_name=by.get_username())
    _fill(made, said)
    with taken_once(f"an object of the kind {WORDS[kind]}", said.name):
        made.save(force_insert=True)
    data = {"content": made.content}
    audit.record(by=by, action=_action(made, "make"), target=made.name, data=data, now=now)
    return made


@transaction.atomic
def change(
    *, one: ReusableObject, revision: int, said: Said, by: User, now: datetime
) -> ReusableObject:
    """Change an object; drafts that use it get a new revision, submitted versions keep what it was.

    Raises StaleObjectError when somebody changed it after `revision`, DesignerError when it is
    shipped, ContentError with all faults, those of drafts that can't bear the change too.
    """
    row = _own(one)
    _as_seen(row, revision)
    before = {"name": row.name, "content": row.content}
    if isinstance(row, SecurityDescriptor) and said.protocol not in ("", row.protocol):
        raise ContentError(("", "protocol", f"it is for {row.protocol}; make another one instead"))
    _fill(row, said)
    row.revision, row.changed_at, row.changed_by_name = revision + 1, now, by.get_username()
    with taken_once(f"an object of the kind {WORDS[_kind(row)]}", said.name):
        row.save()
    _rename_in_saves(row, str(before["name"]))
    for draft in _drafts_with(row):
        _touch(draft, by, now)
    data = {"before": before, "content": row.content}
    audit.record(by=by, action=_action(row, "change"), target=row.name, data=data, now=now)
    return row


def copy(*, one: ReusableObject, name: str, by: User, now: datetime) -> ReusableObject:
    """Make an object of one's own that says what another does."""
    protocol = one.protocol if isinstance(one, SecurityDescriptor) else ""
    said = Said(name, one.content, one.description, one.basis, protocol)
    return make(kind=_kind(one), said=said, by=by, now=now)


@transaction.atomic
def take_shipped(*, now: datetime) -> int:
    """Bring the shipped objects up to what this release ships; returns how many changed.

    A name that the site has given to an object of its own keeps it: the shipped one gets
    ` (shipped)` behind its name. What a release no longer ships stays. Drafts that use what changed
    get a new revision, which nobody has edited.
    """
    found = shipped.load()
    entries: list[tuple[ReusableKind, Iterable[ShippedEntry]]] = [
        (AddressGroup, found.addresses.values()),
        (TrafficDescriptor, found.traffic.values()),
        (SecurityDescriptor, found.security.values()),
        (ActionDescriptor, found.actions.values()),
    ]
    return sum(_take(kind, entry, now) for kind, some in entries for entry in some)


def _take(kind: ReusableKind, entry: ShippedEntry, now: datetime) -> bool:
    row = kind._default_manager.select_for_update().filter(shipped=True, key=entry.key).first()
    row = row or kind(shipped=True, key=entry.key, changed_at=now)
    said: dict[str, object] = {
        "name": _free_name(kind, entry),
        "description": entry.description,
        "basis": entry.basis,
        "confidence": entry.confidence,
        "content": contents.without_name(entry.document),
    }
    if isinstance(row, SecurityDescriptor) and isinstance(entry, shipped.SecurityDescriptor):
        said["protocol"] = entry.protocol.value
    if row.pk and all(getattr(row, part) == value for part, value in said.items()):
        return False
    old = row.name if row.pk else ""
    for part, value in said.items():
        setattr(row, part, value)
    row.changed_at, row.revision = now, row.revision + (1 if row.pk else 0)
    row.save()
    if old:
        _rename_in_saves(row, old)
        for draft in _drafts_with(row):
            drafts.touch(version=draft, by=None, now=now)
    return True


def _free_name(kind: ReusableKind, entry: shipped.Entry) -> str:
    taken = kind._default_manager.filter(shipped=False, name__iexact=entry.name).exists()
    return f"{entry.name[:22]} (shipped)" if taken else entry.name


@transaction.atomic
def delete(*, one: ReusableObject, by: User, now: datetime, revision: int | None = None) -> None:
    """Delete an object that nothing uses; `revision` is the one that was seen.

    Raises InUseError, which names the users, and StaleObjectError for another revision.
    """
    row = _own(one)
    _as_seen(row, revision)
    uses = where_used(row)
    if uses:
        more = [f"{len(uses) - _MOST_NAMED} more"] if len(uses) > _MOST_NAMED else []
        raise InUseError(row.name, [*map(str, uses[:_MOST_NAMED]), *more])
    data = {"content": row.content}
    audit.record(by=by, action=_action(row, "delete"), target=row.name, data=data, now=now)
    row.delete()


def _own(one: ReusableObject) -> ReusableObject:
    row = _kind(one)._default_manager.select_for_update().filter(pk=one.pk).first()
    if row is None:
        raise DesignerError(f"`{one.name}` has been deleted meanwhile")
    if row.shipped:
        raise DesignerError(f"`{one.name}` comes with the product; copy it to change it")
    return row


def _as_seen(row: ReusableObject, revision: int | None) -> None:
    if revision is not None and row.revision != revision:
        raise StaleObjectError(row.name, number=row.revision, by=row.changed_by_name)


def _fill(row: ReusableObject, said: Said) -> None:
    check_labels(said.name, description=said.description, basis=said.basis)
    row.name, row.description, row.basis = said.name, said.description, said.basis
    if isinstance(row, SecurityDescriptor):
        row.protocol = row.protocol or said.protocol
    row.content = _kept(row, said)


def _kept(row: ReusableObject, said: Said) -> Tree:
    if isinstance(row, AddressGroup):
        return contents.kept(contents.addresses(said.name, said.content))
    if isinstance(row, TrafficDescriptor):
        return contents.kept(contents.traffic(said.name, said.content))
    if not isinstance(row, SecurityDescriptor):
        return contents.kept(contents.action(said.name, said.content))
    if row.protocol not in {one.value for one in Protocol} - {Protocol.NONE.value}:
        raise ContentError(("", "protocol", f"`{row.protocol}` is none of TLS, SSH and IPsec"))
    wanted = contents.security(said.name, said.content, Protocol(row.protocol))
    return contents.kept(wanted)


def _kind(one: ReusableObject) -> ReusableKind:
    return next(kind for kind in WORDS if isinstance(one, kind))


def _action(one: ReusableObject, verb: str) -> str:
    return f"policy.{WORDS[_kind(one)].split()[0]}.{verb}"


def _drafts_with(one: ReusableObject) -> list[Version]:
    keys = {use.version_id for use in where_used(one)}
    rows = Version.objects.filter(pk__in=keys, state=Version.State.DRAFT)
    return list(rows.select_related("rule_set"))


def _touch(draft: Version, by: User, now: datetime) -> None:
    try:
        drafts.touch(version=draft, by=by, now=now)
    except ContentError as error:
        faults = [
            (f"{draft}, rule {rule}" if rule else str(draft), part, said)
            for rule, part, said in error.faults
        ]
        raise ContentError(*faults) from error


def _rename_in_saves(one: ReusableObject, old: str) -> None:
    """A draft's earlier revisions name the object too; a stale change is merged over them."""
    if old == one.name:
        return
    for save in DraftSave.objects.filter(version__in=_drafts_with(one)):
        for rule in save.content["rules"]:
            _rename_in(rule, FIELDS[type(one)], old, one.name)
        save.save(update_fields=["content"])


def _rename_in(rule: dict[str, object], fields: tuple[str, ...], old: str, new: str) -> None:
    changed: Mapping[str, object] = {part: new for part in fields if rule.get(part) == old}
    rule.update(changed)
