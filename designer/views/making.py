"""From recorded sessions to a rule: which draft takes it, or a new rule set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from analyzer.history import TooManySessionsError
from designer.forms.connections import RULE_SET, connection_of, run_of
from designer.forms.covering import CLIENT, Row
from designer.forms.taken import (
    PROTOCOLS,
    ROWS,
    SERVER,
    SESSION,
    TOO_MANY,
    client_of,
    kinds_of,
    kinds_of_rows,
    of_kinds,
    session_of,
)
from designer.models import Version
from designer.queries import listing
from designer.views.found import AUTHOR, tabs
from policy.attributes import TCP
from policy.vocabulary import Protocol
from web.budget import OutOfTimeError
from web.gate import gate


@dataclass(frozen=True, slots=True)
class Offer:
    """What can become a rule for one protocol, and the drafts that take it.

    `meant` is the rule set that the rule is for, where one is named, and its versions.
    """

    protocol: Protocol
    said: str
    drafts: Sequence[Version]
    meant: listing.Listed | None = None
    why_not: str = ""

    @property
    def draft(self) -> Version | None:
        """The draft of the rule set that is meant."""
        found = self.meant.open if self.meant else None
        return found if found and found.state == Version.State.DRAFT else None


@gate(AUTHOR)
@require_safe
def make_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """The drafts of the session's protocol; each link opens a new rule with its fields filled.

    `rule_set` names the one that is meant: its draft comes first, or the way to its next one.
    `client_ip` says that the rule is for the session's client alone.
    """
    row = session_of(str(pk))
    if row is None:
        raise Http404("there is no such session")
    words: dict[str, object] = {
        "title": "Make a rule from this session",
        "session": pk,
        "back": (reverse("report_session", args=[pk]), "Session"),
        "meant": listing.named(request.GET.get(RULE_SET, "")),
    }
    client = {CLIENT: str(row["client_ip"])} if CLIENT in request.GET else {}
    whose = f", client {client[CLIENT]}" if client else ""
    words["sentence"] = f"{_server(row)}{whose}, {row['protection']}."
    return _show(request, [row], urlencode({SESSION: pk, **client}), words)


@gate(AUTHOR)
@require_safe
def make_rule_of_connection(request: HttpRequest) -> HttpResponse:
    """The same for a connection that an exact run has found; the address tells of it."""
    row = connection_of(request.GET)
    if row is None:
        raise Http404("there is no such connection")
    run, whose = run_of(request.GET), row["job"] or "no job name"
    back = (reverse("history_run", args=[run]), "Exact run") if run is not None else None
    words: dict[str, object] = {
        "title": "Make a rule from this connection",
        "back": back or (reverse("history_runs"), "Exact runs"),
        "sentence": f"Connection {row['connection']} of {whose}, {row['protection']}.",
        "meant": listing.named(request.GET.get(RULE_SET, "")),
    }
    asked = request.GET.copy()
    asked.pop(RULE_SET, None)
    return _show(request, [row], asked.urlencode(), words)


@gate(AUTHOR)
@require_safe
def make_rule_of_server(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for what all sessions of a server, or of one of its clients, have in common."""
    asked = request.GET.copy()
    asked[SERVER] = str(pk)
    query, client = request.GET.urlencode(), client_of(request.GET)
    words: dict[str, object] = {
        "title": "Make a rule from this client" if client else "Make a rule from this server",
        "back": (f"{reverse('report_server', args=[pk])}?{query}".rstrip("?"), "Server"),
    }
    try:
        rows = kinds_of(str(pk), request.GET)
    except OutOfTimeError as error:
        words["why"] = f"{str(error).capitalize()}: ask for fewer days."
        return _show(request, [], asked.urlencode(), words, status=HTTPStatus.SERVICE_UNAVAILABLE)
    if not rows:
        words["why"] = "No session of it is on record under these filters: ask for other days."
    else:
        whose = f", client {client}" if client else ""
        words["sentence"] = f"{_server(rows[0])}{whose}: what all its sessions have in common."
    return _show(request, rows, asked.urlencode(), words)


@gate(AUTHOR)
@require_safe
def make_rule_of_rows(request: HttpRequest) -> HttpResponse:
    """The same for the sessions that filters leave, of any servers: a row of a report."""
    asked = request.GET.copy()
    asked[ROWS] = "1"
    words: dict[str, object] = {
        "title": "Make a rule from these sessions",
        "back": (reverse("report_servers"), "Report"),
    }
    rows: list[Row] = []
    status = HTTPStatus.OK
    try:
        rows = kinds_of_rows(asked)
    except OutOfTimeError as error:
        words["why"] = f"{str(error).capitalize()}: ask for fewer days."
        status = HTTPStatus.SERVICE_UNAVAILABLE
    except TooManySessionsError:
        words["why"] = f"{TOO_MANY.capitalize()}."
    if rows:
        servers = len({row["server_id"] for row in rows})
        many = f"{servers:,} server{'' if servers == 1 else 's'}"
        words["sentence"] = f"Sessions of {many}: what all of them have in common."
    else:
        words.setdefault("why", "No TCP session is on record under these filters.")
    return _show(request, rows, asked.urlencode(), words, status=status)


def _show(
    request: HttpRequest,
    rows: Sequence[Row],
    query: str,
    words: dict[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    """Rules look at TCP connections alone: what is none gets the reason instead of drafts."""
    if rows and rows[0]["ip_protocol"] != TCP:
        words["why"] = "These are not TCP connections, and z/OS holds rules against no others."
        rows = []
    meant = words.get("meant")
    keys = [key for key in PROTOCOLS if any(row["protocol"] == key for row in rows)]
    offers = [_offer(key, rows, meant, QueryDict(query)) for key in keys]
    context = {**words, "offers": offers, "query": query, "tabs": tabs("policy_rule_sets")}
    return render(request, "designer/make_rule.html", context, status=status)


def _offer(key: str, rows: Sequence[Row], meant: object, asked: QueryDict) -> Offer:
    protocol, own = PROTOCOLS[key], [row for row in rows if row["protocol"] == key]
    kinds = sorted({row["protection"] for row in own})
    more = f" and {len(kinds) - 3} more" if len(kinds) > 3 else ""
    said = f"{', '.join(kinds[:3])}{more}"
    if SERVER in asked or ROWS in asked:
        why_not = of_kinds(rows, asked, protocol).why_not
        if why_not:
            return Offer(protocol, said, [], why_not=why_not)
    drafts = list(listing.drafts(protocol.value))
    if not isinstance(meant, listing.Listed) or meant.rule_set.protocol != protocol.value:
        return Offer(protocol, said, drafts)
    others = [one for one in drafts if one.rule_set_id != meant.rule_set.pk]
    return Offer(protocol, said, others, meant)


def _server(row: Row) -> str:
    start, end = row["port_start"], row["port_end"]
    ports = f"port {start}" if start == end else f"ports {start}-{end}"
    return f"{row['job'] or 'No job name'}, {ports}"
