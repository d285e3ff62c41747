"""What a rule does with a connection that matches it (IBM Z Hot Topics, zERT enforcement)."""

from __future__ import annotations

from dataclasses import dataclass

from policy.errors import ValueInvalidError
from policy.values.names import check_label

DEFAULT_LEVEL, LOWEST_LEVEL = 4, 7
LEVELS = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
"""Words of the syslogd levels 0 to 7 (RFC 5424, 6.2.1)."""


@dataclass(frozen=True, slots=True)
class Action:
    """Any combination of actions; none of them allows the connection silently.

    `syslog_level` is 0-7, None when nothing goes to syslogd (facility is always local5).
    """

    name: str = ""
    syslog_level: int | None = None
    console: bool = False
    audit: bool = False
    reset: bool = False

    def __post_init__(self) -> None:
        check_label(self.name)
        if self.syslog_level is not None and not 0 <= self.syslog_level <= LOWEST_LEVEL:
            raise ValueInvalidError(
                str(self.syslog_level), "is no syslogd level", "0 (emergency) to 7 (debug)"
            )

    @property
    def logs(self) -> bool:
        """Whether a message is written, to syslogd or the console."""
        return self.console or self.syslog_level is not None

    @property
    def is_silent(self) -> bool:
        """Whether nothing happens: the connection is allowed without a word."""
        return not (self.logs or self.audit or self.reset)

    @property
    def effect(self) -> tuple[int | None, bool, bool, bool]:
        """What happens, without the name: equal effects are the same action."""
        return self.syslog_level, self.console, self.audit, self.reset

    def __str__(self) -> str:
        parts = [
            "log to syslogd"
            + (f" at {LEVELS[self.syslog_level]}" if self.syslog_level is not None else ""),
            "log to the console",
            "write an audit record",
            "reset the connection",
        ]
        chosen = (self.syslog_level is not None, self.console, self.audit, self.reset)
        words = [part for part, given in zip(parts, chosen, strict=True) if given]
        return ", ".join(words) or "allow silently"


ALLOW = Action()
"""No name and nothing to do: allow silently."""


def combined(actions: tuple[Action, ...], *, all_must_reset: bool = False) -> Action:
    """Return all that happens to a connection whose protocols matched several rules.

    Reset wins over allow unless all must agree on it, and the most urgent syslogd level counts: our
    reading, IBM says nothing.
    """
    resets = [one.reset for one in actions]
    levels = [one.syslog_level for one in actions if one.syslog_level is not None]
    return Action(
        syslog_level=min(levels, default=None),
        console=any(one.console for one in actions),
        audit=any(one.audit for one in actions),
        reset=bool(resets) and (all if all_must_reset else any)(resets),
    )
