"""Connections as documents: samples of rule tests, and what `policy explain` is asked about.

{"local_ip": "10.1.1.1", "local_port": 992, "remote_ip": "10.2.0.9", "remote_port": 50000,
 "job": "TN3270", "user": "TCPIP", "direction": "Inbound",
 "protections": [{"protocol": "TLS", "version": "TLSv1.2", "encryption": "AES-256-GCM",
                  "key_bits": 2048, "source": "observed"}]}

An attribute is a word of the vocabulary that means one code, or the code (a number, `0x0303`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from policy import vocabulary
from policy.attributes import TCP, Connection, Direction, Protection, Source
from policy.errors import DocumentError, PolicyError
from policy.values.addresses import IPAddress, parse_address
from policy.vocabulary import KINDS, Attribute, Protocol

Tree = dict[str, object]
_REQUIRED = ("local_ip", "local_port", "remote_ip", "remote_port")
_PARTS = ("job", "user", "direction", "protections", "is_failed_handshake", "ip_protocol")
_SOURCES = {
    "observed": Source.OBSERVED,
    "provider": Source.PROVIDER,
    "unknown": Source.UNKNOWN,
}
_HEX = re.compile(r"0[xX][0-9A-Fa-f]{1,4}")
_HIGHEST_CODE = 0xFFFF


def connection_from_tree(tree: object) -> Connection:
    """Return the connection in a document; raises `DocumentError` with all faults."""
    reader = _Reader()
    found = reader.connection(tree)
    if found is None:
        raise DocumentError(tuple(reader.faults))
    return found


def connection_to_tree(connection: Connection) -> Tree:
    """Return a connection as a document; what is not known is left out."""
    found: Tree = {
        "local_ip": str(connection.local_ip),
        "local_port": connection.local_port,
        "remote_ip": str(connection.remote_ip),
        "remote_port": connection.remote_port,
    }
    more: Tree = {
        "job": connection.job,
        "user": connection.user,
        "direction": connection.direction.value if connection.direction else "",
        "protections": [_protection(one) for one in connection.protections],
        "is_failed_handshake": connection.is_failed_handshake,
    }
    found |= {key: value for key, value in more.items() if value}
    if connection.ip_protocol != TCP:
        found["ip_protocol"] = connection.ip_protocol
    return found


def _protection(one: Protection) -> Tree:
    kinds = KINDS[one.protocol]
    found: Tree = {"protocol": one.protocol.value}
    found |= {name.value: _said(kinds[name], code) for name, code in one.codes.items()}
    if one.key_bits is not None:
        found["key_bits"] = one.key_bits
    if one.source is not Source.OBSERVED:
        found["source"] = next(word for word, source in _SOURCES.items() if source is one.source)
    return {**found, "is_manual": True} if one.is_manual else found


def _said(kind: str, code: int) -> str | int:
    words = [w.name for w in vocabulary.load().of_kind(kind) if w.codes == frozenset({code})]
    return words[0] if words else code


class _Reader:
    """Makes the values and keeps every fault with its path."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []

    def connection(self, tree: object) -> Connection | None:
        if not isinstance(tree, dict):
            self.faults.append(("/", "a connection is an object"))
            return None
        self._known(tree, (*_REQUIRED, *_PARTS), "")
        self.faults += [(f"/{k}", "this is missing") for k in _REQUIRED if k not in tree]
        local, remote = self._address(tree, "local_ip"), self._address(tree, "remote_ip")
        ports = [self._number(tree, key, "") or 0 for key in ("local_port", "remote_port")]
        job, user, direction = self._text(tree, "job"), self._text(tree, "user"), self._way(tree)
        ip_protocol = self._number(tree, "ip_protocol", "")
        failed = self._flag(tree, "is_failed_handshake", "")
        protections = self._protections(tree.get("protections", []))
        if self.faults or local is None or remote is None:
            return None
        try:
            return Connection(
                local,
                ports[0],
                remote,
                ports[1],
                job,
                user,
                direction,
                protections,
                is_failed_handshake=failed,
                ip_protocol=TCP if ip_protocol is None else ip_protocol,
            )
        except PolicyError as error:
            self.faults.append(("/", str(error)))
            return None

    def _known(self, tree: Mapping[str, object], known: tuple[str, ...], path: str) -> None:
        for key in tree:
            if key not in known:
                message = f"this is not known; there are {', '.join(known)}"
                self.faults.append((f"{path}/{key}", message))

    def _address(self, tree: Tree, key: str) -> IPAddress | None:
        try:
            return parse_address(str(tree.get(key, "")))
        except PolicyError as error:
            if key in tree:
                self.faults.append((f"/{key}", str(error)))
            return None

    def _number(self, tree: Mapping[str, object], key: str, path: str) -> int | None:
        found = tree.get(key)
        if found is None or (isinstance(found, int) and not isinstance(found, bool)):
            return found
        self.faults.append((f"{path}/{key}", f"`{found}` is no number"))
        return None

    def _text(self, tree: Tree, key: str) -> str:
        found = tree.get(key, "")
        if isinstance(found, str):
            return found
        self.faults.append((f"/{key}", f"`{found}` is no text"))
        return ""

    def _flag(self, tree: Mapping[str, object], key: str, path: str) -> bool:
        found = tree.get(key, False)
        if not isinstance(found, bool):
            self.faults.append((f"{path}/{key}", f"`{found}` is neither true nor false"))
        return found is True

    def _way(self, tree: Tree) -> Direction | None:
        found = tree.get("direction")
        known = {one.value.lower(): one for one in (Direction.INBOUND, Direction.OUTBOUND)}
        if found is None:
            return None
        if str(found).lower() not in known:
            self.faults.append(("/direction", f"`{found}` is neither Inbound nor Outbound"))
            return None
        return known[str(found).lower()]

    def _protections(self, given: object) -> tuple[Protection, ...]:
        members = given if isinstance(given, list) else [given]
        found = [self._protected(one, f"/protections/{n}") for n, one in enumerate(members)]
        return tuple(one for one in found if one)

    def _protected(self, tree: object, path: str) -> Protection | None:
        protocols = {one.value: one for one in Protocol if one is not Protocol.NONE}
        protocol = protocols.get(str(tree.get("protocol"))) if isinstance(tree, dict) else None
        if not isinstance(tree, dict) or protocol is None:
            message = f"a protection has a protocol, one of {', '.join(protocols)}"
            self.faults.append((path, message))
            return None
        kinds = KINDS[protocol]
        rest = ("protocol", "key_bits", "source", "is_manual")
        self._known(tree, (*rest, *(one.value for one in kinds)), path)
        source = str(tree.get("source", "observed"))
        if source not in _SOURCES:
            self.faults.append((f"{path}/source", f"`{source}` is none of {', '.join(_SOURCES)}"))
        codes: dict[Attribute, int] = {}
        for attribute, kind in kinds.items():
            code = self._code(kind, tree.get(attribute.value), f"{path}/{attribute.value}")
            if code is not None:
                codes[attribute] = code
        bits, manual = self._number(tree, "key_bits", path), self._flag(tree, "is_manual", path)
        origin = _SOURCES.get(source, Source.OBSERVED)
        try:
            return Protection(protocol, codes, bits, origin, is_manual=manual)
        except PolicyError as error:
            self.faults.append((path, str(error)))
            return None

    def _code(self, kind: str, given: object, path: str) -> int | None:
        if given is None:
            return None
        text = str(given)
        if isinstance(given, int) or _HEX.fullmatch(text):
            code = given if isinstance(given, int) else int(text, 16)
            if 0 <= code <= _HIGHEST_CODE:
                return code
            self.faults.append((path, f"`{text}` is no code"))
            return None
        try:
            codes = vocabulary.word(kind, text).codes
        except PolicyError as error:
            self.faults.append((path, str(error)))
            return None
        if len(codes) > 1:
            self.faults.append((path, f"`{text}` means several codes, a connection has one"))
        return min(codes)
