"""Sample connections against a rule set: what each was to meet, and what it met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from designer.content.errors import ContentError, DesignerError
from designer.content.rules import Content, TestContent, Tree
from policy.attributes import Connection
from policy.documents.connections import connection_from_tree
from policy.errors import DocumentError
from policy.explain import why_not_evaluated
from policy.matcher import evaluate, failures, first_match, protocols
from policy.model import Policy, RuleSet
from policy.settings import Settings

NOT_CHECKED = "is not checked against this rule set"


def results(rule_set: RuleSet, tests: Iterable[TestContent], how: Settings) -> list[Tree]:
    """Return name, expected, met (empty: no rule), passed and note of each test.

    Raises ContentError for tests that are none: two of one name, or no connection.
    """
    given = list(tests)
    names = Counter(one.name for one in given)
    faults = [
        (f"test: {name}", "name", "two tests have this name")
        for name in sorted(one for one, number in names.items() if number > 1)
    ]
    found = []
    for one in given:
        try:
            found.append(_result(rule_set, one, how))
        except DocumentError as error:
            where = f"test: {one.name}"
            faults += [(where, f"connection{path}", said) for path, said in error.faults]
    if faults:
        raise ContentError(*faults)
    return found


def failed(found: Iterable[Tree]) -> list[str]:
    """Return the names of the tests that did not pass."""
    return [str(one["name"]) for one in found if not one["passed"]]


def why(rule_set: RuleSet, test: TestContent, how: Settings) -> str:
    """Return why a connection does not meet the rule that its test expects; empty when it does."""
    connection = connection_from_tree(test.connection)
    rules, met = rule_set.rules(), first_match(rule_set, connection, how)
    if rule_set.protocol not in protocols(connection, how):
        return why_not_evaluated(connection, how) or f"it is not protected by {rule_set.protocol}"
    wanted = next((place for place, one in enumerate(rules) if one.name == test.expected), None)
    if wanted is None or wanted == met:
        return ""
    found = [str(one) for one in failures(rules[wanted], rule_set.protocol, connection, how)]
    if found or met is None:
        return f"`{test.expected}` does not fit: {'; '.join(found)}"
    return f"`{test.expected}` would fit, but `{rules[met].name}` stands before it and fits too"


def put(content: Content, test: TestContent, was: str = "") -> Content:
    """Return the content with one test more, or with it in the place of the one named `was`.

    Raises ContentError when another test has its name, DesignerError when there is no `was`.
    """
    names = {one.name for one in content.tests}
    if was and was not in names:
        raise DesignerError(f"the draft has no test `{was}` any more")
    if test.name != was and test.name in names:
        raise ContentError((test.name, "name", f"there is a test `{test.name}` already"))
    return content.put_test(test, was)


def read_connection(tree: Tree) -> Connection:
    """Return a sample connection. Raises DocumentError, in words that any encoding can say."""
    try:
        connection = connection_from_tree(tree)
    except DocumentError as error:
        said = ((_sayable(path), _sayable(fault)) for path, fault in error.faults)
        raise DocumentError(tuple(said)) from error
    for part in ("job", "user"):
        if not getattr(connection, part).isprintable():
            raise DocumentError(((f"/{part}", "this is no printable text"),))
    return connection


def _sayable(text: str) -> str:
    """Return a text with halves of characters written out."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _result(rule_set: RuleSet, test: TestContent, how: Settings) -> Tree:
    connection = read_connection(test.connection)
    outcomes = evaluate(Policy((rule_set,)), connection, how).results
    outcome = next((one for one in outcomes if one.protocol is rule_set.protocol), None)
    met = outcome.rule.name if outcome and outcome.rule else ""
    known = {rule.name for rule in rule_set.rules()}
    note = "" if outcome else f"the connection {NOT_CHECKED}"
    if test.expected and test.expected not in known:
        note = f"there is no rule `{test.expected}`"
    return {
        "name": test.name,
        "expected": test.expected,
        "met": met,
        "passed": met == test.expected and outcome is not None,
        "note": note,
    }
