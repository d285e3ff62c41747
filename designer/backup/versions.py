"""Rule sets of a backup with all their versions.

What a backup says of who approved a version proves nothing: whoever brings it back may have written
it. So what is in force by it (published, on a stack, installed there last) waits for the approval
of another person; older versions are history that no stack takes. Whoever brings a version back has
edited it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from analyzer import audit
from designer import drafts, rows, rule_tests
from designer.backup.faults import RestoreError, read_policy
from designer.content.digests import digest_of
from designer.content.errors import ContentError, DesignerError
from designer.content.labels import check_labels
from designer.content.resolving import resolve, twice
from designer.content.rules import Content
from designer.models import PlannedStack, RuleSet, Stack, Version
from designer.queries.backup import rule_set_tree
from designer.queries.contents import head_of, shelf
from designer.queries.site import matching
from policy import documents
from policy.errors import PolicyError

Tree = dict[str, Any]
Key = tuple[str, int]
"""Name of a rule set, number of a version."""
_DRAFT, _SUBMITTED = Version.State.DRAFT, Version.State.SUBMITTED
_PUBLISHED = Version.State.PUBLISHED


class OnStacks:
    """Which versions the stacks of a backup have, and which were installed last."""

    def __init__(self) -> None:
        self.stacks: defaultdict[Key, list[Stack]] = defaultdict(list)
        self.installed: set[Key] = set()

    def add(self, row: Stack, given: Tree) -> None:
        """Note what a stack of the backup has; the installations stand the newest last."""
        for one in given["assignments"]:
            self.stacks[_key(one)].append(row)
        for installation in given["installations"][-1:]:
            self.installed.update(map(_key, installation["versions"]))

    def __contains__(self, key: Key) -> bool:
        return key in self.stacks or key in self.installed


class Versions:
    """Makes rule sets; the objects that they refer to are there."""

    def __init__(
        self, by: User, now: datetime, need_approver: Callable[[str], None], in_force: OnStacks
    ) -> None:
        self.by = by
        self.now = now
        self.need_approver = need_approver
        self.in_force = in_force
        self.waiting = 0
        """How many that were made wait for approval."""
        self.people = {one.username: one for one in User.objects.all()}

    def rule_set(self, given: Tree) -> bool:
        """Make a rule set unless it is there and says the same. Raises DesignerError."""
        there = RuleSet.objects.filter(name__iexact=given["name"]).first()
        if there is not None:
            if rule_set_tree(there) == given:
                return False
            raise DesignerError(f"there is another rule set `{there.name}` already")
        texts = {part: given[part] for part in ("description", "owner")}
        check_labels(given["name"], **texts)
        row = RuleSet.objects.create(
            name=given["name"],
            protocol=given["protocol"],
            made_at=_time(given["made_at"]),
            retired_at=_time(given["retired_at"]) if given["retired_at"] else None,
            **texts,
        )
        for place, one in sorted(enumerate(given["versions"]), key=lambda at: int(at[1]["number"])):
            try:
                self._version(row, one)
            except RestoreError as error:
                at = f"/versions/{place}"
                raise RestoreError(
                    [(f"{at}{where}", why) for where, why in error.faults]
                ) from error
            except (PolicyError, ValueError) as error:
                raise DesignerError(f"version {one['number']}: {error}") from error
        said = ("number", "state", "digest", "submitted_by_name", "decided_by_name")
        data = {"versions": [{part: one.get(part) for part in said} for one in given["versions"]]}
        audit.record(
            by=self.by, action="policy.rule_set.restore", target=row.name, data=data, now=self.now
        )
        return True

    def _version(self, rule_set: RuleSet, given: Tree) -> None:
        key = (rule_set.name, given["number"])
        state = self._state(key, given["state"])
        if state != _DRAFT:
            self.need_approver(f"a {given['state']} version")
        content = Content.of(given)
        _check_names(content)
        names = (given["author_name"], given["submitted_by_name"], *given["editors"])
        editors = {self.people[one].pk for one in names if one in self.people}
        row = Version.objects.create(
            rule_set=rule_set,
            number=given["number"],
            based_on=rule_set.versions.filter(number=given["based_on"] or 0).first(),
            revision=given["revision"],
            comment=given["comment"],
            author=self.people.get(given["author_name"]),
            author_name=given["author_name"],
            made_at=_time(given["made_at"]),
            editors=sorted({self.by.pk, *editors}),
            edited_by_name=given["edited_by_name"],
            edited_at=_time(given["edited_at"]),
        )
        rows.write_rows(row, content)
        if state == _SUBMITTED:
            self._plan(row, self.in_force.stacks[key])
        else:
            self._plan(row, [_planned(one) for one in given["planned"]])
        if state == _DRAFT:
            resolved = resolve(head_of(rule_set), content, shelf())
            row.test_results = rule_tests.results(resolved, content.tests, matching())
            row.save(update_fields=["test_results"])
            drafts.remember(row, content)
        else:
            self._freeze(row, state, given)

    def _freeze(self, row: Version, state: str, given: Tree) -> None:
        _check_frozen(row, given)
        row.state, row.restored_at = state, self.now
        for part in ("document", "digest", "comment"):
            setattr(row, part, given[part])
        if state == _SUBMITTED:
            row.submitted_by, row.submitted_by_name = self.by, self.by.get_username()
            row.submitted_at = self.now
            self.waiting += 1
        else:
            for part in ("submitted_by_name", "decided_by_name", "decision_comment"):
                setattr(row, part, given[part])
            row.submitted_at, row.decided_at = map(
                _time, (given["submitted_at"], given["decided_at"])
            )
        rule_set = documents.from_tree(row.document).rule_sets[0]
        row.test_results = rule_tests.results(rule_set, Content.of(given).tests, matching())
        row.save()

    def _state(self, key: Key, given: str) -> str:
        """What waited is a draft again; what is in force waits for another person."""
        if given == _SUBMITTED:
            return _DRAFT
        if given == _PUBLISHED or (given == Version.State.SUPERSEDED and key in self.in_force):
            return _SUBMITTED
        return given

    def _plan(self, row: Version, stacks: list[Stack]) -> None:
        for one in stacks:
            PlannedStack.objects.create(version=row, stack=one)


def _key(reference: Tree) -> Key:
    return reference["rule_set"], reference["number"]


def _planned(one: Tree) -> Stack:
    stack = Stack.objects.filter(
        system__sysplex=one["sysplex"], system__name=one["system"], name=one["stack"]
    ).first()
    if stack is None:
        raise DesignerError(f"there is no stack {one['system']} {one['stack']}")
    return stack


def _check_frozen(row: Version, given: Tree) -> None:
    """What was published was approved by another, and is what its digest says."""
    found = read_policy(given["document"], "/document").rule_sets
    if [one.protocol.value for one in found] != [row.rule_set.protocol]:
        raise DesignerError(f"its document is no rule set for {row.rule_set.protocol}")
    if digest_of(given["document"]) != given["digest"]:
        raise DesignerError("its document is not what its digest says")
    if not given["submitted_at"] or not given["decided_at"]:
        raise DesignerError(f"a version that is {given['state']} says when that was decided")
    worked = {given["author_name"], given["submitted_by_name"], *given["editors"]}
    if not given["decided_by_name"] or given["decided_by_name"] in worked:
        raise DesignerError("nobody else has decided on it")


def _check_names(content: Content) -> None:
    faults = twice(content)
    if faults:
        raise ContentError(*faults)
    on_shelf = shelf()
    known = {
        "local": on_shelf.addresses,
        "remote": on_shelf.addresses,
        "traffic": on_shelf.traffic,
        "security": on_shelf.security,
        "action": on_shelf.actions,
    }
    for rule in content.rules:
        for part, names in known.items():
            name = getattr(rule, part)
            if name and name not in names:
                raise DesignerError(f"rule `{rule.name}`: there is no {part} `{name}`")


def _time(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise DesignerError(f"`{text}` has no time zone")
    return found
