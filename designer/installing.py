"""Versions come to stacks: assigned, promoted from tag to tag, and recorded when installed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from designer import checking, rulesets, versions
from designer.content.encoding import Encoded, with_digest
from designer.content.errors import ChangedError, DesignerError, InForceError, OtherFileError
from designer.models import Assignment, Installation, Stack, Tag, Version
from designer.queries import stacks as reads
from designer.queries.around import around
from designer.queries.contents import rule_set_of
from policy import documents
from policy.code_page import CodePage

_BEFORE = {Tag.TEST: Tag.DEV, Tag.PROD: Tag.TEST}
_UNAPPROVED = "came from a backup and was not approved here"
Seen = Mapping[int, int | None]
"""By key of a stack the key of the version that it had when the page was made."""


@dataclass(frozen=True, slots=True)
class _File:
    """A policy file that can be in force on a stack; `earlier` is when it was before, by whom."""

    text: str
    page: CodePage
    document: dict[str, Any]
    dialect: str
    versions: list[Version]
    earlier: str | None = None


def tag_before(tag: str) -> Tag | None:
    """Return the tag that versions are promoted from to `tag`; None where they begin."""
    return _BEFORE.get(Tag(tag))


def tag_after(tag: str) -> Tag | None:
    """Return the tag that versions are promoted to from `tag`; None where they end."""
    return next((one for one, before in _BEFORE.items() if before == tag), None)


@transaction.atomic
def assign(
    *,
    version: Version,
    stacks: Iterable[Stack],
    by: User,
    now: datetime,
    seen: Seen | None = None,
) -> None:
    """Give stacks this version for its protocol, in the place of what they had.

    Raises DesignerError for a version that was never published here, NotReadyError for what keeps
    it today from being published for these stacks, ChangedError for a stack that has another
    version than was `seen`.
    """
    if not version.is_released:
        raise DesignerError(f"{version} is {version.state}: stacks take published versions")
    if not version.is_approved:
        raise DesignerError(f"{version} {_UNAPPROVED}; roll back to it")
    if versions.locked(version.rule_set).retired_at is not None:
        raise DesignerError(f"`{version.rule_set}` is retired; take it up again first")
    rows = [_held(one) for one in sorted(stacks, key=lambda one: one.pk)]
    checking.ready(version, rule_set_of(version), around(day=now.date(), stacks=rows))
    for stack in rows:
        _assign(version, stack, by, now, seen)


def hindrances(version: Version, stacks: Iterable[Stack], day: date) -> list[str]:
    """Return what keeps a version from being assigned to stacks, a sentence each."""
    where = around(day=day, stacks=stacks)
    return checking.hindrances(version, rule_set_of(version), where)


@transaction.atomic
def assign_planned(*, version: Version, by: User, now: datetime, seen: Seen | None = None) -> None:
    """Give the planned stacks the version that has just been published.

    Raises ChangedError for a stack that has another version than was `seen`.
    """
    for plan in version.planned.select_related("stack__system").order_by("stack_id"):
        _assign(version, _held(plan.stack), by, now, seen)


@transaction.atomic
def unassign(*, assignment: Assignment, by: User, now: datetime, seen: int | None = None) -> None:
    """Take a protocol's version from a stack; `seen` is the key of the version that was seen.

    Raises ChangedError when it has another by now.
    """
    gone, target = str(assignment.version), str(assignment.stack)
    _held(assignment.stack)
    rows = Assignment.objects.filter(pk=assignment.pk, version=assignment.version_id)
    if seen not in {None, assignment.version_id} or not rows.delete()[0]:
        raise ChangedError(target)
    data = {"version": gone, "protocol": assignment.protocol}
    audit.record(by=by, action="policy.unassign", target=target, data=data, now=now)


@transaction.atomic
def promote(
    *,
    version: Version,
    to: Tag,
    stacks: Iterable[Stack],
    by: User,
    now: datetime,
    seen: Seen | None = None,
) -> None:
    """Give a version that a stack of the tag before has to stacks of the next tag.

    Raises what `assign` raises.
    """
    before = _BEFORE.get(to)
    if before is None:
        raise DesignerError(f"nothing is promoted to {to}: it is where versions begin")
    if not version.assignments.filter(stack__tag=before).exists():
        raise DesignerError(f"{version} is on no {before} stack yet, so it can't go to {to}")
    chosen = list(stacks)
    if not chosen:
        raise DesignerError("a promotion names its stacks")
    wrong = [str(one) for one in chosen if one.tag != to]
    if wrong:
        raise DesignerError(f"{', '.join(wrong)} is no {to} stack")
    assign(version=version, stacks=chosen, by=by, now=now, seen=seen)


@transaction.atomic
def record_installation(
    *, stack: Stack, digest: str, comment: str, by: User, now: datetime, dialect: str = ""
) -> Installation:
    """Write down that the stack's policy file with this SHA-256 was put in force there.

    That is the file as it is now, in `dialect`, or the one of an earlier installation, as that was.
    Raises InForceError for the file of the newest installation, OtherFileError for any other one.
    """
    _held(stack)
    file = _earlier(stack, digest) or _made_now(stack, digest, dialect)
    made = Installation.objects.create(
        stack=stack,
        document=file.document,
        policy_file=file.text,
        digest=digest,
        dialect=file.dialect,
        comment=comment.strip(),
        installed_by=by,
        installed_by_name=by.get_username(),
        installed_at=now,
    )
    made.versions.set(file.versions)
    data = {
        "digest": digest,
        "code_page": file.page.value,
        "versions": [str(one) for one in file.versions],
        "comment": comment,
    }
    if file.earlier is not None:
        data["earlier"] = file.earlier
    audit.record(by=by, action="policy.install", target=str(stack), data=data, now=now)
    return made


def note_fetch(*, target: str, file: Encoded, by: User, now: datetime) -> None:
    """Write down that somebody took a policy file away."""
    said = {"digest": file.digest, "code_page": file.page.value}
    audit.record(by=by, action="policy.file.fetch", target=target, data=said, now=now)


def _earlier(stack: Stack, digest: str) -> _File | None:
    """The file of an earlier installation; None when none has this digest."""
    row = reads.installation_with(stack, digest)
    found = with_digest(row.policy_file, digest) if row else None
    if row is None or found is None:
        return None
    said = f"{row.installed_at:%Y-%m-%d %H:%M:%S} UTC by {row.installed_by_name}"
    last = reads.last_installation(stack)
    if last is not None and last.digest == digest:
        raise InForceError(str(stack), asked=digest, last=_last_words(last))
    rows = [*row.versions.select_related("rule_set").order_by("rule_set__name")]
    for one in rows:
        if not one.is_approved:
            raise DesignerError(f"{one} {_UNAPPROVED}, so its file is not put in force")
    return _File(row.policy_file, found.page, row.document, row.dialect, rows, said)


def _made_now(stack: Stack, digest: str, dialect: str) -> _File:
    """The file that the stack's rule sets make now."""
    rows = rulesets.versions_of(stack)
    if not rows:
        raise DesignerError(f"{stack} has no rule set, so there is no file to install")
    used = rulesets.dialect_of(stack, dialect).dialect_id
    for one in rulesets.stack_files(stack, dialect=used):
        if one.digest == digest:
            tree = documents.to_tree(rulesets.assigned(stack))
            return _File(one.text, one.page, tree, used, rows)
    raise OtherFileError(str(stack), asked=digest, said=_as_it_is(stack, used))


def _last_words(last: Installation) -> str:
    return (
        f"{last.installed_by_name} wrote an installation down at "
        f"{last.installed_at:%Y-%m-%d %H:%M} UTC"
    )


def _as_it_is(stack: Stack, dialect_id: str) -> list[str]:
    """Why a stack's file may be another one than before: what it has since when, what was told."""
    said = [
        f"it has {one.version} since {one.assigned_at:%Y-%m-%d %H:%M} UTC by {one.assigned_by_name}"
        for one in reads.assignments_of(stack)
    ]
    last = reads.last_installation(stack)
    if last is not None:
        said.append(f"{_last_words(last)}, which the file's header names")
    return [*said, f"its files are spelled in the dialect `{dialect_id}`"]


def _held(stack: Stack) -> Stack:
    """Keep a stack from others; it still has the tag that whoever acts has the right for."""
    rows = Stack.objects.select_for_update(of=("self",), no_key=True)
    row = rows.select_related("system__group").filter(pk=stack.pk).first()
    if row is None:
        raise DesignerError(f"{stack} has been deleted meanwhile")
    if row.tag != stack.tag:
        raise ChangedError(str(stack))
    return row


def _assign(
    version: Version, stack: Stack, by: User, now: datetime, seen: Seen | None = None
) -> None:
    protocol = version.rule_set.protocol
    rows = Assignment.objects.filter(stack=stack, protocol=protocol)
    old = rows.select_related("version__rule_set").first()
    if seen is not None and seen.get(stack.pk) != (old.version_id if old else None):
        raise ChangedError(str(stack), f"`{old.version}`" if old else f"nothing for {protocol}")
    if old is not None and old.version_id == version.pk:
        return
    Assignment.objects.update_or_create(
        stack=stack,
        protocol=protocol,
        defaults={
            "version": version,
            "assigned_by_name": by.get_username(),
            "assigned_at": now,
        },
    )
    data = {"version": str(version), "before": str(old.version) if old else None}
    audit.record(by=by, action="policy.assign", target=str(stack), data=data, now=now)
