"""Addresses under /api/v1/enforcement/intervals/."""

from __future__ import annotations

from django.urls import path

from enforcement.api import intervals

urlpatterns = [
    path("", intervals.Makings.as_view(), name="api_makings"),
    path("plan/", intervals.MakingPlan.as_view(), name="api_making_plan"),
    path("<int:pk>/", intervals.OneMaking.as_view(), name="api_making"),
    path("<int:pk>/cancel/", intervals.CancelMaking.as_view(), name="api_making_cancel"),
]
