"""The store of the analyzer (star schema, see docs/architecture.md)."""

from analyzer.models.activity import Activity, DailyActivity, StackDay
from analyzer.models.audit import AuditEntry
from analyzer.models.baselines import OwnBaseline, OwnBaselineVersion
from analyzer.models.blocks import Block, BlockActivity, BlockColumns
from analyzer.models.certificates import Certificate, ProtectionCertificate
from analyzer.models.events import ConnectionEvent, CoverageEvent
from analyzer.models.imports import Import, ImportPath, Reject, StoredFile
from analyzer.models.packs import AuditPack
from analyzer.models.people.preferences import TablePreference
from analyzer.models.people.roles import Rights
from analyzer.models.people.tokens import ApiToken
from analyzer.models.prunes import Prune, Retention
from analyzer.models.queries import SavedQuery
from analyzer.models.sessions import Protection, SecuritySession
from analyzer.models.stacks import Server, Stack, SystemSettings
from analyzer.models.standing.exports import ExportRun, ExportSchedule
from analyzer.models.standing.trigger import Trigger, Weekday, Why
from analyzer.models.standing.watches import Delivery, Watch, WatchRun, WatchSeen
from analyzer.models.watch_folders import WatchedFile, WatchFolder

__all__ = [
    "Activity",
    "ApiToken",
    "AuditEntry",
    "AuditPack",
    "Block",
    "BlockActivity",
    "BlockColumns",
    "Certificate",
    "ConnectionEvent",
    "CoverageEvent",
    "DailyActivity",
    "Delivery",
    "ExportRun",
    "ExportSchedule",
    "Import",
    "ImportPath",
    "OwnBaseline",
    "OwnBaselineVersion",
    "Protection",
    "ProtectionCertificate",
    "Prune",
    "Reject",
    "Retention",
    "Rights",
    "SavedQuery",
    "SecuritySession",
    "Server",
    "Stack",
    "StackDay",
    "StoredFile",
    "SystemSettings",
    "TablePreference",
    "Trigger",
    "Watch",
    "WatchFolder",
    "WatchRun",
    "WatchSeen",
    "WatchedFile",
    "Weekday",
    "Why",
]
