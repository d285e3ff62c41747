"""Gates: strangers sign in, users without the right are told so."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from web.checks import every_url_has_a_gate, url_patterns
from web.gate import OPEN, SIGNED_IN, gate, gate_of, open_to_all, require, signed_in


def _ok(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def _cached(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in", headers={"Cache-Control": "max-age=60"})


def _request(path: str = "/page/?q=1", *, user: Any = None, **more: Any) -> HttpRequest:
    request = RequestFactory().get(path, **more)
    request.user = user or SimpleNamespace(is_authenticated=False, has_perm=lambda _: False)
    return request


def _user(*rights: str) -> Any:
    return SimpleNamespace(is_authenticated=True, has_perm=lambda asked: asked in rights)


def test_a_stranger_signs_in_and_comes_back_to_the_address() -> None:
    response = gate("x.see")(_ok)(_request())
    assert response["Location"] == "/accounts/login/?next=/page/%3Fq%3D1"


def test_a_fragment_of_an_ended_session_leads_the_whole_window_to_sign_in() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/whole/"}
    response = gate("x.see")(_ok)(_request(headers=headers))
    assert response["HX-Redirect"] == "/accounts/login/?next=/whole/"


def test_a_user_without_the_right_is_refused() -> None:
    with pytest.raises(PermissionDenied):
        gate("x.see")(_ok)(_request(user=_user("x.other")))


def test_a_user_with_the_right_comes_in() -> None:
    assert gate("x.see")(_ok)(_request(user=_user("x.see"))).status_code == 200


def test_what_a_gate_lets_out_is_kept_by_no_browser() -> None:
    page = gate("x.see")(_ok)(_request(user=_user("x.see")))
    assert page["Cache-Control"] == "private, no-store"
    own = gate("x.see")(_cached)(_request(user=_user("x.see")))
    assert own["Cache-Control"] == "max-age=60"


def test_signed_in_asks_for_an_account_only() -> None:
    assert signed_in(_ok)(_request()).status_code == 302
    assert signed_in(_ok)(_request(user=_user())).status_code == 200


def test_open_to_all_lets_strangers_in() -> None:
    assert open_to_all(_ok)(_request()).status_code == 200


def test_one_more_right_can_be_asked_inside_a_view() -> None:
    require(_request(user=_user("x.take")), "x.take")
    with pytest.raises(PermissionDenied):
        require(_request(user=_user()), "x.take")


def test_each_wrapper_says_what_it_demands() -> None:
    assert gate_of(gate("x.see")(_ok)) == "x.see"
    assert gate_of(signed_in(_ok)) == SIGNED_IN
    assert gate_of(open_to_all(_ok)) == OPEN
    assert gate_of(_ok) is None


def test_the_addresses_of_this_site_all_have_a_gate() -> None:
    assert every_url_has_a_gate() == []
    assert any(path == "report/servers/" for path, _ in url_patterns())


def test_an_address_without_a_gate_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = SimpleNamespace(callback=_ok)
    monkeypatch.setattr("web.checks.url_patterns", lambda: iter([("bare/", bare)]))
    assert [found.id for found in every_url_has_a_gate()] == ["web.E001"]
