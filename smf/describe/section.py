"""What a protocol's section says, before it is judged as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from smf.describe.label import Label


@dataclass(frozen=True, slots=True)
class Section:
    """Labels in their order, a title of one line, the suite's contradictions in words.

    `quantum`: whether a quantum computer could break it, None when that is not known; `failed`:
    the section is what a failed handshake leaves.
    """

    labels: tuple[Label, ...]
    title: str
    quantum: bool | None = None
    mismatch: str = ""
    failed: bool = False
