"""A run begins with how rules match on the site, and keeps it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from designer.models import Version
from designer.site import Chosen, choose
from enforcement.engine.choices import CHOICES
from enforcement.forms.histories import HistoryForm
from enforcement.runs import starting, work
from enforcement.runs.wanted import Wanted
from policy.settings import Absent, Scope, Settings, Together
from tests.designer.conftest import NOW

pytestmark = pytest.mark.usefixtures("filled", "db")
CHOSEN = {"scope": "all recorded data", "ssh_ways": "either"}


def chosen(by: User, revision: int, **values: str) -> None:
    choose(said=Chosen(matching=values), revision=revision, by=by, now=NOW)


def test_a_run_keeps_the_settings_that_it_began_with(draft: Version, anna: User) -> None:
    chosen(anna, 0, **CHOSEN)
    wanted = Wanted(days=30, versions=[draft], mode="zos")
    run = starting.start(wanted=wanted, by=anna, now=timezone.now())
    chosen(anna, 1, unknown_attribute="fits")
    run.refresh_from_db()
    assert work.how(run) == Settings(scope=Scope.AS_ZOS, ssh_ways=Together.EITHER)
    later = starting.start(wanted=wanted, by=anna, now=timezone.now())
    assert work.how(later) == Settings(unknown_attribute=Absent.FITS)


def test_forms_begin_with_the_scope_and_settings_of_the_site(anna: User) -> None:
    client = Client()
    client.force_login(anna)
    pages = (reverse("enforcement_new"), reverse("history_new"))
    assert [client.get(page).context["form"]["mode"].value() for page in pages] == ["zos", "zos"]
    chosen(anna, 0, **CHOSEN)
    assert {client.get(page).context["form"]["mode"].value() for page in pages} == {"recorded"}
    form = HistoryForm([], [])
    assert form["setting_ssh_ways"].value() == "either"
    assert {f"setting_{name}" for name in CHOICES if name != "scope"} <= set(form.fields)
