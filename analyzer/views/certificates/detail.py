"""One certificate: what is recorded of it, and who uses it under the filters of the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from analyzer.models import Certificate, ProtectionCertificate
from analyzer.queries.certificates import inventory, usage
from analyzer.tables.certificates import CLIENT_ROWS, DAYS, OWNERS, USERS
from analyzer.tables.columns import Table
from analyzer.views.certificates.facts import band_of, certificate_facts, heading, left_words
from analyzer.views.certificates.links import Links
from analyzer.views.report.meaning import Group, groups_of
from analyzer.views.report.rules import rule_of_certificate
from analyzer.views.report.scope import CERTIFICATES as TAB
from analyzer.views.report.scope import read_scope, tabs
from analyzer.views.report.traffic import VIEW
from analyzer.views.sheet import Row
from web.gate import gate
from web.paging import Page

_PREFIXES: Final = {"server": "scert", "client": "ccert", "local": "lcert", "remote": "rcert"}


@dataclass(frozen=True, slots=True)
class Users:
    """The first rows of a list, each with its address in the report."""

    title: str
    table: Table
    page: Page
    rows: Sequence[tuple[Row, str]]


@gate(VIEW)
@require_safe
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    found, scope, now = _get_or_404(pk), read_scope(request), timezone.now()
    used, links = usage.read_usage(scope.filters, pk=pk), Links(scope, found)
    roles = [str(row["role"]) for row in used.servers.rows]
    context = {
        "scope": scope,
        "tabs": tabs(request, scope, TAB),
        "trail": [{"href": scope.beside(reverse("report_certificates")), "word": "Certificates"}],
        "heading": heading(found),
        "sentence": _sentence(found, now),
        "certificate": found,
        "band": band_of(found, now),
        "facts": certificate_facts(found, _parts(pk)),
        "groups": _meanings(pk),
        "alike": [(heading(one), one, links.of(one)) for one in usage.alike(found)],
        "users": _users(used, links),
        "days": used.days,
        "day_columns": DAYS,
        "unheeded": [key for key in inventory.CHOOSING if key in scope.asked],
        "in_report": links.in_report(roles, whole=used.servers.next is None),
        "rule_href": rule_of_certificate(request, scope, pk),
        "is_group": found.identity == Certificate.Identity.LOOKS,
        "is_derived": found.identity == Certificate.Identity.NAMES,
    }
    return render(request, "analyzer/certificate.html", context, status=scope.status)


def _get_or_404(pk: int) -> Certificate:
    found = inventory.get(pk)
    if found is None:
        raise Http404
    return found


def _sentence(found: Certificate, now: datetime) -> str:
    issuer = found.issuer_name or found.issuer
    issued = f"Issued by {issuer}" if issuer else "The issuer is not recorded"
    return f"{issued}; {left_words(found, now)}."


def _parts(pk: int) -> list[str]:
    return [str(ProtectionCertificate.Part(part).label) for part in usage.parts_of(pk)]


def _meanings(pk: int) -> list[Group]:
    """The codes of one record of it with their names, meanings and grounds."""
    found = usage.protection_of(pk)
    if found is None:
        return []
    protection, part = found
    beginnings = (f"{_PREFIXES[part]}_", f"dn_{protection.protocol.lower()}_{part}_")
    protection.details = [
        one for one in protection.details if str(one.get("key", "")).startswith(beginnings)
    ]
    return groups_of(protection)


def _users(used: usage.Usage, links: Links) -> list[Users]:
    lists: tuple[tuple[str, Table, Page, Callable[[Row], str]], ...] = (
        ("Servers", USERS, used.servers, links.server),
        ("Jobs", OWNERS, used.jobs, links.job),
        ("Clients", CLIENT_ROWS, used.clients, links.client),
    )
    return [
        Users(title, table, page, [(row, link(row)) for row in page.rows])
        for title, table, page, link in lists
    ]
