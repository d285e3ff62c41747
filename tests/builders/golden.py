"""Golden bytes: records written by hand as commented hex in tests/data/golden.

A file holds hex bytes separated by blanks; `#` starts a comment to the end of the line. The files
are worked out from the record layouts alone, so they say what is true, not what our encoder does.
"""

from __future__ import annotations

from pathlib import Path

GOLDEN = Path(__file__).parents[1] / "data" / "golden"


def load_golden(name: str) -> bytes:
    """The bytes of `name`.hex; a malformed file raises ValueError."""
    text = (GOLDEN / f"{name}.hex").read_text(encoding="ascii")
    return bytes.fromhex(" ".join(line.partition("#")[0] for line in text.splitlines()))
