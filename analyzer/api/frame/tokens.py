"""Who a program acts for, and how far its token goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.contrib.auth.models import User
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from analyzer.models import ApiToken
from analyzer.queries.people import tokens as reads
from analyzer.tokens import digest_of, note_use

_SCOPES: Final[Mapping[str, ApiToken.Scope]] = {
    "analyzer.view_report": ApiToken.Scope.READ,
    "analyzer.export": ApiToken.Scope.READ,
    "analyzer.import_dump": ApiToken.Scope.IMPORT,
    "analyzer.save_query": ApiToken.Scope.QUERIES,
    "designer.view_policy": ApiToken.Scope.READ,
    "designer.author_policy": ApiToken.Scope.POLICY,
    "designer.approve_policy": ApiToken.Scope.APPROVE,
}
"""The scope that a right belongs to; `administer` for every right that is not named."""


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token ...`."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"token":
            return None
        key = words[1].decode("latin-1") if len(words) == 2 else ""
        now = timezone.now()
        token = reads.by_digest(digest_of(key), now=now)
        if token is None:
            raise AuthenticationFailed("the token is wrong, was revoked or has ended")
        note_use(token=token, now=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return self.keyword


def require_scope(request: Request, right: str, scope: str = "") -> None:
    """Raise PermissionDenied when the request's token does not reach this right.

    `scope` is one that what is done with the right has of its own.
    """
    scope = scope or _SCOPES.get(right, ApiToken.Scope.ADMINISTER)
    if isinstance(request.auth, ApiToken) and scope not in request.auth.scopes:
        raise PermissionDenied(f"the token lacks the scope `{scope}`")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names it."""

    target_class = "analyzer.api.frame.tokens.TokenAuthentication"
    name = "tokenAuth"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token` and the key, with a blank between them.",
        }
