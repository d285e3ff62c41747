"""A backup brought back: what is there already and says the same stays, what differs is a fault.

Nothing is overwritten, and stacks that are there get nothing: what runs on them is decided by those
who may. What an approver decides elsewhere (published and rejected versions, PROD, the settings)
only an approver brings back, and another one approves what was in force. What waited for approval
comes back as a draft: its editors may have no accounts here yet, and could approve their own later.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db import DataError, IntegrityError, transaction

from analyzer import audit
from designer import dialects, facts, objects, workspace
from designer import site as choosing
from designer.backup.faults import RestoreError, read_policy
from designer.backup.versions import OnStacks, Versions
from designer.content.backup_schema import faults as schema_faults
from designer.content.encoding import with_digest
from designer.content.errors import DesignerError
from designer.content.facts import Facts
from designer.models import Assignment, Installation, Stack, System, Tag, Version, ZosGroup
from designer.objects import Said
from designer.queries.backup import installation_tree, object_tree, site_tree, stack_tree
from designer.queries.contents import rule_set_of
from designer.queries.objects import KINDS, named
from policy.model import Policy
from policy.parser import parse

Tree = dict[str, Any]


@dataclass(slots=True)
class Restored:
    """How many were made; `waiting` are versions that another person is to approve."""

    objects: int = 0
    rule_sets: int = 0
    stacks: int = 0
    installations: int = 0
    waiting: int = 0


def restore(*, tree: object, is_approver: bool, by: User, now: datetime) -> Restored:
    """Bring a backup back; `is_approver` says whether `by` acts with the right to approve.

    Raises RestoreError with all faults; then nothing has changed.
    """
    try:
        return _restore(tree, _Restorer(by, now, is_approver=is_approver))
    except RecursionError as error:
        raise RestoreError([("/", "it is nested too deeply")]) from error


@transaction.atomic
def _restore(tree: object, restorer: _Restorer) -> Restored:
    found = list(schema_faults(tree))
    if found or not isinstance(tree, dict):
        raise RestoreError(found)
    steps = (restorer.site, restorer.objects, restorer.places, restorer.rule_sets)
    for step in (*steps, restorer.standing):
        step(tree)
        if restorer.faults:
            raise RestoreError(restorer.faults)
    made = restorer.made
    data: Tree = {part: getattr(made, part) for part in Restored.__slots__}
    data["sha256"] = sha256(json.dumps(tree, sort_keys=True).encode()).hexdigest()
    audit.record(by=restorer.by, action="policy.restore", target="", data=data, now=restorer.now)
    return made


class _Restorer:
    """Makes what is missing and keeps every fault with its path."""

    def __init__(self, by: User, now: datetime, *, is_approver: bool) -> None:
        self.by = by
        self.now = now
        self.is_approver = is_approver
        self.faults: list[tuple[str, str]] = []
        self.made = Restored()
        self.new_stacks: set[int] = set()

    def site(self, tree: Tree) -> None:
        if tree.get("site", site_tree()) != site_tree():
            self._try("/site", lambda: self._site(tree["site"]))

    def objects(self, tree: Tree) -> None:
        for kind, rows in tree["objects"].items():
            for place, row in enumerate(rows):
                self._try(f"/objects/{kind}/{place}", lambda k=kind, r=row: self._object(k, r))

    def places(self, tree: Tree) -> None:
        for path, group, system, stack in _stacks(tree):
            self._try(path, lambda g=group, y=system, s=stack: self._stack(g, y, s))

    def rule_sets(self, tree: Tree) -> None:
        in_force = OnStacks()
        for _, _, system, stack in _stacks(tree):
            if system and stack and (row := _stack(system, stack)).pk in self.new_stacks:
                in_force.add(row, stack)
        versions = Versions(self.by, self.now, self._need_approver, in_force)
        for place, row in enumerate(tree["rule_sets"]):
            path = f"/rule_sets/{place}"
            self.made.rule_sets += bool(self._try(path, lambda r=row: versions.rule_set(r)))
        self.made.waiting = versions.waiting

    def standing(self, tree: Tree) -> None:
        for path, _, system, stack in _stacks(tree):
            if stack:
                self._try(path, lambda y=system, s=stack, p=path: self._standing(p, y, s))

    def _object(self, kind: str, row: Tree) -> None:
        there = named(KINDS[kind], row["name"])
        if there is None:
            objects.make(kind=KINDS[kind], said=Said(**row), by=self.by, now=self.now)
            self.made.objects += 1
        elif object_tree(there) != row:
            raise DesignerError(f"there is another `{row['name']}` already")

    def _need_approver(self, what: str) -> None:
        if not self.is_approver:
            raise DesignerError(f"{what} only a policy approver brings back")

    def _site(self, given: Tree) -> None:
        self._need_approver("policy settings")
        if site_tree():
            raise DesignerError("other policy settings have been chosen here already")
        choosing.choose(said=choosing.Chosen(**given), revision=0, by=self.by, now=self.now)

    def _group(self, given: Tree) -> ZosGroup:
        name, spelled = given["name"], given.get("dialect", "")
        there = ZosGroup.objects.filter(name__iexact=name).first()
        if there is None:
            if spelled:
                self._need_approver("a z/OS group with a dialect")
            said = given["description"]
            made = workspace.make_group(name=name, description=said, by=self.by, now=self.now)
            made.dialect = dialects.named(spelled).dialect_id if spelled else ""
            made.save(update_fields=["dialect"])
            return made
        if spelled and spelled != there.dialect:
            raise DesignerError(f"{there} has another dialect here")
        return there

    def _stack(self, group: Tree, system: Tree | None, stack: Tree | None) -> None:
        by, now = self.by, self.now
        owner = self._group(group)
        if system is None:
            return
        key = {"sysplex": system["sysplex"], "name": system["name"]}
        place = System.objects.filter(**key).first()
        place = place or workspace.make_system(group=owner, by=by, now=now, **key)
        if stack is None:
            return
        there = place.stacks.filter(name=stack["name"]).first()
        if there is None:
            if stack["tag"] == Tag.PROD:
                self._need_approver("a PROD stack")
            given = {"name": stack["name"], "tag": stack["tag"]}
            made = workspace.make_stack(system=place, by=by, now=now, **given)
            self.new_stacks.add(made.pk)
            self.made.stacks += 1
            if "facts" in stack:
                self._tell(made, dict(stack["facts"]))
        elif there.tag != stack["tag"]:
            raise DesignerError(f"{there} is {there.tag} here, not {stack['tag']}")
        elif "facts" in stack and stack_tree(there).get("facts") != stack["facts"]:
            raise DesignerError(f"other things are told of {there} here")

    def _tell(self, stack: Stack, given: Tree) -> None:
        """What was told, by whom and when it was."""
        dialect, by, at = (given.pop(part) for part in ("dialect", "told_by_name", "told_at"))
        facts.tell(stack=stack, facts=Facts(**given), dialect=dialect, by=self.by, now=self.now)
        told = {"told_by_name": by, "told_at": datetime.fromisoformat(at)}
        Stack.objects.filter(pk=stack.pk).update(**told)

    def _standing(self, path: str, system: Tree, stack: Tree) -> None:
        row = _stack(system, stack)
        for one in stack["assignments"]:
            self._assign(row, _version(one))
        there = [installation_tree(one) for one in row.installations.all()]
        for place, one in enumerate(stack["installations"]):
            if one not in there:
                at = f"{path}/installations/{place}"
                self._try(at, lambda s=row, o=one: self._install(s, o))

    def _assign(self, stack: Stack, version: Version) -> None:
        """What waits is planned for the stack already, which gets it with the approval."""
        if version.restored_at and version.is_open and version.planned.filter(stack=stack).exists():
            return
        if not version.is_released:
            raise DesignerError(f"{version} was never published, so no stack has it")
        protocol = version.rule_set.protocol
        there = stack.assignments.filter(protocol=protocol).select_related("version").first()
        if there is not None:
            if there.version_id != version.pk:
                raise DesignerError(f"{stack} has {there.version} already")
            return
        if stack.pk not in self.new_stacks:
            raise DesignerError(f"{stack} was here before and has no {version}; assign it there")
        if not version.is_approved:
            raise DesignerError(f"{version} was not approved here, so no stack gets it")
        Assignment.objects.create(
            stack=stack,
            protocol=protocol,
            version=version,
            assigned_by_name=self.by.get_username(),
            assigned_at=self.now,
        )
        self._note("assign", str(stack), version=str(version))

    def _install(self, stack: Stack, one: Tree) -> None:
        if with_digest(one["policy_file"], one["digest"]) is None:
            raise DesignerError("an installed policy file is not what its digest says")
        if stack.tag == Tag.PROD:
            self._need_approver("an installation on a PROD stack")
        versions = [_version(row) for row in one["versions"]]
        _check_installed(one, versions)
        plain = ("document", "policy_file", "digest", "dialect", "comment", "installed_by_name")
        made = Installation.objects.create(
            stack=stack,
            installed_at=datetime.fromisoformat(one["installed_at"]),
            **{part: one[part] for part in plain},
        )
        made.versions.set(versions)
        self.made.installations += 1
        self._note("install", str(stack), digest=one["digest"], by=one["installed_by_name"])

    def _note(self, verb: str, target: str, **data: object) -> None:
        data["restored"] = True
        audit.record(by=self.by, action=f"policy.{verb}", target=target, data=data, now=self.now)

    def _try(self, path: str, do: Any) -> Any:
        try:
            with transaction.atomic():
                return do()
        except RestoreError as error:
            self.faults += [(f"{path}{where}", message) for where, message in error.faults]
        except (IntegrityError, DataError) as error:
            self.faults.append((path, f"the database refuses it: {str(error).splitlines()[0]}"))
        except (DesignerError, ValueError) as error:
            self.faults.append((path, str(error)))
        return None


def _check_installed(given: Tree, versions: list[Version]) -> None:
    """Live feeds judge by its document, people read its file, or approve versions: all the same."""
    policy = read_policy(given["document"], "/document")
    _check_file(given, policy)
    said = [rule_set_of(one) for one in versions]
    if len(said) != len(policy.rule_sets) or any(one not in said for one in policy.rule_sets):
        raise DesignerError("its document is not what its versions say")


def _check_file(given: Tree, policy: Policy) -> None:
    try:
        spelled = dialects.named(given["dialect"])
    except DesignerError:
        return  # a dialect that is not here any more: the file is kept, and not read
    parsed = parse(given["policy_file"], spelled)
    if parsed.ok and parsed.policy != policy:
        raise DesignerError("its document is not what its policy file says")


def _stacks(tree: Tree) -> list[tuple[str, Tree, Tree | None, Tree | None]]:
    """Each place with its path; a group or system without any below it stands alone."""
    found: list[tuple[str, Tree, Tree | None, Tree | None]] = []
    for g, group in enumerate(tree["groups"]):
        found.append((f"/groups/{g}", group, None, None))
        for y, system in enumerate(group["systems"]):
            path = f"/groups/{g}/systems/{y}"
            found.append((path, group, system, None))
            found += [
                (f"{path}/stacks/{s}", group, system, stack)
                for s, stack in enumerate(system["stacks"])
            ]
    return found


def _stack(system: Tree, stack: Tree) -> Stack:
    return Stack.objects.get(
        system__sysplex=system["sysplex"], system__name=system["name"], name=stack["name"]
    )


def _version(reference: Tree) -> Version:
    rows = Version.objects.select_related("rule_set")
    name, number = reference["rule_set"], reference["number"]
    found = rows.filter(rule_set__name=name, number=number).first()
    if found is None:
        raise DesignerError(f"there is no version {number} of `{name}`")
    return found
