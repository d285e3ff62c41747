"""All addresses."""

from __future__ import annotations

from django.urls import include, path

from config import health

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("api/v1/", include("analyzer.api.urls")),
    path("", include("analyzer.urls")),
]
