"""Pages asked by every role and by strangers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

IN = "to the sign-in page"
WHO = ("stranger", "nobody", "viewer", "policy author", "analyst")
Answers = tuple[object, ...]
"""One for each of WHO."""
READ, READ_ONLY = (IN, 403, 200, 200, 200), (IN, 403, 405, 405, 405)
READS = (READ, READ_ONLY)
STARTS = ((IN, 403, 403, 200, 403), (IN, 403, 403, 422, 403))
WRITES = ((IN, 403, 403, 405, 403), (IN, 403, 403, 302, 403))
TAKES = ((IN, 403, 403, 403, 200), (IN, 403, 403, 403, 405))


def wrong_answers(
    expected: Mapping[str, tuple[Answers, Answers]],
    address: Callable[[str], tuple[object, ...]],
    roles: dict[str, Group],
) -> Iterator[tuple[str, str, str, object]]:
    """Yield who got something else to GET or POST: `address` gives the arguments of a name.

    Nothing is deleted: the page that could is not asked by the one who may.
    """
    for who_at, who in enumerate(WHO):
        client = Client()
        if who != "stranger":
            user, _ = User.objects.get_or_create(username=who)
            user.groups.set([roles[who]] if who in roles else [])
            client.force_login(user)
        for name, sides in expected.items():
            for method, answers in zip(("GET", "POST"), sides, strict=True):
                if name.endswith("_delete") and method == "POST" and who == "policy author":
                    continue
                found = _answer(client, method, reverse(name, args=address(name)))
                if found != answers[who_at]:
                    yield who, method, name, found


def statuses(asked: Iterable[tuple[Client, str]]) -> dict[str, int]:
    """The status of the answer to each GET."""
    return {address: _whole(client.get(address)).status_code for client, address in asked}


def _answer(client: Client, method: str, address: str) -> object:
    answer = _whole(client.generic(method, address))
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith(reverse("sign_in"))
    return IN if to_sign_in else answer.status_code


def _whole(answer: Any) -> Any:
    if answer.streaming:
        answer.getvalue()
    return answer
