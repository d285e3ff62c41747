"""Addresses of interval records that are made, under /enforcement/intervals/."""

from __future__ import annotations

from django.urls import path

from enforcement.views import intervals

urlpatterns = [
    path("", intervals.makings, name="interval_makings"),
    path("start/", intervals.start, name="interval_start"),
    path("<int:pk>/cancel/", intervals.cancel, name="interval_cancel"),
]
