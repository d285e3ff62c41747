"""Addresses of enforcement's pages, under /enforcement/."""

from __future__ import annotations

from django.urls import path

from enforcement.views import explained, runs, tables

urlpatterns = [
    path("", runs.runs, name="enforcement_runs"),
    path("new/", runs.new, name="enforcement_new"),
    path("runs/<int:pk>/", runs.run, name="enforcement_run"),
    path("runs/<int:pk>/cancel/", runs.cancel, name="enforcement_cancel"),
    path("runs/<int:pk>/delete/", runs.delete, name="enforcement_delete"),
    path("runs/<int:pk>/<slug:name>/", tables.table, name="enforcement_table"),
    path("runs/<int:pk>/<slug:name>/csv/", tables.csv, name="enforcement_csv"),
    path(
        "runs/<int:pk>/sessions/<int:session>/", explained.explained, name="enforcement_explained"
    ),
]
