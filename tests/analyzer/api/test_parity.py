"""What a page shows or does, a program gets too: every page beside its address of the API."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from analyzer.api.urls import urlpatterns
from analyzer.models import AuditEntry, ImportPath, SecuritySession
from analyzer.urls import urlpatterns as pages
from tests.analyzer.api.conftest import rows_of

pytestmark = pytest.mark.usefixtures("filled", "db")
LOOKS = "how a browser shows tables"
SIGNS_IN = "signs a person in; programs have tokens"
OF_PEOPLE = "a person's own secret, which only somebody signed in changes"
SAME = {
    "home": "api_overview",
    "queries": "api_queries",
    "query": "api_queries",
    "query_import": "api_queries",
    "queries_export": "api_queries",
    "query_run": "api_servers",
    "query_edit": "api_query",
    "query_export": "api_query",
    "query_delete": "api_query",
    "query_preview": "api_query_preview",
    "report_servers": "api_servers",
    "report_clients": "api_clients",
    "report_peers": "api_peers",
    "report_server": "api_server_clients",
    "report_sessions": "api_server_sessions",
    "report_session": "api_session",
    "report_certificates": "api_certificates",
    "report_compare": "api_compare",
    "data_import": "api_paths",
    "data_upload": "api_imports",
    "data_import_paths": "api_imports",
    "data_history": "api_imports",
    "data_renew": "api_renew",
    "data_prune": "api_prunes",
    "data_prune_detail": "api_prune",
    "data_prune_cancel": "api_prune_cancel",
    "data_retention": "api_retention",
    "data_watch": "api_watch_folders",
    **dict.fromkeys(
        ("data_watch_folder", "data_watch_switch", "data_watch_remove"), "api_watch_folder"
    ),
    **dict.fromkeys(("packs", "pack_new"), "api_packs"),
    **dict.fromkeys(("pack", "pack_delete"), "api_pack"),
    "pack_cancel": "api_pack_cancel",
    "pack_file": "api_pack_file",
    "report_cbom": "api_cbom",
    "report_baselines": "api_baselines",
    "report_baseline": "api_baseline",
    "report_certificate": "api_certificate",
    **dict.fromkeys(("watches", "watch_new"), "api_watches"),
    **dict.fromkeys(("watch", "watch_edit", "watch_delete"), "api_watch"),
    "watch_run": "api_watch_runs",
    "watch_run_now": "api_watch_run",
    "watch_switch": "api_watch_switch",
    "watch_test": "api_watch_test",
    **dict.fromkeys(("schedules", "schedule_new"), "api_schedules"),
    **dict.fromkeys(("schedule", "schedule_edit", "schedule_delete"), "api_schedule"),
    "schedule_run_now": "api_schedule_run",
    "schedule_switch": "api_schedule_switch",
    "data_import_detail": "api_import",
    "data_cancel": "api_cancel",
    "data_resubmit": "api_resubmit",
    "data_rejects": "api_rejects",
    "data_reject": "api_rejects",
    "data_database": "api_database",
    "data_path_add": "api_paths",
    "data_path_remove": "api_path",
    **dict.fromkeys(("data_file", "data_file_drop"), "api_import_file"),
    "settings_systems": "api_systems",
    "settings_system": "api_system",
    "watch_retry": "api_delivery_retry",
    "watch_secret": "api_watch_secret",
    "baseline_copy": "api_baselines",
    **dict.fromkeys(("baseline_edit", "baseline_delete"), "api_baseline"),
    "baseline_import": "api_baseline_import",
    "baseline_export": "api_baseline_export",
    "baseline_rule_new": "api_rules",
    **dict.fromkeys(("baseline_rule", "baseline_rule_delete"), "api_rule"),
    "baseline_rule_switch": "api_rule_switch",
    **dict.fromkeys(("settings_users", "settings_user_new"), "api_users"),
    "settings_user_role": "api_user",
    "settings_user_switch": "api_user_switch",
    "settings_user_password": "api_user_password",
    "settings_audit": "api_audit",
}
# Pages without an address of their own, and why.
NONE = {
    "table_columns": LOOKS,
    "search": "leads a person to a page; programs name the filter",
    "settings": "leads to the first page of the settings",
    "sign_in": SIGNS_IN,
    "sign_out": SIGNS_IN,
    "password_change": OF_PEOPLE,
    "settings_token": OF_PEOPLE,
    "settings_token_make": OF_PEOPLE,
    "settings_token_revoke": OF_PEOPLE,
}


def test_every_page_has_its_address_or_a_reason() -> None:
    assert {str(page.name) for page in pages} == SAME.keys() | NONE.keys()
    assert set(SAME.values()) <= {pattern.name for pattern in urlpatterns}


def test_a_session_has_every_code_and_its_days(analyst: Client) -> None:
    session = SecuritySession.objects.select_related("protection").earliest("pk")
    found = analyst.get(reverse("api_session", args=[session.pk])).json()
    assert found["title"] == session.protection.title
    assert found["details"] == session.protection.details
    (row,) = [
        row
        for row in rows_of(analyst, reverse("api_sessions"), days="all")
        if row["id"] == session.pk
    ]
    assert found["summary"] == row["summary"]
    assert session.protection.title in row["summary"]
    days = session.days.order_by("-day") if hasattr(session, "days") else None
    assert found["history"] == sorted(found["history"], key=lambda day: day["day"], reverse=True)
    assert found["history"]
    assert days is None or len(found["history"]) == days.count()
    assert analyst.get(reverse("api_session", args=[999_999])).status_code == 404


def test_the_overview_has_the_numbers_of_the_report(analyst: Client) -> None:
    found = analyst.get(reverse("api_overview"), {"days": "all"}).json()
    rows = rows_of(analyst, reverse("api_servers"), days="all")
    (servers,) = [one for one in found["groups"]["roles"] if one["keys"][0] == "server"]
    assert servers["connections"] == sum(row["connections"] for row in rows)
    assert servers["unprotected"] == sum(row["unprotected"] for row in rows)
    assert sum(day["connections"] for day in found["days"]) <= servers["connections"]
    wrong = analyst.get(reverse("api_overview"), {"role": "x", "port": "abc", "y": "1"})
    assert wrong.status_code == 400
    assert wrong.json()["errors"].keys() == {"role", "port", "y"}


def test_the_store_the_paths_and_the_accounts_are_told(program: object, person: object) -> None:
    administrator: Client = program("administrator")  # type: ignore[operator]
    store = administrator.get(reverse("api_database")).json()
    assert store["security_sessions"] == SecuritySession.objects.count()
    assert store["partitions"]
    ImportPath.objects.create(path="/dumps/*.smf", added_at=User.objects.earliest("pk").date_joined)
    (path,) = administrator.get(reverse("api_paths")).json()["rows"]
    assert (path["path"], path["added_by"]) == ("/dumps/*.smf", None)
    (account,) = administrator.get(reverse("api_users")).json()["rows"]
    assert (account["username"], account["roles"]) == ("administrator", ["administrator"])
    assert "password" not in account


def test_the_audit_log_is_read_page_after_page(program: object) -> None:
    administrator: Client = program("administrator")  # type: ignore[operator]
    now = User.objects.earliest("pk").date_joined
    for number in range(130):
        AuditEntry.objects.create(at=now, user_name="x", action="a", target=str(number), data={})
    first = administrator.get(reverse("api_audit")).json()
    second = administrator.get(reverse("api_audit"), {"after": first["next"]}).json()
    assert (len(first["rows"]), len(second["rows"]), second["next"]) == (100, 30, None)
    assert [row["target"] for row in first["rows"][:2]] == ["129", "128"]
    assert administrator.get(reverse("api_audit"), {"after": "x"}).status_code == 400
