"""All addresses, and what answers where there is none."""

from __future__ import annotations

from django.urls import include, path

from analyzer.api.frame import outside
from config import health

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("api/v1/policy/", include("designer.api.urls")),
    path("api/v1/enforcement/histories/", include("enforcement.api.histories_urls")),
    path("api/v1/live/", include("enforcement.api.live.urls")),
    path("api/v1/enforcement/intervals/", include("enforcement.api.intervals_urls")),
    path("api/v1/enforcement/", include("enforcement.api.urls")),
    path("api/v1/", include("analyzer.api.urls")),
    path("help/", include("web.manual.urls")),
    path("policy/", include("designer.urls")),
    path("enforcement/live/", include("enforcement.live_urls")),
    path("enforcement/histories/", include("enforcement.history_urls")),
    path("enforcement/intervals/", include("enforcement.interval_urls")),
    path("enforcement/", include("enforcement.urls")),
    path("", include("analyzer.urls")),
]
handler400 = outside.bad_request
handler404 = outside.not_found
handler500 = outside.failed
