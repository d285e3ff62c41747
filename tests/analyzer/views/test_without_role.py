"""An account that has no role yet, and one whose role does not include a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from tests.analyzer.views.conftest import ClientAs
from tests.analyzer.views.page import Page

pytestmark = pytest.mark.django_db
NO_ROLE = "Your account has no role yet"
PAGES = ["/", "/report/servers/", "/data/import/", "/settings/users/"]


@pytest.mark.parametrize("path", PAGES)
def test_an_account_without_a_role_is_told_who_can_give_one(nobody: Client, path: str) -> None:
    answer = nobody.get(path)
    page = Page(answer)
    assert answer.status_code == 403
    assert f'<h1 class="h2">{NO_ROLE}</h1>' in answer.content.decode()
    assert "You are signed in as nobody" in page.text
    assert "an administrator can give you one under Settings, Users" in page.text
    assert "You may not see this page" not in page.text
    assert "/report/servers/" not in page.links


def test_it_can_sign_out_from_there(nobody: Client) -> None:
    page = Page(nobody.get("/"))
    _, form = (form for form in page.forms if form.action == reverse("sign_out"))
    assert form.method == "post"  # the one of the page itself; the first is in the bar's menu
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = nobody.cookies
    answer = strict.post(form.action, {name: given[0] for name, given in form.fields.items()})
    assert answer["Location"] == reverse("sign_in")
    assert strict.get("/")["Location"].startswith(reverse("sign_in"))


def test_with_a_role_the_same_address_leads_on(nobody: Client, roles: dict[str, Group]) -> None:
    nobody.get("/")
    User.objects.get(username="nobody").groups.add(roles["viewer"])
    assert "<h1>Overview</h1>" in nobody.get("/").content.decode()


def test_a_role_that_does_not_include_a_page_is_told_that(client_as: ClientAs) -> None:
    answer = client_as("viewer").get(reverse("data_import"))
    assert answer.status_code == 403
    assert "You may not see this page" in Page(answer).text
    assert NO_ROLE not in answer.content.decode()


def test_the_administrator_can_give_it_the_role(
    client_as: ClientAs, person: Callable[[str], User]
) -> None:
    user = User.objects.create(username="nobody")
    client = client_as("administrator")
    assert "none" in Page(client.get(reverse("settings_users"))).text
    client.post(reverse("settings_user_role", args=[user.pk]), {"role": "viewer"})
    assert user.has_perm("analyzer.view_report")
