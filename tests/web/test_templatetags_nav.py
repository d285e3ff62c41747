"""Links of the bars: which of them says that the reader is there."""

from __future__ import annotations

import pytest
from django.template import Context
from django.test import RequestFactory

from web.templatetags.nav import nav_link

HREF = 'href="/report/servers/"'


def link(path: str | None, under: str = "") -> str:
    request = None if path is None else RequestFactory().get(path)
    return nav_link(Context({"request": request}), "report_servers", "A & B", under)


def test_a_word_is_escaped() -> None:
    assert link("/") == f'<a class="nav-link" {HREF}>A &amp; B</a>'


def test_the_page_itself_is_the_current_page() -> None:
    assert f'nav-link active" {HREF} aria-current="page"' in link("/report/servers/")


@pytest.mark.parametrize(
    ("path", "under"), [("/report/servers/7/", ""), ("/report/peers/", "/report/")]
)
def test_a_page_below_makes_its_link_current_but_is_not_it(path: str, under: str) -> None:
    assert 'active"' in link(path, under)
    assert 'aria-current="true"' in link(path, under)


def test_elsewhere_and_without_a_request_nothing_is_current() -> None:
    assert "active" not in link("/data/")
    assert "aria-current" not in link(None)
