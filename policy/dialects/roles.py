"""The roles of the rule language: statements and their parameters, whatever they are spelled."""

from __future__ import annotations

from policy.vocabulary import KINDS, Protocol

MIN_KEY_BITS = "min_key_bits"
CONDITIONS = {Protocol.TLS: "tls", Protocol.SSH: "ssh", Protocol.IPSEC: "ipsec"}
"""Protocol to the role of its condition statement."""


def _condition(protocol: Protocol) -> tuple[str, ...]:
    return (*(attribute.value for attribute in KINDS[protocol]), MIN_KEY_BITS)


def _end(end: str) -> tuple[str, ...]:
    return (
        *(end, f"{end}_address_ref", f"{end}_address_set_ref", f"{end}_address_group_ref"),
        *(f"{end}_ports", f"{end}_ports_ref", f"{end}_port_group_ref"),
    )


ROLES: dict[str, tuple[str, ...]] = {
    "rule": (
        *_end("local"),
        *_end("remote"),
        *("job", "user", "direction", "priority", "protocol"),
        *("tls_ref", "ssh_ref", "ipsec_ref", "action_ref"),
    ),
    "tls": _condition(Protocol.TLS),
    "ssh": _condition(Protocol.SSH),
    "ipsec": _condition(Protocol.IPSEC),
    "action": ("syslog", "level", "console", "audit", "reset"),
    "address": ("value",),
    "address_set": ("prefix", "range"),
    "address_group": ("address_ref", "address_set_ref"),
    "ports": ("value",),
    "port_group": ("ports_ref",),
}
"""Each statement with its parameters, in the order of writing."""
