"""What filters mean, for one interval record: loops over what was decoded, no SQL, no facts.

A test says True, False, or None where the record does not say; `!` takes away True and None.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address, ip_network

from django.http import QueryDict

from tests.analyzer.queries.naive_security import SECURITY, VERSIONS, Fact, Test, compared

TOTALS = ("connections", "bytes", "failed")


def asked(query: str) -> dict[str, list[str]]:
    """The values by filter."""
    params = QueryDict(query)
    return {key: _texts(params, key) for key in params if key in {*TESTS, *TOTALS}}


def passes(fact: Fact, terms: Mapping[str, Sequence[str]]) -> bool:
    """Whether a record passes all filters but those of sums."""
    speaking = {key for key in terms if key in {"protocol", "version"} or _protocol_of(key)}
    for key, texts in terms.items():
        if key in TOTALS:
            continue
        if any(TESTS[key](fact, text[1:]) is not False for text in texts if text[0] == "!"):
            return False
        wanted = [text for text in texts if text[0] != "!"]
        unfit = not any(TESTS[key](fact, text) for text in wanted)
        if wanted and unfit and key not in speaking:
            return False
    groups = _groups({key: terms[key] for key in speaking})
    own = groups.get(fact["protocol"], {})
    held = all(any(TESTS[key](fact, text) for text in texts) for key, texts in own.items())
    return not groups or (bool(own) and held)


def sums_pass(sums: Mapping[str, int | None], terms: Mapping[str, Sequence[str]]) -> bool:
    """Whether the sums of a session pass the thresholds."""
    for key in TOTALS:
        texts = terms.get(key, ())
        if any(compared(sums[key], text[1:]) is not False for text in texts if text[0] == "!"):
            return False
        wanted = [text for text in texts if text[0] != "!"]
        if wanted and not any(compared(sums[key], text) for text in wanted):
            return False
    return True


def _groups(terms: Mapping[str, Sequence[str]]) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = {}
    for key, texts in terms.items():
        for text in texts:
            if text[0] != "!":
                for protocol in _protocols(key, text):
                    found.setdefault(protocol, {}).setdefault(key, []).append(text)
    return found


def _protocols(key: str, text: str) -> list[str]:
    if key == "protocol":
        return [text.upper()]
    if key != "version":
        return [_protocol_of(key)]
    name = text.lstrip("<>=").lower()
    return [
        protocol
        for protocol, names in VERSIONS.items()
        if name.startswith("unknown") or name in [one.lower() for one in names]
    ]


def _protocol_of(key: str) -> str:
    protocol = key.partition("_")[0].upper()
    return protocol if protocol in VERSIONS else ""


def _texts(params: QueryDict, key: str) -> list[str]:
    whole = params.getlist(key)
    return whole if key == "dn" else [part for text in whole for part in text.split(",")]


def _wild(pattern: str) -> str:
    """A pattern of fnmatch: its own brackets are literal here."""
    return pattern.replace("[", "[[]")


def _name(key: str) -> Test:
    return lambda fact, text: fnmatch.fnmatchcase(fact[key].upper(), _wild(text.upper()))


def _stack(fact: Fact, text: str) -> bool:
    names = (fact["sysplex"], fact["system"], fact["stack"])
    return all(
        fnmatch.fnmatchcase(name.upper(), part)
        for name, part in zip(names, text.upper().split("."), strict=True)
    )


def _address(key: str) -> Callable[[Fact, str], bool]:
    def fits(fact: Fact, text: str) -> bool:
        own = ip_address(fact[key])
        if "/" in text:
            return own in ip_network(text)
        low, high = map(ip_address, text.split("-") if "-" in text else (text, text))
        return own.version == low.version and int(low) <= int(own) <= int(high)

    return fits


def _peer(fact: Fact, text: str) -> bool:
    ends = [_address(key)(fact, text) for key in ("server_ip", "client_ip")]
    return fact["role"] == "peer" and any(ends)


def _port(fact: Fact, text: str) -> bool:
    low, high = map(int, text.split("-") if "-" in text else (text, text))
    return bool(fact["port_start"] <= high and low <= fact["port_end"])


def _dn(fact: Fact, text: str) -> bool | None:
    if fact["protocol"] != "NONE" and not fact["dn_text"]:
        return None
    sought = re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")
    return any(
        re.search(sought, one, re.IGNORECASE | re.ASCII) for one in fact["dn_text"].splitlines()
    )


def _is(key: str) -> Test:
    return lambda fact, text: fact[key].lower() == text.lower()


TESTS: dict[str, Test] = {
    **{key: _name(key) for key in ("sysplex", "system", "job", "user")},
    **{key: _address(key) for key in ("server_ip", "client_ip")},
    **{key: _is(key) for key in ("role", "protocol")},
    "stack": _stack,
    "port": _port,
    "peer_ip": _peer,
    "dn": _dn,
    **SECURITY,
}
