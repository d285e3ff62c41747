"""Columns of protection attributes: one per label of smf.describe."""

from __future__ import annotations

from typing import Final

from analyzer.tables.columns import Column, Kind
from web.paging import SortKey

_SOURCE_HELP = (
    "Observed: read off the stream. Provider: told by System SSL or OpenSSH. Some attributes come"
    " from a provider only."
)


def label(
    key: str, words: str, help_: str = "", *, kind: Kind = "text", shown: bool = True
) -> Column:
    """Return the column of a label, empty where a session has none; bits sort as numbers."""
    value = f"r.labels->>'{key}'"
    bits = f"coalesce(substring({value} FROM '^[0-9]{{1,9}}')::bigint, -1)"
    sort = (SortKey(bits, "bigint"),) if key.endswith("_bits") else ()
    return Column(key, words, help_, kind, sql=value, sort=sort, default_visible=shown)


def certificate(prefix: str, whose: str, *, dated: bool) -> tuple[Column, ...]:
    """Return the columns of one certificate; `dated` when records can carry serial and expiry."""
    columns = [
        label(f"{prefix}_signature", f"{whose} Cert Signature"),
        label(f"{prefix}_encryption", f"{whose} Cert Encryption", shown=False),
        label(f"{prefix}_digest", f"{whose} Cert Digest", shown=False),
        label(f"{prefix}_key_type", f"{whose} Cert Key Type"),
        label(f"{prefix}_key_bits", f"{whose} Cert Key Bits", kind="mono"),
    ]
    if dated:
        since = "Recorded from z/OS 3.2 on."
        columns += [
            label(f"{prefix}_serial", f"{whose} Cert Serial", since, kind="mono"),
            label(f"{prefix}_not_after", f"{whose} Cert Not After", since, kind="mono"),
        ]
    return tuple(columns)


def names(*pairs: tuple[str, str]) -> tuple[Column, ...]:
    """Return the columns of distinguished names: (short type, words)."""
    return tuple(label(f"dn_{key}", words) for key, words in pairs)


SOURCE: Final = label("source", "Source", _SOURCE_HELP)
VERSION: Final = label("version", "Version")

CRYPTOGRAPHIC: Final[dict[str, tuple[Column, ...]]] = {
    "NONE": (),
    "TLS": (
        VERSION,
        label("cipher", "Negotiated Cipher", "The suite's code in hex.", kind="mono"),
        label("cipher_name", "Cipher Suite", "The suite's IANA name."),
        label("key_exchange", "Key Exchange Alg"),
        label("encryption", "Symm Encryption Alg"),
        label("mac", "Message Auth Alg"),
        label("encrypt_then_mac", "Encrypt-then-MAC", shown=False),
        SOURCE,
    ),
    "SSH": (
        VERSION,
        label("auth", "Peer Auth"),
        label("auth2", "Peer Auth 2", shown=False),
        label("key_exchange", "Key Exchange Alg"),
        label("in_encryption", "Inbound Encryption"),
        label("in_mac", "Inbound MAC"),
        label("out_encryption", "Outbound Encryption", shown=False),
        label("out_mac", "Outbound MAC", shown=False),
        label("etm", "Encrypt-then-MAC", shown=False),
        label("skey_type", "Server Key Type"),
        label("skey_bits", "Server Key Bits", kind="mono"),
        label("ckey_type", "Client Key Type", shown=False),
        label("ckey_bits", "Client Key Bits", kind="mono", shown=False),
        SOURCE,
    ),
    "IPSEC": (
        VERSION,
        label("local_endpoint", "Local Tunnel Endpoint", kind="mono", shown=False),
        label("remote_endpoint", "Remote Tunnel Endpoint", kind="mono", shown=False),
        label("local_auth", "Local Auth"),
        label("remote_auth", "Remote Auth"),
        label("p1_encryption", "IKE Encryption"),
        label("p1_mac", "IKE MAC", shown=False),
        label("dh_group", "DH Group"),
        label("prf", "PRF", shown=False),
        label("pfs_group", "PFS Group", shown=False),
        label("encapsulation", "Encapsulation"),
        label("auth_protocol", "Protocol", "AH or ESP.", shown=False),
        label("encryption", "Symm Encryption Alg"),
        label("mac", "Message Auth Alg"),
    ),
}

CERTIFICATE: Final[dict[str, tuple[Column, ...]]] = {
    "TLS": (
        *certificate("scert", "Server", dated=True),
        *certificate("ccert", "Client", dated=True),
        SOURCE,
    ),
    "SSH": (
        *certificate("scert", "Server", dated=False),
        *certificate("ccert", "Client", dated=False),
        SOURCE,
    ),
    "IPSEC": (
        *certificate("lcert", "Local", dated=True),
        *certificate("rcert", "Remote", dated=True),
    ),
}

DN: Final[dict[str, tuple[Column, ...]]] = {
    "TLS": names(
        ("tls_server_subject", "Server Subject DN"),
        ("tls_server_issuer", "Server Issuer DN"),
        ("tls_client_subject", "Client Subject DN"),
        ("tls_client_issuer", "Client Issuer DN"),
    ),
    "SSH": names(
        ("ssh_server_subject", "Server Subject DN"),
        ("ssh_server_issuer", "Server Issuer DN"),
        ("ssh_client_subject", "Client Subject DN"),
        ("ssh_client_issuer", "Client Issuer DN"),
    ),
    "IPSEC": names(
        ("ipsec_local_subject", "Local Subject DN"),
        ("ipsec_local_issuer", "Local Issuer DN"),
        ("ipsec_remote_subject", "Remote Subject DN"),
        ("ipsec_remote_issuer", "Remote Issuer DN"),
    ),
}
