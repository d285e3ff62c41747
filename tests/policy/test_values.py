"""Values check themselves when they are made."""

from __future__ import annotations

from ipaddress import ip_address

import numpy as np
import polars as pl
import pytest

from policy.errors import ValueInvalidError
from policy.values.actions import Action, combined
from policy.values.addresses import AddressRange, AddressSet, parse_address
from policy.values.members import MOST_MEMBERS
from policy.values.names import NamePattern, check_name, check_text, file_name
from policy.values.ports import PortRange, PortSet
from policy.vectorised.masks import of_names


@pytest.mark.parametrize(
    "text",
    ["10.1.1.1", "10.0.0.0/8", "0.0.0.0/0", "10.1.1.1-10.1.1.9", "::1", "2001:db8::/32", "::"],
)
def test_an_address_is_written_as_it_was_read(text: str) -> None:
    assert str(AddressRange.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("10.1.1", "is not an IP address"),
        ("10.1.1.1/16", "write `10.1.0.0/16`"),
        ("10.0.0.0/33", "more than 32 bits"),
        ("10.0.0.0/x", "no prefix length"),
        ("10.1.1.9-10.1.1.1", "ends before it begins"),
        ("10.1.1.1-::1", "mixes IPv4 and IPv6"),
        ("10.1.1.1-", "half a range"),
        ("::ffff:10.1.1.1", "write the IPv4 address"),
        ("::10.1.1.1", "carries an IPv4 address in IPv6"),
        ("fe80::1%eth0", "names a scope"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ValueInvalidError, match=message):
        AddressRange.parse(text)


def test_a_prefix_covers_all_of_its_addresses_and_nothing_of_the_other_version() -> None:
    prefix = AddressRange.parse("10.20.0.0/16")
    assert parse_address("10.20.255.255") in prefix
    assert parse_address("10.21.0.0") not in prefix
    assert ip_address("::1") not in AddressRange.parse("0.0.0.0/0")
    assert "10.20.0.1" not in prefix
    with pytest.raises(ValueInvalidError, match="not the whole"):
        AddressRange(parse_address("10.0.0.1"), parse_address("10.255.255.255"), 8)


def test_sets_have_members_and_none_twice() -> None:
    assert parse_address("10.1.1.1") in AddressSet.parse("::1", "10.1.1.1")
    assert str(AddressSet.parse("::1", "10.1.1.1")) == "::1, 10.1.1.1"
    assert 992 in PortSet.parse("23", "990-999")
    assert str(PortSet.parse("23", "990:999")) == "23, 990-999"
    for make in (AddressSet, PortSet):
        with pytest.raises(ValueInvalidError, match="without a member"):
            make((), "empty")
    with pytest.raises(ValueInvalidError, match="twice"):
        AddressSet.parse("::1", "::1")
    with pytest.raises(ValueInvalidError, match="twice"):
        PortSet.parse("1", "1-1")


def test_a_set_has_no_more_members_than_anybody_reads() -> None:
    ports = [str(number) for number in range(1, MOST_MEMBERS + 2)]
    addresses = [f"10.0.{n >> 8}.{n & 255}" for n in range(MOST_MEMBERS + 1)]
    assert len(PortSet.parse(*ports[1:]).members) == MOST_MEMBERS
    assert len(AddressSet.parse(*addresses[1:]).members) == MOST_MEMBERS
    too_many = "has 2,001 members, at most 2,000 are taken; write ranges"
    with pytest.raises(ValueInvalidError, match=f"`1, ...` {too_many}"):
        PortSet.parse(*ports)
    with pytest.raises(ValueInvalidError, match=f"`Hosts` {too_many}"):
        AddressSet.parse(*addresses, name="Hosts")


ENDS = ("0.0.0.3", "10.0.0.1", "10.0.0.2", "10.0.0.9", "10.1.0.0", "255.255.255.255", "::", "::1")


def test_what_lies_in_a_set_lies_in_one_of_its_members() -> None:
    sets = [
        AddressSet.parse("10.0.0.1", "10.0.0.0/24", "10.0.0.2-10.0.3.1", "::1"),
        AddressSet.parse("0.0.0.0/0"),
        AddressSet.parse("::/0", "10.0.0.9", "10.0.0.2"),
    ]
    for one in sets:
        for text in ENDS:
            address = ip_address(text)
            assert (address in one) is any(address in member for member in one.members), (one, text)
    ports = PortSet.parse("5-9", "7-20", "1", "21", "30-40", "32")
    for port in range(45):
        assert (port in ports) is any(port in member for member in ports.members), port
    assert "10.0.0.1" not in sets[0]
    assert "5" not in ports


@pytest.mark.parametrize("text", ["0", "65536", "21-20", "a", "1-2-3", "-1", "٣"])
def test_a_wrong_port_is_refused(text: str) -> None:
    with pytest.raises(ValueInvalidError):
        PortRange.parse(text)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("TN3270*", "TN3270A ", True),
        ("tn3270*", "TN3270", True),
        ("TN3270*", "TN327", False),
        ("FTPD1", "FTPD1", True),
        ("FTPD1", "FTPD12", False),
        ("*", "", True),
        ("A", "", False),
    ],
)
def test_a_pattern_fits_by_its_stem(pattern: str, name: str, fits: bool) -> None:
    assert NamePattern.parse(pattern).fits(name) is fits


@pytest.mark.parametrize("exact", [True, False])
def test_blanks_around_a_name_are_the_same_in_a_column(exact: bool) -> None:
    names = [f"{one}ABC{one}" for one in map(chr, range(0x3001)) if one.isspace() or one < " "]
    asked = NamePattern.parse("ABC")
    masks = of_names(pl.Series(names), [asked], exact=exact) & np.uint64(1)
    assert masks.astype(bool).tolist() == [asked.fits(one, exact=exact) for one in names]
    assert asked.fits(" ABC\t", exact=exact)
    assert not asked.fits("ABC\x1f", exact=exact)


@pytest.mark.parametrize("text", ["", "NINECHARS", "A*B", "A B", "**", "#A"])
def test_a_wrong_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueInvalidError):
        NamePattern.parse(text)


def test_names_are_one_printable_line() -> None:
    assert check_name("TLS 1.2 or later") == "TLS 1.2 or later"
    assert check_text("") == ""
    for wrong in ("", " x", "a\nb", "x" * 501):
        with pytest.raises(ValueInvalidError):
            check_name(wrong)
    assert file_name("Köln {a} #1") == "K_ln__a___1"


def test_actions_say_what_they_do() -> None:
    assert str(Action()) == "allow silently"
    assert str(Action(syslog_level=4, reset=True)) == (
        "log to syslogd at warning, reset the connection"
    )
    assert str(Action(console=True, audit=True)) == "log to the console, write an audit record"
    assert Action().is_silent
    assert Action(console=True).logs
    assert not Action(reset=True).logs
    with pytest.raises(ValueInvalidError, match="no syslogd level"):
        Action(syslog_level=8)


def test_reset_wins_over_allow_and_the_urgent_level_counts() -> None:
    together = combined((Action("a", syslog_level=6), Action("b", syslog_level=3, reset=True)))
    assert together == Action(syslog_level=3, reset=True)
    assert combined(()) == Action()
