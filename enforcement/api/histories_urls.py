"""Addresses under /api/v1/enforcement/histories/."""

from __future__ import annotations

from django.urls import path

from enforcement.api import agreement, histories, history_found

urlpatterns = [
    path("", histories.Histories.as_view(), name="api_histories"),
    path("agreement/", agreement.DetailsAndSummaries.as_view(), name="api_agreement"),
    path("<int:pk>/", histories.OneHistory.as_view(), name="api_history"),
    path("<int:pk>/cancel/", histories.CancelHistory.as_view(), name="api_history_cancel"),
    path(
        "<int:pk>/tables/<slug:table>/",
        history_found.HistoryTable.as_view(),
        name="api_history_table",
    ),
    path(
        "<int:pk>/files/<slug:kind>/", history_found.HistoryFile.as_view(), name="api_history_file"
    ),
    path(
        "<int:pk>/connections/",
        history_found.HistoryConnections.as_view(),
        name="api_history_connections",
    ),
    path(
        "<int:pk>/connections/<int:stack>/<str:conn_id>/<str:start>/",
        history_found.HistoryConnection.as_view(),
        name="api_history_connection",
    ),
]
