"""z/OS groups, systems and stacks: made by hand, or taken from the records of the analyzer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, TypeVar, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Model, ProtectedError

from analyzer import audit
from designer.content.errors import ChangedError, ContentError, DesignerError, InUseError
from designer.content.labels import check_image, check_labels, taken_once
from designer.models import Stack, System, Tag, ZosGroup
from designer.queries.recorded import RecordedStack, recorded_stacks

NO_SYSPLEX = "Systems"
"""The group of systems whose records name no sysplex."""
Place = ZosGroup | System | Stack
Held = TypeVar("Held", bound=Place)
_SAID: Final = {
    ZosGroup: ("name", "description"),
    System: ("group_id", "sysplex", "name"),
    Stack: ("system_id", "name", "tag"),
}


@transaction.atomic
def make_group(*, name: str, by: User, now: datetime, description: str = "") -> ZosGroup:
    """Make a z/OS group. Raises ContentError."""
    check_labels(name, description=description)
    with taken_once("a z/OS group", name):
        made = ZosGroup.objects.create(name=name, description=description)
    audit.record(by=by, action="policy.group.make", target=name, now=now)
    return made


@transaction.atomic
def change_group(
    *,
    group: ZosGroup,
    name: str,
    description: str,
    by: User,
    now: datetime,
    seen: str | None = None,
) -> ZosGroup:
    """Change the name and description of a group. Raises ContentError, ChangedError.

    `seen` is the mark of what whoever saves had before them; None: they have just read it.
    """
    check_labels(name, description=description)
    before = _held(group, seen).name
    group.name, group.description = name, description
    with taken_once("a z/OS group", name):
        group.save(update_fields=["name", "description"])
    data = {"before": before}
    audit.record(by=by, action="policy.group.change", target=name, data=data, now=now)
    return group


@transaction.atomic
def make_system(
    *, group: ZosGroup, name: str, by: User, now: datetime, sysplex: str = ""
) -> System:
    """Make a system in a group. Raises ContentError."""
    name = check_image("name", name)
    sysplex = check_image("sysplex", sysplex) if sysplex.strip() else ""
    with taken_once("a system", name):
        made = System.objects.create(group=group, sysplex=sysplex, name=name)
    data = {"group": group.name}
    audit.record(by=by, action="policy.system.make", target=str(made), data=data, now=now)
    return made


@dataclass(frozen=True, slots=True)
class Placed:
    """What a system is to say: its group and its names."""

    group: ZosGroup
    name: str
    sysplex: str = ""


@transaction.atomic
def change_system(
    *, system: System, placed: Placed, by: User, now: datetime, seen: str | None = None
) -> System:
    """Put a system into another group, or give it other names. Raises ContentError, ChangedError.

    With other names it is tied to the records that bear them.
    """
    name = check_image("name", placed.name)
    sysplex = check_image("sysplex", placed.sysplex) if placed.sysplex.strip() else ""
    before = _held(system, seen)
    data = {"before": f"{before} in {before.group}", "after": f"{placed.group}"}
    system.group, system.name, system.sysplex = placed.group, name, sysplex
    with taken_once("a system", name):
        system.save(update_fields=["group", "name", "sysplex"])
    if (before.sysplex, before.name) != (sysplex, name):
        _tie_again(system.stacks.all())
    audit.record(by=by, action="policy.system.change", target=str(system), data=data, now=now)
    return system


@transaction.atomic
def make_stack(*, system: System, name: str, by: User, now: datetime, tag: str = Tag.DEV) -> Stack:
    """Make a stack of a system, tied to the records that bear its names. Raises ContentError."""
    name = check_image("name", name)
    _known_tag(tag)
    with taken_once("a stack", name):
        made = Stack.objects.create(
            system=system, name=name, tag=tag, recorded_id=_recorded(system, name)
        )
    data = {"tag": tag}
    audit.record(by=by, action="policy.stack.make", target=str(made), data=data, now=now)
    return made


@transaction.atomic
def change_stack(
    *, stack: Stack, name: str, tag: str, by: User, now: datetime, seen: str | None = None
) -> Stack:
    """Say what a stack is called and what it is for. Raises ContentError, ChangedError."""
    name = check_image("name", name)
    _known_tag(tag)
    before = _held(stack, seen)
    stack.name, stack.tag = name, tag
    with taken_once("a stack", name):
        stack.save(update_fields=["name", "tag"])
    if before.name != name:
        _tie_again([stack])
    data = {"name": before.name, "before": before.tag, "after": tag}
    audit.record(by=by, action="policy.stack.change", target=str(stack), data=data, now=now)
    return stack


@transaction.atomic
def take_from_records(*, by: User, now: datetime) -> list[Stack]:
    """Make what the analyzer has records of and the workspace lacks; returns the new stacks.

    A sysplex becomes a group. What is there already stays as it is, and is tied to its records.
    Records whose names no z/OS image can bear are left out.
    """
    made = []
    for one in recorded_stacks():
        if not one.bears_image_names:
            continue
        system = _system_of(one, by, now)
        stack = system.stacks.filter(name=one.stack).first()
        if stack is None:
            made.append(make_stack(system=system, name=one.stack, by=by, now=now))
        elif stack.recorded_id is None:
            stack.recorded_id = one.pk
            stack.save(update_fields=["recorded"])
    return made


@transaction.atomic
def delete(*, one: Place, by: User, now: datetime, seen: str | None = None) -> None:
    """Delete a group, system or stack that nothing stands on. Raises InUseError, ChangedError."""
    target = str(one)
    _held(one, seen)
    try:
        with transaction.atomic():
            one.delete()
    except ProtectedError as error:
        raise InUseError(target, _users(error)) from error
    kind = {ZosGroup: "group", System: "system", Stack: "stack"}[type(one)]
    audit.record(by=by, action=f"policy.{kind}.delete", target=target, now=now)


def mark(one: Place) -> str:
    """Return in a few characters what a place says: a page names it when it saves."""
    said = "\0".join(str(getattr(one, part)) for part in _SAID[type(one)])
    return sha256(said.encode()).hexdigest()[:16]


def _held(one: Held, seen: str | None) -> Held:
    """Return a place as it is now, kept from others until the transaction ends.

    It still says what `one` says: whoever asked for rights asked by that.
    """
    row = type(one)._default_manager.select_for_update().filter(pk=one.pk).first()
    if row is None:
        raise DesignerError(f"`{one}` has been deleted meanwhile")
    if mark(row) != mark(one) or seen not in {None, mark(row)}:
        raise ChangedError(str(one))
    return cast("Held", row)


def _users(error: ProtectedError) -> list[str]:
    rows: list[Model] = sorted(error.protected_objects, key=str)
    said = [f"{row._meta.verbose_name} {row}" for row in rows]
    return [*said[:5], *([f"{len(said) - 5} more"] if len(said) > 5 else [])]


def _system_of(one: RecordedStack, by: User, now: datetime) -> System:
    known = System.objects.filter(sysplex=one.sysplex, name=one.system).order_by("pk").first()
    if known is not None:
        return known
    name = one.sysplex or NO_SYSPLEX
    group = ZosGroup.objects.filter(name__iexact=name).first()
    group = group or make_group(name=name, by=by, now=now)
    return make_system(group=group, name=one.system, sysplex=one.sysplex, by=by, now=now)


def _tie_again(stacks: Iterable[Stack]) -> None:
    """Tie stacks to the records that bear their names, where no other stack is tied to those."""
    rows = list(stacks)
    Stack.objects.filter(pk__in=[one.pk for one in rows]).update(recorded=None)
    for one in rows:
        one.recorded_id = _recorded(one.system, one.name)
        one.save(update_fields=["recorded"])


def _recorded(system: System, name: str) -> int | None:
    for one in recorded_stacks():
        if (one.sysplex, one.system, one.stack) == (system.sysplex, system.name, name):
            free = not Stack.objects.filter(recorded_id=one.pk).exists()
            return one.pk if free else None
    return None


def _known_tag(tag: str) -> None:
    if tag not in Tag.values:
        raise ContentError(("", "tag", f"`{tag}` is none of {', '.join(Tag.values)}"))
