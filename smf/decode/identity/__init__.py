"""Which security sessions and protections are the same: known ones by sums, new ones by bytes."""

from __future__ import annotations

from smf.decode.identity.table import (
    IPV6,
    IdentityTable,
    Intervals,
    NewProtection,
    NewSession,
)

__all__ = ["IPV6", "IdentityTable", "Intervals", "NewProtection", "NewSession"]
