"""Addresses under /api/v1/."""

from __future__ import annotations

from django.urls import path

from analyzer.api import certificates, compare, imports, queries, report, schema, sessions, systems

urlpatterns = [
    path("certificates/", certificates.Certificates.as_view(), name="api_certificates"),
    path("compare/", compare.Compare.as_view(), name="api_compare"),
    path("imports/", imports.Imports.as_view(), name="api_imports"),
    path("imports/<int:pk>/", imports.OneImport.as_view(), name="api_import"),
    path("imports/<int:pk>/cancel/", imports.Cancel.as_view(), name="api_cancel"),
    path("imports/<int:pk>/rejects/", imports.Rejects.as_view(), name="api_rejects"),
    path("queries/", queries.Queries.as_view(), name="api_queries"),
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
    path("systems/", systems.Systems.as_view(), name="api_systems"),
    path("schema/", schema.Schema.as_view(), name="api_schema"),
]
