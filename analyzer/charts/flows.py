"""A sankey: from owners through classes of protection to networks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from analyzer.charts.marks import CLASS_WORDS, TONES, Tone
from analyzer.tables.strength import RANKED

OTHER: Final = "other "
"""How the names of what is not named begin; neither a job nor an address does."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Connections of one owner and one network under one class; names are those on the screen."""

    owner: str
    strength: str
    network: str
    value: int


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    label: str
    depth: int
    tone: Tone


@dataclass(frozen=True, slots=True)
class _Link:
    source: str
    target: str
    value: int
    tone: Tone
    words: str
    href: str


def flows(found: Sequence[Flow], hrefs: dict[tuple[str, str, str], str]) -> dict[str, Any]:
    """Return nodes and links; `hrefs` by (owner, class, "") and ("", class, network)."""
    left: dict[tuple[str, str, str], int] = defaultdict(int)
    for flow in found:
        left[flow.owner, flow.strength, ""] += flow.value
        left["", flow.strength, flow.network] += flow.value
    links = [_link(key, value, hrefs.get(key, "")) for key, value in left.items() if value]
    nodes = [
        *(_Node(f"o {one}", one, 0, "plain") for one in _once(f.owner for f in found)),
        *(_Node(f"c {one}", CLASS_WORDS[one], 1, TONES[one]) for one in RANKED),
        *(_Node(f"n {one}", one, 2, "plain") for one in _once(f.network for f in found)),
    ]
    linked = {name for link in links for name in (link.source, link.target)}
    return {
        "kind": "flows",
        "nodes": [asdict(node) for node in nodes if node.name in linked],
        "links": [asdict(link) for link in links],
    }


def _once(names: Iterable[str]) -> list[str]:
    """Each name once, in order, those that stand for all others last."""
    return sorted(dict.fromkeys(names), key=lambda name: name.startswith(OTHER))


def _link(key: tuple[str, str, str], value: int, href: str) -> _Link:
    owner, strength, network = key
    middle, word = f"c {strength}", CLASS_WORDS[strength]
    if owner:
        words = f"{owner}, {word}: {value:,} connections"
        return _Link(f"o {owner}", middle, value, TONES[strength], words, href)
    words = f"{network}, {word}: {value:,} connections"
    return _Link(middle, f"n {network}", value, TONES[strength], words, href)
