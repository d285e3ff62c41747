"""One connection of a run, decision by decision: its records go through the engines again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any, Final

import polars as pl
from django.conf import settings

from analyzer import history
from enforcement.engine.choices import settings_from
from enforcement.engine.lives import ENFORCEMENT
from enforcement.engine.outcome import Event, State
from enforcement.engine.settings import Settings
from enforcement.histories.connections.displays import netstat_text
from enforcement.histories.connections.promoting import Offer, offers
from enforcement.histories.connections.windows import MOST_RECORDS, narrowed
from enforcement.histories.gathering import moment
from enforcement.histories.shares import Share, Side
from enforcement.histories.words import Saying, joined
from enforcement.models import HistoryAct, HistoryMessage, HistoryRun
from policy.attributes import Connection, Direction
from policy.explain import explain, why_not_evaluated
from policy.vectorised.frame import DIRECTIONS

_EVENTS: Final = {
    1: "initiation",
    2: "change of protection",
    3: "termination",
    4: "short connection, from beginning to end",
    ENFORCEMENT: "enforcement record of z/OS",
}
Decided = dict[int, tuple["Decision", tuple[Saying, ...]]]
"""By the place of the record."""
_WAYS: Final = {number: way for way, number in DIRECTIONS.items()}


@dataclass(frozen=True, slots=True)
class Decision:
    """What one side decides at a record: the verdict in a line, and each rule set's steps.

    `direction` is that of the connection as far as it is known; `resets` says that all matching
    rules together do; `unjudged` says why no rule set applies.
    """

    verdict: str
    explanations: tuple[tuple[str, ...], ...]
    direction: Direction | None
    resets: bool
    unjudged: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One record; without a decision of mine, `note` says why. `act` is what was stored then."""

    at: datetime
    event: str
    protection: str
    mine: Decision | None
    other: Decision | None
    note: str
    act: HistoryAct | None
    messages: tuple[HistoryMessage, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """A connection: its last record, its steps, and as Netstat might show it.

    `offers` lead to rules that are made of how it was when it was evaluated last.
    """

    last: Event
    steps: tuple[Step, ...]
    netstat: str
    is_cut_off: bool
    offers: tuple[Offer, ...] = ()


def trace(run: HistoryRun, stack: int, connection: int, start: int | None) -> Trace | None:
    """Return a connection of a run; None where the store has no record of it any more.

    `start` is in microseconds since 1970. Raises OutOfTimeError (web.budget).
    """
    limit_s = float(settings.TIME_LIMIT_PAGE_S)
    window = narrowed(run, stack, connection, start)
    part = history.connection_part(window, None, most=MOST_RECORDS, limit_s=limit_s)
    records = part.frame
    if records.is_empty():
        return None
    switches = history.switches(window, limit_s=limit_s)
    share, how = _share_of(run, records), settings_from(run.choices)
    last = Event(*records.row(-1))
    if share is None:
        return Trace(last, (), "", part.place is not None)
    mine = dict(_decisions(share.mine, how, records, switches))
    other = dict(_decisions(share.other, how, records, switches)) if share.other else {}
    sayings = [found for _, found in mine.values()]
    text = netstat_text(last, sayings[-1] if sayings else ())
    steps = tuple(_steps(run, share.mine, records, mine, other))
    found = tuple(_offers(run, share.mine, records, mine))
    return Trace(last, steps, text, part.place is not None, found)


def _offers(run: HistoryRun, side: Side, records: pl.DataFrame, mine: Decided) -> list[Offer]:
    if not mine:
        return []
    place, (decision, sayings) = max(mine.items())
    state = _states(side, records)[place]
    return offers(run, Event(*records.row(place)), state, decision.direction, sayings)


def _steps(
    run: HistoryRun, side: Side, records: pl.DataFrame, mine: Decided, other: Decided
) -> Iterator[Step]:
    acts, messages, states = _acts(run, records), _messages(run, records), _states(side, records)
    for place, row in enumerate(records.iter_rows()):
        event, own = Event(*row), mine.get(place)
        at = moment(event.local_time)
        act = acts.get((at, event.fingerprint))
        is_again = act is not None and bool(act.rules) and not own
        yield Step(
            at,
            _EVENTS.get(event.event, f"event type {event.event}"),
            side.told.words_of(states[place]),
            own[0] if own else None,
            other[place][0] if place in other else None,
            "" if own else _again(run) if is_again else _why(run, event, mine, place),
            act,
            tuple(messages.get(at, ())) if own or is_again else (),
        )


def _share_of(run: HistoryRun, records: pl.DataFrame) -> Share | None:
    """The part of the run that these records belong to."""
    how = settings_from(run.choices)
    shares = (Share(part, how) for part in run.parts)
    return next((one for one in shares if len(one.own(records))), None)


def _states(side: Side, records: pl.DataFrame) -> list[State]:
    return [side.engine.states[number] for number in side.engine.state_of(records)]


def _decisions(
    side: Side, how: Settings, records: pl.DataFrame, switches: pl.DataFrame
) -> Iterator[tuple[int, tuple[Decision, tuple[Saying, ...]]]]:
    decided = side.engine.decide(records, switches)
    for place, state, verdict, way in decided.evaluations.iter_rows():
        event = Event(*records.row(place))
        seen = _connection(event, side.engine.states[state], _WAYS[way])
        explained = explain(side.policy, seen, how.matching)
        lines = tuple(one.lines() for one in explained)
        sayings = side.told.said()[verdict]
        unjudged = "" if explained else why_not_evaluated(seen, how.matching)
        resets = side.engine.verdicts[verdict].action.reset
        yield place, (Decision(joined(sayings), lines, _WAYS[way], resets, unjudged), sayings)


def _connection(event: Event, state: State, direction: Direction | None) -> Connection:
    return Connection(
        ip_address(event.local_ip),
        event.local_port,
        ip_address(event.remote_ip),
        event.remote_port,
        job=event.job,
        user=event.user,
        direction=direction,
        protections=state.protections,
        is_failed_handshake=state.is_failed_handshake,
        ip_protocol=event.ip_proto,
    )


def _again(run: HistoryRun) -> str:
    """Of a record that asks for nothing as long as the connection is known, and still acted."""
    return (
        "evaluated again, because the connection had been forgotten by then: more than"
        f" {_kept(run):,} connections were up on its stack (remember_connections)"
    )


def _why(run: HistoryRun, event: Event, mine: Decided, place: int) -> str:
    if event.event == ENFORCEMENT:
        return "no evaluation: the record is what z/OS itself wrote about one"
    if not mine:
        return "not evaluated: zERT is told to be off on this stack"
    if any(before.resets for at, (before, _) in mine.items() if at < place):
        return "not evaluated: a rule has reset the connection before" + _perhaps(run)
    return (
        "not evaluated again: the connection was evaluated with this protection before"
        + _perhaps(run)
    )


def _perhaps(run: HistoryRun) -> str:
    """Evaluations that nothing follows from are not stored: the connection may be forgotten."""
    forgotten = run.totals.get("forgotten", 0)
    if not forgotten or run.records_done <= _kept(run):
        return ""
    return (
        f" (unless it had been forgotten by then: of each stack {_kept(run):,} connections are kept"
        f" (remember_connections), the run forgot {forgotten:,}, and this record would have begun"
        " anew: an evaluation that nothing follows from leaves no trace)"
    )


def _kept(run: HistoryRun) -> int:
    return settings_from(run.choices).remembering.remember_connections


def _acts(run: HistoryRun, records: pl.DataFrame) -> dict[tuple[datetime, int], HistoryAct]:
    found = HistoryAct.objects.filter(run_id=run.pk, **_own(records)).defer("audit", "last")
    return {(one.written_at, one.fingerprint): one for one in found}


def _messages(run: HistoryRun, records: pl.DataFrame) -> dict[datetime, list[HistoryMessage]]:
    found: dict[datetime, list[HistoryMessage]] = {}
    for one in HistoryMessage.objects.filter(run_id=run.pk, **_own(records)).order_by("number"):
        found.setdefault(one.written_at, []).append(one)
    return found


def _own(records: pl.DataFrame) -> dict[str, Any]:
    names: Sequence[str] = ("sysplex", "system", "stack", "conn_id", "start_utc")
    row = records.row(0, named=True)
    found = {name: row[name] for name in names if row[name] is not None}
    if row["start_utc"] is None:
        found["start_utc__isnull"] = True
    return found
