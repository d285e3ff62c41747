"""What CycloneDX calls an algorithm, from the name that the code tables give it.

NIST's quantum security levels are those of its call for post-quantum proposals (2016): a search for
the key of AES-128 is level 1, of AES-192 level 3, of AES-256 level 5; what a quantum computer
breaks has level 0. An algorithm that the levels do not name has none here.
"""

from __future__ import annotations

import re
from typing import Final

from cyclonedx.model.crypto import AlgorithmProperties, CryptoMode, CryptoPrimitive

_CIPHER: Final = re.compile(
    r"^(?P<family>AES|Rijndael|ARIA|Camellia|3DES|DES|RC2|RC4|ARCFOUR|Blowfish|CAST128|ChaCha20|IDEA"
    r"|SEED|Twofish|Serpent|GOST28147|Fortezza|ACSS)(?:[-_ ](?P<rest>.*))?$",
    re.IGNORECASE,
)
_STREAMS: Final = frozenset({"rc4", "arcfour", "acss"})
_MODES: Final = {
    "CBC": CryptoMode.CBC,
    "CTR": CryptoMode.CTR,
    "GCM": CryptoMode.GCM,
    "CCM": CryptoMode.CCM,
    "CCM8": CryptoMode.CCM,
    "CCM_8": CryptoMode.CCM,
}
_AUTHENTICATED: Final = frozenset({CryptoMode.GCM, CryptoMode.CCM})
_AES_LEVELS: Final = {"128": 1, "192": 3, "256": 5}
_EXCHANGES: Final = frozenset({"key_exchange", "dh_group", "pfs_group"})
_ENCRYPTIONS: Final = frozenset({"encryption", "in_encryption", "out_encryption", "p1_encryption"})
_MACS: Final = frozenset({"mac", "in_mac", "out_mac", "p1_mac"})
NOTHING: Final = frozenset({"", "none", "none/aead", "aead", "null", "no", "unknown/manual"})
"""Texts that name no algorithm."""
SIGNATURE: Final = "signature"


def algorithm(key: str, text: str) -> AlgorithmProperties | None:
    """Return the properties of what a label names; None when it names no algorithm.

    `key` is the label's, or `SIGNATURE` for that of a certificate. What is not known is `unknown`.
    """
    if text.lower() in NOTHING:
        return None
    if key in _ENCRYPTIONS:
        return _cipher(text)
    if key in _MACS:
        return _mac(text)
    if key == "prf":
        return AlgorithmProperties(primitive=CryptoPrimitive.KDF)
    if key in _EXCHANGES:
        return _exchange(text)
    return _signature(text) if key == SIGNATURE else None


def key_algorithm(text: str) -> AlgorithmProperties:
    """Return the properties of the algorithm that a key is for."""
    if re.match(r"rsa|dsa|dh|ec|ed25519", text, re.IGNORECASE):
        primitive = CryptoPrimitive.KEY_AGREE if text == "DH" else CryptoPrimitive.SIGNATURE
        return AlgorithmProperties(primitive=primitive, nist_quantum_security_level=0)
    return AlgorithmProperties(primitive=CryptoPrimitive.UNKNOWN)


def _cipher(text: str) -> AlgorithmProperties:
    found = _CIPHER.match(text)
    if found is None:
        return AlgorithmProperties(primitive=CryptoPrimitive.UNKNOWN)
    family, rest = found["family"].lower(), (found["rest"] or "").upper()
    size = re.search(r"\b(40|128|192|256)", rest.replace("_", "-"))
    mode = next((value for word, value in _MODES.items() if rest.endswith(word)), None)
    if family == "chacha20":
        primitive = CryptoPrimitive.AE
    elif family in _STREAMS:
        primitive = CryptoPrimitive.STREAM_CIPHER
    else:
        is_sealed = mode in _AUTHENTICATED
        primitive = CryptoPrimitive.AE if is_sealed else CryptoPrimitive.BLOCK_CIPHER
    return AlgorithmProperties(
        primitive=primitive,
        parameter_set_identifier=size[1] if size else None,
        mode=mode,
        nist_quantum_security_level=(
            _AES_LEVELS.get(size[1]) if size and family in {"aes", "rijndael"} else None
        ),
    )


def _mac(text: str) -> AlgorithmProperties:
    if not re.match(r"hmac|umac|aes|md|sha|ripemd", text, re.IGNORECASE):
        return AlgorithmProperties(primitive=CryptoPrimitive.UNKNOWN)
    size = re.search(r"SHA(?:2-)?(224|256|384|512)", text)
    return AlgorithmProperties(
        primitive=CryptoPrimitive.MAC,
        parameter_set_identifier=size[1] if size else None,
    )


def _exchange(text: str) -> AlgorithmProperties:
    plain = text.lower()
    if plain == "psk":
        return AlgorithmProperties(primitive=CryptoPrimitive.OTHER)
    if plain.startswith("rsa"):
        return AlgorithmProperties(primitive=CryptoPrimitive.PKE, nist_quantum_security_level=0)
    if not re.match(r"(ec)?dh|curve25519|ecmqv|gss-g|group \d", plain):
        return AlgorithmProperties(primitive=CryptoPrimitive.UNKNOWN)
    group = re.search(r"modp-(\d+)|ecp-(\d+)|nistp(\d+)", plain)
    return AlgorithmProperties(
        primitive=CryptoPrimitive.KEY_AGREE,
        parameter_set_identifier=next(filter(None, group.groups()), None) if group else None,
        curve=_curve(plain),
        # Suites of TLS 1.3 name no group, and a pre-shared key alone is none.
        nist_quantum_security_level=None if " or psk" in plain else 0,
    )


def _curve(plain: str) -> str | None:
    if "curve25519" in plain:
        return "Curve25519"
    found = re.search(r"(?:ecp-|nistp)(256|384|521)", plain)
    return f"P-{found[1]}" if found else None


def _signature(text: str) -> AlgorithmProperties:
    if not re.match(r"rsa|dsa|ecdsa|ed25519", text, re.IGNORECASE):
        return AlgorithmProperties(primitive=CryptoPrimitive.UNKNOWN)
    return AlgorithmProperties(primitive=CryptoPrimitive.SIGNATURE, nist_quantum_security_level=0)
