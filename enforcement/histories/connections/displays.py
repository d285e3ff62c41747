"""A connection as Netstat ALL might show it, with its zERT rules.

That Netstat ALL names the matching rule and action of every protocol is confirmed (IBM Z Hot
Topics); how is not established. The layout of the rest is recalled, the zERT labels are ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from enforcement.engine.messages.writer import connection_id
from enforcement.engine.outcome import Event
from enforcement.histories.words import Saying
from policy.values.names import file_name

HONESTY: Final = (
    "Values are those of the connection's last record here. That Netstat ALL names the matching"
    " rule and action of every protocol is confirmed; the labels ZERTPolicy, ZERTRule and"
    " ZERTAction are placeholders, and the layout of the other lines is recalled, not verified."
)
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 -- starts of connections are UTC
_WIDTH: Final = 20


def netstat_text(event: Event, sayings: Iterable[Saying]) -> str:
    """Return the text of one connection; `sayings` are those of its last evaluation."""
    protocol = {6: "TCP", 17: "UDP"}.get(event.ip_proto, str(event.ip_proto))
    lines = [
        f"Client Name: {event.job:<24} Client Id: {connection_id(event)}",
        f"  Protocol: {protocol}",
        f"  Local Socket: {event.local_ip}..{event.local_port}",
        f"  Foreign Socket: {event.remote_ip}..{event.remote_port}",
        *(
            f"    {label + ':':<{_WIDTH}}{value:020d}"
            for label, value in (
                ("BytesIn", event.in_bytes),
                ("BytesOut", event.out_bytes),
                ("SegmentsIn", event.in_segs),
                ("SegmentsOut", event.out_segs),
            )
        ),
    ]
    if event.start_utc is not None:
        start = _EPOCH + timedelta(microseconds=event.start_utc)
        lines.append(
            f"    {'StartDate:':<{_WIDTH}}{start:%m/%d/%Y}  StartTime: {start:%H:%M:%S} UTC"
        )
    matched = [one for one in sayings if one.rule]
    lines.append(f"  ZERTPolicy: {'Yes' if matched else 'No'}")
    for one in matched:
        lines.append(f"    ZERTRule ({one.protocol}): {file_name(one.rule)}")
        lines.append(f"    ZERTAction ({one.protocol}): {one.action_name}")
    return "\n".join(lines)
