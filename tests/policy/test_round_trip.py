"""What is written reads back as the same; `ZERTIFY_LONG_CASES` makes more cases."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy.code_page import CodePage, decode, detect, encode
from policy.model import Policy
from policy.parser import parse, parse_bytes
from policy.writer import pasearch_view, reformat, write
from tests.policy.strategies import LONG, policies

SETTINGS = settings(
    max_examples=LONG or 60,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.large_base_example,
    ],
)
ALPHABET = st.sampled_from(
    [
        *("ZERTRule", "ZERTAction", "ZERTTLSCondition", "IpAddrGroup", "IpAddr", "PortGroup"),
        *("Addr", "Port", "Prefix", "Range", "Priority", "SecurityProtocol", "TLS", "None", "x"),
        *("LocalAddr", "LocalPortRange", "20", "1-2", "10.0.0.0/8", "ZERTActionRef", "Yes", "No"),
        *("LogSyslogd", "LogLevel", "Version", "TLSv1.2", "Direction", "{", "}", "\n", " ", "\n"),
        *("# c", '#@ name "x"', '#@ expires "2027"', "#@", '#@ rule-set TLS "a" "b"', "\x00", "é"),
        *("IpAddrSet", "PortRange", "IpAddrRef", "ZERTTLSConditionRef", "MinKeyLength", "٣", "\t"),
    ]
)


def check(text: str) -> None:
    """Every finding lies in the text, and what is read without an error is written as the same."""
    found = parse(text)
    lines = text.split("\n")
    for one in found.findings:
        assert one.place.line <= len(lines)
    if found.ok:
        assert parse(write(found.policy)).policy == found.policy


@SETTINGS
@given(policies())
def test_a_policy_is_written_and_read_back_as_the_same(policy: Policy) -> None:
    text = write(policy)
    found = parse(text)
    assert found.policy == policy
    assert found.ok
    assert not [one for one in found.findings if one.severity != "note"]
    again = reformat(text)
    assert parse(again).policy == policy
    assert reformat(again) == again
    assert pasearch_view(policy, "SYSA")


@SETTINGS
@given(policies())
def test_the_page_does_not_matter(policy: Policy) -> None:
    text = write(policy)
    assert parse_bytes(encode(text, CodePage.UTF_8), CodePage.UTF_8).policy == policy
    if text.isascii():
        data = encode(text)
        assert detect(data) is CodePage.IBM_1047
        assert decode(data) == text


@SETTINGS
@given(st.lists(st.one_of(ALPHABET, st.text(max_size=6)), max_size=80).map(" ".join))
def test_any_text_is_read_without_an_exception(text: str) -> None:
    check(text)


@SETTINGS
@given(st.binary(max_size=200))
def test_any_bytes_are_a_text_or_refused(data: bytes) -> None:
    text = decode(data, CodePage.IBM_1047)
    check(text)


@SETTINGS
@given(policies(most=2), st.data())
def test_a_damaged_file_is_read_without_an_exception(policy: Policy, data: st.DataObject) -> None:
    text = write(policy)
    lines = text.split("\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    changed = data.draw(st.sampled_from(["", "{", "}", lines[place] * 2, lines[place][:7], "Q q"]))
    check("\n".join((*lines[:place], changed, *lines[place + 1 :])))
