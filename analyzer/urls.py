"""Addresses of the pages; short, stable, shareable."""

from __future__ import annotations

from django.urls import path

from analyzer.views import columns, home, search
from analyzer.views.baselines import listing as baselines
from analyzer.views.baselines import own as own_baselines
from analyzer.views.baselines import profile as baseline
from analyzer.views.baselines import rules as baseline_rules
from analyzer.views.certificates import detail, inventory
from analyzer.views.compare import page as comparison
from analyzer.views.data import (
    database,
    history,
    imports,
    prunes,
    rejects,
    retention,
    stored_files,
    watch_folders,
)
from analyzer.views.overview import page as overview
from analyzer.views.packs import detail as pack
from analyzer.views.packs import listing as pack_list
from analyzer.views.queries import builder, files, listing
from analyzer.views.report import cbom, sessions, traffic
from analyzer.views.settings import accounts, audit, systems, tokens, users
from analyzer.views.standing import schedule, schedules, watch, watches

urlpatterns = [
    path("", overview.overview, name="home"),
    path("search/", search.search, name="search"),
    path("queries/", listing.queries, name="queries"),
    path("queries/new/", builder.query, name="query"),
    path("queries/preview/", builder.preview, name="query_preview"),
    path("queries/import/", files.bring_in, name="query_import"),
    path("queries/export/", files.export_all, name="queries_export"),
    path("queries/packs/", pack_list.packs, name="packs"),
    path("queries/packs/new/", pack_list.pack_new, name="pack_new"),
    path("queries/packs/<int:pk>/", pack.pack, name="pack"),
    path("queries/packs/<int:pk>/cancel/", pack.cancel, name="pack_cancel"),
    path("queries/packs/<int:pk>/file/", pack.fetch, name="pack_file"),
    path("queries/packs/<int:pk>/delete/", pack.delete, name="pack_delete"),
    path("queries/<int:pk>/run/", listing.run, name="query_run"),
    path("queries/<int:pk>/edit/", builder.edit, name="query_edit"),
    path("queries/<int:pk>/export/", files.export, name="query_export"),
    path("queries/<int:pk>/delete/", listing.delete, name="query_delete"),
    path("queries/watches/", watches.watches, name="watches"),
    path("queries/watches/new/", watches.new, name="watch_new"),
    path("queries/watches/<int:pk>/", watch.watch, name="watch"),
    path("queries/watches/<int:pk>/edit/", watches.edit, name="watch_edit"),
    path("queries/watches/<int:pk>/switch/", watch.switch, name="watch_switch"),
    path("queries/watches/<int:pk>/run/", watch.run_now, name="watch_run_now"),
    path("queries/watches/<int:pk>/test/", watch.test, name="watch_test"),
    path("queries/watches/<int:pk>/secret/", watch.secret, name="watch_secret"),
    path("queries/watches/<int:pk>/delete/", watch.delete, name="watch_delete"),
    path("queries/watches/<int:pk>/runs/<int:run_pk>/", watch.run, name="watch_run"),
    path(
        "queries/watches/<int:pk>/messages/<int:delivery_pk>/retry/",
        watch.retry,
        name="watch_retry",
    ),
    path("queries/exports/", schedules.schedules, name="schedules"),
    path("queries/exports/new/", schedules.new, name="schedule_new"),
    path("queries/exports/<int:pk>/", schedule.schedule, name="schedule"),
    path("queries/exports/<int:pk>/edit/", schedules.edit, name="schedule_edit"),
    path("queries/exports/<int:pk>/switch/", schedule.switch, name="schedule_switch"),
    path("queries/exports/<int:pk>/run/", schedule.run_now, name="schedule_run_now"),
    path("queries/exports/<int:pk>/delete/", schedule.delete, name="schedule_delete"),
    path("report/servers/", traffic.servers, name="report_servers"),
    path("report/clients/", traffic.clients, name="report_clients"),
    path("report/peers/", traffic.peers, name="report_peers"),
    path("report/servers/<int:pk>/", traffic.server, name="report_server"),
    path("report/servers/<int:pk>/sessions/", sessions.sessions, name="report_sessions"),
    path("report/sessions/<int:pk>/", sessions.session, name="report_session"),
    path("report/certificates/", inventory.certificates, name="report_certificates"),
    path("report/certificates/<int:pk>/", detail.certificate, name="report_certificate"),
    path("report/cbom/", cbom.cbom, name="report_cbom"),
    path("report/compare/", comparison.compare, name="report_compare"),
    path("tables/<slug:name>/columns/", columns.table_columns, name="table_columns"),
    path("report/baselines/", baselines.baselines, name="report_baselines"),
    path("report/baselines/import/", own_baselines.bring_in, name="baseline_import"),
    path("report/baselines/<slug:key>/", baseline.profile, name="report_baseline"),
    path("report/baselines/<slug:key>/copy/", own_baselines.copy, name="baseline_copy"),
    path("report/baselines/<slug:key>/edit/", own_baselines.edit, name="baseline_edit"),
    path("report/baselines/<slug:key>/delete/", own_baselines.delete, name="baseline_delete"),
    path("report/baselines/<slug:key>/export/", own_baselines.export, name="baseline_export"),
    path("report/baselines/<slug:key>/rules/", baseline_rules.add, name="baseline_rule_new"),
    path(
        "report/baselines/<slug:key>/rules/<slug:rule_id>/",
        baseline_rules.edit,
        name="baseline_rule",
    ),
    path(
        "report/baselines/<slug:key>/rules/<slug:rule_id>/switch/",
        baseline_rules.switch,
        name="baseline_rule_switch",
    ),
    path(
        "report/baselines/<slug:key>/rules/<slug:rule_id>/delete/",
        baseline_rules.delete,
        name="baseline_rule_delete",
    ),
    path("data/import/", imports.import_page, name="data_import"),
    path("data/import/upload/", imports.upload, name="data_upload"),
    path("data/import/paths/", imports.import_paths, name="data_import_paths"),
    path("data/import/paths/add/", imports.add_path, name="data_path_add"),
    path("data/import/paths/<int:pk>/remove/", imports.remove_path, name="data_path_remove"),
    path("data/history/", history.history, name="data_history"),
    path("data/history/<int:pk>/", history.import_detail, name="data_import_detail"),
    path("data/history/<int:pk>/cancel/", history.cancel, name="data_cancel"),
    path("data/history/<int:pk>/again/", history.resubmit, name="data_resubmit"),
    path("data/history/<int:pk>/file/", stored_files.fetch, name="data_file"),
    path("data/history/<int:pk>/file/drop/", stored_files.drop, name="data_file_drop"),
    path("data/history/<int:pk>/rejects/", rejects.rejects, name="data_rejects"),
    path("data/history/<int:pk>/rejects/<int:reject_pk>/", rejects.reject, name="data_reject"),
    path("data/history/renew/", history.renew, name="data_renew"),
    path("data/prune/", prunes.prune, name="data_prune"),
    path("data/prune/<int:pk>/", prunes.prune_detail, name="data_prune_detail"),
    path("data/prune/<int:pk>/cancel/", prunes.cancel, name="data_prune_cancel"),
    path("data/retention/", retention.page, name="data_retention"),
    path("data/watch/", watch_folders.watch_folders, name="data_watch"),
    path("data/watch/<int:pk>/", watch_folders.watch_folder, name="data_watch_folder"),
    path("data/watch/<int:pk>/switch/", watch_folders.switch, name="data_watch_switch"),
    path("data/watch/<int:pk>/remove/", watch_folders.remove, name="data_watch_remove"),
    path("data/database/", database.database, name="data_database"),
    path("settings/", home.settings, name="settings"),
    path("settings/systems/", systems.systems, name="settings_systems"),
    path("settings/systems/<int:pk>/", systems.system, name="settings_system"),
    path("settings/token/", tokens.token, name="settings_token"),
    path("settings/token/make/", tokens.make, name="settings_token_make"),
    path("settings/token/<int:pk>/revoke/", tokens.revoke, name="settings_token_revoke"),
    path("settings/users/", users.users, name="settings_users"),
    path("settings/users/new/", users.create, name="settings_user_new"),
    path("settings/users/<int:pk>/role/", users.set_role, name="settings_user_role"),
    path("settings/users/<int:pk>/switch/", users.switch, name="settings_user_switch"),
    path("settings/users/<int:pk>/password/", users.reset_password, name="settings_user_password"),
    path("settings/audit/", audit.audit, name="settings_audit"),
    path("accounts/login/", accounts.sign_in, name="sign_in"),
    path("accounts/logout/", accounts.sign_out, name="sign_out"),
    path("accounts/password/", accounts.change_password, name="password_change"),
]
