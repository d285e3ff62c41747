"""The door to HTMX headers."""

from __future__ import annotations

import pytest
from django.http import HttpResponseRedirect
from django.test import RequestFactory

from web import htmx

FRAGMENT = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({}, False),
        (FRAGMENT, True),
        ({**FRAGMENT, "HX-History-Restore-Request": "true"}, False),
        ({**FRAGMENT, "HX-Boosted": "true"}, False),
    ],
)
def test_only_script_that_changes_a_part_gets_a_fragment(
    headers: dict[str, str],
    wanted: bool,
) -> None:
    assert htmx.wants_fragment(RequestFactory().get("/", headers=headers)) is wanted


def test_a_page_that_has_two_looks_says_so_to_caches() -> None:
    request = RequestFactory().get("/", headers=FRAGMENT)
    response = htmx.render_part(
        request, "404.html", "components/_cell_state.html", {"value": "failed"}
    )
    assert "HX-Request" in response["Vary"]
    assert b"<html" not in response.content


def test_a_redirect_takes_the_whole_window_away() -> None:
    target = HttpResponseRedirect("/accounts/login/")
    plain = htmx.follow(RequestFactory().get("/"), target)
    scripted = htmx.follow(RequestFactory().get("/", headers=FRAGMENT), target)
    assert plain.status_code == 302
    assert (scripted.status_code, scripted["HX-Redirect"]) == (204, "/accounts/login/")


@pytest.mark.parametrize(
    ("current", "path"),
    [
        ("http://testserver/data/history/?after=3", "/data/history/?after=3"),
        ("http://testserver/data/", "/data/"),
        ("http://elsewhere.example/data/", ""),
        ("", ""),
    ],
)
def test_the_page_below_a_fragment_is_known_only_on_this_host(current: str, path: str) -> None:
    request = RequestFactory().get("/part/", headers={"HX-Current-URL": current})
    assert htmx.page_address(request) == path
