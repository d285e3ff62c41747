"""Addresses of exact runs, under /enforcement/histories/."""

from __future__ import annotations

from django.urls import path

from enforcement.views.histories import agreement, connections, runs, tables

urlpatterns = [
    path("", runs.runs, name="history_runs"),
    path("new/", runs.new, name="history_new"),
    path("agreement/", agreement.compared, name="history_agreement"),
    path("agreement/csv/", agreement.csv, name="history_agreement_csv"),
    path("<int:pk>/", runs.run, name="history_run"),
    path("<int:pk>/cancel/", runs.cancel, name="history_cancel"),
    path("<int:pk>/delete/", runs.delete, name="history_delete"),
    path("<int:pk>/connections/", connections.find, name="history_find"),
    path(
        "<int:pk>/connections/<int:stack>/<str:conn_id>/<str:start>/",
        connections.connection,
        name="history_connection",
    ),
    path("<int:pk>/follow-up/<int:fall>/rule/", connections.make_rule, name="history_make_rule"),
    path("<int:pk>/files/<slug:kind>/", tables.file, name="history_file"),
    path("<int:pk>/tables/<slug:name>/", tables.table, name="history_table"),
    path("<int:pk>/tables/<slug:name>/csv/", tables.csv, name="history_csv"),
]
