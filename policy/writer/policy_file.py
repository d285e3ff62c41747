"""The policy file: rules first, then what they refer to; read back before it is given away."""

from __future__ import annotations

from collections.abc import Iterable

from policy import dialects
from policy.attributes import Direction
from policy.dialects.dialect import Dialect
from policy.errors import WriteError
from policy.findings import errors
from policy.model import Policy, Rule, RuleSet
from policy.numbering import priorities
from policy.parser import parse
from policy.parser.notes import RULE_SET
from policy.parser.notes import write as note
from policy.writer.header import Header
from policy.writer.objects import Objects
from policy.writer.page import Page


def write(policy: Policy, dialect: Dialect | None = None, header: Header | None = None) -> str:
    """Return the policy file as text, lines ended by a line feed.

    The text is parsed again and compared; raises `WriteError` when it does not mean the same, or
    a name is too long.
    """
    dialect, header = dialect or dialects.load(), header or Header()
    text = _Writer(policy, dialect, header).text()
    found = parse(text, dialect)
    faults = errors(found.findings)
    if faults:
        raise WriteError(f"the text would not be accepted: {faults[0]}")
    if found.policy != policy or found.code_page != (header.code_page or ""):
        raise WriteError("the text would not read back as the same policy")
    return text


class _Writer:
    """Writes one policy."""

    def __init__(self, policy: Policy, dialect: Dialect, header: Header) -> None:
        self.policy = policy
        self.dialect = dialect
        self.page = Page(dialect)
        self.objects = Objects(dialect)
        self.page.raw(*header.lines(dialect))
        if header.code_page:
            self.page.line(0, dialect.code_page_keyword, header.code_page)

    def text(self) -> str:
        """Return the whole file."""
        for one in self.policy.rule_sets:
            key = f"{RULE_SET} {one.protocol.value}"
            self.page.raw(*_comments(one.comments), note(key, one.name, one.description))
        for one in self.policy.rule_sets:
            self._rule_set(one)
        self.objects.write(self.page)
        return self.page.text()

    def _rule_set(self, rule_set: RuleSet) -> None:
        for rule, priority in zip(rule_set.rules(), priorities(rule_set), strict=True):
            self._rule(rule_set, rule, priority)

    def _rule(self, rule_set: RuleSet, rule: Rule, priority: int) -> None:
        name = self.objects.rules.fresh(rule.name)
        self.page.raw(*_comments(rule.comments), *_notes(rule, name))
        traffic = rule.traffic
        with self.page.block("rule", name) as params:
            self.objects.refer_addresses(params, "local", traffic.local)
            self.objects.refer_addresses(params, "remote", traffic.remote)
            self.objects.refer_ports(params, "local", traffic.local_ports)
            self.objects.refer_ports(params, "remote", traffic.remote_ports)
            if traffic.job:
                params.add("job", str(traffic.job))
            if traffic.user:
                params.add("user", str(traffic.user))
            params.add("direction", self.dialect.directions[Direction(traffic.direction)])
            params.add("priority", str(priority))
            params.add("protocol", self.dialect.protocols[rule_set.protocol])
            if rule.requirement:
                self.objects.refer_requirement(params, rule.requirement)
            self.objects.refer_action(params, rule.action)


def _comments(lines: Iterable[str]) -> list[str]:
    return [f"# {line}" for line in lines]


def _notes(rule: Rule, name: str) -> list[str]:
    said = {
        "name": rule.name if rule.name != name else "",
        "description": rule.description,
        "owner": rule.owner,
        "expires": rule.expires.isoformat() if rule.expires else "",
    }
    return [note(key, value) for key, value in said.items() if value]
