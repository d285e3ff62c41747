"""Messages as syslog servers get them: RFC 3164 and RFC 5424, safe whatever their texts hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from enforcement.engine.messages.writer import LOCAL5, syslog_line
from enforcement.engine.outcome import Syslog

MOST_BYTES: Final = 2_048
"""What receivers should take (RFC 5424, section 6.1)."""
_HOST_LENGTH = 255
_MOST_SEQUENCE = 2_147_483_647
_BOM = b"\xef\xbb\xbf"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_NAME = re.compile(r"[^\x21-\x7e]")
_ID = re.compile(r"[A-Z0-9]{1,32}(?= |$)")


class Form(StrEnum):
    """The layout of a message."""

    RFC3164 = "rfc3164"
    RFC5424 = "rfc5424"


def write(form: Form, message: Syslog, sequence: int) -> bytes:
    """Return a message of facility local5 and its level, one line without its end."""
    return _WRITERS[form](message, sequence)


def _rfc3164(message: Syslog, sequence: int) -> bytes:
    """BSD syslog; the time is that of the record, and no field holds the sequence number."""
    safe = Syslog(_name(message.system), message.time, message.level, _printable(message.text))
    line = syslog_line(safe)
    return line.encode("ascii", "replace")[:MOST_BYTES]


def _rfc5424(message: Syslog, sequence: int) -> bytes:
    """No time: that of the record has no known zone, and the text holds it.

    The sequence number is `sequenceId`, which goes on with 1 behind its highest value.
    """
    number = (sequence - 1) % _MOST_SEQUENCE + 1
    text = _printable(message.text)
    found = _ID.match(text)
    head = (
        f"<{LOCAL5 * 8 + message.level}>1 - {_name(message.system)} TRMD -"
        f' {found[0] if found else "-"} [meta sequenceId="{number}"] '
    ).encode("ascii")
    mark = b"" if text.isascii() else _BOM
    room = MOST_BYTES - len(head) - len(mark)
    return head + mark + text.encode()[:room].decode(errors="ignore").encode()


def _name(text: str) -> str:
    return _NOT_IN_NAME.sub("?", text)[:_HOST_LENGTH] or "-"


def _printable(text: str) -> str:
    return _CONTROL.sub("?", text)


_WRITERS: Final[dict[Form, Callable[[Syslog, int], bytes]]] = {
    Form.RFC3164: _rfc3164,
    Form.RFC5424: _rfc5424,
}
