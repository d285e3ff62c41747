"""Addresses under /api/v1/."""

from __future__ import annotations

from django.urls import path

from analyzer.api import (
    cbom,
    certificates,
    compare,
    facts,
    overview,
    packs,
    queries,
    report,
    sessions,
    systems,
    users,
)
from analyzer.api.baselines import own, rules
from analyzer.api.data import imports, paths, prunes, retention, stored_files, watch_folders
from analyzer.api.frame import schema
from analyzer.api.standing import schedules, watches

urlpatterns = [
    path("audit-packs/", packs.Packs.as_view(), name="api_packs"),
    path("audit-packs/<int:pk>/", packs.OnePack.as_view(), name="api_pack"),
    path("audit-packs/<int:pk>/cancel/", packs.Cancel.as_view(), name="api_pack_cancel"),
    path("audit-packs/<int:pk>/file/", packs.File.as_view(), name="api_pack_file"),
    path("cbom/", cbom.Cbom.as_view(), name="api_cbom"),
    path("baselines/", own.Baselines.as_view(), name="api_baselines"),
    path("baselines/import/", own.FileIn.as_view(), name="api_baseline_import"),
    path("baselines/<slug:key>/", own.OneBaseline.as_view(), name="api_baseline"),
    path("baselines/<slug:key>/profile/", own.ProfileFile.as_view(), name="api_baseline_export"),
    path("baselines/<slug:key>/versions/", own.Versions.as_view(), name="api_baseline_versions"),
    path("baselines/<slug:key>/rules/", rules.Rules.as_view(), name="api_rules"),
    path("baselines/<slug:key>/rules/<slug:rule_id>/", rules.OneRule.as_view(), name="api_rule"),
    path(
        "baselines/<slug:key>/rules/<slug:rule_id>/switch/",
        rules.SwitchRule.as_view(),
        name="api_rule_switch",
    ),
    path("certificates/", certificates.Certificates.as_view(), name="api_certificates"),
    path(
        "certificates/timeline/",
        certificates.ExpiryTimeline.as_view(),
        name="api_certificate_timeline",
    ),
    path(
        "certificates/<int:pk>/",
        certificates.OneCertificate.as_view(),
        name="api_certificate",
    ),
    path("compare/", compare.Compare.as_view(), name="api_compare"),
    path("audit/", facts.Audit.as_view(), name="api_audit"),
    path("database/", facts.Database.as_view(), name="api_database"),
    path("overview/", overview.Overview.as_view(), name="api_overview"),
    path("paths/", paths.Paths.as_view(), name="api_paths"),
    path("paths/<int:pk>/", paths.OnePath.as_view(), name="api_path"),
    path("users/", users.Users.as_view(), name="api_users"),
    path("users/<int:pk>/", users.OneUser.as_view(), name="api_user"),
    path("users/<int:pk>/switch/", users.SwitchUser.as_view(), name="api_user_switch"),
    path("users/<int:pk>/password/", users.UserPassword.as_view(), name="api_user_password"),
    path("export-schedules/", schedules.Schedules.as_view(), name="api_schedules"),
    path("export-schedules/<int:pk>/", schedules.OneSchedule.as_view(), name="api_schedule"),
    path(
        "export-schedules/<int:pk>/run/", schedules.RunSchedule.as_view(), name="api_schedule_run"
    ),
    path(
        "export-schedules/<int:pk>/switch/",
        schedules.SwitchSchedule.as_view(),
        name="api_schedule_switch",
    ),
    path(
        "export-schedules/<int:pk>/runs/",
        schedules.ScheduleRuns.as_view(),
        name="api_schedule_runs",
    ),
    path("imports/", imports.Imports.as_view(), name="api_imports"),
    path("imports/<int:pk>/", imports.OneImport.as_view(), name="api_import"),
    path("imports/<int:pk>/file/", stored_files.File.as_view(), name="api_import_file"),
    path("imports/<int:pk>/resubmit/", stored_files.Resubmit.as_view(), name="api_resubmit"),
    path("imports/<int:pk>/cancel/", imports.Cancel.as_view(), name="api_cancel"),
    path("imports/<int:pk>/rejects/", imports.Rejects.as_view(), name="api_rejects"),
    path("imports/renew/", imports.Renew.as_view(), name="api_renew"),
    path("prunes/", prunes.Prunes.as_view(), name="api_prunes"),
    path("prunes/preview/", prunes.Preview.as_view(), name="api_prune_preview"),
    path("prunes/<int:pk>/", prunes.OnePrune.as_view(), name="api_prune"),
    path("prunes/<int:pk>/cancel/", prunes.CancelPrune.as_view(), name="api_prune_cancel"),
    path("retention/", retention.Retention.as_view(), name="api_retention"),
    path("retention/preview/", retention.Preview.as_view(), name="api_retention_preview"),
    path("watch-folders/", watch_folders.WatchFolders.as_view(), name="api_watch_folders"),
    path(
        "watch-folders/<int:pk>/",
        watch_folders.OneWatchFolder.as_view(),
        name="api_watch_folder",
    ),
    path("queries/", queries.Queries.as_view(), name="api_queries"),
    path("queries/preview/", queries.Preview.as_view(), name="api_query_preview"),
    path("queries/<int:pk>/", queries.OneQuery.as_view(), name="api_query"),
    path("report/servers/", report.Servers.as_view(), name="api_servers"),
    path("report/clients/", report.Clients.as_view(), name="api_clients"),
    path("report/peers/", report.Peers.as_view(), name="api_peers"),
    path(
        "report/servers/<int:pk>/clients/",
        report.ServerClients.as_view(),
        name="api_server_clients",
    ),
    path(
        "report/servers/<int:pk>/sessions/",
        report.ServerSessions.as_view(),
        name="api_server_sessions",
    ),
    path("sessions/", sessions.Sessions.as_view(), name="api_sessions"),
    path("sessions/<int:pk>/", sessions.OneSession.as_view(), name="api_session"),
    path("systems/", systems.Systems.as_view(), name="api_systems"),
    path("systems/<int:pk>/", systems.OneSystem.as_view(), name="api_system"),
    path("watches/", watches.Watches.as_view(), name="api_watches"),
    path("watches/<int:pk>/", watches.OneWatch.as_view(), name="api_watch"),
    path("watches/<int:pk>/run/", watches.RunWatch.as_view(), name="api_watch_run"),
    path("watches/<int:pk>/switch/", watches.SwitchWatch.as_view(), name="api_watch_switch"),
    path("watches/<int:pk>/test/", watches.TestWatch.as_view(), name="api_watch_test"),
    path("watches/<int:pk>/runs/", watches.WatchRuns.as_view(), name="api_watch_runs"),
    path("watches/<int:pk>/deliveries/", watches.WatchDeliveries.as_view(), name="api_deliveries"),
    path(
        "watches/<int:pk>/deliveries/<int:delivery_pk>/retry/",
        watches.RetryDelivery.as_view(),
        name="api_delivery_retry",
    ),
    path("watches/<int:pk>/secret/", watches.WatchSecret.as_view(), name="api_watch_secret"),
    path("schema/", schema.Schema.as_view(), name="api_schema"),
]
