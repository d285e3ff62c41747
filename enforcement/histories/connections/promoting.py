"""From a connection of an exact run to the designer's page that makes a rule of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from analyzer import history
from enforcement.engine.choices import settings_from
from enforcement.engine.outcome import Event, State
from enforcement.histories.connections.windows import MOST_RECORDS, narrowed
from enforcement.histories.shares import Share
from enforcement.histories.words import Saying
from enforcement.models import HistoryFall, HistoryRun
from policy.attributes import Direction
from policy.vocabulary import Protocol
from web.budget import OutOfTimeError

_ROLES: Final = {Direction.INBOUND: "server", Direction.OUTBOUND: "client", None: ""}


@dataclass(frozen=True, slots=True)
class Offer:
    """The address at which a rule of a rule set is made."""

    rule_set: str
    address: str


def offers(
    run: HistoryRun,
    event: Event,
    state: State,
    direction: Direction | None,
    sayings: Iterable[Saying],
) -> list[Offer]:
    """Return where each rule set that a connection was held against gets a rule of it."""
    ends = {
        "job": event.job,
        "role": _ROLES[direction],
        **_serving(_is_local(direction, event), event.local_port, event.remote_port),
    }
    return [
        Offer(one.rule_set, _address(run, one.protocol, one.rule_set, event.conn_id, ends, state))
        for one in sayings
        if one.rule_set
    ]


def fall(run: HistoryRun, pk: int) -> HistoryFall | None:
    """Return what fell through to the end in a run."""
    return HistoryFall.objects.filter(run_id=run.pk, pk=pk).first()


def address_of(run: HistoryRun, found: HistoryFall, *, limit_s: float) -> str:
    """Return where a rule is made of what fell through; without records it asks for no attribute.

    Where nothing told which end serves, only the records say which port is whose.
    """
    known = None
    with suppress(OutOfTimeError):
        known = _record_of(run, found, limit_s=limit_s)
    ends: dict[str, str | int] = {"job": found.job}
    if found.role in _ROLES.values():
        end = "local" if found.role == "server" else "remote"
        ends |= {"role": found.role, "end": end, "port": found.port}
    elif known:
        ends |= _serving(_is_local(None, known[0]), known[0].local_port, known[0].remote_port)
    state = known[1] if known else None
    return _address(run, found.protocol, found.rule_set, found.conn_id, ends, state)


def _record_of(
    run: HistoryRun, found: HistoryFall, *, limit_s: float
) -> tuple[Event, State] | None:
    """The record of the example that has this protection."""
    stack = history.stack_keys().get((found.sysplex, found.system, found.stack))
    if stack is None:
        return None
    window = narrowed(run, stack, found.conn_id, found.start_utc)
    records = history.connection_part(window, None, most=MOST_RECORDS, limit_s=limit_s).frame
    how = settings_from(run.choices)
    for share in (Share(part, how) for part in run.parts):
        own = share.own(records)
        for place, number in enumerate(share.mine.engine.state_of(own)):
            state = share.mine.engine.states[number]
            if share.mine.told.words_of(state) == found.protection:
                return Event(*own.row(place)), state
    return None


def _address(
    run: HistoryRun,
    protocol: str,
    rule_set: str,
    conn_id: int,
    ends: dict[str, str | int],
    state: State | None,
) -> str:
    given = state.protection(Protocol(protocol)) if state else None
    codes = {key.value: code for key, code in given.codes.items() if code} if given else {}
    asked = {"connection": f"{conn_id:08X}", "protocol": protocol, **ends, **codes}
    asked |= {"run": run.pk, "rule_set": rule_set}
    return f"{reverse('policy_make_rule_of_connection')}?{urlencode(asked)}"


def _is_local(direction: Direction | None, event: Event) -> bool:
    if direction is not None:
        return direction is Direction.INBOUND
    return event.local_port <= event.remote_port


def _serving(is_local: bool, local: int, remote: int) -> dict[str, str | int]:
    return {"end": "local", "port": local} if is_local else {"end": "remote", "port": remote}
