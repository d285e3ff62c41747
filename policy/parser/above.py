"""Lines that people wrote of more than one rule: which rule set keeps them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from policy.lexer import Word
from policy.parser import notes
from policy.parser.objects import Objects
from policy.parser.rules import Placed
from policy.parser.tree import Node, Tree
from policy.vocabulary import Protocol

DEEPEST = 2
"""A rule refers to a group, and the group to its members."""


def lines_above(
    tree: Tree, placed: list[Placed], objects: Objects
) -> dict[Protocol, tuple[str, ...]]:
    """Return the lines of each rule set in the order of the file.

    Those above a `#@ rule-set` are that one's, those of a shared statement belong to the rule set
    that refers to it first; all others go to the first rule set of the file.
    """
    found = sorted((*_loose(tree), *_shared(tree, placed, objects)), key=lambda one: one[0].line)
    usual = _first(tree, placed)
    kept: dict[Protocol, tuple[str, ...]] = {}
    for comment, protocol in found:
        keeper = protocol or usual
        if keeper:
            kept[keeper] = (*kept.get(keeper, ()), *notes.plain(comment))
    return kept


def _first(tree: Tree, placed: list[Placed]) -> Protocol | None:
    if placed:
        return min(placed, key=lambda one: (one.place.line, one.place.column)).protocol
    named = (notes.protocol_of(one) for one in tree.loose)
    return next((one for one in named if one), None)


def _loose(tree: Tree) -> Iterator[tuple[Word, Protocol | None]]:
    above: list[Word] = []
    for comment in tree.loose:
        protocol = notes.protocol_of(comment)
        if protocol is None:
            above.append(comment)
            continue
        yield from ((one, protocol) for one in above)
        above.clear()
    yield from ((one, None) for one in above)


def _shared(
    tree: Tree, placed: list[Placed], objects: Objects
) -> Iterator[tuple[Word, Protocol | None]]:
    rules = {one.place: one.protocol for one in placed}
    starts = [node.keyword.line for node in tree.nodes]
    for node in tree.nodes:
        comments = [*node.comments, *node.inner]
        if not comments or (node.statement and node.statement.role == "rule"):
            continue
        user = node
        for _ in range(DEEPEST):
            use = _first_use(user, objects)
            user = tree.nodes[bisect_right(starts, use.line) - 1] if use else user
        yield from ((one, rules.get(user.keyword.place)) for one in comments)


def _first_use(node: Node, objects: Objects) -> Word | None:
    if node.statement is None or node.name is None:
        return None
    return objects.first_use(node.statement.role, node.name.text)
