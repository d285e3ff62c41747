"""Sessions -> a rule set, held against the matcher under the settings that are chosen.

Sessions are grouped by service (the server's port, the job here, the direction) and by their
protection. A rule is a box: ports, a job, a direction, words for each attribute, perhaps a smallest
key length. Boxes are joined only where their union is a box again. With the usual settings no rule
takes more than was seen; where settings let a condition be met by something else (what is not
known, a manual tunnel, one of a pair) no rule takes anything unacceptable that was seen. What no
rule can tell apart from unacceptable traffic is left to the catch-all, and said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from policy import vocabulary
from policy.attributes import Connection, Direction, Protection, Source
from policy.errors import PolicyError
from policy.matcher import PHASE_1, UNKNOWN_CODE, counts, failures, matches, protocols
from policy.model import Rule, RuleSet
from policy.proposal.boxes import CATCH_ALL, Box, joined, rules_of, word_of
from policy.regions import Work
from policy.settings import DEFAULTS, Settings
from policy.values.actions import Action
from policy.values.names import NamePattern
from policy.vocabulary import KINDS, Protocol

ACCEPTABLE: Final = frozenset({"acceptable", "strong"})
AUDIT: Final = Action("Audit", audit=True)
ALSO_BAD: Final = "the same service and protection is also seen as unacceptable"
ALSO_TAKEN: Final = "as rules match here, one for it would take what is seen as unacceptable too"
MOST_TRIED: Final = 500_000
"""Times that a rule is held against a session; some seconds of work."""
Service = tuple[Direction, str, int]


@dataclass(frozen=True, slots=True)
class Judged:
    """A distinct session and the strength class of its protection, as the caller names classes."""

    connection: Connection
    strength: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An acceptable session that no rule was made for, and why; the catch-all takes it."""

    session: Judged
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The rule set, and what it could not be made for. `covered` counts sessions it allows."""

    rule_set: RuleSet
    covered: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What rules see of a session, and why none can ask for it; `box` is what one would ask for."""

    session: Judged
    box: Box
    bits: int
    reason: str
    is_manual: bool

    @property
    def service(self) -> Service:
        (port,) = self.box.ports
        return self.box.direction, self.box.job, port

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for what no rule of the service tells apart."""
        return self.box.codes, self.bits, self.is_manual, self.session.connection.job


@dataclass(slots=True)
class _Cell:
    """Sessions that conditions on service and codes can't tell apart."""

    good: list[_Seen] = field(default_factory=list)
    bad: list[_Seen] = field(default_factory=list)


def propose(
    sessions: Iterable[Judged],
    protocol: Protocol,
    *,
    name: str,
    accepted: frozenset[str] = ACCEPTABLE,
    settings: Settings = DEFAULTS,
    by_job: bool = True,
) -> Proposal:
    """Return a rule set for `protocol` that allows the `accepted` sessions and audits all others.

    Sessions of other protocols are passed over. What no rule can ask for under the `settings`, such
    as what is known from a provider only, is left out unless a rule for something else takes it.
    Without `by_job` a service is a port alone. Raises `GivenUpError` for more sessions than can be
    held against each other.
    """
    here = (one for one in sessions if protocol in protocols(one.connection, settings))
    seen = [_seen(one, protocol, settings, by_job=by_job) for one in here]
    cells: dict[Box, _Cell] = defaultdict(_Cell)
    for one in seen:
        if one.session.strength not in accepted:
            cells[one.box].bad.append(one)
        elif not one.reason:
            cells[one.box].good.append(one)
    trial = _Trial(protocol, settings, [one for cell in cells.values() for one in cell.bad])
    found = joined([made for box, cell in cells.items() if (made := trial.box(box, cell))])
    rules = rules_of(found, protocol)
    good = [one for one in seen if one.session.strength in accepted]
    left_out = trial.left_out(good, found, rules)
    rule_set = RuleSet(name, protocol, None, rules, Rule(CATCH_ALL, AUDIT))
    return Proposal(rule_set, len(good) - len(left_out), left_out)


class _Trial:
    """Holds rules against sessions, of those that no rule tells apart one."""

    def __init__(self, protocol: Protocol, settings: Settings, bad: Iterable[_Seen]) -> None:
        self._protocol = protocol
        self._settings = settings
        self._work = Work(MOST_TRIED)
        self._bad: dict[Service, dict[object, Connection]] = defaultdict(dict)
        for one in bad:
            self._bad[one.service].setdefault(one.key, one.session.connection)
        self._why: dict[tuple[Service, object], str] = {}
        """Why no rule was made for a session, where one could have been."""

    def box(self, box: Box, cell: _Cell) -> Box | None:
        """Return what a rule for the good sessions of a cell asks for; None where none is made."""
        if not cell.good:
            return None
        worst = max((one.bits for one in cell.bad), default=None)
        bits = None
        if worst is not None:
            bits = min((one.bits for one in cell.good if one.bits > worst), default=worst + 1)
        made = replace(box, bits=bits)
        (rule,) = rules_of([made], self._protocol)
        is_met = False
        for key, one in {one.key: one for one in cell.good}.items():
            why = self._why_not(rule, one)
            is_met |= not why
            self._why[one.service, key] = why or ALSO_TAKEN
        return made if is_met and not self._takes_bad(rule, cell.good[0].service) else None

    def left_out(
        self, good: Sequence[_Seen], boxes: Sequence[Box], rules: Sequence[Rule]
    ) -> tuple[LeftOut, ...]:
        """Return the good sessions that none of the rules takes."""
        near: dict[Service, list[Rule]] = defaultdict(list)
        for box, rule in zip(boxes, rules, strict=True):
            for port in box.ports:
                near[box.direction, box.job, port].append(rule)
        is_taken: dict[tuple[Service, object], bool] = {}
        found = []
        for one in good:
            place = one.service, one.key
            if place not in is_taken:
                is_taken[place] = any(self._takes(rule, one) for rule in near[one.service])
            if not is_taken[place]:
                found.append(LeftOut(one.session, one.reason or self._why[place]))
        return tuple(found)

    def _takes(self, rule: Rule, one: _Seen) -> bool:
        self._work.spend(1)
        return matches(rule, self._protocol, one.session.connection, self._settings)

    def _takes_bad(self, rule: Rule, service: Service) -> bool:
        for connection in self._bad[service].values():
            self._work.spend(1)
            if matches(rule, self._protocol, connection, self._settings):
                return True
        return False

    def _why_not(self, rule: Rule, one: _Seen) -> str:
        """Why the rule of its own box does not take a session; empty where it does."""
        self._work.spend(1)
        given = one.session.connection
        first = next(failures(rule, self._protocol, given, self._settings), None)
        if first is None:
            return ""
        if first.field == "key length":
            return ALSO_BAD
        if one.is_manual:
            return "conditions on phase 1 never fit a manual tunnel"
        return f"no rule can ask for its {first.field}"


def _seen(one: Judged, protocol: Protocol, settings: Settings, *, by_job: bool) -> _Seen:
    connection = one.connection
    job = connection.job.strip().upper() if by_job else ""
    direction = connection.direction or Direction.BOTH
    is_inbound = direction is Direction.INBOUND
    port = connection.local_port if is_inbound else connection.remote_port
    reason = _no_job(job) if by_job else ""
    if direction is Direction.BOTH:
        reason = "its direction is not known"
    elif not port:
        reason = "the port of its server is not known"
    protection = connection.protection(protocol)
    codes, why = _codes(protection, protocol, settings) if protection else ((), "")
    bits = protection.key_bits or 0 if protection and counts(protection, settings) else 0
    box = Box(direction, job, frozenset({port}), tuple(frozenset({code}) for code in codes))
    return _Seen(one, box, bits, reason or why, bool(protection and protection.is_manual))


def _codes(
    protection: Protection, protocol: Protocol, settings: Settings
) -> tuple[tuple[int, ...], str]:
    """The codes that rules see, and why none can ask for them."""
    kinds = KINDS[protocol]
    if not counts(protection, settings):
        of_provider = protection.source is Source.PROVIDER
        known = "known from the provider only" if of_provider else "of a source that is not named"
        reason = f"its protection is {known}, rules see what was observed"
        return (UNKNOWN_CODE,) * len(kinds), reason
    known_codes = {
        attribute: code
        for attribute, code in protection.codes.items()
        if not (protection.is_manual and attribute in PHASE_1)
    }
    codes = tuple(known_codes.get(attribute, UNKNOWN_CODE) for attribute in kinds)
    for (attribute, kind), code in zip(kinds.items(), codes, strict=True):
        if not word_of(kind, code):
            said = vocabulary.name_of(kind, code)
            return codes, f"no word means the {attribute.value.replace('_', ' ')} {said}"
    return codes, ""


def _no_job(job: str) -> str:
    try:
        pattern = NamePattern(job) if job else None
    except PolicyError:
        pattern = None
    return "" if pattern and not pattern.is_prefix else "its job name can't be asked for"
