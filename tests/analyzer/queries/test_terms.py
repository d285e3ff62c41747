"""Each filter alone: what it takes, in which words, and what it refuses with which message."""

from __future__ import annotations

import re
from datetime import date

import pytest

from analyzer.queries.filters import FILTERS
from analyzer.queries.terms.names import like
from analyzer.queries.terms.period import ALL, DEFAULT, Period, parse_period
from analyzer.queries.terms.term import FilterError

BY_KEY = {one.key: one for one in FILTERS}
FORMS = "is not an address, a network like `10.1.0.0/16` or a range like `10.1.0.5-10.1.0.9`"
ARABIC = "\u0661\u0662"

TAKEN = [
    ("server_ip", ["10.1.0.5"], ["10.1.0.5"]),
    ("server_ip", [" 10.1.0.5 , 10.1.0.0/16,,", "10.1.0.5"], ["10.1.0.5", "10.1.0.0/16"]),
    ("server_ip", ["10.0.0.1 - 10.0.0.9"], ["10.0.0.1-10.0.0.9"]),
    ("client_ip", ["2001:DB8:0:0::1"], ["2001:db8::1"]),
    ("client_ip", ["10.1.0.0/255.255.0.0"], ["10.1.0.0/16"]),
    ("client_ip", ["::ffff:10.0.0.1"], ["::ffff:a00:1"]),
    ("client_ip", ["::1-::ff"], ["::1-::ff"]),
    ("port", ["992,8000-8080", "0"], ["992", "8000-8080", "0"]),
    ("port", ["00992", "65535", "80 - 90", "7-7"], ["992", "65535", "80-90", "7"]),
    ("job", ["tn3270*,CICS?1"], ["TN3270*", "CICS?1"]),
    ("job", ["A_B", "A%B", "A\\B", "O'NEIL", 'Q"'], ["A_B", "A%B", "A\\B", "O'NEIL", 'Q"']),
    ("user", ["***********"], ["***********"]),
    ("sysplex", ["plexa"], ["PLEXA"]),
    ("system", ["SYS?"], ["SYS?"]),
    ("stack", ["plexa.sysa.tcpip", "*.*.TCP*"], ["PLEXA.SYSA.TCPIP", "*.*.TCP*"]),
    ("dn", ["CN=a, O=Example"], ["CN=a, O=Example"]),
    ("dn", [" 50% ", "a_b\\", "50%"], ["50%", "a_b\\"]),
    ("dn", ["**"], ["*"]),
    ("protocol", ["tls,None"], ["TLS", "NONE"]),
    ("version", ["tlsv1.2", "IKEv1,unknown"], ["TLSv1.2", "IKEv1", "Unknown"]),
    (
        "version",
        ["unknown (X'0305')", "unknown (X'0305'"],
        ["unknown (X'0305')", "unknown (X'0305'"],
    ),
    ("strength", ["Weak,strong"], ["weak", "strong"]),
    *((key, ["", " , "] if key != "dn" else ["", " "], []) for key in BY_KEY),
]

REFUSED = [
    ("server_ip", "10.1.0", f"`10.1.0` {FORMS}"),
    ("server_ip", "10.1.0.256", f"`10.1.0.256` {FORMS}"),
    ("server_ip", "010.1.0.1", f"`010.1.0.1` {FORMS}"),
    ("server_ip", f"{ARABIC}.0.0.1", f"`{ARABIC}.0.0.1` {FORMS}"),
    ("server_ip", "10.0.0.0/33", f"`10.0.0.0/33` {FORMS}"),
    ("server_ip", "10.0.0.0/", f"`10.0.0.0/` {FORMS}"),
    ("server_ip", "10.0.0.1-", f"`10.0.0.1-` {FORMS}"),
    ("server_ip", "-", f"`-` {FORMS}"),
    ("server_ip", "10.0.0.1-10.0.0.2-10.0.0.3", f"`10.0.0.1-10.0.0.2-10.0.0.3` {FORMS}"),
    ("server_ip", "10.0.0.1-::1", "`10.0.0.1-::1` mixes IP versions"),
    ("server_ip", "10.0.0.9-10.0.0.1", "`10.0.0.9-10.0.0.1` ends before it begins"),
    ("server_ip", "fe80::1%eth0", "`fe80::1%eth0` has a zone, which records do not carry"),
    ("server_ip", "fe80::%1/64", "`fe80::%1/64` has a zone, which records do not carry"),
    (
        "server_ip",
        "fe80::1%a-fe80::2",
        "`fe80::1%a-fe80::2` has a zone, which records do not carry",
    ),
    (
        *("server_ip", "10.1.2.3/16"),
        "`10.1.2.3/16` names an address inside a network: did you mean `10.1.0.0/16`",
    ),
    ("client_ip", "' OR 1=1 --", f"`' OR 1=1 --` {FORMS}"),
    ("client_ip", "1" * 5000, f"`{'1' * 60}\u2026` {FORMS}"),
    ("client_ip", "10.0.0.1\0", "addresses contain a character that no text in the store can have"),
    ("port", "https", "`https` is not a port or a range like `8000-8080`"),
    ("port", "-1", "`-1` is not a port or a range like `8000-8080`"),
    ("port", "80-", "`80-` is not a port or a range like `8000-8080`"),
    ("port", "1-2-3", "`1-2-3` is not a port or a range like `8000-8080`"),
    ("port", ARABIC, f"`{ARABIC}` is not a port or a range like `8000-8080`"),
    ("port", "9" * 5000, f"`{'9' * 60}\u2026` is not a port or a range like `8000-8080`"),
    ("port", "65536", "`65536` is beyond the highest port, 65535"),
    ("port", "90-80", "`90-80` ends before it begins"),
    ("job", "TOOLONGNAME", "`TOOLONGNAME` is longer than 8 characters"),
    ("job", "A\0", "names contain a character that no text in the store can have"),
    ("user", "\ud800", "names contain a character that no text in the store can have"),
    (
        "stack",
        "PLEXA.SYSA",
        "`PLEXA.SYSA` is not a stack like `PLEXA.SYSA.TCPIP` or `PLEXA.*.TCPIP`",
    ),
    ("stack", "A..C", "`A..C` is not a stack like `PLEXA.SYSA.TCPIP` or `PLEXA.*.TCPIP`"),
    (
        "stack",
        "PLEXA.SYSA.TOOLONGNAME",
        "`PLEXA.SYSA.TOOLONGNAME` has a part longer than 8 characters",
    ),
    ("dn", "x" * 1025, "the name is longer than 1024 characters"),
    ("dn", "CN=\0", "distinguished names contain a character that no text in the store can have"),
    ("protocol", "HTTP", "`HTTP` is none of NONE, TLS, SSH, IPSEC"),
    ("strength", "good", "`good` is none of none, deprecated, weak, acceptable, strong, unknown"),
    (
        *("version", "TLS 1.2"),
        "`TLS 1.2` is none of Unknown, SSLv2, SSLv3, TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3, SSHv1,"
        " SSHv2, IKEv1, IKEv2",
    ),
]


@pytest.mark.parametrize(("key", "texts", "values"), TAKEN)
def test_a_value_that_can_be_asked_is_taken(key: str, texts: list[str], values: list[str]) -> None:
    assert [term.text for term in BY_KEY[key].parse(texts)] == values


@pytest.mark.parametrize(("key", "text", "message"), REFUSED)
def test_another_value_is_refused_in_words(key: str, text: str, message: str) -> None:
    with pytest.raises(FilterError, match=f"^{re.escape(message)}$"):
        BY_KEY[key].parse([text])


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_too_many_values_are_refused(key: str) -> None:
    with pytest.raises(FilterError, match=r"^201 .* are too many: 200 at most$"):
        BY_KEY[key].parse([str(number) for number in range(201)])


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_every_filter_has_words_and_a_part_it_looks_at(key: str) -> None:
    assert BY_KEY[key].label
    assert BY_KEY[key].scope in {"server", "session"}


def test_values_never_become_sql() -> None:
    hostile = "x'; DROP TABLE server; --"
    (term,) = BY_KEY["dn"].parse([hostile])
    assert "DROP" not in term.clause.sql
    assert term.clause.params == (f"%{hostile}%",)


def test_signs_of_like_are_taken_literally() -> None:
    assert like("50%_\\*?") == "50\\%\\_\\\\%_"


@pytest.mark.parametrize(
    ("given", "period", "words"),
    [
        (("", "", ""), DEFAULT, "the last 30 days"),
        (("7", "", ""), Period(days=7), "the last 7 days"),
        (("1", "", ""), Period(days=1), "the last day"),
        (("0030", "", ""), DEFAULT, "the last 30 days"),
        (("ALL", "", ""), ALL, "all days"),
        (("", "2026-03-01", ""), Period(first=date(2026, 3, 1)), "from 2026-03-01 on"),
        (("", "", "2026-03-01"), Period(last=date(2026, 3, 1)), "up to 2026-03-01"),
        (
            ("", "2026-03-01", "20260305"),
            Period(first=date(2026, 3, 1), last=date(2026, 3, 5)),
            "2026-03-01 to 2026-03-05",
        ),
        (
            ("", "2026-03-01", "2026-03-01"),
            Period(first=date(2026, 3, 1), last=date(2026, 3, 1)),
            "2026-03-01",
        ),
    ],
)
def test_a_period_is_read_and_said(given: tuple[str, str, str], period: Period, words: str) -> None:
    assert parse_period(*given) == period
    assert period.words == words


@pytest.mark.parametrize(
    ("given", "param", "message"),
    [
        (("0", "", ""), "days", "`0` is not a number of days from 1 to 3660, nor `all`"),
        (("3661", "", ""), "days", "`3661` is not a number of days from 1 to 3660, nor `all`"),
        (("-1", "", ""), "days", "`-1` is not a number"),
        (("1.5", "", ""), "days", "`1.5` is not a number"),
        ((ARABIC, "", ""), "days", f"`{ARABIC}` is not a number"),
        (("0" * 9 + "1" * 20, "", ""), "days", "is not a number"),
        (("000000001" + "9" * 5000, "", ""), "days", "is not a number"),
        (("7", "2026-03-01", ""), "days", "`days` and `from` or `to` exclude each other"),
        (("", "yesterday", ""), "from", "`yesterday` is not a day like `2026-10-05`"),
        (("", "2026-03-01", "2026-02-30"), "to", "`2026-02-30` is not a day like `2026-10-05`"),
        (("", "", "2026-3-1"), "to", "`2026-3-1` is not a day"),
        (("", "2026-03-02", "2026-03-01"), "to", "`2026-03-01` is before `2026-03-02`"),
    ],
)
def test_another_period_is_refused_at_its_parameter(
    given: tuple[str, str, str], param: str, message: str
) -> None:
    with pytest.raises(FilterError, match=re.escape(message)) as found:
        parse_period(*given)
    assert found.value.param == param


def test_the_default_period_needs_no_parameter() -> None:
    assert DEFAULT.to_params() == {}
    assert Period(days=7).to_params() == {"days": ["7"]}
    assert ALL.to_params() == {"days": ["all"]}
    assert Period(last=date(2026, 3, 1)).to_params() == {"to": ["2026-03-01"]}
