"""Files as streams of bytes: plain, gzip, zstd and AMATERSE, one inside the other."""

from __future__ import annotations

from smf.unwrap.source import Source, open_source
from smf.unwrap.streams import ReadingStoppedError, never

__all__ = ["ReadingStoppedError", "Source", "never", "open_source"]
