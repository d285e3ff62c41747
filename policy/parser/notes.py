"""What a file can't say in its language stands in comments that begin with `#@`.

`#@ name "TLS 1.2 or later"`, `#@ description "..."`, `#@ owner "..."`, `#@ expires "2027-03-31"`
above a statement, `#@ rule-set TLS "name" "description"` anywhere. Values are JSON strings, so
that any character survives any code page.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from policy.errors import PolicyError, ValueInvalidError
from policy.lexer import Word
from policy.parser.report import Report
from policy.parser.tree import Node, Tree
from policy.values.names import TEXT_LIMIT, check_name, check_text
from policy.vocabulary import Protocol

MARK = "#@"
RULE_SET = "rule-set"
KEYS = ("name", "description", "owner", "expires")
MOST_TEXTS = 2


def of_node(node: Node) -> dict[str, str]:
    """Return the annotations above a statement by key."""
    found = {}
    for comment in node.comments:
        key, values = split(comment)
        if key in KEYS:
            found[key] = values[0] if values else ""
    return found


def words_of(node: Node) -> dict[str, Word]:
    """Return the comments that carry the annotations above a statement by key."""
    return {key: one for one in node.comments if (key := split(one)[0]) in KEYS}


def check_value(key: str, text: str) -> None:
    """Check what an annotation above a rule says; raises `ValueInvalidError`."""
    if key == "expires":
        day(text)
    elif key == "name":
        check_name(text)
    else:
        check_text(text)


def plain_comments(node: Node) -> tuple[str, ...]:
    """Return the lines people wrote above a statement and within its braces."""
    return tuple(line for one in (*node.comments, *node.inner) for line in plain(one))


def plain(comment: Word) -> Iterator[str]:
    """Yield a comment, printable and without its `#`: as several where it is too long for one."""
    if comment.text.startswith(MARK) and is_understood(comment):
        return
    printable = "".join(char if char.isprintable() else " " for char in comment.text)
    rest = printable.lstrip("#@ ").strip()
    while rest:
        yield rest[:TEXT_LIMIT].strip()
        rest = rest[TEXT_LIMIT:].lstrip("#@ ").strip()


@dataclass(frozen=True, slots=True)
class Named:
    """What a file calls a rule set, and the comment that says it."""

    name: str
    description: str
    word: Word


def rule_sets(tree: Tree, report: Report) -> dict[Protocol, Named]:
    """Return the rule sets that the file names."""
    found = {}
    for comment in tree.comments:
        key, values = split(comment)
        if key == RULE_SET:
            protocol = protocol_of(comment)
            if protocol is None or len(values) != 2:
                hint = f'{MARK} {RULE_SET} TLS "name" "description"'
                report.warning(comment, "annotation", "this rule set can't be read", hint)
                continue
            name, description = values
            found[protocol] = Named(name, description, comment)
    return found


def protocol_of(comment: Word) -> Protocol | None:
    """Return the protocol of a `#@ rule-set`; None when the comment is none."""
    words = comment.text.split()
    if split(comment)[0] != RULE_SET or len(words) < 3:
        return None
    return next((one for one in Protocol if one.value == words[2]), None)


def day(text: str) -> date:
    """Return a date written 2027-03-31; raises `ValueInvalidError`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueInvalidError(text, "is no date", "write it as 2027-03-31") from error


def check(tree: Tree, report: Report) -> None:
    """Report each annotation that says nothing; it is kept as a comment."""
    for comment in tree.comments:
        if split(comment)[0] and not is_understood(comment):
            hint = f"known are {', '.join((*KEYS, RULE_SET))}, each with a text in quotes"
            report.warning(comment, "annotation", "this annotation is not understood", hint)


def is_understood(comment: Word) -> bool:
    """Return whether a comment is an annotation that says something."""
    key, values = split(comment)
    return key in (*KEYS, RULE_SET) and bool(values)


def split(comment: Word) -> tuple[str, tuple[str, ...]]:
    """Return key and values of an annotation; no key when the comment is none or is broken."""
    text = comment.text
    if not text.startswith(MARK):
        return "", ()
    key = (text.removeprefix(MARK).split() or [""])[0]
    quote = text.find('"')
    return key, tuple(_strings(text[quote:])) if quote >= 0 else ()


def _strings(text: str) -> list[str]:
    """None where one is broken, or where there are more than any annotation has."""
    decoder = json.JSONDecoder()
    found: list[str] = []
    while text.startswith('"'):
        if len(found) == MOST_TEXTS:
            return []
        try:
            value, end = decoder.raw_decode(text)
            found.append(check_text(value))
        except (ValueError, PolicyError):
            return []
        text = text[end:].lstrip()
    return found


def write(key: str, *values: str) -> str:
    """Return an annotation as a line; `key` may carry plain words after it."""
    return " ".join((MARK, key, *(json.dumps(value) for value in values)))
