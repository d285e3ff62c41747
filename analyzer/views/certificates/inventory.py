"""All certificates in use under the filters of the address."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from analyzer.queries.certificates import inventory
from analyzer.queries.certificates.timeline import Timeline, read_timeline
from analyzer.tables.certificates import CERTIFICATES
from analyzer.views.certificates.links import certificate_href
from analyzer.views.certificates.timeline import chart, figures
from analyzer.views.look import chosen_keys
from analyzer.views.report import empties
from analyzer.views.report.exported import export_rows, wants_file
from analyzer.views.report.rules import of_certificates
from analyzer.views.report.scope import CERTIFICATES as TAB
from analyzer.views.report.scope import Scope, known_sort, read_scope, tabs
from analyzer.views.report.traffic import VIEW
from analyzer.views.sheet import (
    Empty,
    Row,
    asked_page,
    make_sheet,
    with_actions,
)
from web import htmx
from web.gate import gate
from web.paging import Page
from web.templatetags.figures import thin

PAGE, PART = "analyzer/certificates.html", "analyzer/_certificates.html"
NONE_SHOWN: Final = Empty(
    icon="certificate",
    title="No certificate was recorded",
    why="The store has data for these days, but none of its records names a certificate: there are"
    " none in unprotected traffic, and zERT learns of them from System SSL, OpenSSH and IKE, not"
    " by watching the stream.",
)


@gate(VIEW)
@require_safe
def certificates(request: HttpRequest) -> HttpResponseBase:
    scope, now = read_scope(request), timezone.now()
    if wants_file(request):
        return export_rows(request, scope.filters, table=CERTIFICATES, certificates_at=now)
    sort, columns = known_sort(request, CERTIFICATES), chosen_keys(request, CERTIFICATES)
    found = read_timeline(scope.filters, now=now)
    read = partial(
        inventory.certificates,
        scope.filters,
        now=now,
        sort=sort,
        columns=columns,
        total=_known_total(scope, found),
    )
    page, status = asked_page(request, lambda after: read(after=after))

    def to_certificate(row: Row) -> str:
        return certificate_href(scope, row["id"])

    sheet = make_sheet(
        request,
        table=CERTIFICATES,
        page=page,
        empty=_empty(request, scope, page),
        sort=sort,
        link=to_certificate,
    )
    action = of_certificates(request, scope)
    context = {
        "scope": scope,
        "sheet": with_actions(sheet, action) if action else sheet,
        "tabs": tabs(request, scope, TAB),
        "sentence": f"{scope.filters.sentence('Certificates that sessions were protected with')}.",
        "figures": figures(scope, found),
        "chart": chart(scope, found, now.astimezone(UTC).date()),
        "today": now.astimezone(UTC),
        "derived": _derived_words(found),
    }
    return htmx.render_part(request, PAGE, PART, context, status=max(status, scope.status))


def _known_total(scope: Scope, found: Timeline) -> int | None:
    """The time-line has counted the rows, unless a filter of ends leaves some of them out."""
    return None if found.cut or "expiry" in scope.filters.terms else found.total


def _empty(request: HttpRequest, scope: Scope, page: Page) -> Empty:
    """Why there are none; the reasons of the report, and one of certificates alone."""
    if page.rows:
        return NONE_SHOWN
    found = empties.no_rows(request, scope, page)
    return NONE_SHOWN if found is empties.NO_TRAFFIC else found


def _derived_words(found: Timeline) -> str:
    """How many rows a serial number does not tell apart; empty when it does for all."""
    if not found.derived:
        return ""
    of_them = "All" if found.derived == found.total else f"{thin(found.derived)} of"
    return f"{of_them} {thin(found.total)} certificates" if found.total > 1 else "This certificate"
