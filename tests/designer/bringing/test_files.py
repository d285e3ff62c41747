"""Which files are taken: bounded, text, and without an error."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from designer import bringing
from designer.bringing import FileError, plan, read_file, read_text
from designer.content.errors import NotReadyError
from designer.models import RuleSet
from designer.queries.contents import rule_set_of
from policy.code_page import CodePage, encode
from policy.model import Rule
from policy.model import RuleSet as PolicyRuleSet
from policy.vocabulary import Protocol
from tests.designer.bringing.test_bringing_in import brought, source_of
from tests.designer.conftest import NOW
from tests.policy.samples import DATA, REST

pytestmark = pytest.mark.django_db


def test_errors_of_the_file_forbid_it(anna: User) -> None:
    source = read_text((DATA / "article.policy").read_text().replace("Inbound", "Up"))
    with pytest.raises(NotReadyError) as wrong:
        brought(source, anna)
    assert wrong.value.findings[0].place.line > 0
    assert not RuleSet.objects.exists()


def test_names_that_have_no_room_are_errors_at_their_line(anna: User) -> None:
    document = (
        '{"schema": "zertify-policy-1", "rule_sets": [{"protocol": "TLS", "name": "A",\n'
        f'"catch_all": {{"name": "{"x" * 33}", "owner": "{"y" * 101}"}}}}]}}'
    )
    found = plan(read_text(document), by=anna, day=NOW.date()).preview
    assert [(one.code, one.place.line) for one in found.findings if one.code == "too-long"] == [
        ("too-long", 2),
        ("too-long", 2),
    ]
    assert not found.ok


def test_a_file_in_ebcdic_says_the_same(anna: User) -> None:
    text = (DATA / "article.policy").read_text()
    source = read_file(encode(text))
    assert source.page is CodePage.IBM_1047
    assert read_text(source.text.replace("\n", "\r\n"), page=source.page) == source
    (made,) = brought(source, anna)
    assert [rule.name for rule in rule_set_of(made).rules()] == [
        "TLS 1.2 or later",
        "TN3270",
        "Rest",
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"ZERTRule a\0b", "byte 11 is zero"),
        (b"\xff\xfe\xfd rubbish \n", "neither UTF-8"),
        (b"#" * (bringing.MOST_BYTES + 1), "larger than 1,024 KiB"),
    ],
)
def test_a_file_that_is_no_text_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(FileError, match=why):
        read_file(data)


def test_more_rules_than_can_be_compared_are_refused() -> None:
    rules = tuple(Rule(f"r{number}") for number in range(bringing.MOST_RULES))
    with pytest.raises(FileError, match="501 rules"):
        source_of(PolicyRuleSet("Big", Protocol.TLS, None, rules, REST))


@pytest.mark.parametrize(
    "data", [b"[" * 200_000, b'{"a":' * 100_000, b"- " * 100_000, b"{" * 200_000]
)
def test_depth_ends_as_findings_or_a_reason(data: bytes) -> None:
    try:
        found = read_file(data)
    except FileError:
        return
    assert not found.ok
