"""Drafts are edited: each save states the revision that it changes, and makes the next."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from designer import rule_tests
from designer.content.errors import ContentError, DesignerError, Sides, StaleDraftError
from designer.content.merging import Decided
from designer.content.merging import merge as merged
from designer.content.resolving import resolve
from designer.content.rules import Content, RuleContent, TestContent
from designer.models import DraftSave, PlannedStack, Stack, Version
from designer.queries.contents import content_at, content_of, head_of, shelf
from designer.queries.named import hold_objects
from designer.queries.site import matching
from designer.rows import write_rows
from policy.model import Kind

_RELEASE = "a new release"


@transaction.atomic
def save(
    *,
    version: Version,
    revision: int,
    content: Content,
    by: User,
    now: datetime,
    renamed: tuple[str, str] | None = None,
) -> Version:
    """Put `content` in the place of what the draft says; `renamed` is a rule's old and new name.

    Raises StaleDraftError when somebody saved after `revision`, ContentError with all faults.
    """
    hold_objects(content)
    draft = locked(version)
    if draft.revision != revision:
        raise stale(draft, revision, content)
    return _keep(draft, content, by, now, renamed)


@transaction.atomic
def put_rule(
    *, version: Version, revision: int, rule: RuleContent, by: User, now: datetime, was: str = ""
) -> Version:
    """Add a rule, or put it in the place of the one named `was` (its own name if not said)."""
    content = content_at(version, revision)
    if was and content.rule(was) is None:
        raise DesignerError(f"the draft has no rule `{was}` any more")
    if was != rule.name and content.rule(rule.name) is not None and was:
        raise ContentError((rule.name, "name", f"there is a rule `{rule.name}` already"))
    return save(
        version=version,
        revision=revision,
        content=content.put(rule, was),
        by=by,
        now=now,
        renamed=(was, rule.name) if was and was != rule.name else None,
    )


def add_rule(
    *, version: Version, revision: int, rule: RuleContent, by: User, now: datetime
) -> Version:
    """Add a rule behind the others of its kind. Raises ContentError when its name is taken."""
    if content_at(version, revision).rule(rule.name) is not None:
        raise ContentError((rule.name, "name", f"there is a rule `{rule.name}` already"))
    return put_rule(version=version, revision=revision, rule=rule, by=by, now=now)


def order_rules(
    *, version: Version, revision: int, names: Iterable[str], by: User, now: datetime
) -> Version:
    """Put all specific rules into this order."""
    content, wanted = content_at(version, revision), list(names)
    if sorted(wanted) != sorted(one.name for one in content.of_kind(Kind.SPECIFIC)):
        raise DesignerError("an order names each specific rule once")
    for place, name in enumerate(wanted, start=1):
        content = content.moved(name, place)
    return save(version=version, revision=revision, content=content, by=by, now=now)


def drop_rule(*, version: Version, revision: int, name: str, by: User, now: datetime) -> Version:
    """Take a rule out."""
    content = content_at(version, revision)
    if content.rule(name) is None:
        raise DesignerError(f"the draft has no rule `{name}`")
    content = content.without(name)
    return save(version=version, revision=revision, content=content, by=by, now=now)


def put_test(
    *, version: Version, revision: int, test: TestContent, by: User, now: datetime, was: str = ""
) -> Version:
    """Add a test, or put it in the place of the one named `was`. Raises ContentError."""
    content = rule_tests.put(content_at(version, revision), test, was)
    return save(version=version, revision=revision, content=content, by=by, now=now)


def drop_test(*, version: Version, revision: int, name: str, by: User, now: datetime) -> Version:
    """Take a test out."""
    content = content_at(version, revision)
    if name not in {one.name for one in content.tests}:
        raise DesignerError(f"the draft has no test `{name}`")
    rest = content.without_test(name)
    return save(version=version, revision=revision, content=rest, by=by, now=now)


@transaction.atomic
def merge(
    *,
    version: Version,
    revision: int,
    content: Content,
    decided: Decided,
    by: User,
    now: datetime,
) -> Version:
    """Save what a stale change and the newer draft say together.

    `content` was made of what stood at `revision`. Raises StaleDraftError while a conflict is
    undecided, and when somebody saved after the revision that was looked at.
    """
    hold_objects(content, content_of(version))
    draft = locked(version)
    base, theirs = content_at(draft, revision), content_of(draft)
    both = merged(base, theirs, content, decided.choices)
    if draft.revision != decided.seen or not both.is_clean:
        raise stale(draft, revision, content)
    return _keep(draft, both.content, by, now)


@transaction.atomic
def plan(
    *, version: Version, revision: int, stacks: Iterable[Stack], by: User, now: datetime
) -> Version:
    """Say to which stacks the version is assigned when it is published."""
    draft, chosen = locked(version), list(stacks)
    content = content_at(draft, revision)
    if draft.revision != revision:
        raise stale(draft, revision, content)
    draft.planned.exclude(stack__in=chosen).delete()
    PlannedStack.objects.bulk_create(
        (PlannedStack(version=draft, stack=one) for one in chosen), ignore_conflicts=True
    )
    return _keep(draft, content, by, now)


def locked(version: Version) -> Version:
    """Return the draft for this transaction alone. Raises DesignerError when it is none."""
    rows = Version.objects.select_related("rule_set").select_for_update(of=("self",))
    draft = rows.filter(pk=version.pk).first()
    if draft is None:
        raise DesignerError("this draft has been deleted meanwhile")
    if draft.state != Version.State.DRAFT:
        raise DesignerError(f"{draft} is {draft.state}: only drafts are edited")
    return draft


def stale(draft: Version, revision: int, mine: Content | None = None) -> StaleDraftError:
    """Return what to raise when a draft has gone on since `revision`."""
    base, theirs = content_at(draft, revision), content_of(draft)
    sides = Sides(base, theirs, mine or base, draft.revision, draft.edited_by_name)
    return StaleDraftError(sides, merged(base, theirs, sides.mine))


def _keep(
    draft: Version,
    content: Content,
    by: User,
    now: datetime,
    renamed: tuple[str, str] | None = None,
) -> Version:
    _test(draft, content)
    if renamed:
        draft.rules.filter(name=renamed[0]).update(name=renamed[1])
    write_rows(draft, content)
    return _next(draft, content, by, now)


def _next(draft: Version, content: Content, by: User | None, now: datetime) -> Version:
    draft.revision += 1
    draft.editors = sorted({*draft.editors, *([by.pk] if by else [])})
    draft.edited_by_name, draft.edited_at = by.get_username() if by else _RELEASE, now
    draft.save(update_fields=["revision", "test_results", "editors", "edited_by_name", "edited_at"])
    remember(draft, content)
    data = {"number": draft.number, "revision": draft.revision}
    audit.record(by=by, action="policy.draft.save", target=str(draft), data=data, now=now)
    return draft


def touch(*, version: Version, by: User | None, now: datetime) -> Version:
    """Make the next revision of a draft whose meaning changed from outside its own rules.

    Whoever changed an object that it uses, or its head, has edited it: they do not decide on it,
    and nobody submits what they have not seen. Raises ContentError; without `by` a release changed
    it, and a draft that can't bear that is not tested again.
    """
    draft = locked(version)
    content = content_of(draft)
    if by:
        return _keep(draft, content, by, now)
    with suppress(ContentError):
        _test(draft, content)
    return _next(draft, content, by, now)


def test_again(draft: Version) -> None:
    """Run the tests of a draft as rules match now; what it says stays, and so does its revision.

    Raises ContentError for a draft whose objects fit no more.
    """
    _test(draft, content_of(draft))
    draft.save(update_fields=["test_results"])


def _test(draft: Version, content: Content) -> None:
    rule_set = resolve(head_of(draft.rule_set), content, shelf())
    draft.test_results = rule_tests.results(rule_set, content.tests, matching())


def remember(draft: Version, content: Content) -> None:
    """Keep what the draft says at its revision, for whoever began there."""
    DraftSave.objects.create(
        version=draft,
        revision=draft.revision,
        content=content.tree(),
        saved_by_name=draft.edited_by_name,
        saved_at=draft.edited_at,
    )
