"""Rules in order -> rule sets: which rule is general, which is the catch-all."""

from __future__ import annotations

from policy.errors import PolicyError
from policy.lexer import Word
from policy.model import Policy, Rule, RuleSet
from policy.numbering import CATCH_ALL, GENERAL, MOST_SPECIFIC, of_specifics
from policy.parser import notes
from policy.parser.above import lines_above
from policy.parser.objects import Objects
from policy.parser.report import Report
from policy.parser.rules import Placed
from policy.parser.tree import Tree
from policy.vocabulary import Protocol


def assemble(placed: list[Placed], tree: Tree, objects: Objects, report: Report) -> Policy:
    """Return the policy made of rules in the order of evaluation."""
    named = notes.rule_sets(tree, report)
    above = lines_above(tree, placed, objects)
    found = []
    for protocol in Protocol:
        mine = _unique([one for one in placed if one.protocol is protocol], report)
        if mine or protocol in named:
            said = named.get(protocol) or notes.Named(protocol.value, "", Word("", 1, 1))
            general, specific, catch_all = _parts(mine)
            lines = above.get(protocol, ())
            text = said.description
            try:
                found.append(
                    RuleSet(said.name, protocol, general, specific, catch_all, text, lines)
                )
            except PolicyError as error:
                hint = (
                    f'write it as `{notes.MARK} {notes.RULE_SET} {protocol} "name" "description"`'
                )
                report.error(said.word, "rule-set", str(error), hint)
    return Policy(tuple(found))


def _unique(placed: list[Placed], report: Report) -> list[Placed]:
    found: dict[str, Placed] = {}
    for one in placed:
        if one.rule.name in found:
            word = Word(one.rule.name, one.named_at.line, one.named_at.column)
            hint = f"first on line {found[one.rule.name].named_at.line}"
            report.error(word, "duplicate-name", f"`{one.rule.name}` names two rules", hint)
        else:
            found[one.rule.name] = one
    return list(found.values())


def _parts(mine: list[Placed]) -> tuple[Rule | None, tuple[Rule, ...], Rule | None]:
    """Zertify's own numbers say what a rule is; where others are used, its form does."""
    rules = [one.rule for one in mine]
    numbers = [one.priority for one in mine]
    has_catch_all = bool(rules) and _takes_the_rest(rules[-1])
    has_general = bool(rules) and rules[0].traffic.is_any
    if _is_own(numbers):
        has_general &= GENERAL in numbers
        has_catch_all &= CATCH_ALL in numbers
    else:
        has_general &= not rules[0].is_any
    last = len(rules) - has_catch_all
    return (
        rules[0] if has_general else None,
        tuple(rules[int(has_general) : last]),
        rules[-1] if has_catch_all else None,
    )


def _is_own(numbers: list[int]) -> bool:
    own = [number for number in numbers if number not in (GENERAL, CATCH_ALL)]
    if len(set(numbers)) != len(numbers) or len(own) > MOST_SPECIFIC:
        return False
    return tuple(own) == of_specifics(len(own))


def _takes_the_rest(rule: Rule) -> bool:
    return rule.traffic.is_any and rule.requirement is None
