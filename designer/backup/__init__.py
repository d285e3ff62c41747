"""Everything taken away as one document, and brought back: all of it or nothing."""

from __future__ import annotations

from designer.backup.faults import RestoreError
from designer.backup.restoring import Restored, restore
from designer.backup.taking import take

__all__ = ["RestoreError", "Restored", "restore", "take"]
