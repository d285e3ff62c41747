"""How records lie in a byte stream: telling the framings apart and walking from record to record.

Source: z/OS DFSMS Using Data Sets (RDW, BDW, segment descriptors), z/OSMF data set REST interface
(`X-IBM-Data-Type: record`).
"""

from __future__ import annotations

from smf.framing.detect import HEAD_BYTES, TRANSFER_ADVICE, Detection, detect
from smf.framing.kinds import Framing
from smf.framing.walk import Walk, walk
from smf.framing.window import PADDING_BYTES, Window

__all__ = [
    "HEAD_BYTES",
    "PADDING_BYTES",
    "TRANSFER_ADVICE",
    "Detection",
    "Framing",
    "Walk",
    "Window",
    "detect",
    "walk",
]
