"""Raw codes of protections as the decoder writes them, to be changed at one place in a test.

The codes are those of the record layouts, worked out by hand: TLS 1.2 with suite C030, SSH 2 with
names that are all confirmed where such names exist, IKEv2 with ESP.
"""

from __future__ import annotations

Codes = dict[str, object]
ABSENT: Codes = {"sig": 1, "enc": 1, "dig": 1, "ktype": 1, "klen": 0}
RSA_2048: Codes = {"sig": 7, "enc": 2, "dig": 6, "ktype": 2, "klen": 2048}
ECC_256: Codes = {"sig": 7, "enc": 2, "dig": 6, "ktype": 5, "klen": 256}


def _raw(protocol: str, fields: Codes, dns: list[list[object]] | None) -> Codes:
    sections: Codes = {"tls": None, "ssh": None, "ipsec": None}
    return {**sections, "protocol": protocol, "dns": dns or [], protocol.lower(): fields}


def raw_none(dns: list[list[object]] | None = None) -> Codes:
    """No recognized protection."""
    return {"tls": None, "ssh": None, "ipsec": None, "protocol": "NONE", "dns": dns or []}


def raw_tls(dns: list[list[object]] | None = None, **changes: object) -> Codes:
    """TLS 1.2, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, no certificate recorded."""
    fields: Codes = {
        "source": 2,
        "flags": 0,
        "version": 0x0303,
        "cipher": "C030",
        "enc": 0x13,
        "mac": 1,
        "kex": 0x14,
        "scert": ABSENT,
        "ccert": ABSENT,
    }
    return _raw("TLS", fields | changes, dns)


def raw_ssh(dns: list[list[object]] | None = None, **changes: object) -> Codes:
    """SSH 2: ECDH on P-256, 3DES and HMAC-SHA1, public keys RSA 3072 and ECC 256."""
    fields: Codes = {
        "source": 1,
        "version": 2,
        "flags": 0,
        "auth": 3,
        "auth2": 0,
        "kex": 6,
        "in_enc": 4,
        "in_mac": 4,
        "out_enc": 4,
        "out_mac": 4,
        "skey": 2,
        "skey_len": 3072,
        "ckey": 5,
        "ckey_len": 256,
        "scert": ABSENT,
        "ccert": ABSENT,
    }
    return _raw("SSH", fields | changes, dns)


def raw_ipsec(dns: list[list[object]] | None = None, **changes: object) -> Codes:
    """IKEv2, group 19, preshared keys, ESP with AES-256-CBC and HMAC-SHA2-256-128."""
    fields: Codes = {
        "major": 2,
        "minor": 0,
        "lcl": "10.1.0.1",
        "rmt": "10.2.0.1",
        "lauth": 3,
        "rauth": 3,
        "p1_mac": 0x0C,
        "p1_enc": 0x0E,
        "dh": 0x13,
        "prf": 2,
        "pfs": 0x13,
        "encap": 1,
        "proto": 0x32,
        "p2_mac": 0x0C,
        "p2_enc": 0x0E,
        "lcert": ABSENT,
        "rcert": ABSENT,
    }
    return _raw("IPSEC", fields | changes, dns)
