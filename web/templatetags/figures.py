"""Numbers, sizes and times for people: thin grouping, scaled bytes with the exact value at hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, SupportsFloat, SupportsInt

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

DASH: Final = "\u2013"
"""Shown where there is nothing."""

THIN: Final = "\u202f"
"""Narrow no-break space: groups digits and does not break over a line."""

_UNITS: Final = ("B", "KB", "MB", "GB", "TB", "PB", "EB")
_STEP: Final = 1000
_TEN: Final = 10


@register.filter
def thin(value: SupportsInt | str | None) -> str:
    """Return a whole number with a thin space between groups of three; an en dash for None."""
    if value is None or value == "":
        return DASH
    return f"{int(value):,}".replace(",", THIN)


@register.filter
def scaled(size_bytes: SupportsFloat | str | None) -> str:
    """Return a size in bytes as `2.4 KB`: decimal units, three digits at most."""
    if size_bytes is None or size_bytes == "":
        return DASH
    value, unit = float(size_bytes), 0
    while abs(value) >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    digits = 1 if unit and abs(value) < _TEN * _TEN else 0
    if round(abs(value), digits) >= _STEP and unit < len(_UNITS) - 1:  # 999,999 is 1.0 MB
        value, unit, digits = value / _STEP, unit + 1, 1
    return f"{value:.{digits}f}{THIN}{_UNITS[unit]}"


@register.simple_tag
def size(size_bytes: int | None) -> SafeString:
    """Return the scaled size with the exact one in its title, for a cell or a sentence."""
    if size_bytes is None:
        return format_html("<span>{}</span>", DASH)
    return format_html(
        '<data value="{}" title="{} bytes">{}</data>',
        size_bytes,
        thin(size_bytes),
        scaled(size_bytes),
    )


@register.filter
def span(value: float | timedelta | None) -> str:
    """Return seconds (or a timedelta) as `12 s`, `3 min 4 s`, `2 h 5 min`; an en dash for None."""
    if value is None or value == "":
        return DASH
    seconds = value.total_seconds() if isinstance(value, timedelta) else float(value)
    if seconds < _TEN:
        return f"{seconds:.1f}{THIN}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "min"), (rest, "s")]
    shown = [f"{number}{THIN}{unit}" for number, unit in parts if number]
    return " ".join(shown[:2]) or f"0{THIN}s"


@register.filter
def iso(value: datetime | None) -> str:
    """Return `2026-10-05 23:30:00`, with the offset where the value has a zone."""
    if value is None:
        return DASH
    text = value.strftime("%Y-%m-%d %H:%M:%S")
    if value.tzinfo is None:
        return text
    offset = value.strftime("%z")
    return f"{text}Z" if offset == "+0000" else f"{text}{offset[:3]}:{offset[3:]}"
