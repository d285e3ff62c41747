"""From draft to published: submitted by one person, approved by another."""

from __future__ import annotations

from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from designer import checking, drafts, installing, versions
from designer.content.digests import digest_of
from designer.content.errors import ChangedError, DesignerError, NotYoursError
from designer.content.taking import content_again
from designer.models import DraftSave, Version
from designer.queries.around import around_version
from designer.queries.contents import content_of, rule_set_of, shelf
from designer.queries.named import hold_objects
from policy import documents
from policy.model import Policy, RuleSet


@transaction.atomic
def note(*, version: Version, comment: str, was: str, by: User, now: datetime) -> Version:
    """Keep what is to be said with a draft when it is submitted.

    Raises ChangedError when it is not `was` any more, DesignerError.
    """
    draft = drafts.locked(version)
    if draft.comment == comment.strip():
        return draft
    if draft.comment != was.strip():
        raise ChangedError(f"the comment of {draft}")
    draft.comment = comment.strip()
    draft.editors = sorted({*draft.editors, by.pk})
    draft.save(update_fields=["comment", "editors"])
    data = {"comment": draft.comment}
    audit.record(by=by, action="policy.draft.comment", target=str(draft), data=data, now=now)
    return draft


def hindrances(version: Version, day: date) -> list[str]:
    """Return what keeps a draft from being submitted, a sentence each."""
    return checking.hindrances(version, rule_set_of(version), around_version(version, day))


@transaction.atomic
def submit(*, version: Version, revision: int, comment: str, by: User, now: datetime) -> Version:
    """Freeze a draft and ask for approval. Raises NotReadyError, StaleDraftError."""
    draft = drafts.locked(version)
    if draft.revision != revision:
        raise drafts.stale(draft, revision)
    if not comment.strip():
        raise DesignerError("say in a comment what changes and why")
    rule_set = rule_set_of(draft)
    draft.test_results = _ready(draft, rule_set, now.date())
    draft.document = documents.to_tree(Policy((rule_set,)))
    draft.digest = digest_of(draft.document)
    draft.comment = comment.strip()
    draft.state = Version.State.SUBMITTED
    draft.submitted_by, draft.submitted_by_name, draft.submitted_at = by, by.get_username(), now
    draft.save()
    data = {"comment": draft.comment, "digest": draft.digest}
    audit.record(by=by, action="policy.submit", target=str(draft), data=data, now=now)
    return draft


@transaction.atomic
def withdraw(*, version: Version, by: User, now: datetime) -> Version:
    """Take a submitted version back: it is a draft again. Raises DesignerError."""
    row = _submitted(version)
    if row.restored_at is not None:
        raise DesignerError(f"{row} came from a backup: reject it, and begin the next with it")
    row.editors = sorted({*row.editors, *([row.submitted_by_id] if row.submitted_by_id else [])})
    row.state, row.document, row.digest = Version.State.DRAFT, None, ""
    row.submitted_by, row.submitted_by_name, row.submitted_at = None, "", None
    row.save()
    audit.record(by=by, action="policy.withdraw", target=str(row), now=now)
    return row


@transaction.atomic
def reject(
    *, version: Version, comment: str, by: User, now: datetime, revision: int | None = None
) -> Version:
    """Send a submitted version back with the reason. Raises NotYoursError, ChangedError."""
    row = _submitted(version)
    _not_ones_own(row, by)
    _as_seen(row, revision)
    if not comment.strip():
        raise DesignerError("say in a comment why it is rejected")
    _decide(row, Version.State.REJECTED, comment, by, now)
    data = {"comment": row.decision_comment}
    audit.record(by=by, action="policy.reject", target=str(row), data=data, now=now)
    return row


@transaction.atomic
def publish(
    *,
    version: Version,
    comment: str,
    by: User,
    now: datetime,
    revision: int | None = None,
    seen: installing.Seen | None = None,
) -> Version:
    """Approve what somebody else submitted; the planned stacks have it from now on.

    `revision` is the one that was looked at: rules and plan; `seen` what the planned stacks had.
    Raises NotYoursError, ChangedError for another revision or another version on a stack, and
    NotReadyError for what has become wrong since it was submitted.
    """
    row = _submitted(version)
    _not_ones_own(row, by)
    _as_seen(row, revision)
    if row.rule_set.retired_at is not None:
        raise DesignerError(f"`{row.rule_set}` is retired; take it up again first")
    _after_older(row)
    _ready(row, rule_set_of(row), now.date())
    row.rule_set.versions.filter(state=Version.State.PUBLISHED).update(
        state=Version.State.SUPERSEDED
    )
    _decide(row, Version.State.PUBLISHED, comment, by, now)
    data = {"comment": row.decision_comment, "digest": row.digest}
    audit.record(by=by, action="policy.publish", target=str(row), data=data, now=now)
    installing.assign_planned(version=row, by=by, now=now, seen=seen)
    return row


@transaction.atomic
def roll_back(*, version: Version, comment: str, by: User, now: datetime) -> Version:
    """Submit exactly what an older version said as a new one; it needs approval like any other.

    Where objects have changed since, its rules say themselves what they said: withdrawn, it still
    means it.
    """
    old = Version.objects.select_related("rule_set").get(pk=version.pk)
    if not old.is_released:
        raise DesignerError(f"{old} was never published")
    was = content_of(old)
    hold_objects(was)
    content = content_again(rule_set_of(old), was, shelf())
    row = versions.open_draft(version=old, content=content, by=by, now=now)
    said = comment.strip() or f"Back to version {old.number}."
    row.document, row.digest, row.comment = old.document, old.digest, said
    row.state = Version.State.SUBMITTED
    row.submitted_by, row.submitted_by_name, row.submitted_at = by, by.get_username(), now
    row.test_results = _ready(row, rule_set_of(row), now.date())
    row.save()
    data = {"comment": said, "to": old.number, "digest": old.digest}
    audit.record(by=by, action="policy.roll_back", target=str(row), data=data, now=now)
    return row


def may_decide(version: Version, user_pk: int | None) -> bool:
    """Return whether a person had no hand in a version, so that they may decide on it."""
    return user_pk not in {*version.editors, version.author_id, version.submitted_by_id}


def _ready(row: Version, rule_set: RuleSet, day: date) -> list[dict[str, object]]:
    return checking.ready(row, rule_set, around_version(row, day))


def _submitted(version: Version) -> Version:
    rows = Version.objects.select_related("rule_set").select_for_update(of=("self",))
    row = rows.filter(pk=version.pk).first()
    if row is None or row.state != Version.State.SUBMITTED:
        raise DesignerError(f"{version} does not wait for approval any more")
    return row


def _not_ones_own(row: Version, by: User) -> None:
    if not may_decide(row, by.pk):
        raise NotYoursError(f"you worked on {row} or submitted it; somebody else has to look at it")


def _after_older(row: Version) -> None:
    """Those of a backup wait together; the newest is to be the one that is in force at the end."""
    older = row.rule_set.versions.filter(state=Version.State.SUBMITTED, number__lt=row.number)
    first = older.select_related("rule_set").order_by("number").first()
    if first is not None:
        raise DesignerError(f"{first} waits for approval as well; decide on that one first")


def _as_seen(row: Version, revision: int | None) -> None:
    if revision is not None and row.revision != revision:
        raise ChangedError(str(row))


def _decide(row: Version, state: str, comment: str, by: User, now: datetime) -> None:
    row.state, row.decision_comment = state, comment.strip()
    row.decided_by, row.decided_by_name, row.decided_at = by, by.get_username(), now
    row.save(
        update_fields=[
            "state",
            "decision_comment",
            "decided_by",
            "decided_by_name",
            "decided_at",
        ]
    )
    DraftSave.objects.filter(version=row).delete()
