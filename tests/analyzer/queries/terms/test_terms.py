"""Each filter alone: what it takes, in which words, and what it refuses with which message."""

from __future__ import annotations

import re

import pytest

from analyzer.queries.filters import FILTERS
from analyzer.queries.terms.names import like
from analyzer.queries.terms.term import FilterError, Term

BY_KEY = {one.key: one for one in FILTERS}
FORMS = "is not an address, a network like `10.1.0.0/16` or a range like `10.1.0.5-10.1.0.9`"
NUMBERS = "is not a number, a comparison like `>=100` or `<5`, or a range like `5-20`"
EXPIRIES = (
    "`expired`, days ahead like `30d`, `<2026-12-31`, `>=2026-12-31`, a day, or days like"
    " `2026-01-01..2026-03-31`"
)
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
    ("dn", ["!CN=a,O=b", "*!x"], ["!CN=a,O=b", "*!x"]),
    ("job", ["!tn*,A", "! A", "!!A"], ["!TN*", "A", "!A", "!!A"]),
    ("port", ["!90 - 99"], ["!90-99"]),
    ("client_ip", ["!10.1.0.0/255.255.0.0"], ["!10.1.0.0/16"]),
    ("peer_ip", ["10.0.0.1 - 10.0.0.9,!::1"], ["10.0.0.1-10.0.0.9", "!::1"]),
    ("role", ["Server,ee peer"], ["server", "peer"]),
    ("serial", ["0a:1B", "0xAB", "00", "!*f?", "unknown"], ["A1B", "AB", "0", "!*F?", "Unknown"]),
    ("connections", [">= 100", "<5,10 - 20,7-7", "!>3"], [">=100", "<5", "10-20", "7", "!>3"]),
    ("bytes", ["<=0"], ["<=0"]),
    ("failed", ["UNKNOWN", "!unknown"], ["unknown", "!unknown"]),
    ("protocol", ["tls,None"], ["TLS", "NONE"]),
    ("protocol", ["unprotected,!Unprotected*"], ["NONE", "!NONE"]),
    ("version", ["tlsv1.2", "IKEv1,unknown"], ["TLSv1.2", "IKEv1", "Unknown"]),
    ("version", ["<= tls 1.1,!>TLSV1.2,TLS 1.2"], ["<=TLSv1.1", "!>TLSv1.2", "TLSv1.2"]),
    ("tls_suite", ["c030", "0xC030", "x'000a'", "tls_rsa_*"], ["C030", "000A", "TLS_RSA_*"]),
    ("tls_suite", ["tls_aes_128_gcm_sha256", "ABCD"], ["TLS_AES_128_GCM_SHA256", "ABCD"]),
    ("tls_suite", ["ffffff", "!unknown"], ["Unknown", "!Unknown"]),
    ("tls_encryption", ["3des,3DES-EDE-CBC,3DES_EDE_CBC"], ["3DES"]),
    (
        "tls_encryption",
        ["aes-*,!*cbc", "unknown (x'0099')"],
        ["aes-*", "!*cbc", "unknown (X'0099')"],
    ),
    ("tls_mac", ["SHA1,null,aead"], ["HMAC-SHA1", "None", "AEAD"]),
    ("tls_key_exchange", ["any", "ecdhe_rsa"], ["ECDHE/DHE/PSK", "ECDHE_RSA"]),
    ("ipsec_key_exchange", ["group 14", "Group 24 (MODP-2048"], ["Group 14", "Group 24"]),
    ("ssh_key_bits", ["<2048,!unknown"], ["<2048", "!Unknown"]),
    ("source", ["Observed,unknown"], ["observed", "unknown"]),
    ("quantum", ["vulnerable", "!not-vulnerable"], ["vulnerable", "!not-vulnerable"]),
    ("expiry", ["EXPIRED", "030d", "<2026-12-31"], ["expired", "30d", "<2026-12-31"]),
    ("expiry", ["2026-01-01 .. 2026-01-01", ">= 2026-01-01"], ["2026-01-01", ">=2026-01-01"]),
    ("expiry", ["2026-01-01..2026-03-31", "9999-12-31"], ["2026-01-01..2026-03-31", "9999-12-31"]),
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
    ("job", "!", "`!` needs a value behind it"),
    ("dn", "! ", "`!` needs a value behind it"),
    ("port", "!x", "`x` is not a port or a range like `8000-8080`"),
    ("peer_ip", "10.1.0", f"`10.1.0` {FORMS}"),
    ("role", "both", "`both` is none of server, client, peer"),
    ("serial", "xyz", "`xyz` is not a serial number in hex"),
    ("serial", "F" * 81, f"`{'F' * 60}\u2026` is not a serial number in hex"),
    *(("connections", text, f"`{text}` {NUMBERS}") for text in ("many", "=>5", "5-", ">5-6", "-1")),
    ("connections", ARABIC, f"`{ARABIC}` {NUMBERS}"),
    ("connections", "unknown", f"`unknown` {NUMBERS}"),
    ("bytes", "9007199254740993", "`9007199254740993` is beyond 9007199254740992"),
    ("bytes", "9" * 17, f"`{'9' * 17}` {NUMBERS}"),
    ("failed", "9-5", "`9-5` ends before it begins"),
    ("tls_key_bits", "long", f"`long` {NUMBERS}"),
    (
        *("tls_suite", "TLS_*_NOSUCH"),
        "`TLS_*_NOSUCH` is no cipher suite: a code like `C030` or a name like"
        " `TLS_AES_128_GCM_SHA256` or `TLS_RSA_*`",
    ),
    (
        *("ipsec_cert_key_type", "RS"),
        "`RS` is no known IPsec certificate key, as `DSA`, `DH`, `ECC` or `Unknown`",
    ),
    (
        *("ssh_cert_key_type", "unknown*"),
        "`unknown*` is no known SSH certificate key, as `DSA`, `DH`, `ECC` or `Unknown`",
    ),
    ("quantum", "safe", "`safe` is none of vulnerable, not-vulnerable, unknown"),
    ("source", "guess", "`guess` is none of observed, provider, unknown"),
    *(("expiry", text, f"`{text}` is none of {EXPIRIES}") for text in ("soon", "d", "2026-13-01")),
    ("expiry", "<2026-01-01..2026-02-01", f"`<2026-01-01..2026-02-01` is none of {EXPIRIES}"),
    ("expiry", "2026-02-01..2026-01-01", "`2026-02-01..2026-01-01` ends before it begins"),
    ("expiry", "36601d", "`36601d` is beyond 36600 days"),
    ("protocol", "HTTP", "`HTTP` is none of NONE, TLS, SSH, IPSEC"),
    ("strength", "good", "`good` is none of none, deprecated, weak, acceptable, strong, unknown"),
    (
        *("version", "<TLSv2"),
        "`<TLSv2` is none of SSLv2, SSLv3, TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3, SSHv1,"
        " SSHv2, IKEv1, IKEv2, Unknown",
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
    assert BY_KEY[key].help
    assert BY_KEY[key].scope in {"server", "session", "protection", "totals"}


def test_values_never_become_sql() -> None:
    hostile = "x'; DROP TABLE server; --"
    (term,) = BY_KEY["dn"].parse([hostile])
    assert "DROP" not in term.clause.sql
    assert term.clause.params == (f"%{hostile}%",)


@pytest.mark.django_db  # a site has baselines of its own
@pytest.mark.parametrize("key", sorted(BY_KEY))
@pytest.mark.parametrize(
    "text",
    [
        *("x'; DROP TABLE server; --", "%s %(a)s %", "' OR 1=1 --", "{}", "\\", '"', "[!-", "(?:"),
        *("!" * 50, "*" * 3000, "?", "-", "<", ">=", "\u202e", "\U0001f512", "1e9", "0x", "X'"),
        *("unknown (X'')", "unknown (X'00'); --", "nan", "\t\n", "1_000", "=", ":", ".."),
    ],
)
def test_a_hostile_value_is_refused_in_words_or_stays_a_parameter(key: str, text: str) -> None:
    for value in (text, f"!{text}"):
        found = taken_or_refused(key, value)
        assert found or not value.strip()
        for term in found if isinstance(found, tuple) else ():
            assert term.clause.sql.count("%s") == len(term.clause.params)
            assert "DROP" not in term.clause.sql


def taken_or_refused(key: str, text: str) -> tuple[Term, ...] | str:
    """The terms, or why there are none."""
    try:
        return BY_KEY[key].parse([text])
    except FilterError as error:
        return str(error)


def test_signs_of_like_are_taken_literally() -> None:
    assert like("50%_\\*?") == "50\\%\\_\\\\%_"
