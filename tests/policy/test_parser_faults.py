"""Every kind of fault is found at its line and column, and the rest is read nevertheless."""

from __future__ import annotations

import re
from pathlib import Path
from time import process_time

import pytest

from policy import lexer, parser
from policy.model import Kind
from policy.parser import Severity, parse
from policy.parser.report import MOST
from policy.values.members import MOST_MEMBERS

RULE = """ZERTRule a
{
  Priority 5
  SecurityProtocol TLS
  ZERTAction
  {
  }
%s
}
"""
ALLOW = "ZERTAction A\n{\n}\n"
NUMBERS = range(1, MOST_MEMBERS + 2)
PORTS = "".join(f"  PortRange\n  {{\n    Port {n}\n  }}\n" for n in NUMBERS)
HOSTS = "".join(f"  IpAddrRef a{n}\n" for n in NUMBERS)
ADDRESSES = "".join(f"IpAddr a{n}\n{{\n  Addr 10.0.{n >> 8}.{n & 255}\n}}\n" for n in NUMBERS)
FAULTS = [
    (RULE % "  Colour red", "unknown-keyword", 8, 3),
    (RULE % "  Jobnam X", "unknown-keyword", 8, 3),
    (RULE % "  Jobname", "missing-value", 8, 3),
    (RULE % "  Priority 6", "repeated", 8, 3),
    (RULE % "  Jobname TOOLONGNAME", "value", 8, 11),
    (RULE % "  Direction Up", "value", 8, 13),
    (RULE % "  LocalAddr 10.1.1.300", "value", 8, 13),
    (RULE % "  LocalAddr ::ffff:10.1.1.1", "value", 8, 13),
    (RULE % "  LocalPortRange 70000", "value", 8, 18),
    (RULE % "  LocalAddr 10.1.1.1\n  LocalAddrRef x", "one-of", 9, 16),
    (RULE % "  LocalAddrRef x", "unknown-reference", 8, 16),
    (RULE % "  ZERTSSHConditionRef x", "wrong-condition", 8, 23),
    (RULE % "  ZERTActionRef A" + ALLOW, "one-of", 8, 17),
    (RULE % "  ZERTTLSCondition\n  {\n    Version TLSv9\n  }", "value", 10, 13),
    (RULE % "  ZERTTLSCondition\n  {\n    MinKeyLength x\n  }", "value", 10, 18),
    (RULE % "  ZERTTLSCondition\n  {\n  }\n  ZERTTLSConditionRef x", "one-of", 11, 23),
    (RULE % "  ZERTTLSCondition\n  {\n    Version SSHv2\n  }", "value", 10, 13),
    (RULE.replace("a\n", "a" * 33 + "\n", 1) % "", "name-too-long", 1, 10),
    (RULE.replace("a\n", "a\x00\n", 1) % "", "value", 1, 10),
    (RULE.replace(" a\n", "\n", 1) % "", "name-missing", 1, 1),
    (RULE.replace("TLS", "SSL") % "", "value", 4, 20),
    (RULE.replace("Priority 5", "") % "", "missing", 1, 1),
    (RULE.replace("Priority 5", "Priority 0") % "", "value", 3, 12),
    (RULE.replace("  ZERTAction\n  {\n  }\n", "") % "", "missing", 1, 1),
    ('#@ name ""\n' + RULE % "", "value", 1, 1),
    ('# 1\n# 2\n# 3\n# 4\n  #@ expires "soon"\n' + RULE % "", "value", 5, 3),
    ('# 1\n# 2\n# 3\n#@ expires "soon"\n#@ name ""\n' + RULE % "", "value", 5, 1),
    (
        RULE.replace("%s\n", "") + '#@ name "a"\n' + RULE.replace(" a", " b") % "",
        "duplicate-name",
        9,
        1,
    ),
    ('#@ name "b"\n' + RULE % "" + RULE.replace(" a", " b") % "", "duplicate-name", 11, 1),
    (RULE.replace("  {\n", " {", 1) % "", "brace-not-alone", 6, 2),
    (RULE.replace("\n{\n", "\n", 1) % "", "brace-missing", 1, 1),
    (RULE.removesuffix("}\n") % "", "brace-missing", 1, 1),
    (RULE.removesuffix("}\n") % "" + RULE % "", "brace-missing", 9, 1),
    (RULE % "" + "}\n", "stray-brace", 10, 1),
    ("{\n" + RULE % "", "stray-brace", 1, 1),
    ("Priority 5\n" + RULE % "", "outside-statement", 1, 1),
    ("ZERTRul a\n{\n  Z\n  {\n  }\n}\n", "unknown-statement", 1, 1),
    (RULE % "  IpAddr\n  {\n  }", "brace-missing", 8, 3),
    ("ZERTAction A\n{\n  Blue\n  {\n  }\n}\n", "unknown-statement", 3, 3),
    ("ZERTAction A\n{\n  LogLevel 8\n}\n", "value", 3, 12),
    ("ZERTAction A\n{\n  LogConsole Maybe\n}\n", "value", 3, 14),
    ('#@ rule-set TLS "" ""\n', "rule-set", 1, 1),
    ('\n# 2\n# 3\n# 4\n#@ rule-set TLS "" ""\n' + RULE % "", "rule-set", 5, 1),
    (RULE % "  Jobname #X", "missing-value", 8, 3),
    (RULE % "  LocalAddr fe80::1%1", "value", 8, 13),
    (RULE % "  LocalAddr 10.1.1.1-::1", "value", 8, 13),
    (RULE % "  LocalAddr 10.1.1.1/40", "value", 8, 13),
    (RULE % "  ZERTTLSConditionRef x", "unknown-reference", 8, 23),
    ("IpAddr x\n{\n}\n", "missing", 1, 1),
    ("IpAddr x\n{\n  Addr 10.0.0.0/8\n}\n", "value", 3, 8),
    ("IpAddrSet x\n{\n}\n", "one-of", 1, 1),
    ("IpAddrSet x\n{\n  Prefix 10.0.0.1\n}\n", "value", 3, 10),
    ("IpAddrSet x\n{\n  Range 10.0.0.0/8\n}\n", "value", 3, 9),
    ("IpAddrGroup x\n{\n}\n", "empty-group", 1, 1),
    (f"PortGroup x\n{{\n{PORTS}}}\n", "too-many-members", 8003, 3),
    (f"IpAddrGroup x\n{{\n{HOSTS}}}\n{ADDRESSES}", "too-many-members", 2003, 13),
    ("PortGroup x\n{\n  PortRangeRef p\n}\n", "unknown-reference", 3, 16),
    ("PortRange x\n{\n  Port a\n}\n", "value", 3, 8),
    ("ZERTTLSCondition x\n{\n  MinKeyLength 9999999999\n}\n", "value", 3, 16),
    ("Codepage\n", "missing-value", 1, 1),
    ("Codepage IBM-1047\n  codepage UTF-8\n", "repeated", 2, 3),
    ("Codepage  IBM-273\n", "value", 1, 11),
    ("ZERTConfig /etc/x\n", "outside-statement", 1, 1),
]
PLACES = [f"{number}-{case[1]}" for number, case in enumerate(FAULTS)]


@pytest.mark.parametrize(("text", "code", "line", "column"), FAULTS, ids=PLACES)
def test_a_fault_is_an_error_at_its_place(text: str, code: str, line: int, column: int) -> None:
    found = [one for one in parse(text).findings if one.severity is Severity.ERROR]
    assert (code, line, column) in [(one.code, one.place.line, one.place.column) for one in found]


@pytest.mark.parametrize(("text", "code", "line", "column"), FAULTS, ids=PLACES)
def test_every_fault_has_a_hint(text: str, code: str, line: int, column: int) -> None:
    assert [str(one) for one in parse(text).findings if not one.hint] == []


REMARKS = [
    (RULE % "  Jobname X Y", "text-ignored", 8, 13, Severity.WARNING),
    (RULE.replace("ZERTRule a", "ZERTRule a b") % "", "text-ignored", 1, 12, Severity.WARNING),
    ("ZERTAction A\n{\n  LogLevel 3\n}\n", "level-unused", 3, 12, Severity.WARNING),
    (ALLOW + ALLOW, "duplicate-name", 4, 12, Severity.WARNING),
    (ALLOW, "unused", 1, 1, Severity.NOTE),
    ("#@ colour red\n", "annotation", 1, 1, Severity.WARNING),
    ('#@ name "a" "b" "c"\n', "annotation", 1, 1, Severity.WARNING),
    ('#@ rule-set UDP "a" "b"\n', "annotation", 1, 1, Severity.WARNING),
    ('#@ name "a\\\n', "annotation", 1, 1, Severity.WARNING),
]


@pytest.mark.parametrize(("text", "code", "line", "column", "severity"), REMARKS)
def test_a_remark_forbids_nothing(
    text: str, code: str, line: int, column: int, severity: Severity
) -> None:
    found = parse(text)
    assert found.ok
    assert all(one.hint for one in found.findings)
    assert (code, severity, line, column) in [
        (one.code, one.severity, one.place.line, one.place.column) for one in found.findings
    ]


def test_a_comment_of_many_texts_is_not_read_to_its_end() -> None:
    """Each text was cut off the whole rest of the comment: a megabyte took a minute."""
    begun = process_time()
    (found,) = parse("#@ name " + '"a" ' * 250_000 + "\n").findings
    assert found.code == "annotation"
    assert process_time() - begun < 5


def test_every_job_and_user_is_no_condition() -> None:
    rule_set = parse(RULE % "  Jobname *\n  Userid *").policy.rule_sets[0]
    (rule,) = rule_set.rules()
    assert rule.traffic.is_any
    assert rule_set.kind(0) is not Kind.SPECIFIC


def test_hints_name_what_was_perhaps_meant() -> None:
    (found,) = parse(RULE % "  Jobnam X").findings
    assert found.hint == "did you mean `Jobname`?"
    (found,) = parse("ZERTRul a\n{\n}\n").findings
    assert found.hint == "did you mean `ZERTRule`?"


def test_statements_of_other_files_are_sent_there() -> None:
    text = "TcpImage TCPIP /etc/i FLUSH\nTTLSConfig /etc/t\nZERTConfig /etc/z\nOther x\n"
    assert [one.hint for one in parse(text).findings] == [
        "it belongs to the main file of Policy Agent",
        "it belongs to the image file of Policy Agent",
        "it belongs to the image file of Policy Agent",
        "a `}` too many above, or a `{` missing?",
    ]


def test_a_code_page_may_be_named_once() -> None:
    found = parse("CodePage utf-8\n" + RULE % "")
    assert (found.findings, found.code_page) == ((), "utf-8")
    assert parse(RULE % "").code_page == ""


def test_every_code_that_the_reader_gives_has_a_case() -> None:
    """`too-many` has no place; `misplaced` needs another dialect (test_dialects)."""
    rooms = [Path(parser.__file__).parent.glob("*.py"), [Path(lexer.__file__)]]
    source = "\n".join(path.read_text() for room in rooms for path in room)
    calls = r'\.(?:error|warning|note)\(\s*[^,()]+(?:\([^()]*\))?,\s*"([a-z-]+)"'
    given = set(re.findall(calls, source)) | set(re.findall(r'Finding\(\s*"([a-z-]+)"', source))
    assert {"value", "unknown-keyword", "brace-not-alone", "unused", "too-many"} < given
    shown = {case[1] for case in FAULTS} | {case[1] for case in REMARKS}
    assert given - {"too-many", "misplaced"} == shown


def test_all_faults_come_at_once_and_sound_rules_are_kept() -> None:
    text = RULE % "  Direction Up\n  Jobname ?\n  Colour red" + RULE.replace(" a", " b") % ""
    found = parse(text)
    assert [one.place.line for one in found.findings] == [8, 9, 10]
    assert [rule.name for rule in found.policy.rule_sets[0].rules()] == ["a", "b"]


def test_the_last_of_two_statements_with_a_name_counts() -> None:
    text = RULE % "  Jobname ONE" + RULE % "  Jobname TWO"
    (rule,) = parse(text).policy.rule_sets[0].rules()
    assert str(rule.traffic.job) == "TWO"


def test_a_file_of_another_kind_gives_so_many_findings_and_no_more() -> None:
    found = parse("something else\n" * 2 * MOST)
    assert len(found.findings) == MOST + 1
    assert found.findings[0].code == "too-many"
    assert not found.ok
