"""Rule sets are made and copied, drafts are opened and dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from designer import drafts, rows, rule_tests
from designer.content.errors import DesignerError, StaleHeadError
from designer.content.labels import check_labels, taken_once
from designer.content.resolving import resolve
from designer.content.rules import Content
from designer.models import OPEN, PlannedStack, RuleSet, Version
from designer.queries.contents import content_of, head_of, shelf
from designer.queries.named import hold_objects
from designer.queries.site import matching
from policy.vocabulary import Protocol


@dataclass(frozen=True, slots=True)
class NewRuleSet:
    """What stands above the rules, before it is made."""

    name: str
    protocol: Protocol
    description: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """What of it can be changed later."""

    name: str
    description: str = ""
    owner: str = ""


@transaction.atomic
def make(
    *,
    head: NewRuleSet,
    by: User,
    now: datetime,
    content: Content | None = None,
    hands: frozenset[int] = frozenset(),
) -> Version:
    """Make a rule set with version 1 as its draft; `hands` are editors beside who makes it.

    Raises DesignerError, ContentError.
    """
    check_labels(head.name, description=head.description, owner=head.owner)
    content = content or Content()
    hold_objects(content)
    with taken_once("a rule set", head.name):
        rule_set = RuleSet.objects.create(
            name=head.name,
            protocol=head.protocol.value,
            description=head.description,
            owner=head.owner,
            made_at=now,
        )
    data = {"protocol": head.protocol.value}
    audit.record(by=by, action="policy.rule_set.make", target=head.name, data=data, now=now)
    return _draft(rule_set, content, None, by, now, hands)


def copy(*, version: Version, name: str, by: User, now: datetime) -> Version:
    """Make a rule set that begins with what a version of another says."""
    old = version.rule_set
    head = NewRuleSet(name, Protocol(old.protocol), old.description, old.owner)
    return make(head=head, by=by, now=now, content=content_of(version), hands=_hands(version))


@transaction.atomic
def open_draft(
    *, version: Version, by: User, now: datetime, content: Content | None = None
) -> Version:
    """Begin the next version of a rule set with what one of its versions says, or with `content`.

    Raises DesignerError when somebody works on the next version already.
    """
    content = content or content_of(version)
    hold_objects(content)
    rule_set = locked(version.rule_set)
    waiting = rule_set.versions.filter(state__in=OPEN).first()
    if waiting is not None:
        hint = "go on with it" if waiting.state == "draft" else "wait, or withdraw it"
        raise DesignerError(f"{waiting} is a {_word(waiting)} already; {hint}")
    if rule_set.retired_at is not None:
        raise DesignerError(f"`{rule_set.name}` is retired; take it up again first")
    made = _draft(rule_set, content, version, by, now, _hands(version))
    PlannedStack.objects.bulk_create(
        PlannedStack(version=made, stack_id=pk)
        for pk in version.planned.values_list("stack_id", flat=True)
    )
    return made


@transaction.atomic
def drop_draft(*, version: Version, by: User, now: datetime, revision: int | None = None) -> None:
    """Delete a draft; a rule set that never had another version goes with it.

    `revision` is the one that was seen. Raises StaleDraftError for another one.
    """
    draft = drafts.locked(version)
    if revision is not None and draft.revision != revision:
        raise drafts.stale(draft, revision)
    said = content_of(draft).tree()
    rule_set = draft.rule_set
    draft.planned.all().delete()
    draft.delete()
    data = {"number": draft.number, "content": said}
    audit.record(by=by, action="policy.draft.drop", target=f"{rule_set.name}", data=data, now=now)
    if not rule_set.versions.exists():
        rule_set.delete()


@transaction.atomic
def describe(
    *, rule_set: RuleSet, revision: int, said: Described, by: User, now: datetime
) -> RuleSet:
    """Change name, description and owner; what was published keeps those it had.

    An open draft gets a new revision: its file will say them. Raises StaleHeadError when somebody
    changed them after `revision`, ContentError.
    """
    check_labels(said.name, description=said.description, owner=said.owner)
    row = locked(rule_set)
    _as_seen(row, revision)
    before = {"name": row.name, "description": row.description, "owner": row.owner}
    row.name, row.description, row.owner = said.name, said.description, said.owner
    row.revision, row.changed_by_name = revision + 1, by.get_username()
    with taken_once("a rule set", said.name):
        row.save(update_fields=[*before, "revision", "changed_by_name"])
    for draft in row.versions.filter(state=Version.State.DRAFT):
        drafts.touch(version=draft, by=by, now=now)
    audit.record(
        by=by, action="policy.rule_set.describe", target=said.name, data={"before": before}, now=now
    )
    return row


@transaction.atomic
def retire(
    *,
    rule_set: RuleSet,
    retired: bool,
    by: User,
    now: datetime,
    revision: int | None = None,
) -> RuleSet:
    """Put a rule set aside, or take it up again; its versions stay to be read.

    `revision` is the one that was seen. Raises DesignerError while a version is open or stacks have
    it, and StaleHeadError for another revision.
    """
    row = locked(rule_set)
    _as_seen(row, revision)
    if retired:
        _needs_nobody(row)
    row.retired_at = now if retired else None
    row.save(update_fields=["retired_at"])
    action = "policy.rule_set.retire" if retired else "policy.rule_set.take_up"
    audit.record(by=by, action=action, target=row.name, now=now)
    return row


def locked(rule_set: RuleSet) -> RuleSet:
    """Return the rule set for this transaction alone. Raises DesignerError when it is gone."""
    row = RuleSet.objects.select_for_update().filter(pk=rule_set.pk).first()
    if row is None:
        raise DesignerError(f"`{rule_set.name}` has been deleted meanwhile")
    return row


def next_number(rule_set: RuleSet) -> int:
    """Return the number of the next version; the rule set is locked."""
    last = rule_set.versions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _hands(version: Version) -> frozenset[int]:
    """Who worked on what no other person approved: what begins with it is theirs as well."""
    if version.is_approved:
        return frozenset()
    keys = {*version.editors, version.author_id, version.submitted_by_id}
    return frozenset(key for key in keys if key is not None)


def _draft(
    rule_set: RuleSet,
    content: Content,
    based_on: Version | None,
    by: User,
    now: datetime,
    hands: frozenset[int],
) -> Version:
    resolved = resolve(head_of(rule_set), content, shelf())
    draft = Version.objects.create(
        rule_set=rule_set,
        number=next_number(rule_set),
        based_on=based_on,
        author=by,
        author_name=by.get_username(),
        made_at=now,
        editors=sorted({by.pk, *hands}),
        edited_by_name=by.get_username(),
        edited_at=now,
        test_results=rule_tests.results(resolved, content.tests, matching()),
    )
    rows.write_rows(draft, content)
    drafts.remember(draft, content)
    data = {"number": draft.number, "from": based_on.number if based_on else None}
    audit.record(by=by, action="policy.draft.open", target=str(draft), data=data, now=now)
    return draft


def _as_seen(row: RuleSet, revision: int | None) -> None:
    if revision is not None and row.revision != revision:
        raise StaleHeadError(row.name, number=row.revision, by=row.changed_by_name)


def _needs_nobody(row: RuleSet) -> None:
    """What is open is asked for first: a version that is being published is one or is on stacks."""
    waiting = row.versions.filter(state__in=OPEN).first()
    if waiting is not None:
        hint = "delete it" if waiting.state == "draft" else "withdraw it or decide on it"
        raise DesignerError(f"{waiting} is a {_word(waiting)}; {hint} first")
    stacks = _stacks_of(row)
    if stacks:
        raise DesignerError(f"`{row.name}` is assigned to {', '.join(stacks)}; take it away first")


def _stacks_of(rule_set: RuleSet) -> list[str]:
    rows = rule_set.versions.filter(assignments__isnull=False)
    return sorted(str(one.stack) for row in rows.distinct() for one in row.assignments.all())


def _word(version: Version) -> str:
    return "draft" if version.state == "draft" else "version that waits for approval"
