"""Which field of a zERT record answers which attribute of a rule, by the field's key."""

from __future__ import annotations

from typing import Final

from policy.vocabulary import Attribute, Protocol

SECTIONS: Final = {Protocol.TLS: "tls", Protocol.SSH: "ssh", Protocol.IPSEC: "ipsec"}
FIELDS: Final[dict[Protocol, dict[Attribute, str]]] = {
    Protocol.TLS: {
        Attribute.VERSION: "version",
        Attribute.ENCRYPTION: "enc",
        Attribute.AUTHENTICATION: "mac",
        Attribute.KEY_EXCHANGE: "kex",
    },
    Protocol.SSH: {
        Attribute.VERSION: "version",
        Attribute.ENCRYPTION_IN: "in_enc",
        Attribute.ENCRYPTION_OUT: "out_enc",
        Attribute.AUTHENTICATION_IN: "in_mac",
        Attribute.AUTHENTICATION_OUT: "out_mac",
        Attribute.KEY_EXCHANGE: "kex",
    },
    Protocol.IPSEC: {
        Attribute.PHASE1_ENCRYPTION: "p1_enc",
        Attribute.PHASE1_AUTHENTICATION: "p1_mac",
        Attribute.PHASE2_ENCRYPTION: "p2_enc",
        Attribute.PHASE2_AUTHENTICATION: "p2_mac",
    },
}
"""The field of a record's section that answers each attribute of a rule."""
KEYS: Final[dict[Protocol, tuple[str, ...]]] = {
    Protocol.TLS: ("scert.klen",),
    Protocol.SSH: ("skey_len", "scert.klen"),
    Protocol.IPSEC: ("lcert.klen", "rcert.klen"),
}
"""The shortest of these that is known is the key that a smallest length is held against."""
