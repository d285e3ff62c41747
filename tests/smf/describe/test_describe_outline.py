"""What is said once for all protections with the same codes, and what is each one's own."""

from __future__ import annotations

import pytest

from smf.describe import Description, describe, outline_of
from tests.builders.protections import (
    ECC_256,
    RSA_2048,
    Codes,
    raw_ipsec,
    raw_none,
    raw_ssh,
    raw_tls,
)

SUBJECT, ISSUER = 7, 8


def client(number: int, **certificate: object) -> Codes:
    """A client whose certificate nobody else has."""
    own = {"serial": f"{number:06x}", "not_after": f"27{number % 12 + 1:02}01120000Z"}
    names: list[list[object]] = [[SUBJECT, f"CN=client{number}"], [ISSUER, "CN=Issuing CA"]]
    return raw_tls(names, ccert=RSA_2048 | own | certificate)


def texts(found: Description) -> dict[str, str]:
    return {label.key: label.text for label in found.labels}


def test_a_thousand_clients_with_the_same_codes_are_described_once() -> None:
    assert len({outline_of(client(number))[0] for number in range(1, 1_000)}) == 1


def test_each_has_its_own_serial_end_and_names() -> None:
    for number in (1, 0xABCDEF):
        found = texts(describe(client(number)))
        assert found["ccert_serial"] == f"{number:06x}"
        assert found["ccert_not_after"] == f"2027-{number % 12 + 1:02}-01T12:00:00Z"
        assert found["dn_tls_client_subject"] == f"CN=client{number}"
        assert found["dn_tls_client_issuer"] == "CN=Issuing CA"


@pytest.mark.parametrize("change", [ECC_256, {"sig": 3}, {"klen": 1024}, {"dig": 0xFFFF}])
def test_another_code_of_the_certificate_is_described_by_itself(change: Codes) -> None:
    assert outline_of(client(1, **change))[0] is not outline_of(client(1))[0]


@pytest.mark.parametrize(
    ("serial", "not_after", "wanted"),
    [
        ("", "", {}),
        ("00", "0000000000000", {"ccert_serial": "00"}),
        ("  ", " ", {}),
        (" 0a ", "soon", {"ccert_serial": "0a", "ccert_not_after": "soon"}),
        ("0b", "500101000000Z", {"ccert_serial": "0b", "ccert_not_after": "1950-01-01T00:00:00Z"}),
    ],
)
def test_blanks_and_zeros_are_read_as_they_were(
    serial: str, not_after: str, wanted: dict[str, str]
) -> None:
    describe(client(5))  # another one of the same codes came before
    found = texts(describe(client(1, serial=serial, not_after=not_after)))
    own = {key: text for key, text in found.items() if key.endswith(("_serial", "_not_after"))}
    assert own == wanted


def test_a_serial_of_a_certificate_that_is_not_there_is_not_said() -> None:
    absent = {"sig": 0, "enc": 0, "dig": 0, "ktype": 0, "klen": 0}
    found = texts(describe(client(1, **absent)))
    assert not any(key.startswith("ccert") for key in found)


def test_a_serial_beside_zeros_is_no_failed_handshake() -> None:
    blank: Codes = dict.fromkeys(("version", "enc", "mac", "kex"), 0)
    certificate: Codes = dict.fromkeys(("sig", "enc", "dig", "ktype", "klen"), 0)
    failed = raw_tls(cipher="FFFFFF", scert=certificate, ccert=certificate, **blank)
    other = raw_tls(
        cipher="FFFFFF", scert=certificate, ccert=certificate | {"serial": "0a"}, **blank
    )
    assert describe(failed).failed_handshake
    assert not describe(other).failed_handshake


def test_tunnels_differ_in_their_end_points_alone() -> None:
    one, other = (raw_ipsec(lcl=f"10.1.0.{number}", rmt="2001:db8::1") for number in (1, 2))
    assert outline_of(one)[0] is outline_of(other)[0]
    assert texts(describe(other))["local_endpoint"] == "10.1.0.2"
    assert texts(describe(other))["remote_endpoint"] == "2001:db8::1"


def test_names_of_one_type_stand_together_whoever_was_described_before() -> None:
    describe(raw_none([[SUBJECT, "CN=a"], [ISSUER, "CN=b"]]))
    names: list[list[object]] = [[ISSUER, "CN=c"], [SUBJECT, "CN=d"], [ISSUER, ""]]
    found = describe(raw_none(names))
    assert [(label.key, label.text) for label in found.labels] == [
        ("dn_tls_client_issuer", "CN=c; "),
        ("dn_tls_client_subject", "CN=d"),
    ]


def test_the_fields_of_other_protocols_do_not_matter() -> None:
    raw = raw_ssh(cipher="C030")
    assert texts(describe(raw | {"tls": raw_tls()["tls"]})) == texts(describe(raw))
