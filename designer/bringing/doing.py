"""A policy is brought in: objects are made, rule sets become drafts; all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.contrib.auth.models import User
from django.db import transaction

from analyzer import audit
from designer import drafts, objects, versions
from designer.bringing.plan import MODELS, Item, Plan, Way, objects_on, plan
from designer.bringing.preview import FoundObject, FoundRuleSet, ObjectKind, Value, bare, parts
from designer.content.errors import ContentError, DesignerError, NotReadyError
from designer.content.objects import kept
from designer.content.taking import content_from
from designer.models import Version
from designer.objects import Said
from designer.queries.contents import content_of, shelf
from designer.versions import NewRuleSet
from policy.findings import errors
from policy.model import Requirement, Rule, RuleSet, Traffic
from policy.sources import Source
from policy.values.actions import Action

Names = Mapping[tuple[ObjectKind, str, object], str]
_GROUPS: Final = ("local", "remote")


class ChangedMeanwhileError(DesignerError):
    """The workspace is no longer what the person saw; `plan` is what there is to decide now."""

    def __init__(self, now: Plan) -> None:
        super().__init__(
            "the workspace has changed since this was looked at, or the text has; "
            "look at it again, nothing has been brought in"
        )
        self.plan = now


@transaction.atomic
def bring_in(
    *, source: Source, choices: Mapping[str, str], seen: str, by: User, now: datetime
) -> list[Version]:
    """Make objects and drafts as chosen; returns the drafts. `seen` is the digest of the plan.

    `choices` are ways by the keys of the items; where none is given the usual one is taken. Raises
    ChangedMeanwhileError, NotReadyError with the errors of the file, ContentError by keys.
    """
    found = plan(source, by=by, day=now.date(), lock=True)
    if found.digest != seen:
        raise ChangedMeanwhileError(found)
    if not found.preview.ok:
        raise NotReadyError(errors(found.preview.findings))
    ways = _decided(found, choices)
    taken = [one for one in found.rule_sets if ways[one.key] is not Way.LEAVE]
    if not taken:
        raise DesignerError("nothing is chosen: each rule set of the file is left out")
    names = _make_objects(_used(found, taken), ways, by, now)
    made = [_draft(one, ways[one.key], names, by, now) for one in taken]
    data = {
        "drafts": [str(one) for one in made],
        "objects": sorted(f"{kind}: {name}" for (kind, _, _), name in names.items()),
        "choices": {key: way.value for key, way in ways.items()},
        "form": source.form.value,
        "lines": source.text.count("\n") + 1,
    }
    audit.record(by=by, action="policy.bring_in", target=made[0].rule_set.name, data=data, now=now)
    return made


def _decided(found: Plan, choices: Mapping[str, str]) -> dict[str, Way]:
    faults, ways = [], dict[str, Way]()
    items = {one.key: one for one in (*found.rule_sets, *found.objects)}
    faults += [(key, "", "there is no such thing in the file") for key in {*choices} - {*items}]
    for key, item in items.items():
        chosen = choices.get(key) or item.usual
        if chosen in item.ways:
            ways[key] = Way(chosen)
        elif _is_needed(item, found, choices):
            faults.append((key, "", "decide what becomes of it"))
        else:
            ways[key] = Way.LEAVE
    if faults:
        raise ContentError(*faults)
    return ways


def _is_needed(item: Item, found: Plan, choices: Mapping[str, str]) -> bool:
    """Whether a decision is missing; parts of rule sets that are left out need none."""
    if isinstance(item.found, FoundRuleSet) or choices.get(item.key):
        return True
    left = {
        one.found.rule_set.protocol.value
        for one in found.rule_sets
        if isinstance(one.found, FoundRuleSet) and (choices.get(one.key) or one.usual) == Way.LEAVE
    }
    return not {protocol for protocol, _ in item.found.used_by} <= left


def _used(found: Plan, taken: Iterable[Item]) -> list[tuple[Item, FoundObject]]:
    """The named parts of the rule sets that are brought in."""
    protocols = {
        one.found.rule_set.protocol.value for one in taken if isinstance(one.found, FoundRuleSet)
    }
    return [
        (one, one.found)
        for one in found.objects
        if isinstance(one.found, FoundObject)
        and any(protocol in protocols for protocol, _ in one.found.used_by)
    ]


def _make_objects(
    used: Iterable[tuple[Item, FoundObject]], ways: Mapping[str, Way], by: User, now: datetime
) -> Names:
    """Make what is to be made; returns the object's name for each part that is one from now on."""
    names: dict[tuple[ObjectKind, str, object], str] = {}
    for item, one in used:
        way = ways[item.key]
        if way is Way.INLINE:
            continue
        names[one.kind, one.name.lower(), bare(one.value)] = item.name
        if way is Way.MAKE:
            protocol = one.value.protocol.value if isinstance(one.value, Requirement) else ""
            said = Said(item.name, kept(one.value), protocol=protocol)
            objects.make(kind=MODELS[one.kind], said=said, by=by, now=now)
    return names


def _draft(item: Item, way: Way, names: Names, by: User, now: datetime) -> Version:
    if not isinstance(item.found, FoundRuleSet):
        raise DesignerError(f"`{item.key}` is no rule set")
    given = item.found.rule_set
    content = content_from(_with_objects(given, names), shelf())
    if way is Way.NEW or item.there is None:
        head = NewRuleSet(item.name, given.protocol, given.description)
        return versions.make(head=head, by=by, now=now, content=content)
    draft = item.there.open
    if way is Way.NEXT or draft is None:
        draft = versions.open_draft(version=item.there.base, by=by, now=now)
    content = replace(content, tests=content_of(draft).tests)
    return drafts.save(version=draft, revision=draft.revision, content=content, by=by, now=now)


def _with_objects(rule_set: RuleSet, names: Names) -> RuleSet:
    """The rules with the very values of the objects, so that they are recognized as these."""
    there = objects_on(shelf())

    def value_of(kind: ObjectKind, name: str, value: Value) -> Value | None:
        own = names.get((kind, name.lower(), bare(value)), "").lower()
        return next((one for key, one in there[kind].items() if key.lower() == own), None)

    def changed(rule: Rule) -> Rule:
        for kind, name, value in parts(rule):
            known = value_of(kind, name, value)
            if known is not None:
                rule = _put(rule, value, known)
        return rule

    return replace(
        rule_set,
        general=changed(rule_set.general) if rule_set.general else None,
        specific=tuple(changed(rule) for rule in rule_set.specific),
        catch_all=changed(rule_set.catch_all) if rule_set.catch_all else None,
    )


def _put(rule: Rule, value: Value, known: Value) -> Rule:
    if isinstance(known, Traffic):
        ends = {end: getattr(rule.traffic, end) for end in _GROUPS}
        return replace(rule, traffic=replace(known, **ends))
    if isinstance(known, Requirement):
        return replace(rule, requirement=known)
    if isinstance(known, Action):
        return replace(rule, action=known)
    groups = {end: known for end in _GROUPS if getattr(rule.traffic, end) == value}
    return replace(rule, traffic=replace(rule.traffic, **groups))  # type: ignore[arg-type]  # both ends are groups
