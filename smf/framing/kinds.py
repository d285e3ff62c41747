"""The framings and the sizes they allow."""

from __future__ import annotations

from enum import StrEnum


class Framing(StrEnum):
    """How records are laid out in the (unwrapped) stream."""

    RDW = "rdw"
    """Records, or segments of records, one after the other, each behind a 4-byte RDW or SDW."""
    VBS = "vbs"
    """Blocks behind a 4-byte BDW, holding segments; a record may span blocks."""
    BDW_RDW = "bdw_rdw"
    """Blocks behind a BDW, holding whole records only."""
    ZOSMF = "zosmf"
    """Records without RDW behind a 4-byte length of the data alone."""

    @property
    def blocked(self) -> bool:
        """Whether blocks with a BDW surround the records."""
        return self in (Framing.VBS, Framing.BDW_RDW)


PREFIX_BYTES = 4
"""Length of an RDW, SDW, BDW and of the z/OSMF prefix."""
MIN_RECORD_BYTES = 18
"""The shortest SMF header, counted with the RDW: types without subtype."""
MAX_RECORD_BYTES = 65_535
"""What a two-byte length can say; SMF itself stops at 32,767."""
