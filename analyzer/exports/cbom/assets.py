"""Components of a bill: algorithms, keys, certificates, protocols. Each stands once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from cyclonedx.model import Property
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.crypto import (
    AlgorithmProperties,
    CertificateProperties,
    CryptoAssetType,
    CryptoProperties,
    ProtocolProperties,
    ProtocolPropertiesCipherSuite,
    ProtocolPropertiesType,
    RelatedCryptoMaterialProperties,
    RelatedCryptoMaterialType,
)

from analyzer.exports.cbom.algorithms import NOTHING, SIGNATURE, algorithm, key_algorithm
from analyzer.models import Certificate, Protection

PREFIX: Final = "zertify:"
_TYPES: Final = {
    "TLS": ProtocolPropertiesType.TLS,
    "SSH": ProtocolPropertiesType.SSH,
    "IPSEC": ProtocolPropertiesType.IPSEC,
}
_KEYS: Final = ("skey", "ckey")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def properties(**values: object) -> list[Property]:
    """Return properties under our own prefix; empty values are left out."""
    return [
        Property(name=PREFIX + name, value=clean(str(value)))
        for name, value in values.items()
        if value not in {"", None}
    ]


def clean(text: str) -> str:
    """Return a text without the signs that XML can't have."""
    return _CONTROLS.sub("\ufffd", text)


class Assets:
    """Makes each component at its first mention."""

    def __init__(self) -> None:
        self.all: dict[str, Component] = {}
        self.uses: dict[str, set[str]] = {}

    def protocol(self, protection: Protection) -> str:
        """Return the reference of a protection; those that differ in certificates alone share it.

        The certificates are what the server depends on, beside its protocols.
        """
        labels = _cryptographic(protection)
        described = "|".join(f"{key}={text}" for key, text in sorted(labels.items()))
        ref = _ref("protocol", f"{protection.protocol}|{described}")
        if ref in self.all:
            return ref
        details = {one.get("key"): one for one in protection.details}
        named = [self.algorithm(key, text, details) for key, text in labels.items()]
        algorithms = [one for one in named if one]
        algorithms += [
            self.key(labels[f"{one}_type"], labels.get(f"{one}_bits", ""))
            for one in _KEYS
            if labels.get(f"{one}_type", "None").lower() not in NOTHING
        ]
        found = ProtocolProperties(
            type=_TYPES[protection.protocol],
            version=protection.version or None,
            cipher_suites=_suites(labels, algorithms),
            crypto_refs=[BomRef(one) for one in sorted(set(algorithms))],
        )
        self._add(
            ref,
            name=_title(protection, labels),
            crypto=CryptoProperties(asset_type=CryptoAssetType.PROTOCOL, protocol_properties=found),
            said={
                "strength": protection.strength,
                "reason": protection.reason,
                "confidence": protection.confidence,
                "mismatch": protection.mismatch,
                **_raw(protection),
            },
        )
        self.uses[ref] |= set(algorithms)
        return ref

    def algorithm(self, key: str, text: str, details: Mapping[Any, Mapping[str, Any]]) -> str:
        """Return the reference of what a label names, empty when it names no algorithm."""
        found = algorithm(key, text)
        if found is None:
            return ""
        said = details.get(key, {})
        return self._algorithm(
            text, found, code=said.get("code") or "", confidence=said.get("confidence") or ""
        )

    def key(self, kind: str, bits: str) -> str:
        """Return the reference of public keys of a kind and length."""
        ref = _ref("key", f"{kind}|{bits}")
        if ref not in self.all:
            of = self._algorithm(kind, key_algorithm(kind), what="key")
            material = RelatedCryptoMaterialProperties(
                type=RelatedCryptoMaterialType.PUBLIC_KEY,
                algorithm_ref=BomRef(of),
                size=int(bits) if bits.isascii() and bits.isdigit() and len(bits) <= 9 else None,
            )
            crypto = CryptoProperties(
                asset_type=CryptoAssetType.RELATED_CRYPTO_MATERIAL,
                related_crypto_material_properties=material,
            )
            self._add(ref, name=f"{kind} key {bits}".strip(), crypto=crypto)
            self.uses[ref].add(of)
        return ref

    def certificate(self, one: Certificate) -> str:
        """Return the reference of a certificate."""
        ref = f"certificate-{bytes(one.digest).hex()}"
        if ref in self.all:
            return ref
        signed = self.algorithm(SIGNATURE, one.signature, {})
        kind = one.key_type or ""
        key = self.key(kind, str(one.key_bits or "")) if kind.lower() not in NOTHING else ""
        found = CertificateProperties(
            subject_name=clean(one.subject.replace("\n", ", ")) or None,
            issuer_name=clean(one.issuer.replace("\n", ", ")) or None,
            not_valid_after=one.not_after,
            signature_algorithm_ref=BomRef(signed) if signed else None,
            subject_public_key_ref=BomRef(key) if key else None,
            certificate_format="X.509",
        )
        self._add(
            ref,
            name=str(one),
            crypto=CryptoProperties(
                asset_type=CryptoAssetType.CERTIFICATE, certificate_properties=found
            ),
            said={"serial": one.serial, "told_by": one.identity},
        )
        self.uses[ref] |= {name for name in (signed, key) if name}
        return ref

    def _algorithm(
        self,
        text: str,
        found: AlgorithmProperties,
        *,
        what: str = "",
        code: str = "",
        confidence: str = "",
    ) -> str:
        primitive = found.primitive.value if found.primitive else ""
        ref = _ref("algorithm", f"{primitive}|{what}|{text}")
        if ref not in self.all:
            crypto = CryptoProperties(
                asset_type=CryptoAssetType.ALGORITHM, algorithm_properties=found
            )
            said = {"code": f"X'{code}'" if code else "", "confidence": confidence}
            self._add(ref, name=text, crypto=crypto, said=said)
        return ref

    def _add(
        self,
        ref: str,
        *,
        name: str,
        crypto: CryptoProperties,
        said: Mapping[str, object] | None = None,
    ) -> None:
        self.all[ref] = Component(
            name=clean(name),
            type=ComponentType.CRYPTOGRAPHIC_ASSET,
            bom_ref=ref,
            crypto_properties=crypto,
            properties=properties(**(said or {})),
        )
        self.uses.setdefault(ref, set())


def _cryptographic(protection: Protection) -> dict[str, str]:
    """The labels that say how, without certificates, names, addresses and who told."""
    left_out = ("scert_", "ccert_", "lcert_", "rcert_", "dn_")
    return {
        key: str(text)
        for key, text in protection.labels.items()
        if not key.startswith(left_out) and not key.endswith("_endpoint") and key != "source"
    }


def _suites(
    labels: Mapping[str, str], algorithms: Iterable[str]
) -> list[ProtocolPropertiesCipherSuite]:
    cipher = labels.get("cipher", "")
    if not cipher:
        return []
    code = re.fullmatch(r"(?:X')?([0-9A-F]{4})'?", cipher)
    return [
        ProtocolPropertiesCipherSuite(
            name=clean(labels.get("cipher_name") or f"unknown ({cipher})"),
            algorithms=[BomRef(one) for one in algorithms],
            # In one piece: the library keeps a set, which would lose the order of the two bytes.
            identifiers=[f"0x{code[1]}"] if code else None,
        )
    ]


def _raw(protection: Protection) -> dict[str, str]:
    """The recorded codes that no table names: they are told, not guessed at."""
    unknown = [
        f"{one['key']}=X'{one['code']}'"
        for one in protection.details
        if one.get("code") and one.get("confidence") == "unknown"
    ]
    return {"unknown_codes": " ".join(sorted(unknown))}


def _title(protection: Protection, labels: Mapping[str, str]) -> str:
    name = labels.get("cipher_name") or labels.get("encryption") or labels.get("in_encryption", "")
    return f"{protection.version or protection.protocol} {name}".strip()


def _ref(kind: str, text: str) -> str:
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"
