"""Files as streams of bytes: plain, gzip, zstd and AMATERSE, one inside the other."""

from __future__ import annotations

from smf.unwrap.source import Source, open_source

__all__ = ["Source", "open_source"]
