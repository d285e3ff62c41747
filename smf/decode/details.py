"""The nested sections of subtype 11 records as JSON, built once per distinct section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from smf.decode.beyond import bytes_beyond
from smf.decode.identity.protections import canonical_json
from smf.decode.names import split_names
from smf.decode.sections import decode_section
from smf.layout import DETAIL, load_layout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from smf.decode.checks import Records
    from smf.decode.triplets import Sections

_NESTED = ("ipfilter", "ipsec", "ssh", "tls")
_IPV6 = 0x80
_MAX_CACHED = 1 << 16


class DetailCache:
    """JSON of sections seen before, by their bytes; forgets all when it has grown too large."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bytes, str], tuple[str, dict[str, str]]] = {}

    def section(self, name: str, data: bytes, code_page: str) -> tuple[str, dict[str, str]]:
        """Return the section's fields as JSON, and its opaque bytes."""
        key = (name, data, code_page)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _MAX_CACHED:
                self._known.clear()
            known = self._known[key] = self._build(name, data, code_page)
        return known

    @staticmethod
    def _build(name: str, data: bytes, code_page: str) -> tuple[str, dict[str, str]]:
        if name == "dn":
            return canonical_json(split_names(data, code_page)), {}
        ipv6 = False
        if name == "ipsec":
            # The tunnel's own flag says which kind of end points it has.
            offset = load_layout(DETAIL).field("ipsec", "tunnel_flags").offset
            ipv6 = bool(data[offset] & _IPV6)
        found = decode_section(DETAIL, name, data, ipv6=ipv6, code_page=code_page)
        return canonical_json(found.fields), found.opaque


def raw_details(
    records: Records,
    sections: Sections,
    name_ends: NDArray[np.int64],
    pages: list[str],
    cache: DetailCache,
) -> list[str]:
    """Return one JSON text per record: ipfilter, tls, ssh, ipsec, dns, policy and opaque bytes."""
    order = (*_NESTED, "policy", "dn")
    slots = [sections.slot(name) for name in order]
    lengths = np.where(sections.numbers[:, slots] > 0, sections.lengths[:, slots], 0)
    # There may be one policy section for each protocol, of whatever kind: all are kept.
    lengths[:, len(_NESTED)] *= sections.numbers[:, sections.slot("policy")]
    begins = sections.offsets[:, slots]
    ends = begins + lengths
    ends[:, -1] = name_ends
    places = [
        (begins + records.starts[:, None]).tolist(),
        (ends + records.starts[:, None]).tolist(),
    ]
    beyond = bytes_beyond(records, sections)
    found = []
    for row, (begin, end, page) in enumerate(zip(*places, pages, strict=True)):
        parts = {
            name: records.data[a:b].tobytes() for name, a, b in zip(order, begin, end, strict=True)
        }
        found.append(_raw(parts, page, cache, beyond.get(row, {})))
    return found


def _raw(parts: dict[str, bytes], page: str, cache: DetailCache, opaque: dict[str, str]) -> str:
    members = {"policy": f'"{parts["policy"].hex()}"' if parts["policy"] else "null"}
    members["dns"] = cache.section("dn", parts["dn"], page)[0]
    for name in _NESTED:
        members[name] = "null"
        if parts[name]:
            members[name], extra = cache.section(name, parts[name], page)
            opaque.update(extra)
    if opaque:
        members["opaque"] = canonical_json(opaque)
    return "{" + ",".join(f'"{key}":{members[key]}' for key in sorted(members)) + "}"
