"""Addresses of the live pages, under /enforcement/live/."""

from __future__ import annotations

from django.urls import path

from enforcement.views import live

urlpatterns = [
    path("", live.live, name="enforcement_live"),
    path("<slug:name>/", live.feed, name="enforcement_feed"),
]
