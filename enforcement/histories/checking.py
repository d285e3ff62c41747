"""Do the connection records in the store, aggregated, come to what its interval records say?

Both are summed by server, client, job and protection: what sessions have in common, whatever their
stack calls them. Only whole lives agree: what is up at an edge of the days is counted on one side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from analyzer import history
from analyzer.history import Window
from enforcement.aggregation.aggregator import Aggregator
from enforcement.aggregation.recording import Recording
from enforcement.aggregation.titles import title_of
from enforcement.histories.reading import Ahead, Switches
from smf.encode.summary import SummaryRecord
from web.budget import Deadline

COUNTS: Final = {
    "connections": "conn",
    "partial": "partial",
    "short": "short",
    "in_bytes": "in_bytes",
    "out_bytes": "out_bytes",
    "in_segs": "in_segs",
    "out_segs": "out_segs",
}
"""What is compared, and its name in a record."""
_IP_PROTOCOLS: Final = {6: "TCP", 17: "UDP"}
_ROLES: Final = {0x40: "server", 0x20: "client"}
_ROLE_BITS: Final = 0x60
_WRAP: Final = 1 << 32
_NARROW: Final = frozenset({"connections", "partial", "short"})
Ports = tuple[int, int]
Counts = dict[str, int]


class Key(NamedTuple):
    """What both sides are summed by, without the ports."""

    sysplex: str
    system: str
    stack: str
    role: str
    ip_proto: int
    server_ip: str
    client_ip: str
    job: str
    protocol: str
    protection: str


@dataclass(frozen=True, slots=True)
class Compared:
    """The totals of one server, client and protection; None on a side that has none."""

    key: Key
    ports: Ports
    details: Counts | None
    summaries: Counts | None

    @property
    def agrees(self) -> bool:
        """Whether both sides say the same; an interval in which nothing moved says nothing."""
        return not self.differences

    @property
    def differences(self) -> dict[str, tuple[int, int]]:
        """What differs: details, then summaries; a side that has nothing counts as 0."""
        mine, theirs = self.details or {}, self.summaries or {}
        pairs = {name: (mine.get(name, 0), theirs.get(name, 0)) for name in COUNTS}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    @property
    def words(self) -> str:
        """The differences in words, empty without any."""
        if self.agrees:
            return ""
        if self.details is None and self.summaries:
            return f"no connection records; by summaries {_numbers(self.summaries)}"
        if self.summaries is None and self.details:
            return f"no summaries; by connection records {_numbers(self.details)}"
        return ", ".join(
            f"{name.replace('_', ' ')} {mine} by connection records, {theirs} by summaries"
            for name, (mine, theirs) in self.differences.items()
        )


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found; stacks with one kind of records alone can't be compared."""

    compared: tuple[Compared, ...]
    only_details: tuple[str, ...]
    only_summaries: tuple[str, ...]


def check(window: Window, deadline: Deadline) -> Check:
    """Compare the records of a window. Raises OutOfTimeError."""
    details = _details(window, deadline)
    summaries: dict[Key, dict[Ports, Counts]] = defaultdict(dict)
    for row in deadline.over(history.session_totals(window, limit_s=deadline.left_s())):
        ports = row["port_start"], row["port_end"]
        found = {name: int(row[name]) for name in COUNTS}
        _add(summaries[_key(row)], ports, found)
    mine = _within(details, summaries)
    sides = _stacks(mine), _stacks(summaries)
    compared = [
        Compared(key, ports, mine.get(key, {}).get(ports), summaries.get(key, {}).get(ports))
        for key in deadline.over(sorted({*mine, *summaries}))
        if key[:3] in sides[0] and key[:3] in sides[1]
        for ports in sorted({*mine.get(key, {}), *summaries.get(key, {})})
    ]
    return Check(tuple(compared), _named(sides[0] - sides[1]), _named(sides[1] - sides[0]))


def server_words(key: Key, ports: Ports) -> str:
    """Return a server as people write it: 10.1.2.3 TCP port 21."""
    first, last = ports
    protocol = _IP_PROTOCOLS.get(key.ip_proto, f"IP protocol {key.ip_proto}")
    return f"{key.server_ip} {protocol} port {first}{f'-{last}' if last != first else ''}"


def _numbers(counts: Counts) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {one}" for name, one in counts.items() if one)


def _details(window: Window, deadline: Deadline) -> dict[Key, dict[Ports, Counts]]:
    found: dict[Key, dict[Ports, Counts]] = defaultdict(dict)
    with closing(_aggregated(window, deadline)) as records:
        for record in records:
            row = _row(record)
            port = int(str(record.common["port_start"]))
            _add(found[_key(row)], (port, port), _moved(record.common))
    return found


def _row(record: SummaryRecord) -> dict[str, Any]:
    common = record.common
    flags = int(str(common["flags"]))
    return {
        **{name: record.ident[name] for name in ("sysplex", "system", "stack")},
        **{name: common[name] for name in ("ip_proto", "server_ip", "client_ip", "job")},
        "role": _ROLES.get(flags & _ROLE_BITS, "peer"),
        "protocol": record.protection.protocol,
        "protection": title_of(record.protection),
    }


def _aggregated(window: Window, deadline: Deadline) -> Generator[SummaryRecord]:
    aggregator, switches = Aggregator(Recording()), Switches(window, deadline.left_s())
    with Ahead(window, None, deadline.left_s) as parts:
        for part in deadline.over(parts):
            yield from deadline.over(aggregator.add(part.frame, switches.of(part)))
    yield from deadline.over(aggregator.finish())


def _moved(common: Mapping[str, Any]) -> Counts:
    """What happened in an interval: end minus beginning, in the width of the record."""
    found = {}
    for name, own in COUNTS.items():
        change = common[f"end_{own}"] - common[f"init_{own}"]
        found[name] = change % _WRAP if name in _NARROW else change
    return found


def _within(
    details: Mapping[Key, Mapping[Ports, Counts]], summaries: Mapping[Key, Mapping[Ports, Counts]]
) -> dict[Key, dict[Ports, Counts]]:
    """Details by the ports of the summaries: a server's may be a range."""
    found: dict[Key, dict[Ports, Counts]] = {}
    for key, by_port in details.items():
        own = found.setdefault(key, {})
        for (port, _), counts in by_port.items():
            ranges = (one for one in summaries.get(key, ()) if one[0] <= port <= one[1])
            _add(own, next(ranges, (port, port)), counts)
    return found


def _add(by_port: dict[Ports, Counts], ports: Ports, counts: Counts) -> None:
    before = by_port.get(ports, {})
    by_port[ports] = {name: before.get(name, 0) + counts[name] for name in COUNTS}


def _key(row: Mapping[str, Any]) -> Key:
    return Key(*(row[name] for name in Key._fields))


def _stacks(side: Iterable[Key]) -> set[tuple[str, ...]]:
    return {key[:3] for key in side}


def _named(stacks: set[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(" ".join(one) for one in sorted(stacks))
