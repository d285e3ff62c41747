"""Rows -> values: what a version says, the objects on the shelf, the rule set of both."""

from __future__ import annotations

from collections.abc import Iterable

from designer.content import objects
from designer.content.errors import ContentError, DesignerError
from designer.content.resolving import Head, Shelf, resolve
from designer.content.rules import Content, RuleContent, TestContent
from designer.models import (
    ActionDescriptor,
    AddressGroup,
    DraftSave,
    Rule,
    RuleSet,
    SecurityDescriptor,
    TrafficDescriptor,
    Version,
)
from policy import documents
from policy.model import Kind, Policy
from policy.model import RuleSet as PolicyRuleSet
from policy.vocabulary import Protocol

_OBJECTS = ("local", "remote", "traffic", "security", "action")


def content_of(version: Version) -> Content:
    """Return the rules and tests of a version."""
    rules = version.rules.select_related(*_OBJECTS)
    return Content(
        tuple(rule_content(one) for one in rules.order_by("place")),
        tuple(
            TestContent(one.name, one.connection, one.expected)
            for one in version.tests.order_by("place")
        ),
        tuple(_comments(version)),
    )


def _comments(version: Version) -> list[str]:
    """As rows say it now, like the rules: the version may have been read before a save."""
    rows = Version.objects.filter(pk=version.pk).values_list("comments", flat=True)
    return rows.first() or []


def rule_content(row: Rule) -> RuleContent:
    """Return one rule; its objects have been read with it."""
    return RuleContent(
        name=row.name,
        kind=Kind(row.kind),
        description=row.description,
        owner=row.owner,
        expires=row.expires,
        local=row.local.name if row.local else "",
        remote=row.remote.name if row.remote else "",
        traffic=row.traffic.name if row.traffic else "",
        security=row.security.name if row.security else "",
        action=row.action.name if row.action else "",
        inline_traffic=row.inline_traffic,
        inline_security=row.inline_security,
        inline_action=row.inline_action,
        comments=tuple(row.comments),
    )


def content_at(version: Version, revision: int) -> Content:
    """Return what a draft said at a revision. Raises DesignerError when nobody knows any more."""
    now_at = Version.objects.filter(pk=version.pk).values_list("revision", flat=True).first()
    if revision == now_at:
        return content_of(version)
    found = DraftSave.objects.filter(version=version, revision=revision).first()
    if found is None:
        raise DesignerError(f"{version} has no revision {revision}")
    return Content.of(found.content)


def saves_since(version: Version, revision: int) -> list[DraftSave]:
    """Return who saved a draft after a revision and when, the oldest first."""
    rows = DraftSave.objects.filter(version=version, revision__gt=revision)
    return list(rows.defer("content").order_by("revision"))


def shelf() -> Shelf:
    """Return all reusable objects. Raises ContentError for one that policy takes no more."""
    return Shelf(
        addresses={
            one.name: objects.addresses(one.name, one.content) for one in AddressGroup.objects.all()
        },
        traffic={
            one.name: objects.traffic(one.name, one.content)
            for one in TrafficDescriptor.objects.all()
        },
        security={
            one.name: objects.security(one.name, one.content, Protocol(one.protocol))
            for one in SecurityDescriptor.objects.all()
        },
        actions={
            one.name: objects.action(one.name, one.content)
            for one in ActionDescriptor.objects.all()
        },
    )


def head_of(rule_set: RuleSet) -> Head:
    """Return what stands above the rules."""
    return Head(rule_set.name, Protocol(rule_set.protocol), rule_set.description)


def rule_set_of(version: Version) -> PolicyRuleSet:
    """Return the rule set of a version: frozen ones as they were, drafts as they are now.

    Raises ContentError for a draft whose objects no longer fit.
    """
    if version.document is not None:
        return documents.from_tree(version.document).rule_sets[0]
    return resolve(head_of(version.rule_set), content_of(version), shelf())


def rule_sets_of(versions: Iterable[Version]) -> dict[int, PolicyRuleSet | ContentError]:
    """Return the rule sets of many versions by key, or why one can't be read.

    The versions know their rule sets; the queries are as many as for one.
    """
    found: dict[int, PolicyRuleSet | ContentError] = {}
    drafts = {}
    for version in versions:
        if version.document is None:
            drafts[version.pk] = version
        else:
            found[version.pk] = documents.from_tree(version.document).rule_sets[0]
    rules: dict[int, list[RuleContent]] = {key: [] for key in drafts}
    rows = Rule.objects.filter(version__in=drafts).select_related(*_OBJECTS).order_by("place")
    for row in rows:
        rules[row.version_id].append(rule_content(row))
    try:
        known = shelf() if drafts else Shelf()
    except ContentError as error:
        return found | dict.fromkeys(drafts, error)
    for key, version in drafts.items():
        try:
            content = Content(tuple(rules[key]), comments=tuple(version.comments))
            found[key] = resolve(head_of(version.rule_set), content, known)
        except ContentError as error:
            found[key] = error
    return found


def policy_of(version: Version) -> Policy:
    """Return the policy of this rule set alone."""
    return Policy((rule_set_of(version),))
