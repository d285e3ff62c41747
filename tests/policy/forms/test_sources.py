"""A policy in any form is read with the place of everything that is said about it."""

from __future__ import annotations

from datetime import date

import pytest

from policy.checks import Surroundings
from policy.code_page import CodePage, encode
from policy.documents import places, to_json, to_yaml
from policy.sources import Form, check_source, form_of, read
from policy.writer import write
from tests.policy.samples import ARTICLE

LATE = Surroundings(day=date(2028, 1, 1))
SAMPLE = """schema: zertify-policy-1
rule_sets:
- name: A
  protocol: TLS
  specific:
  - name: one
    traffic: {job: TOOLONGNAME}
  - name: two
    action: {syslog_level: 9}
"""


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", Form.POLICY),
        ("# schema: x\nZERTRule a\n", Form.POLICY),
        ('{"schema": 1}', Form.JSON),
        ('\n{\n  "schema": 1}', Form.JSON),
        ("{}", Form.JSON),
        ("[]", Form.JSON),
        ("{\nPriority 1\n", Form.POLICY),
        ("{", Form.POLICY),
        ("# why\nschema: x\n", Form.YAML),
        ("---\nrule_sets: []\n", Form.YAML),
        ('"rule_sets" : []\n', Form.YAML),
    ],
)
def test_the_form_is_seen(text: str, form: Form) -> None:
    assert form_of(text) is form


@pytest.mark.parametrize("text", [write(ARTICLE), to_json(ARTICLE), to_yaml(ARTICLE)])
def test_every_form_means_the_same_and_checks_have_places(text: str) -> None:
    source = read(text.encode())
    assert source.ok
    assert source.policy == ARTICLE
    (found,) = check_source(source, LATE)
    line = text.split("\n")[found.place.line - 1]
    assert found.code == "expired-exception"
    assert found.place.rule == "TN3270"
    assert line[found.place.column - 1 :].startswith(("ZERTRule", "{", "name: TN3270"))


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", '#@ rule-set TLS "a" "b"\n'])
def test_a_text_without_a_rule_is_not_passed_over(text: str) -> None:
    found = [one.code for one in check_source(read(text.encode()))]
    assert "no-rule" in found
    assert "no-rule" not in [one.code for one in check_source(read(write(ARTICLE).encode()))]


def test_faults_of_a_document_stand_at_their_parts() -> None:
    source = read(SAMPLE.encode())
    assert [(one.code, one.place.line, one.place.column) for one in source.findings] == [
        ("document", 9, 28)
    ]
    mended = SAMPLE.replace(": 9", ": 3")
    (fault,) = read(mended.encode()).findings
    assert (fault.place.line, fault.place.column) == (7, 20)
    assert "`TOOLONGNAME`" in fault.message
    assert check_source(read(mended.encode()), LATE) == (fault,)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"schema": 1,\n  x}', 2, 3),
        ("schema: x\n  y: z\n", 2, 4),
        ("schema: &a x\nrule_sets: *a\n", 1, 1),
        ("schema: \x01\n", 1, 1),
        ('{"schema": ' + "[" * 9_000, 1, 1),
    ],
)
def test_broken_syntax_has_its_place(text: str, line: int, column: int) -> None:
    (found,) = read(text.encode()).findings
    assert (found.place.line, found.place.column) == (line, column)


def test_tabs_and_long_documents_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    text = to_json(ARTICLE).replace("  ", "\t")
    assert read(text.encode()).rules["TLS", "TN3270"].line > 1
    monkeypatch.setattr(places, "MOST_CHARACTERS", 10)
    assert read(text.encode()).rules["TLS", "TN3270"].line == 1


def test_a_code_page_that_is_named_is_held_against_the_one_that_is_there() -> None:
    text = "Codepage IBM-1047\n" + write(ARTICLE)
    assert read(encode(text)).findings == ()
    source = read(text.encode())
    assert source.page is CodePage.UTF_8
    assert [one.code for one in source.findings] == ["code-page"]
    assert source.ok


def test_form_and_page_can_be_told() -> None:
    told = read(encode(to_yaml(ARTICLE)), form=Form.YAML, page=CodePage.IBM_1047)
    assert told.policy == ARTICLE
    assert not read(to_yaml(ARTICLE).encode(), form=Form.POLICY).ok


@pytest.mark.parametrize(
    ("text", "has"),
    [("a: b\n", False), ("a: 'x # y'\n", False), ("# a\na: b\n", True), ("a: b # c\n", True)],
)
def test_comments_of_yaml_are_seen(text: str, has: bool) -> None:
    assert places.has_comments(text) is has
    assert places.has_comments(text + "# last") is True
