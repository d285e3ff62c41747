"""Who works on a pack."""

from __future__ import annotations

from typing import Final

from analyzer.ingest.jobs import Claims
from analyzer.models import AuditPack

claims: Final = Claims(AuditPack)
