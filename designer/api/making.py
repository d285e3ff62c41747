"""A rule or a test of a draft made of what is on record, as the pages fill their forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.http import QueryDict
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import history
from analyzer.api.frame.described import described
from analyzer.api.frame.errors import ParameterError
from analyzer.history import TooManySessionsError
from designer import drafts
from designer.api.frame import PolicyView, asked_connection, given, person, version_or_404
from designer.api.versions import shown
from designer.content.errors import DesignerError
from designer.content.resolving import Shelf
from designer.forms.connections import SERVES, row_of
from designer.forms.covering import Covering, Row, of_connection
from designer.forms.rules import ANY, RuleForm
from designer.forms.samples import SampleForm
from designer.forms.taken import (
    CERTIFICATE,
    ROWS,
    SERVER,
    TOO_MANY,
    kinds_of,
    kinds_of_rows,
    of_kinds,
    of_session,
    sample,
    sent,
    session_of,
)
from designer.models import Version
from designer.queries.contents import rule_set_of, shelf
from designer.queries.site import matching
from designer.serializers.making import (
    ConnectionRuleGiven,
    RowsRuleGiven,
    ServerRuleGiven,
    SessionRuleGiven,
    SessionTestGiven,
)
from designer.serializers.shown import VersionSerializer
from policy.attributes import TCP
from policy.model import Kind, RuleSet

AnyForm = TypeVar("AnyForm", RuleForm, SampleForm)
_REFUSALS = (400, 404, 409)
_USUAL_ACTION = "Allow"


class RuleFromSession(PolicyView):
    """A specific rule that fits a session."""

    @described(
        "make_policy_rule_from_session",
        summary="Add the specific rule to a draft that fits a recorded session",
        answers={201: VersionSerializer},
        refusals=_REFUSALS,
        request=SessionRuleGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(SessionRuleGiven, request).validated_data
        row = _known(asked)
        _only_tcp(row)
        protocol = rule_set_of(version).protocol
        found = of_session(row, protocol, is_client_asked=asked["client"])
        return _added(request, version, asked, found, "the session is not")


class RuleFromServer(PolicyView):
    """A specific rule that fits what the sessions of a server have in common."""

    @described(
        "make_policy_rule_from_server",
        summary="Add the specific rule to a draft that fits the sessions of a server",
        answers={201: VersionSerializer},
        refusals=(*_REFUSALS, 503),
        request=ServerRuleGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(ServerRuleGiven, request).validated_data
        wanted = _scope(asked["filters"], {SERVER: asked["server"]})
        rows = kinds_of(str(asked["server"]), wanted)
        if not rows:
            raise ParameterError({"server": "no session of it is on record under these filters"})
        _only_tcp(rows[0])
        found = of_kinds(rows, wanted, rule_set_of(version).protocol)
        return _added(request, version, asked, found, "no session of the server is")


class RuleFromRows(PolicyView):
    """A specific rule that fits what the sessions under some filters have in common."""

    @described(
        "make_policy_rule_from_rows",
        summary="Add the specific rule to a draft that fits the sessions that filters leave",
        answers={201: VersionSerializer},
        refusals=(*_REFUSALS, 503),
        request=RowsRuleGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(RowsRuleGiven, request).validated_data
        shown = {CERTIFICATE: asked["certificate"]} if "certificate" in asked else {}
        wanted = _scope(asked["filters"], {ROWS: 1, **shown})
        try:
            rows = kinds_of_rows(wanted)
        except TooManySessionsError as error:
            raise ParameterError({"filters": TOO_MANY}) from error
        if not rows:
            raise ParameterError({"filters": "no TCP session is on record under them"})
        found = of_kinds(rows, wanted, rule_set_of(version).protocol)
        return _added(request, version, asked, found, "none of these sessions is")


class RuleFromConnection(PolicyView):
    """A specific rule that fits a connection, such as one that an exact run has found."""

    @described(
        "make_policy_rule_from_connection",
        summary="Add the specific rule to a draft that fits a connection",
        answers={201: VersionSerializer},
        refusals=_REFUSALS,
        request=ConnectionRuleGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(ConnectionRuleGiven, request).validated_data
        connection, protocol = asked_connection(asked["connection"]), rule_set_of(version).protocol
        serves = asked.get("serves") or SERVES.get(connection.direction)
        if serves is None:
            raise ParameterError({"serves": "without a direction, say which end serves"})
        row = row_of(connection, protocol, serves)
        if row is not None:
            _only_tcp(row)
        found = of_connection(row, protocol) if row else Covering()
        return _added(request, version, asked, found, "the connection is not")


class TestFromSession(PolicyView):
    """A test with the connection of a session."""

    __test__ = False

    @described(
        "make_policy_test_from_session",
        summary="Add a test to a draft with the connection of a recorded session",
        answers={201: VersionSerializer},
        refusals=_REFUSALS,
        request=SessionTestGiven,
    )
    def post(self, request: Request, pk: int) -> Response:
        version, asked = version_or_404(pk), given(SessionTestGiven, request).validated_data
        rule_set = rule_set_of(version)
        _known(asked)
        fields, why_not = sample(str(asked["session"]), rule_set, matching())
        if why_not:
            raise DesignerError(why_not.removesuffix("."))
        fields |= {key: asked[key] for key in ("name", "expected") if key in asked}
        rules = [one.name for one in rule_set.rules()]
        codes = {name: value for name, value in fields.items() if name != "expected"}
        form = SampleForm(sent(fields), protocol=rule_set.protocol, rules=rules, initial=codes)
        made = _valid(form).content()
        if made.name in set(version.tests.values_list("name", flat=True)):
            raise ParameterError({"name": f"there is a test `{made.name}` already"})
        drafts.put_test(
            version=version,
            revision=asked["revision"],
            test=made,
            by=person(request),
            now=timezone.now(),
        )
        return shown(request, _again(version), 201)


def _scope(filters: Mapping[str, list[str]], more: Mapping[str, int]) -> QueryDict:
    """The filters, and what is asked beside them, as an address has them. Raises ParameterError."""
    found = QueryDict(mutable=True)
    for name, values in filters.items():
        found.setlist(name, values)
    _, errors = history.scope(found)
    if errors:
        raise ParameterError({f"filters.{name}": why for name, why in errors.items()})
    found.update({name: str(value) for name, value in more.items()})
    return found


def _only_tcp(row: Row) -> None:
    if row["ip_protocol"] != TCP:
        raise DesignerError("z/OS holds rules against TCP connections alone, and these are none")


def _added(
    request: Request,
    version: Version,
    asked: dict[str, Any],
    found: Covering,
    whose: str,
) -> Response:
    """Add the rule that the page would fill in; `whose` begins what refuses it."""
    rule_set, known = rule_set_of(version), shelf()
    if found.why_not:
        raise DesignerError(f"no rule is made of what is on record: {found.why_not}")
    if not found.fields:
        raise DesignerError(f"{whose} protected by {rule_set.protocol}")
    action = _USUAL_ACTION if _USUAL_ACTION in known.actions else ANY
    given_here = {key: asked[key] for key in ("name", "action") if key in asked}
    made = _rule(found.fields | {"action": action} | given_here, rule_set, known)
    drafts.add_rule(
        version=version,
        revision=asked["revision"],
        rule=made.content(),
        by=person(request),
        now=timezone.now(),
    )
    return shown(request, _again(version), 201)


def _known(asked: dict[str, Any]) -> Row:
    row = session_of(str(asked["session"]))
    if row is None:
        raise ParameterError({"session": f"there is no session {asked['session']}"})
    return row


def _rule(fields: dict[str, Any], rule_set: RuleSet, known: Shelf) -> RuleForm:
    kind, protocol = Kind.SPECIFIC, rule_set.protocol
    return _valid(RuleForm(sent(fields), kind=kind, protocol=protocol, shelf=known))


def _valid(form: AnyForm) -> AnyForm:
    if not form.is_valid():
        raise ParameterError({name: " ".join(map(str, said)) for name, said in form.errors.items()})
    return form


def _again(version: Version) -> Version:
    return version_or_404(version.pk)
