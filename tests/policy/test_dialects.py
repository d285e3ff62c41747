"""A dialect is whole or refused with the place, and what it spells badly is never written."""

from __future__ import annotations

from pathlib import Path

import pytest

from policy import dialects
from policy.dialects.roles import ROLES
from policy.errors import DialectError, WriteError
from policy.parser import parse
from policy.writer import reformat, write
from tests.policy.samples import ARTICLE

TEXT = (Path(dialects.__file__).parent / "zpol-0.toml").read_text()


def changed(*pairs: tuple[str, str]) -> str:
    text = TEXT
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_the_shipped_dialect_has_a_mark_on_every_keyword() -> None:
    assert dialects.available() == ("zpol-0",)
    found = dialects.load()
    marks = {one.confidence for one in found.statements.values()}
    for statement in found.statements.values():
        marks |= {param.confidence for param in statement.params.values()}
        assert tuple(statement.params) == ROLES[statement.role]
        assert all(param.source for param in statement.params.values())
    assert marks == {"confirmed", "recalled", "inferred", "provisional"}
    assert found.statements["rule"].confidence == "provisional"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = ", "not TOML"),
        ('id = "x"', "no table `format`"),
        (changed(('id = "zpol-0"', "id = 3")), "`id` is no text"),
        (changed(("indent = 2", "indent = 99")), "`indent` is no number"),
        (changed(('repetition = "repeat"', 'repetition = "twice"')), "no repetition"),
        (changed(("[statements.port_group]", "[statements.harbour]")), "not those of the language"),
        (changed(("[statements.rule.params.job]", "[statements.rule.params.task]")), "parameters"),
        (changed(('keyword = "Jobname"', 'keyword = "userid"')), "two parameters"),
        (changed(('keyword = "Jobname"', 'keyword = "Job name"')), "is no keyword"),
        (changed(('confidence = "inferred"', 'confidence = "sure"')), "is no confidence"),
        (changed(('occurs = "0..1"', 'occurs = "often"')), "`often` is none of"),
        (changed(('parents = ["file"]', 'parents = "file"')), "parents are not roles"),
        (TEXT + "\n[spelling.tls_version]\nTLS9 = 'x'\n", "no word of the vocabulary"),
        ("spelling = 3\n" + TEXT, "`spelling` is no table"),
    ],
)
def test_a_faulty_dialect_is_refused(text: str, message: str) -> None:
    with pytest.raises(DialectError, match=message):
        dialects.read(text)


def test_a_dialect_that_is_not_there() -> None:
    with pytest.raises(DialectError, match="only zpol-0"):
        dialects.load("zpol-9")


def test_what_would_not_read_back_is_not_written() -> None:
    with pytest.raises(WriteError, match="would not be accepted"):
        write(ARTICLE, dialects.read(changed(('yes = "Yes"', 'yes = "#"'))))
    with pytest.raises(WriteError, match="read back as the same"):
        write(ARTICLE, dialects.read(changed(('yes = "Yes"', 'yes = "No"'))))


def test_a_statement_where_its_dialect_does_not_want_it_is_misplaced() -> None:
    group = '[statements.port_group]\nkeyword = "PortGroup"\nparents = ["file"]'
    text = changed((group, group.replace("file", "rule")))
    (found,) = parse("PortGroup x\n{\n}\n", dialects.read(text)).findings
    assert (found.code, found.place.line) == ("misplaced", 1)
    assert "outside of a statement" in found.message


def test_layout_is_mended_and_nothing_else() -> None:
    text = "# top\n\n\nzertaction A {\nlogconsole   Yes # why\nBlue 1\n}\n}\n#\nx\n"
    assert reformat(text) == (
        "# top\n"
        "\n"
        "ZERTAction                        A\n"
        "{\n"
        "  # why\n"
        "  LogConsole                      Yes\n"
        "  Blue                            1\n"
        "}\n"
        "}\n"
        "#\n"
        "x\n"
    )


def test_an_empty_comment_is_none() -> None:
    text = "#\nZERTRule a\n{\nPriority 2\nSecurityProtocol None\nZERTAction\n{\n}\n}\n"
    (rule,) = parse(text).policy.rule_sets[0].rules()
    assert rule.comments == ()


PARAMS = "SecurityProtocol TLS\nPriority 5\nLocalPortRange {port}\nZERTActionRef a\n"
RULE = "ZERTRule {name}\n{{\n" + PARAMS + "}}\n"
ACTION = "ZERTAction a\n{{\n  AuditRecord {audit}\n}}\n"
FILE = (
    RULE.format(name="zeta", port=1)
    + RULE.format(name="alpha", port=2)
    + ACTION.format(audit="Yes")
    + ACTION.format(audit="No")
)


@pytest.mark.parametrize(
    ("of_format", "order", "audits"),
    [
        ((), ["alpha", "zeta"], False),
        ((('equal_priorities = "name"', 'equal_priorities = "order"'),), ["zeta", "alpha"], False),
        ((('same_name = "last"', 'same_name = "first"'),), ["alpha", "zeta"], True),
        ((('equal_priorities = "name"', ""), ('same_name = "last"', "")), ["alpha", "zeta"], False),
    ],
)
def test_a_site_says_what_goes_first_and_what_counts(
    of_format: tuple[tuple[str, str], ...], order: list[str], audits: bool
) -> None:
    found = parse(FILE, dialects.read(changed(*of_format)))
    (rules,) = found.policy.rule_sets
    assert [rule.name for rule in rules.rules()] == order
    assert {rule.action.audit for rule in rules.rules()} == {audits}
    (twice,) = [one for one in found.findings if one.code == "duplicate-name"]
    assert f"the {'first' if audits else 'last'} one counts" in twice.message


def test_a_choice_that_there_is_not_is_refused() -> None:
    with pytest.raises(DialectError, match="`newest` is none of last, first"):
        dialects.read(changed(('same_name = "last"', 'same_name = "newest"')))
