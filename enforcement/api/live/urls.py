"""Addresses under /api/v1/live/."""

from __future__ import annotations

from django.urls import path

from enforcement.api.live import reading, records

urlpatterns = [
    path("records", records.Records.as_view(), name="api_live_records"),
    path("messages/", reading.Messages.as_view(), name="api_live_messages"),
    path("feeds/", reading.Feeds.as_view(), name="api_live_feeds"),
]
