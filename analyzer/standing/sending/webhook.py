"""A message posted to an address: signed, with a key, a time limit, and no redirects."""

from __future__ import annotations

import hmac
import ssl
import time
from hashlib import sha256
from typing import Final

import httpx
from django.utils.crypto import salted_hmac

from analyzer.models import Delivery, Watch
from analyzer.standing.deliveries import Outcome
from analyzer.standing.errors import TargetError
from analyzer.standing.sending.messages import body_of, plain
from analyzer.standing.sending.targets import checked_webhook

CONNECT_S, READ_S, ALL_S = 10, 15, 30
MOST_ANSWER_BYTES: Final = 64 << 10
_SHOWN: Final = 200


def secret_of(watch: Watch) -> str:
    """What the receiver checks signatures with: made from the site's key, stored nowhere."""
    salt = bytes(watch.salt).hex()
    return salted_hmac("zertify.watch.secret", salt, algorithm="sha256").hexdigest()


def signature_of(secret: str, body: bytes) -> str:
    return f"sha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"


def post(delivery: Delivery) -> Outcome:
    """Send it once; anything but an answer of 2xx is an error in words."""
    try:
        address = checked_webhook(delivery.target)
    except TargetError as error:
        return Outcome(str(error), final=True)
    body = body_of(delivery)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Zertify",
        "Idempotency-Key": str(delivery.key),
        "Zertify-Signature": signature_of(secret_of(delivery.watch), body),
    }
    return send_once(address, body, headers)


def send_once(address: str, body: bytes, headers: dict[str, str]) -> Outcome:
    """Post a body to an address that was checked; every failure is an error in words."""
    try:
        return _post(address, body, headers)
    except httpx.TimeoutException:
        return Outcome("the server did not answer in time")
    except httpx.TransportError as error:
        why = plain(str(error)) or "the connection broke"
        return Outcome(f"the server cannot be reached, or it hung up: {why}")
    except httpx.InvalidURL:
        return Outcome("the address cannot be read", final=True)


def _post(address: str, body: bytes, headers: dict[str, str]) -> Outcome:
    # The certificates that the machine trusts, also those of the site's own authority.
    client = httpx.Client(
        verify=ssl.create_default_context(),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
    )
    with client, client.stream("POST", address, content=body, headers=headers) as answer:
        if answer.is_success:
            return Outcome(code=answer.status_code)
        said = plain(_head(answer).decode(errors="replace"), most=_SHOWN)
    if answer.is_redirect:
        return Outcome("the server redirects, which is not followed", code=answer.status_code)
    return Outcome(
        f"the server answered with status {answer.status_code}{f': {said}' if said else ''}",
        code=answer.status_code,
    )


def _head(answer: httpx.Response) -> bytes:
    """The beginning of an answer: neither a long nor a slow one holds the worker."""
    until, found = time.monotonic() + ALL_S, b""
    for part in answer.iter_raw(4096):
        found += part
        if len(found) >= MOST_ANSWER_BYTES or time.monotonic() > until:
            break
    return found
