"""Messages of enforcement, letter by letter (IBM Education Assistant z/OS V2R5, slides 54-56)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from enforcement.engine.lives import Stack
from enforcement.engine.messages import templates
from enforcement.engine.outcome import Console, Event, Match, State, Syslog
from enforcement.engine.settings import Empty, Wording
from policy import vocabulary
from policy.attributes import Direction
from policy.values.actions import Action
from policy.values.names import file_name
from policy.vocabulary import KINDS, Attribute, Protocol

Values = Mapping[str, str]
LOCAL5: Final = 21
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times of records are local to their system
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_SPELLINGS = {Protocol.IPSEC: "IPSec"}
_UNNAMED = "zAct1"
_FIELDS: Final[dict[Protocol, dict[str, Attribute]]] = {
    Protocol.TLS: {
        "secprotoversion": Attribute.VERSION,
        "symenc1": Attribute.ENCRYPTION,
        "msgauth1": Attribute.AUTHENTICATION,
        "kex": Attribute.KEY_EXCHANGE,
    },
    Protocol.SSH: {
        "secprotoversion": Attribute.VERSION,
        "symenc1": Attribute.ENCRYPTION_IN,
        "symenc2": Attribute.ENCRYPTION_OUT,
        "msgauth1": Attribute.AUTHENTICATION_IN,
        "msgauth2": Attribute.AUTHENTICATION_OUT,
        "kex": Attribute.KEY_EXCHANGE,
    },
    Protocol.IPSEC: {
        "symenc1": Attribute.PHASE1_ENCRYPTION,
        "symenc2": Attribute.PHASE2_ENCRYPTION,
        "msgauth1": Attribute.PHASE1_AUTHENTICATION,
        "msgauth2": Attribute.PHASE2_AUTHENTICATION,
    },
    Protocol.NONE: {},
}
_SECURITY = ("secprotoversion", "symenc1", "symenc2", "msgauth1", "msgauth2", "kex")


class Writer:
    """Writes messages about matches in one wording."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._table = templates.load()

    def syslog(self, event: Event, values: Values, match: Match, *, is_reset: bool) -> Syslog:
        """Return EZZ8583I, or EZZ8584I when the rule resets too; `is_reset`: the connection is."""
        action = match.rule.action
        is_reset &= action.reset
        text = self._line(templates.RESET if is_reset else templates.LOGGED, values)
        level = action.syslog_level or 0
        return Syslog(event.system, event.local_time, level, text, _rule(match))

    def console(self, event: Event, values: Values, match: Match, *, is_reset: bool) -> Console:
        """Return EZZ8551I, or EZZ8562I when the rule resets too, with the lines that follow."""
        is_reset &= match.rule.action.reset
        first = templates.CONSOLE_RESET if is_reset else templates.CONSOLE_LOGGED
        lines = [self._spaced(self._table[first].filled(values))]
        for name in templates.CONSOLE_LINES:
            row = self._table[name]
            if not row.optional or any(values[one] for one in row.names()):
                lines.append(self._spaced(row.filled(values)).rstrip())
        return Console(event.system, event.local_time, tuple(lines), _rule(match))

    def syslog_held_back(self, event: Event, match: Match, count: int) -> Syslog:
        """Return EZZ8585I: how many messages of the rule were held back."""
        values = _held_back(event, match, count)
        text = self._line(templates.HELD_BACK, values)
        level = match.rule.action.syslog_level or 0
        return Syslog(event.system, event.local_time, level, text, _rule(match))

    def console_held_back(self, event: Event, match: Match, count: int) -> Console:
        """Return EZZ8563I: how many messages of the rule were held back."""
        row = self._table[templates.CONSOLE_HELD_BACK]
        text = self._spaced(row.filled(_held_back(event, match, count)))
        return Console(event.system, event.local_time, (text,), _rule(match))

    def about_stack(self, message: str, stack: Stack) -> Console:
        """Return a message of one line about a stack."""
        _, system, name = stack
        line = self._table[message].filled({"tcpname": name})
        return Console(system, None, (line,), stack=stack)

    def _line(self, message: str, values: Values) -> str:
        row = self._table[message]
        is_short = self._wording.empty is Empty.LEFT_OUT
        return self._spaced(row.without_empty(values) if is_short else row.filled(values))

    def _spaced(self, text: str) -> str:
        return text if self._wording.blank_after_equals else text.replace("= ", "=")


def values_of(event: Event, state: State, direction: Direction | None, match: Match) -> Values:
    """Return what the fields of a message say about a match."""
    return {
        "timestamp": timestamp(event.local_time),
        "stackname": event.stack,
        "connid": connection_id(event),
        "localipaddr": event.local_ip,
        "localport": str(event.local_port),
        "remoteipaddr": event.remote_ip,
        "remoteport": str(event.remote_port),
        "transproto": "TCP",
        "jobname": event.job,
        "userid": event.user,
        "conndir": direction.value if direction else "",
        "secproto": _SPELLINGS.get(match.protocol, match.protocol.value),
        **dict.fromkeys(_SECURITY, ""),
        **_security(state, match.protocol),
        "rulename": file_name(match.rule.name),
        "actionname": action_name(match.rule.action),
    }


def action_name(action: Action) -> str:
    """Return an action's name as the policy file has it."""
    return file_name(action.name) or _UNNAMED


def timestamp(time: int) -> str:
    """Return a time as `mm/dd/yyyy hh:mm:ss.nn`."""
    when = _moment(time)
    return f"{when:%m/%d/%Y %H:%M:%S}.{when.microsecond // 10_000:02d}"


def connection_id(event: Event) -> str:
    """Return the connection's ID in hex, as Netstat shows it."""
    return f"{event.conn_id:08X}"


def drop_command(event: Event) -> str:
    """Return the operator command that would drop a connection; nothing here issues it."""
    return f"VARY TCPIP,{event.stack},DROP,CONN={connection_id(event)}"


def syslog_line(message: Syslog) -> str:
    """Return a message as it goes to a syslog server (RFC 3164), facility local5."""
    when = _moment(message.time)
    stamp = f"{_MONTHS[3 * when.month - 3 : 3 * when.month]} {when.day:2d} {when:%H:%M:%S}"
    return f"<{LOCAL5 * 8 + message.level}>{stamp} {message.system} TRMD: {message.text}"


def _rule(match: Match) -> tuple[str, str]:
    return match.protocol.value, match.rule.name


def _held_back(event: Event, match: Match, count: int) -> Values:
    return {
        "timestamp": timestamp(event.local_time),
        "rulename": file_name(match.rule.name),
        "count": str(count),
    }


def _security(state: State, protocol: Protocol) -> Values:
    given = state.protection(protocol)
    if given is None:
        return {}
    kinds = KINDS[protocol]
    return {
        field: _name(kinds[attribute], given.codes.get(attribute, 0))
        for field, attribute in _FIELDS[protocol].items()
    }


@cache
def _name(kind: str, code: int) -> str:
    return vocabulary.name_of(kind, code)


def _moment(time: int) -> datetime:
    return _EPOCH + timedelta(microseconds=time)
