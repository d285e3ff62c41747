"""The store of the analyzer (star schema, see docs/architecture.md)."""

from analyzer.models.activity import Activity, DailyActivity, StackDay
from analyzer.models.audit import AuditEntry
from analyzer.models.certificates import Certificate, ProtectionCertificate
from analyzer.models.events import ConnectionEvent, CoverageEvent
from analyzer.models.imports import Import, ImportPath, Reject, StoredFile
from analyzer.models.queries import SavedQuery
from analyzer.models.roles import Rights
from analyzer.models.sessions import Protection, SecuritySession
from analyzer.models.stacks import Server, Stack, SystemSettings

__all__ = [
    "Activity",
    "AuditEntry",
    "Certificate",
    "ConnectionEvent",
    "CoverageEvent",
    "DailyActivity",
    "Import",
    "ImportPath",
    "Protection",
    "ProtectionCertificate",
    "Reject",
    "Rights",
    "SavedQuery",
    "SecuritySession",
    "Server",
    "Stack",
    "StackDay",
    "StoredFile",
    "SystemSettings",
]
