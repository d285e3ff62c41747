"""The space of a few rules: its conditions and their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import product
from typing import Final

from policy import vocabulary
from policy.attributes import Direction
from policy.errors import GivenUpError
from policy.matcher import PAIRS, PHASE_1, UNKNOWN_CODE
from policy.model import Rule, Traffic
from policy.regions import cells
from policy.regions.boxes import Box
from policy.settings import DEFAULTS, Absent, Settings, Together
from policy.vocabulary import KINDS, Attribute, Protocol

Asked = Mapping[Attribute, frozenset[int]]
MOST_RULES: Final = 2_000
MOST_MEMBERS: Final = 200_000
"""Of all groups of the rules together: what a space costs grows with them."""
MOST_MASKED: Final = 10_000_000
"""Rules times members: each rule has a bit for each."""
_OTHER = -1
MANUAL, NOT_KNOWN = "tunnel manual", "not known"
_NAMES: Final = {"": NOT_KNOWN, "?": "that no rule names"}
_DIRECTIONS = (Direction.INBOUND, Direction.OUTBOUND, None)


class Space:
    """Cells of every condition that `rules` of one protocol can have; `boxes` place a rule.

    Raises `GivenUpError` for more rules, or members of their groups, than there is time for.
    """

    def __init__(
        self, protocol: Protocol, rules: Sequence[Rule], settings: Settings = DEFAULTS
    ) -> None:
        traffic = [rule.traffic for rule in rules]
        members = sum(map(_members_of, traffic))
        if len(rules) > MOST_RULES or members > MOST_MEMBERS or len(rules) * members > MOST_MASKED:
            raise GivenUpError("there are too many rules, or members of their groups")
        self._settings = settings
        self._tunnels = [False, True] if protocol is Protocol.IPSEC else [False]
        self._protocol = protocol
        self._locals = cells.of_addresses(one.local for one in traffic)
        self._remotes = cells.of_addresses(one.remote for one in traffic)
        self._local_ports = cells.of_ports(one.local_ports for one in traffic)
        self._remote_ports = cells.of_ports(one.remote_ports for one in traffic)
        self._jobs = cells.Names(one.job for one in traffic)
        self._users = cells.Names(one.user for one in traffic)
        self._codes = {attribute: _code_cells(kind) for attribute, kind in KINDS[protocol].items()}
        bits = {rule.requirement.min_key_bits for rule in rules if rule.requirement}
        self._lengths = sorted({0, 1, *(one for one in bits if one)})

    def boxes(self, rule: Rule) -> list[Box]:
        """Return the cells in which a rule matches."""
        asked = dict(rule.requirement.codes()) if rule.requirement else {}
        return [self._box(rule, *one) for one in self._alternatives(asked)]

    def _alternatives(self, asked: Asked) -> Iterator[tuple[Asked, tuple[bool, ...]]]:
        """The ways to meet conditions: those that must hold, on which kinds of tunnels."""
        is_ssh = self._protocol is Protocol.SSH
        chosen = self._settings.ssh_ways if is_ssh else self._settings.ipsec_phases
        pairs = [(one, other) for one, other in PAIRS.items() if one in asked and other in asked]
        pairs = pairs if chosen is Together.EITHER else []
        for left_out in product(*pairs):
            rest = {key: codes for key, codes in asked.items() if key not in left_out}
            without_phase_1 = {key: rest[key] for key in rest if key not in PHASE_1}
            if len(without_phase_1) == len(rest):
                yield rest, (False, True)
                continue
            yield rest, (False,)
            if self._settings.manual_phase1 is Absent.FITS:
                yield without_phase_1, (True,)

    def _box(self, rule: Rule, asked: Asked, tunnels: tuple[bool, ...]) -> Box:
        traffic = rule.traffic
        ways = [one for one in _DIRECTIONS if traffic.direction in (Direction.BOTH, one)]
        least = rule.requirement.min_key_bits if rule.requirement else None
        return (
            self._locals.mask(cells.address_spans(traffic.local)),
            self._remotes.mask(cells.address_spans(traffic.remote)),
            self._local_ports.mask(cells.port_spans(traffic.local_ports)),
            self._remote_ports.mask(cells.port_spans(traffic.remote_ports)),
            self._jobs.mask(traffic.job),
            self._users.mask(traffic.user),
            _mask([one in ways for one in _DIRECTIONS]),
            *(
                _mask(
                    [attribute not in asked or self._fits(code, asked[attribute]) for code in codes]
                )
                for attribute, codes in self._codes.items()
            ),
            _mask([least is None or self._is_long(length, least) for length in self._lengths]),
            _mask([one in tunnels for one in self._tunnels]),
        )

    def _fits(self, code: int, wanted: frozenset[int]) -> bool:
        is_fine = self._settings.unknown_attribute is Absent.FITS
        return code in wanted or (code == UNKNOWN_CODE and is_fine)

    def _is_long(self, length: int, least: int) -> bool:
        return length >= least if length else self._settings.unknown_key_length is Absent.FITS

    def whole(self) -> Box:
        """Return the box of a rule without conditions."""
        (found,) = self.boxes(Rule("any"))
        return found

    def example(self, box: Box) -> str:
        """Return a connection inside a box in words, without what may be anything."""
        whole = self.whole()
        parts = [
            f"{label} {word(_telling(mask))}"
            for (label, word), mask, everything in zip(self._words(), box, whole, strict=True)
            if mask != everything
        ]
        if MANUAL in parts:  # it has no phase 1; whatever has one is none
            parts = [part for part in parts if not part.startswith("phase1 ")]
        elif any(part.startswith("phase1 ") for part in parts):
            parts = [part for part in parts if not part.startswith("tunnel ")]
        return ", ".join(parts) or "any connection"

    def _words(self) -> list[tuple[str, Callable[[int], str]]]:
        """Each condition, and its cells in words."""
        kinds = KINDS[self._protocol]
        return [
            ("local address", lambda n: str(cells.address_of(self._locals.starts[n]))),
            ("remote address", lambda n: str(cells.address_of(self._remotes.starts[n]))),
            ("local port", lambda n: str(self._local_ports.starts[n] or NOT_KNOWN)),
            ("remote port", lambda n: str(self._remote_ports.starts[n] or NOT_KNOWN)),
            ("job name", lambda n: _NAMES.get(self._jobs.names[n], self._jobs.names[n])),
            ("user ID", lambda n: _NAMES.get(self._users.names[n], self._users.names[n])),
            ("direction", lambda n: str(_DIRECTIONS[n] or NOT_KNOWN)),
            *(
                (one.value.replace("_", " "), partial(_word, kinds[one], codes))
                for one, codes in self._codes.items()
            ),
            ("key length", lambda n: str(self._lengths[n] or NOT_KNOWN)),
            ("tunnel", lambda n: "manual" if self._tunnels[n] else "with phase 1"),
        ]


def _mask(holds: Sequence[bool]) -> int:
    return sum(1 << place for place, one in enumerate(holds) if one)


def _telling(mask: int) -> int:
    """The lowest cell but the first, which is mostly what is not known, unless it is that alone."""
    chosen = mask & ~1 or mask
    return (chosen & -chosen).bit_length() - 1


def _members_of(traffic: Traffic) -> int:
    groups = (traffic.local, traffic.remote, traffic.local_ports, traffic.remote_ports)
    return sum(len(one.members) for one in groups if one)


def _code_cells(kind: str) -> list[int]:
    codes = {code for word in vocabulary.load().of_kind(kind) for code in word.codes}
    return [*sorted({UNKNOWN_CODE, *codes}), _OTHER]


def _word(kind: str, codes: Sequence[int], place: int) -> str:
    code = codes[place]
    return "one that no word means" if code == _OTHER else vocabulary.name_of(kind, code)
