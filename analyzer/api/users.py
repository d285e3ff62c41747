"""Accounts: list, make, give roles, switch off and on, new passwords.

Writing has a scope of its own: who holds such a token can make an administrator.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.contrib.auth.models import User
from django.http import Http404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from analyzer import accounts as verbs
from analyzer.api.frame.answers import page_body
from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import PAGE, described
from analyzer.api.frame.errors import ConflictError
from analyzer.api.frame.guard import ADMINISTER, ApiView
from analyzer.api.frame.listing import read_listing
from analyzer.models import ApiToken
from analyzer.queries import keyed
from analyzer.queries import settings as reads
from analyzer.serializers.people.accounts import (
    AccountDraftSerializer,
    AccountSerializer,
    MadeAccountSerializer,
    PasswordSerializer,
    RolesSerializer,
    account_values,
)
from analyzer.serializers.shapes import page_shape
from analyzer.serializers.standing.trigger import SwitchSerializer

_METHODS: Final = ("GET", "POST", "PUT")


class AccountView(ApiView):
    """For administrators alone; a token that writes needs the scope of accounts."""

    rights = dict.fromkeys(_METHODS, ADMINISTER)
    scopes = dict.fromkeys(("POST", "PUT"), str(ApiToken.Scope.ACCOUNTS))


class Users(AccountView):
    """All accounts, by name."""

    @described(
        "read_users",
        summary="Accounts, by name",
        answers={200: page_shape("Account", AccountSerializer(many=True))},
        parameters=PAGE,
        refusals=(400, 503),
    )
    def get(self, request: Request) -> Response:
        page = read_listing(request, reads.users_page)
        rows = [account_values(user) for user in keyed.in_order(reads.users(), page)]
        return Response(page_body(page, list(AccountSerializer(rows, many=True).data)))

    @described(
        "make_user",
        summary="Make an account; its password is in this answer alone",
        answers={201: MadeAccountSerializer},
        refusals=(400, 409),
        request=AccountDraftSerializer,
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params)
        form = AccountDraftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given, now = form.validated_data, timezone.now()
        with _as_conflict():
            made, password = verbs.create(
                name=given["username"],
                role=given["role"],
                further=given["further"],
                by=request.user,
                now=now,
            )
        values = account_values(_user_or_404(made.pk)) | {"password": password}
        return Response(MadeAccountSerializer(values).data, status=201)


class OneUser(AccountView):
    """One account."""

    @described(
        "read_user", summary="An account", answers={200: AccountSerializer}, refusals=(400, 404)
    )
    def get(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        return _shown(pk)

    @described(
        "change_user",
        summary="Give an account these roles and no others; not one's own",
        answers={200: AccountSerializer},
        refusals=(400, 404, 409),
        request=RolesSerializer,
    )
    def put(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        user, form = _user_or_404(pk), RolesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        with _as_conflict():
            verbs.set_role(user=user, by=request.user, now=timezone.now(), **form.validated_data)
        return _shown(pk)


class SwitchUser(AccountView):
    """Off, or on again."""

    @described(
        "switch_user",
        summary="Switch an account off, with its sessions and tokens, or on; not one's own",
        answers={200: AccountSerializer},
        refusals=(400, 404, 409),
        request=SwitchSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        user, form = _user_or_404(pk), SwitchSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        active = bool(form.validated_data["active"])
        if user.is_active != active:
            with _as_conflict():
                verbs.set_active(user=user, active=active, by=request.user, now=timezone.now())
        return _shown(pk)


class UserPassword(AccountView):
    """A new one; the old one, sessions and tokens end."""

    @described(
        "reset_user_password",
        summary="Give an account a new password, told in this answer alone; not one's own",
        answers={200: PasswordSerializer},
        refusals=(400, 404, 409),
        request=None,
    )
    def post(self, request: Request, pk: int) -> Response:
        refuse_unknown(request.query_params)
        user = _user_or_404(pk)
        with _as_conflict():
            password = verbs.reset_password(user=user, by=request.user, now=timezone.now())
        return Response(PasswordSerializer({"password": password}).data)


@contextmanager
def _as_conflict() -> Iterator[None]:
    """Let what cannot be done to an account be status 409."""
    try:
        yield
    except verbs.AccountError as error:
        raise ConflictError(str(error)) from error


def _shown(pk: int) -> Response:
    return Response(AccountSerializer(account_values(_user_or_404(pk))).data)


def _user_or_404(pk: int) -> User:
    found = reads.user(pk)
    if found is None:
        raise Http404("there is no such account")
    return found
