"""Addresses under /api/v1/enforcement/."""

from __future__ import annotations

from django.urls import path

from enforcement.api import runs, tables

urlpatterns = [
    path("runs/", runs.Runs.as_view(), name="api_runs"),
    path("runs/<int:pk>/", runs.OneRun.as_view(), name="api_run"),
    path("runs/<int:pk>/cancel/", runs.Cancel.as_view(), name="api_run_cancel"),
    path("runs/<int:pk>/sessions/<int:session>/", tables.RunWhy.as_view(), name="api_run_why"),
    path("runs/<int:pk>/<slug:table>/", tables.RunTable.as_view(), name="api_run_table"),
]
