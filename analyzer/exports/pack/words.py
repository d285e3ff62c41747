"""The README of a pack: what it is and how it is checked, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_MEANINGS: Final[Mapping[str, str]] = {
    "servers.csv": "servers on z/OS that were used, one line each",
    "clients.csv": "servers anywhere that clients on z/OS used",
    "peers.csv": "local peers of Enterprise Extender",
    "sessions.csv": "security sessions: who talks with whom, with which protection",
    "coverage.csv": "each TCP/IP stack and day of the period: are there records of it?",
    "gaps.csv": "runs of days without records, by stack",
    "switches.csv": "when zERT or its aggregation was switched on or off, up to the period's end",
    "dumps.csv": "the imported SMF dumps with records of the period, with SHA-256 digests",
}
_TEXT: Final = """\
AUDIT PACK: {title}

Asked:    {words}
Made:     {made_at} by {made_by}
With:     {product} {product_version}, tables {tables_version}

WHAT IS INSIDE

{files}
query.json     the query in words, as it was asked, and with the days that it meant
about.json     who made this pack, when, and with which versions
counts.json    the number of lines of each CSV file, without its header
SHA256SUMS     the digest of every file

The CSV files have a header of stable names. Times carry their offset, or end with Z (UTC);
without either they are local times of the systems. A text that a spreadsheet would take for a
formula has an apostrophe in front. dumps.csv has the SHA-256 of each dump, taken while it was read;
the field is empty where an import did not come to its end, or an older release read it from a path.

"Unprotected" means no recognized protection: zERT saw no TLS, SSL, SSH or IPsec. An application may
encrypt by itself. Records say what was seen; days without records (gaps.csv) say nothing.

HOW TO CHECK IT

Nothing was changed since:   unpack it, then   sha256sum -c SHA256SUMS
It is what the store says:   manage.py auditpack verify FILE
    makes the pack anew from the same query, moment and user, and says what differs. The same data
    give the same bytes. What was imported or deleted since for these days is a difference.
"""


def readme(title: str, words: str, about: Mapping[str, str], rows: Mapping[str, int]) -> str:
    """Return the text; whatever a person typed stays on its line."""
    files = "\n".join(
        f"{name:<14} {rows[name]:>9} lines: {meaning}" for name, meaning in _MEANINGS.items()
    )
    return _TEXT.format(
        title=_one_line(title),
        words=_one_line(words),
        files=files,
        **{name: _one_line(value) for name, value in about.items()},
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
