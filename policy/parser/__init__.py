"""Policy file -> policy, with every fault at once."""

from __future__ import annotations

from dataclasses import dataclass

from policy import dialects
from policy.code_page import CodePage, decode
from policy.dialects.dialect import Dialect
from policy.findings import Finding, Place, Severity, errors
from policy.model import Policy
from policy.parser.assemble import assemble
from policy.parser.objects import read_objects
from policy.parser.report import Report
from policy.parser.rules import read_rules
from policy.parser.tree import build


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of the file, without its `#`."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says. `policy` has what could be read; use it only when `ok`.

    Policy Agent installs no new policy of a type whose file has any error (confirmed for AT-TLS).
    `places` leads from (rule set's protocol, rule name) to where the rule begins. `code_page` is
    what a `Codepage` statement names, empty without one.
    """

    policy: Policy
    findings: tuple[Finding, ...]
    comments: tuple[Comment, ...]
    places: dict[tuple[str, str], Place]
    code_page: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is no error."""
        return not errors(self.findings)

    @property
    def lines(self) -> dict[tuple[str, str], int]:
        """The line of each rule."""
        return {key: place.line for key, place in self.places.items()}


def parse(text: str, dialect: Dialect | None = None) -> Parsed:
    """Return the policy in `text` and all findings in the order of the text. Never raises."""
    dialect = dialect or dialects.load()
    report = Report()
    tree = build(text, dialect, report)
    objects = read_objects(tree, dialect, report)
    rules = read_rules(tree, objects, report)
    objects.note_unused(report)
    policy = assemble(rules, tree, objects, report)
    places = {(str(one.protocol), one.rule.name): one.place for one in rules}
    found = sorted(report.findings(), key=lambda one: (one.place.line, one.place.column))
    comments = tuple(Comment(one.line, one.text.lstrip("#").strip()) for one in tree.comments)
    return Parsed(policy, tuple(found), comments, places, tree.code_page)


def parse_bytes(
    data: bytes, page: CodePage | None = None, dialect: Dialect | None = None
) -> Parsed:
    """Return the policy in a file's bytes; the code page is detected when not told.

    Raises `CodePageError` when the bytes are no text.
    """
    return parse(decode(data, page), dialect)


__all__ = ["Comment", "Finding", "Parsed", "Severity", "parse", "parse_bytes"]
