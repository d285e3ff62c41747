"""Each rule of each profile on protections made by hand: one that passes, breaks, is unknown."""

from __future__ import annotations

from typing import Final

import pytest

from analyzer.baselines import builtin
from analyzer.ingest.load.labels import derived
from analyzer.models import Protection
from analyzer.queries.baselines.judged import judged, places
from analyzer.queries.pages import fetch
from analyzer.queries.terms.term import Clause
from tests.builders.coded_protections import certificate
from tests.builders.protections import (
    ECC_256,
    RSA_2048,
    Codes,
    raw_ipsec,
    raw_none,
    raw_ssh,
    raw_tls,
)

pytestmark = pytest.mark.django_db
P, U, B = 0, 1, 2  # passes, unknown, breaks
RSA_1024: Final[Codes] = {**RSA_2048, "klen": 1024}
RSA_3072: Final[Codes] = {**RSA_2048, "klen": 3072, "sig": 8}
ECC_384: Final[Codes] = {**ECC_256, "klen": 384, "sig": 13}
SHA1: Final[Codes] = {**RSA_2048, "sig": 4}
SHA512: Final[Codes] = {**RSA_2048, "sig": 9}
DSA: Final[Codes] = {**RSA_2048, "ktype": 3, "klen": 3072}
ENDED, VALID = certificate(RSA_2048, "01", -3), certificate(RSA_2048, "01", 400)
SOON = certificate(RSA_2048, "01", 10)
BLANK: Final[Codes] = raw_tls(version=0, cipher="FFFFFF", enc=0, mac=0, kex=0, scert={}, ccert={})
UNLISTED = raw_tls(cipher="ABCD", enc=0x99, mac=0x77, kex=0x88)


def ssh(**codes: object) -> Codes:
    return raw_ssh(**codes)


GCM_SSH = ssh(in_enc=0x13, out_enc=0x13, in_mac=8, out_mac=8, kex=7)
ONE_WAY = ssh(in_enc=0x13, out_enc=2)
NO_CODES_SSH = ssh(
    version=0, kex=0x55, skey=0, skey_len=0, in_enc=0, in_mac=0, out_enc=0, out_mac=0
)
GOOD_IPSEC = raw_ipsec(p1_enc=0x0E, p1_mac=0x0D, p2_enc=0x13, p2_mac=1, dh=0x14, pfs=0x14)
OLD_IPSEC = raw_ipsec(major=1, p1_enc=4, p1_mac=0x0F, dh=2, pfs=2)
TLS13 = raw_tls(version=0x0304, cipher="1302")
NIST, PCI, CNSA1, CNSA2, OURS = builtin.ORDER

# (profile, rule): passes, breaks, unknown; a rule that applies to several protocols has several.
CASES: dict[tuple[str, str], list[tuple[Codes, int]]] = {
    (NIST, "ssl-tls-1-0"): [
        (raw_tls(), P), (TLS13, P), (raw_tls(version=0x0302), P), (raw_tls(version=0x0301), B),
        (raw_tls(version=0x0200), B), (BLANK, U), (raw_tls(version=0x0305), U), (raw_ssh(), P),
    ],
    (NIST, "tls-1-1"): [(raw_tls(), P), (raw_tls(version=0x0302), B), (BLANK, U)],
    (NIST, "cipher-suites"): [
        (raw_tls(), P), (TLS13, P), (raw_tls(cipher="000A"), B), (raw_tls(cipher="009C"), B),
        (raw_tls(version=0x0304, cipher="1303"), B), (raw_tls(cipher="00A8"), U),
        (UNLISTED, U), (BLANK, U),
    ],
    (NIST, "rsa-key-transport"): [(raw_tls(), P), (raw_tls(cipher="009D"), B), (BLANK, U)],
    (NIST, "certificate-signature"): [
        (raw_tls(scert=RSA_2048), P), (raw_tls(scert=SHA1), B), (raw_tls(), U),
        (raw_tls(scert=RSA_2048, ccert=SHA1), B), (raw_tls(scert={**RSA_2048, "sig": 6}), U),
    ],
    (NIST, "certificate-key"): [
        (raw_tls(scert=RSA_2048), P), (raw_tls(scert=ECC_256), P), (raw_tls(scert=RSA_1024), B),
        (raw_tls(scert={**ECC_256, "klen": 224}), B), (raw_tls(scert=RSA_2048, ccert=ECC_256), U),
        (raw_tls(scert={**RSA_2048, "klen": 128}, ccert=ECC_256), B), (raw_tls(), U),
        (raw_tls(scert={**RSA_2048, "klen": 0}), U),
    ],
    (NIST, "certificate-expired"): [
        (raw_tls(scert=VALID), P), (raw_tls(scert=ENDED), B), (raw_tls(scert=RSA_2048), U),
    ],
    (NIST, "cbc"): [(raw_tls(), P), (raw_tls(cipher="C014"), B), (UNLISTED, U)],
    (NIST, "static-exchange"): [(raw_tls(), P), (raw_tls(cipher="C031"), B), (UNLISTED, U)],
    (PCI, "unprotected"): [(raw_tls(), P), (raw_none(), B)],
    (PCI, "early-tls"): [(raw_tls(), P), (raw_tls(version=0x0300), B), (BLANK, U)],
    (PCI, "tls-1-1"): [(raw_tls(), P), (raw_tls(version=0x0302), B), (BLANK, U)],
    (PCI, "ssh-1"): [(raw_ssh(), P), (ssh(version=1), B), (ssh(version=0), U), (BLANK, P)],
    (PCI, "encryption"): [
        (raw_tls(), P), (raw_tls(cipher="000A"), P), (raw_tls(cipher="0005"), B),
        (raw_tls(cipher="0002"), B), (raw_tls(cipher="0007"), U), (UNLISTED, U),
        (GCM_SSH, P), (ONE_WAY, B), (NO_CODES_SSH, U), (ssh(in_enc=0x1A), U),
        (GOOD_IPSEC, P), (raw_ipsec(p2_enc=1), B), (raw_ipsec(p2_enc=0x98), U),
    ],
    (PCI, "mac"): [
        (raw_tls(), P), (raw_tls(cipher="0004"), B), (UNLISTED, U), (raw_ssh(), P),
        (ssh(in_mac=3), B), (NO_CODES_SSH, U), (raw_ipsec(), P), (OLD_IPSEC, B),
        (raw_ipsec(p2_mac=0x97), U),
    ],
    (PCI, "key-exchange"): [
        (raw_tls(), P), (TLS13, P), (raw_tls(cipher="0003"), B), (raw_tls(cipher="0034"), B),
        (raw_tls(cipher="C01D"), U), (UNLISTED, U), (raw_ssh(), P), (ssh(kex=5), B),
        (ssh(kex=2), U), (ssh(kex=0x55), U), (raw_ipsec(), P), (OLD_IPSEC, B),
        (raw_ipsec(dh=0, pfs=0), U),
    ],
    (PCI, "key-length"): [
        (raw_tls(scert=RSA_2048), P), (raw_tls(scert={**ECC_256, "klen": 224}), P),
        (raw_tls(scert=RSA_1024), B), (raw_tls(scert=RSA_2048, ccert=ECC_256), U), (raw_tls(), U),
        (ssh(ckey=0, ckey_len=0), P), (ssh(skey_len=1024, ckey=0, ckey_len=0), B), (raw_ssh(), U),
        (NO_CODES_SSH, U), (raw_ipsec(), P), (raw_ipsec(lcert=RSA_1024), B),
        (raw_ipsec(lcert={**RSA_2048, "klen": 0}), U),
    ],
    (PCI, "certificate-signature"): [
        (raw_tls(scert=RSA_2048), P), (raw_tls(scert=SHA1), B), (raw_tls(), U), (raw_ssh(), P),
        (ssh(scert=SHA1), B), (raw_ipsec(), P), (raw_ipsec(rcert=SHA1), B),
        (raw_ipsec(rcert={**RSA_2048, "sig": 0}), U),
    ],
    (PCI, "certificate-expired"): [
        (raw_tls(scert=VALID), P), (raw_tls(scert=ENDED), B), (raw_tls(), U),
        (raw_ipsec(lcert=ENDED), B), (raw_ipsec(), P),
    ],
    (PCI, "triple-des"): [(GCM_SSH, P), (raw_ssh(), B), (raw_tls(cipher="000A"), B), (UNLISTED, U)],
    (PCI, "ike-1"): [(raw_ipsec(), P), (OLD_IPSEC, B), (raw_ipsec(major=0), U), (BLANK, P)],
    (CNSA1, "unprotected"): [(raw_tls(), P), (raw_none(), B)],
    (CNSA1, "aes-256"): [
        (raw_tls(), P), (raw_tls(cipher="C02F"), B), (UNLISTED, U), (GCM_SSH, P), (ONE_WAY, B),
        (NO_CODES_SSH, U), (GOOD_IPSEC, P), (OLD_IPSEC, B), (raw_ipsec(p2_enc=0x98), U),
    ],
    (CNSA1, "sha-384"): [
        (raw_tls(), P), (raw_tls(cipher="C02F"), B), (UNLISTED, U), (BLANK, U), (GCM_SSH, U),
        (raw_ssh(), B), (ssh(in_mac=7, out_mac=7), P), (GOOD_IPSEC, P), (OLD_IPSEC, B),
        (raw_ipsec(p1_mac=0x0D, p2_mac=0x97), U),
    ],
    (CNSA1, "key-exchange"): [
        (raw_tls(cipher="009D"), P), (raw_tls(cipher="0034"), B), (raw_tls(), U), (TLS13, U),
        (GCM_SSH, P), (raw_ssh(), B), (ssh(kex=2), U), (GOOD_IPSEC, P), (raw_ipsec(), B),
        (raw_ipsec(dh=0, pfs=0), U),
    ],
    (CNSA1, "key-length"): [
        (raw_tls(scert=RSA_3072), P), (raw_tls(scert=ECC_384), P), (raw_tls(scert=RSA_2048), B),
        (raw_tls(scert=ECC_256), B), (raw_tls(scert={**ECC_256, "klen": 521}), B),
        (raw_tls(scert=DSA), B), (raw_tls(scert=RSA_3072, ccert=ECC_384), U), (raw_tls(), U),
        (ssh(ckey=0, ckey_len=0), P), (raw_ssh(), B), (NO_CODES_SSH, B),
        (raw_ipsec(), P), (raw_ipsec(lcert=RSA_2048), B),
    ],
    (CNSA1, "certificate-signature"): [
        (raw_tls(scert=RSA_3072), P), (raw_tls(scert=RSA_2048), B), (raw_tls(scert=SHA512), U),
        (raw_tls(), U), (raw_ssh(), P), (ssh(scert=RSA_2048), B), (raw_ipsec(rcert=SHA512), U),
    ],
    (CNSA1, "old-versions"): [
        (raw_tls(), P), (raw_tls(version=0x0302), B), (ssh(version=1), B), (OLD_IPSEC, B),
        (BLANK, U), (ssh(version=0), U), (raw_ipsec(major=0), U), (raw_none(), P),
    ],
    (CNSA2, "unprotected"): [(raw_tls(), P), (raw_none(), B)],
    (CNSA2, "aes-256"): [
        (raw_tls(), P), (raw_tls(cipher="C02F"), B), (raw_tls(version=0x0304, cipher="1303"), B),
        (UNLISTED, U), (GCM_SSH, P), (ssh(in_enc=0x12), B), (ssh(in_enc=0x1F, out_enc=0x13), U),
        (GOOD_IPSEC, P), (OLD_IPSEC, B),
    ],
    (CNSA2, "sha-384"): [
        (raw_tls(), P), (raw_tls(cipher="C02F"), B), (UNLISTED, U), (GCM_SSH, P), (raw_ssh(), B),
        (NO_CODES_SSH, U), (GOOD_IPSEC, P), (OLD_IPSEC, B),
    ],
    (CNSA2, "ml-kem"): [
        (raw_none(), P), (raw_tls(), B), (raw_tls(cipher="009D"), B), (TLS13, U), (UNLISTED, U),
        (raw_ssh(), B), (ssh(kex=0x55), U), (raw_ipsec(), B), (raw_ipsec(dh=0, pfs=0), U),
    ],
    (CNSA2, "ml-dsa"): [
        (raw_none(), P), (raw_tls(scert=RSA_3072), B), (raw_tls(), U), (raw_ssh(), B),
        (NO_CODES_SSH, B), (ssh(skey=0x44, skey_len=0, ckey=0, ckey_len=0), U), (raw_ipsec(), U),
        (raw_ipsec(lcert=ECC_384), B),
    ],
    (CNSA2, "quantum"): [(raw_none(), P), (raw_tls(), B), (TLS13, U)],
    (OURS, "unprotected"): [(raw_tls(), P), (raw_none(), B)],
    (OURS, "deprecated"): [(raw_tls(), P), (raw_tls(version=0x0301), B), (UNLISTED, U)],
    (OURS, "weak"): [(raw_tls(), P), (ssh(kex=4, in_enc=0x13, out_enc=0x13), B), (UNLISTED, U)],
    (OURS, "certificate-ending"): [(raw_tls(scert=VALID), P), (raw_tls(scert=SOON), B)],
}  # fmt: skip


def states(raw: Codes) -> dict[tuple[str, str], int]:
    """What every rule of every profile says of a protection."""
    made = Protection.objects.create(digest=b"x", protocol=raw["protocol"], raw=raw, **derived(raw))
    profiles = list(builtin.load().values())
    statement = judged(profiles, "%s")
    (row,) = fetch(Clause(statement.sql, (*statement.params, made.pk)))
    made.delete()
    return dict(zip(places(profiles), row["states"], strict=True))


def test_every_rule_has_its_cases() -> None:
    judged_rules = set(places(list(builtin.load().values())))
    assert set(CASES) == judged_rules


@pytest.mark.parametrize("place", CASES, ids=":".join)
def test_a_rule_says_of_each_protection_what_it_must(place: tuple[str, str]) -> None:
    found = [states(raw)[place] for raw, _ in CASES[place]]
    assert found == [expected for _, expected in CASES[place]]


@pytest.mark.parametrize("key", builtin.ORDER)
def test_sessions_of_a_protocol_that_is_not_covered_are_outside(key: str) -> None:
    profile = builtin.load()[key]
    for raw in (raw_none(), raw_tls(), raw_ssh(), raw_ipsec()):
        if raw["protocol"] not in profile.covers:
            assert {state for (own, _), state in states(raw).items() if own == key} == {P}
