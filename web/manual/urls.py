"""Addresses of the help."""

from __future__ import annotations

from django.urls import path

from web.manual import views

urlpatterns = [
    path("", views.contents, name="help"),
    path("page/", views.page, name="help_page"),
    path("<slug:name>/", views.document, name="help_document"),
]
