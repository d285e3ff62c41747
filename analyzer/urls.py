"""Addresses of the pages; short, stable, shareable."""

from __future__ import annotations

from django.urls import path

from analyzer.views import home
from analyzer.views.certificates import detail, inventory
from analyzer.views.compare import page as comparison
from analyzer.views.data import database, history, imports, rejects, stored_files
from analyzer.views.overview import page as overview
from analyzer.views.queries import builder, files, listing
from analyzer.views.report import sessions, traffic
from analyzer.views.settings import accounts, audit, systems, tokens, users

urlpatterns = [
    path("", overview.overview, name="home"),
    path("queries/", listing.queries, name="queries"),
    path("queries/new/", builder.query, name="query"),
    path("queries/preview/", builder.preview, name="query_preview"),
    path("queries/import/", files.bring_in, name="query_import"),
    path("queries/export/", files.export_all, name="queries_export"),
    path("queries/<int:pk>/run/", listing.run, name="query_run"),
    path("queries/<int:pk>/edit/", builder.edit, name="query_edit"),
    path("queries/<int:pk>/export/", files.export, name="query_export"),
    path("queries/<int:pk>/delete/", listing.delete, name="query_delete"),
    path("report/servers/", traffic.servers, name="report_servers"),
    path("report/clients/", traffic.clients, name="report_clients"),
    path("report/peers/", traffic.peers, name="report_peers"),
    path("report/servers/<int:pk>/", traffic.server, name="report_server"),
    path("report/servers/<int:pk>/sessions/", sessions.sessions, name="report_sessions"),
    path("report/sessions/<int:pk>/", sessions.session, name="report_session"),
    path("report/certificates/", inventory.certificates, name="report_certificates"),
    path("report/certificates/<int:pk>/", detail.certificate, name="report_certificate"),
    path("report/compare/", comparison.compare, name="report_compare"),
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
    path("data/database/", database.database, name="data_database"),
    path("settings/", home.settings, name="settings"),
    path("settings/systems/", systems.systems, name="settings_systems"),
    path("settings/systems/<int:pk>/", systems.system, name="settings_system"),
    path("settings/token/", tokens.token, name="settings_token"),
    path("settings/token/make/", tokens.make, name="settings_token_make"),
    path("settings/token/revoke/", tokens.revoke, name="settings_token_revoke"),
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
