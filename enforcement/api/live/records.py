"""Records on their way in: binary SMF, each record behind its RDW."""

from __future__ import annotations

import re
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analyzer.api.frame.asked import refuse_unknown
from analyzer.api.frame.described import described, query
from analyzer.api.frame.errors import ConflictError, NoRoomError, ParameterError, TooLargeError
from analyzer.api.frame.guard import IMPORT, ApiView
from analyzer.api.frame.tokens import TokenAuthentication
from analyzer.models import ApiToken
from enforcement.api.live.shapes import TakenSerializer
from enforcement.feeds import bodies, inbox, making
from enforcement.feeds.errors import (
    FeedError,
    InboxFullError,
    KeyReusedError,
    OversizedError,
    UnreadableError,
)
from enforcement.models import Post
from enforcement.models.live import LONGEST_KEY
from enforcement.queries import live as reads
from web.uploads import disk_room

SHOWN: Final = 100
_KEY: Final = re.compile(rf"[!-~]{{1,{LONGEST_KEY}}}")
_READ_BYTES: Final = 1 << 16
_KEY_SHAPE: Final = {"type": "string", "pattern": f"^[!-~]{{1,{LONGEST_KEY}}}$"}


class MayFeed(BasePermission):
    """A token with the scope of feeds, of somebody who may import."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        token, scope = request.auth, ApiToken.Scope.LIVE
        if isinstance(token, ApiToken) and scope not in token.scopes:
            raise PermissionDenied(f"the token lacks the scope `{scope}`")
        return request.user.has_perm(IMPORT)


class Records(ApiView):
    """Where records are posted to."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated, MayFeed]

    @described(
        "post_live_records",
        summary="Post records to a live feed",
        description=(
            "Whole SMF records, each behind its RDW, as bytes, packed as `Content-Encoding` says"
            " (gzip, zstd); a packed body may be chunked. The answer comes when the records are on"
            " the disk. The same `Idempotency-Key` with the same body gets the same answer, and"
            " nothing is taken again: for seven days at least. Needs a token with the scope `live`."
        ),
        answers={201: TakenSerializer, 200: TakenSerializer},
        refusals=(400, 409, 413, 507),
        parameters=(
            query(
                "feed",
                f"The feed, made when it is not there; `{making.DEFAULT}` unless given.",
                type={"type": "string", "pattern": f"^{making.NAME.pattern}$"},
            ),
            OpenApiParameter(
                "Idempotency-Key",
                _KEY_SHAPE,
                OpenApiParameter.HEADER,
                required=True,
                description="Tells one request from all others of the feed.",
            ),
        ),
        request={"application/octet-stream": OpenApiTypes.BINARY},
    )
    def post(self, request: Request) -> Response:
        refuse_unknown(request.query_params, ("feed",))
        key = _key(request)
        body = _body(request)
        now = timezone.now()
        try:
            found = bodies.received(key, body)
            feed = making.posted(
                request.query_params.get("feed", making.DEFAULT), by=request.user, now=now
            )
            with disk_room(then="post again"):
                post, repeated = inbox.take(feed=feed, received=found, now=now)
        except KeyReusedError as error:
            raise ConflictError(str(error)) from error
        except InboxFullError as error:
            raise NoRoomError(str(error)) from error
        except UnreadableError as error:
            raise ParameterError({"body": str(error)}) from error
        except FeedError as error:
            raise ParameterError({"feed": str(error)}) from error
        return Response(_answer(post, feed.name, repeated=repeated), 200 if repeated else 201)


def _key(request: Request) -> str:
    key = str(request.headers.get("Idempotency-Key", ""))
    if not _KEY.fullmatch(key):
        raise ParameterError(
            {
                "Idempotency-Key": "the header `Idempotency-Key` must tell this request from all"
                f" others: 1 to {LONGEST_KEY} visible ASCII characters"
            }
        )
    return key


def _body(request: Request) -> bytes:
    """The body, unpacked. Raises TooLargeError, ParameterError."""
    encoding = str(request.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding not in bodies.ENCODINGS:
        known = ", ".join(bodies.ENCODINGS)
        raise ParameterError({"Content-Encoding": f"`{encoding[:40]}` is none of {known}"})
    if encoding == "identity" and not request.META.get("CONTENT_LENGTH"):
        # Servers give what came of it as a whole body when a connection breaks.
        raise ParameterError(
            {
                "body": "a body without the header `Content-Length` must be packed (gzip, zstd):"
                " only so its end is told from a connection that broke"
            }
        )
    most = settings.LIVE.post_max_bytes
    try:
        body = bodies.unpacked(_read(request, most), encoding, most)
    except OversizedError as error:
        raise TooLargeError(str(error)) from error
    except UnreadableError as error:
        raise ParameterError({"body": str(error)}) from error
    return body


def _read(request: Request, most: int) -> bytes:
    """The body as it was sent; a chunked one has no length, and ends where its server says."""
    environ: dict[str, Any] = request.META
    stream: Any = request
    length = environ.get("CONTENT_LENGTH") or ""
    if not length:
        if not environ.get("wsgi.input_terminated"):
            raise ParameterError({"body": "the header `Content-Length` is missing"})
        stream = environ["wsgi.input"]
    elif length.isdecimal() and int(length) > most:
        raise TooLargeError(f"the body is larger than {most} bytes")
    parts, size = [], 0
    while size <= most and (part := stream.read(_READ_BYTES)):
        parts.append(part)
        size += len(part)
    if length.isdecimal() and size < int(length):
        raise ParameterError({"body": "the body broke off before its end"})
    return b"".join(parts)


def _answer(post: Post, feed: str, *, repeated: bool) -> dict[str, Any]:
    names = ("place", "length", "reason", "message")
    found = reads.rejects_of_post(post.feed_id, post.key, SHOWN) if post.rejects else []
    return {
        "feed": feed,
        "key": post.key,
        "repeated": repeated,
        "records": post.records,
        "rejects": post.rejects,
        "rejected": [{name: getattr(one, name) for name in names} for one in found],
    }
