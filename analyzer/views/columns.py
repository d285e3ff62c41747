"""A user picks the columns of a table: by the form above the table, or on a page of its own."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from analyzer import preferences
from analyzer.forms.columns import ColumnChoice, read_choice
from analyzer.models import TablePreference
from analyzer.tables.columns import Table
from analyzer.tables.picked import PICKED
from analyzer.views.look import delivered, picker_of
from web.gate import gate


@gate("analyzer.view_report")
@require_http_methods(["GET", "HEAD", "POST"])
def table_columns(request: HttpRequest, name: str) -> HttpResponse:
    table = PICKED.get(name)
    if table is None:
        raise Http404
    back, user = _back(request), _user(request)
    if request.method != "POST":
        return _page(request, table, back=back)
    if "reset" in request.POST:
        preferences.forget_table(table=table.name, by=user)
        return redirect(back)
    choice = read_choice(request.POST, table)
    if "move" in request.POST or choice.error:
        return _page(request, table, back=back, choice=choice)
    _keep(table, choice, user)
    return redirect(back)


def _user(request: HttpRequest) -> Any:
    return request.user  # the gate lets nobody else in


def _back(request: HttpRequest) -> str:
    """Where the form returns to: a page of this server, else the first page."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    inside = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if inside else reverse("home")


def _keep(table: Table, choice: ColumnChoice, user: Any) -> None:
    """Keep the choice; as delivered nothing is kept, so that later releases may deliver more."""
    as_delivered = [column.key for column in delivered(table)] == [*choice.ticked]
    if as_delivered and choice.density == TablePreference.Density.COMPACT:
        preferences.forget_table(table=table.name, by=user)
        return
    preferences.keep_table(
        table=table.name,
        columns=choice.ticked,
        density=choice.density,
        by=user,
        now=timezone.now(),
    )


def _page(
    request: HttpRequest, table: Table, *, back: str, choice: ColumnChoice | None = None
) -> HttpResponse:
    picker = picker_of(request, table, back=back, share_href="")
    if choice is not None and picker is not None:
        picker = replace(picker, choice=choice)
    context = {"table": table, "picker": picker, "whole": True}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if choice and choice.error else HTTPStatus.OK
    return render(request, "analyzer/columns.html", context, status=status)
