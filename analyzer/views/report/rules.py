"""Ways from rows of the report to rules: pages of another app, reached by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import resolve, reverse

from analyzer.models import Server
from analyzer.queries.certificates.inventory import CHOOSING
from analyzer.views.report.scope import TABS, Scope
from analyzer.views.sheet import Action

AUTHOR: Final = "designer.author_policy"
_WORD: Final = "Make a rule"
_NOT_TCP: Final = (
    "No rule can be made of these: Enterprise Extender is UDP, and z/OS holds rules against"
    " TCP connections alone."
)


def rule_href(request: HttpRequest, scope: Scope, server: int, role: str, **changes: str) -> str:
    """Where a rule is made of a server, or of what the filters leave of it; empty for others.

    Enterprise Extender is UDP, and rules look at TCP connections alone.
    """
    if role == Server.Role.PEER or not request.user.has_perm(AUTHOR):
        return ""
    return scope.beside(reverse("policy_make_rule_of_server", args=[server]), **changes)


def rule_of_rows(request: HttpRequest, scope: Scope, role: str) -> str:
    """Where a rule is made of all that the filters of a page leave of a role; empty for others."""
    if role == Server.Role.PEER or not request.user.has_perm(AUTHOR):
        return ""
    return scope.beside(reverse("policy_make_rule_of_rows"), role=role)


def rule_of_session(request: HttpRequest, session: int, client: str, role: str) -> str:
    """Where a rule is made of one session with its client; empty for others."""
    if role == Server.Role.PEER or not request.user.has_perm(AUTHOR):
        return ""
    return f"{reverse('policy_make_rule', args=[session])}?{urlencode({'client_ip': client})}"


def why_no_rule(request: HttpRequest, role: str) -> str:
    """What those who make rules read where none can be made; empty elsewhere."""
    return _NOT_TCP if role == Server.Role.PEER and request.user.has_perm(AUTHOR) else ""


def rule_behind(request: HttpRequest, href: str) -> str:
    """Where a rule is made of the sessions that an address of the report shows; empty for none."""
    path, _, query = href.partition("?")
    if not path or not request.user.has_perm(AUTHOR):
        return ""
    match = resolve(path)
    if "pk" in match.kwargs:
        return _asked(reverse("policy_make_rule_of_server", args=[match.kwargs["pk"]]), query)
    role = next((str(role) for role, name, _ in TABS if name == match.url_name), "")
    if role in {"", str(Server.Role.PEER)}:
        return ""
    asked = QueryDict(query, mutable=True)
    asked["role"] = role
    return _asked(reverse("policy_make_rule_of_rows"), asked.urlencode())


def action_behind(request: HttpRequest, href: str, name: str) -> list[Action]:
    """The action of a row that leads to the report at `href`; none where no rule can be made."""
    rule = rule_behind(request, href)
    return [Action(_WORD, rule, f"{_WORD} from {name}")] if rule else []


def rule_of_certificate(request: HttpRequest, scope: Scope, pk: int) -> str:
    """Where a rule is made of the sessions of the page's filters that used a certificate."""
    if not request.user.has_perm(AUTHOR):
        return ""
    asked = {key: held for key, held in scope.asked.items() if key not in CHOOSING}
    query = urlencode({**asked, "certificate": pk}, doseq=True)
    return _asked(reverse("policy_make_rule_of_rows"), query)


def of_certificates(
    request: HttpRequest, scope: Scope
) -> Callable[[Mapping[str, Any]], Action] | None:
    """The action of a row of certificates."""
    if not request.user.has_perm(AUTHOR):
        return None

    def action(row: Mapping[str, Any]) -> Action:
        name = str(row.get("name") or row.get("serial") or row["id"])
        href = rule_of_certificate(request, scope, row["id"])
        return Action(_WORD, href, f"{_WORD} from sessions of certificate {name}")

    return action


def _asked(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def of_servers(
    request: HttpRequest, scope: Scope, role: str
) -> Callable[[Mapping[str, Any]], Action] | None:
    """The action of a row of servers; None for those who may not make rules."""
    if not rule_href(request, scope, 0, role):
        return None

    def action(row: Mapping[str, Any]) -> Action:
        said = [str(row[key]) for key in ("job", "server_ip", "port") if row.get(key)]
        name = " ".join(said) or "this server"
        return Action(_WORD, rule_href(request, scope, row["id"], role), f"{_WORD} from {name}")

    return action


def of_clients(
    request: HttpRequest, scope: Scope, server: Server
) -> Callable[[Mapping[str, Any]], Action] | None:
    """The action of a row of a server's clients, as above."""
    if not rule_href(request, scope, server.pk, server.role):
        return None

    def action(row: Mapping[str, Any]) -> Action:
        client = str(row["client_ip"])
        href = rule_href(request, scope, server.pk, server.role, client_ip=client)
        return Action(_WORD, href, f"{_WORD} from client {client}")

    return action


def of_sessions(request: HttpRequest, role: str) -> Callable[[Mapping[str, Any]], Action] | None:
    """The action of a row of sessions, as above."""
    if not rule_of_session(request, 0, "", role):
        return None

    def action(row: Mapping[str, Any]) -> Action:
        client = str(row["client_ip"])
        href = rule_of_session(request, row["id"], client, role)
        return Action(_WORD, href, f"{_WORD} from session {row['id']} of {client}")

    return action
