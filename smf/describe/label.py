"""What is said about one attribute of a protection."""

from __future__ import annotations

from dataclasses import dataclass

CRYPTOGRAPHIC = "cryptographic"
CERTIFICATE = "certificate"
DN = "dn"

CERTIFICATES = {
    "scert": "Server",
    "ccert": "Client",
    "lcert": "Local",
    "rcert": "Remote",
}
_CERTIFICATE_PARTS = {
    "signature": "Signature",
    "encryption": "Encryption",
    "digest": "Digest",
    "key_type": "Key Type",
    "key_bits": "Key Bits",
    "serial": "Serial",
    "not_after": "Not After",
}
_HOLDERS = {"tls": ("server", "client"), "ssh": ("server", "client"), "ipsec": ("local", "remote")}
NAMES = {
    "version": "Version",
    "cipher": "Negotiated Cipher",
    "cipher_name": "Cipher Suite",
    "auth": "Peer Auth",
    "auth2": "Peer Auth 2",
    "local_endpoint": "Local Tunnel Endpoint",
    "remote_endpoint": "Remote Tunnel Endpoint",
    "local_auth": "Local Auth",
    "remote_auth": "Remote Auth",
    "p1_encryption": "IKE Encryption",
    "p1_mac": "IKE MAC",
    "dh_group": "DH Group",
    "prf": "PRF",
    "pfs_group": "PFS Group",
    "encapsulation": "Encapsulation",
    "auth_protocol": "Protocol",
    "key_exchange": "Key Exchange Alg",
    "encryption": "Symm Encryption Alg",
    "mac": "Message Auth Alg",
    "encrypt_then_mac": "Encrypt-then-MAC",
    "in_encryption": "Inbound Encryption",
    "in_mac": "Inbound MAC",
    "out_encryption": "Outbound Encryption",
    "out_mac": "Outbound MAC",
    "etm": "Encrypt-then-MAC",
    "skey_type": "Server Key Type",
    "skey_bits": "Server Key Bits",
    "ckey_type": "Client Key Type",
    "ckey_bits": "Client Key Bits",
    "source": "Source",
    **{
        f"{prefix}_{part}": f"{whose} Cert {words}"
        for prefix, whose in CERTIFICATES.items()
        for part, words in _CERTIFICATE_PARTS.items()
    },
    **{
        f"dn_{protocol}_{holder}_{what}": f"{holder.capitalize()} {what.capitalize()} DN"
        for protocol, holders in _HOLDERS.items()
        for holder in holders
        for what in ("subject", "issuer")
    },
}
"""Every key a label can have, with its words; a name of an unlisted type has `dn_` and its hex."""

_MONO = ("cipher", "_bits", "_serial", "_not_after", "_endpoint")


@dataclass(frozen=True, slots=True)
class Label:
    """One attribute.

    `text` is what it says; `code` the recorded code in hex, as wide as its field, None where the
    field is no code; `meaning` IBM's name of the code, with its `confidence` (`unknown` when no
    table lists the code) and the document it stands in as `source`. `strength` is a class of
    `smf.strength.CLASSES` on the ground `basis`, empty where nothing is judged; `decides` says
    whether it counts for the whole protection.
    """

    key: str
    name: str
    text: str
    group: str = CRYPTOGRAPHIC
    code: str | None = None
    meaning: str = ""
    confidence: str = "confirmed"
    source: str = ""
    strength: str = ""
    basis: str = ""
    basis_confidence: str = ""
    decides: bool = False
    mono: bool = False


def plain(key: str, text: str, meaning: str = "") -> Label:
    """Return the label of a field that is no code: an address, a length, a text."""
    return Label(key, NAMES[key], text, _group(key), meaning=meaning, mono=key.endswith(_MONO))


def _group(key: str) -> str:
    return CERTIFICATE if key.partition("_")[0] in CERTIFICATES else CRYPTOGRAPHIC
