"""All addresses, and what answers where there is none."""

from __future__ import annotations

from django.urls import include, path

from analyzer.api import outside
from config import health

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("api/v1/", include("analyzer.api.urls")),
    path("", include("analyzer.urls")),
]
handler400 = outside.bad_request
handler404 = outside.not_found
handler500 = outside.failed
