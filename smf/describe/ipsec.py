"""IPsec: the IKE tunnel (phase 1), the IPsec tunnel (phase 2), both sides' certificates."""

from __future__ import annotations

from dataclasses import replace

from smf.describe.certificates import certificate_labels, certificate_words
from smf.describe.fields import Fields
from smf.describe.judgement import ENCRYPTION, coded, judged, judged_mac
from smf.describe.label import Label, plain
from smf.describe.quantum import vulnerable
from smf.describe.section import Section


def describe_ipsec(fields: Fields) -> Section:
    """Return the labels and title of an IPsec section."""
    version = _version(fields)
    group = judged("dh_group", "ike_dh_group", fields.number("dh"))
    protocol = judged("auth_protocol", "ipsec_auth_protocol", fields.number("proto"))
    ike, tunnel = _ciphers(fields, "p1", "p1_"), _ciphers(fields, "p2", "")
    labels = (
        version,
        plain("local_endpoint", fields.text("lcl")),
        plain("remote_endpoint", fields.text("rmt")),
        judged("local_auth", "ike_auth_method", fields.number("lauth")),
        judged("remote_auth", "ike_auth_method", fields.number("rauth")),
        *ike,
        group,
        judged("prf", "ike_prf", fields.number("prf")),
        judged("pfs_group", "ipsec_pfs_group", fields.number("pfs")),
        coded("encapsulation", "ipsec_encap_mode", fields.number("encap")),
        protocol,
        *tunnel,
        *certificate_labels(fields, "lcert"),
        *certificate_labels(fields, "rcert"),
    )
    return Section(
        labels,
        f"{version.text}, {group.text}, {protocol.text} with {tunnel[0].text} and {tunnel[1].text}"
        + certificate_words(fields, "lcert", "local")
        + certificate_words(fields, "rcert", "remote"),
        quantum=vulnerable(labels),
    )


def _version(fields: Fields) -> Label:
    """Return the IKE version by its major number; the minor one stands beside its meaning."""
    label = judged("version", "ike_version", fields.number("major"))
    minor = f"minor version {fields.number('minor')}"
    return replace(label, meaning=f"{label.meaning}; {minor}" if label.meaning else minor)


def _ciphers(fields: Fields, phase: str, prefix: str) -> tuple[Label, Label]:
    cipher = judged(f"{prefix}encryption", ENCRYPTION, fields.number(f"{phase}_enc"))
    return cipher, judged_mac(f"{prefix}mac", fields.number(f"{phase}_mac"), cipher)
