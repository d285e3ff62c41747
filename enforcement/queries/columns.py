"""The columns of a run's tables: what each holds, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_TEXTS: Final = (
    *("sysplex", "system", "stack", "server_ip", "role", "job", "user", "protocol", "protection"),
    *("strength", "rule_set", "version", "rule", "kind", "action", "finding"),
    *("taker", "taker_kind", "taker_action"),
    *("other_rule_set", "other_rule", "other_kind", "other_action"),
)
_NUMBERS: Final = ("port_start", "port_end")
KEY_KINDS: Final[Mapping[str, type]] = dict.fromkeys(_TEXTS, str) | dict.fromkeys(_NUMBERS, int)
"""Of each key that is shown: texts and whole numbers."""


def quoted(name: str) -> str:
    """Return a name as SQL has it: `user` is a word of its own there."""
    return f'"{name}"'
