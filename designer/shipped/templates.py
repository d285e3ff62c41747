"""Templates: rule sets made of the other entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from designer.shipped.entries import (
    AddressGroup,
    Entry,
    SecurityDescriptor,
    ShippedAction,
    Template,
    TrafficDescriptor,
)
from designer.shipped.reading import Part
from policy.model import Rule, RuleSet, Traffic

Found = TypeVar("Found", bound=Entry)


class Builder:
    """Makes templates; remembers what the one at hand is made of."""

    def __init__(
        self,
        traffic: Mapping[str, TrafficDescriptor],
        security: Mapping[str, SecurityDescriptor],
        actions: Mapping[str, ShippedAction],
        addresses: Mapping[str, AddressGroup],
    ) -> None:
        self._traffic = traffic
        self._security = security
        self._actions = actions
        self._addresses = addresses
        self._uses: dict[tuple[str, str], None] = {}

    def template(self, part: Part, head: Entry) -> Template:
        """Return a template; raises `ShippedError` or `PolicyError`."""
        self._uses = {}
        general, catch_all = part.part("general"), part.part("catch_all")
        made = RuleSet(
            head.name,
            part.protocol(),
            self._rule(general) if general else None,
            tuple(self._rule(one) for one in part.parts("specific")),
            self._rule(catch_all) if catch_all else None,
            head.description,
        )
        if not made.rules():
            raise part.fault("it has no rule")
        return Template(
            *(head.key, head.name, head.description, head.basis, head.confidence),
            made,
            tuple(self._uses),
        )

    def _rule(self, part: Part) -> Rule:
        name, action = part.text("name"), self._find(part, "action", self._actions)
        descriptor = self._find(part, "traffic", self._traffic)
        security = self._find(part, "security", self._security)
        local = self._find(part, "local", self._addresses)
        remote = self._find(part, "remote", self._addresses)
        if action is None:
            raise part.fault(f"the rule `{name}` has no action")
        traffic = descriptor.traffic if descriptor else Traffic()
        part.end()
        return Rule(
            name,
            action.action,
            replace(
                traffic,
                local=local.addresses if local else None,
                remote=remote.addresses if remote else None,
            ),
            security.requirement if security else None,
        )

    def _find(self, part: Part, kind: str, known: Mapping[str, Found]) -> Found | None:
        key = part.optional(kind)
        if not key:
            return None
        if key not in known:
            raise part.fault(f"there is no {kind} `{key}`")
        self._uses[kind if kind not in {"local", "remote"} else "addresses", key] = None
        return known[key]
