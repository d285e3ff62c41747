"""What each role gets at each address; tests/analyzer/views/test_access.py asks for it."""

from __future__ import annotations

IN = "to the sign-in page"
WHO = ("stranger", "nobody", "viewer", "analyst", "administrator")


def all_who_may(right: str, status: int, refused: int = 403) -> tuple[object, ...]:
    """A stranger signs in; the others get the status from the role on that has the right."""
    first = {"view": 2, "import": 3, "export": 3, "save": 3, "administer": 4}[right]
    return (IN, *(refused if place < first else status for place in range(1, len(WHO))))


OPEN, SIGNED_IN = (200,) * 5, (IN, 200, 200, 200, 200)
READ, READ_ONLY = all_who_may("view", 200), all_who_may("view", 405)
ANYBODY_405 = (405,) * 5
OWNERS: tuple[object, ...] = (IN, 403, 403, 403, 200)  # another's: administrators only
# What an empty POST does behind the gate: 302 it is done, 422 the form is not filled in.
EXPECTED: dict[str, tuple[tuple[object, ...], tuple[object, ...]]] = {
    "health_live": (OPEN, OPEN),
    "health_ready": (OPEN, OPEN),
    "home": (READ, READ_ONLY),
    "search": (READ, READ_ONLY),
    **dict.fromkeys(("help", "help_page", "help_document"), (SIGNED_IN, (IN, *(405,) * 4))),
    "queries": (READ, READ_ONLY),
    "query": (READ, (IN, 403, 403, 422, 422)),
    "query_preview": (READ_ONLY, READ),
    "query_import": (all_who_may("save", 405), all_who_may("save", 422)),
    "queries_export": (all_who_may("export", 200), all_who_may("export", 405)),
    "packs": (all_who_may("export", 200), all_who_may("export", 405)),
    "pack_new": (all_who_may("export", 200), all_who_may("export", 302)),
    "pack": (all_who_may("export", 200), all_who_may("export", 405)),
    "pack_file": (all_who_may("export", 200), all_who_may("export", 405)),
    "pack_cancel": (all_who_may("export", 405), all_who_may("export", 302)),
    "pack_delete": (all_who_may("export", 405), all_who_may("export", 302)),
    "query_run": (all_who_may("view", 302), READ_ONLY),
    "query_edit": ((IN, 403, 403, 403, 200), (IN, 403, 403, 403, 422)),
    "query_export": (all_who_may("export", 200), all_who_may("export", 405)),
    "query_delete": ((IN, 403, 403, 403, 200), (IN, 403, 403, 403, 302)),
    "table_columns": (READ, all_who_may("view", 422)),
    "watches": (READ, READ_ONLY),
    "watch_new": (all_who_may("save", 200), all_who_may("save", 422)),
    "watch": (READ, READ_ONLY),
    "watch_run": (READ, READ_ONLY),
    "watch_edit": (OWNERS, (*OWNERS[:4], 422)),
    "watch_delete": (OWNERS, (*OWNERS[:4], 302)),
    **dict.fromkeys(
        ("watch_switch", "watch_run_now", "watch_test", "watch_retry"),
        (all_who_may("save", 405), (*OWNERS[:4], 302)),
    ),
    "watch_secret": (all_who_may("save", 405), OWNERS),
    "schedules": (READ, READ_ONLY),
    "schedule_new": (all_who_may("save", 200), all_who_may("save", 422)),
    "schedule": (READ, READ_ONLY),
    "schedule_edit": (OWNERS, (*OWNERS[:4], 422)),
    "schedule_delete": (OWNERS, (*OWNERS[:4], 302)),
    **dict.fromkeys(
        ("schedule_switch", "schedule_run_now"),
        (all_who_may("save", 405), (*OWNERS[:4], 302)),
    ),
    "report_servers": (READ, READ_ONLY),
    "report_clients": (READ, READ_ONLY),
    "report_peers": (READ, READ_ONLY),
    "report_server": (READ, READ_ONLY),
    "report_sessions": (READ, READ_ONLY),
    "report_session": (READ, READ_ONLY),
    "report_cbom": (all_who_may("export", 200), all_who_may("export", 405)),
    "report_compare": (READ, READ_ONLY),
    "report_certificates": (READ, READ_ONLY),
    "report_certificate": (READ, READ_ONLY),
    "report_baselines": (READ, READ_ONLY),
    "report_baseline": (READ, READ_ONLY),
    "baseline_import": (all_who_may("save", 405), all_who_may("save", 422)),
    "baseline_copy": (all_who_may("save", 200), all_who_may("save", 422)),
    "baseline_edit": (all_who_may("save", 200), all_who_may("save", 422)),
    "baseline_delete": (all_who_may("save", 200), all_who_may("save", 302)),
    "baseline_export": (all_who_may("export", 200), all_who_may("export", 405)),
    "baseline_rule_new": (all_who_may("save", 200), all_who_may("save", 422)),
    "baseline_rule": (all_who_may("save", 200), all_who_may("save", 422)),
    "baseline_rule_switch": (all_who_may("save", 405), all_who_may("save", 302)),
    "baseline_rule_delete": (all_who_may("save", 405), all_who_may("save", 302)),
    "data_import": (all_who_may("import", 200), all_who_may("import", 405)),
    "data_upload": (all_who_may("import", 405), all_who_may("import", 422)),
    "data_import_paths": (all_who_may("import", 405), all_who_may("import", 422)),
    "data_path_add": (all_who_may("import", 405), all_who_may("import", 422)),
    "data_path_remove": (all_who_may("import", 405), all_who_may("import", 302)),
    "data_history": (READ, READ_ONLY),
    "data_import_detail": (READ, READ_ONLY),
    "data_cancel": (all_who_may("import", 405), all_who_may("import", 302)),
    "data_resubmit": (all_who_may("import", 405), all_who_may("import", 302)),
    "data_file": (all_who_may("export", 200), all_who_may("export", 405)),
    "data_file_drop": (all_who_may("administer", 405), all_who_may("administer", 302)),
    "data_rejects": (READ, READ_ONLY),
    "data_reject": (READ, READ_ONLY),
    "data_renew": (all_who_may("import", 405), all_who_may("import", 302)),
    "data_prune": (all_who_may("administer", 200), all_who_may("administer", 422)),
    "data_prune_detail": (READ, READ_ONLY),
    "data_prune_cancel": (all_who_may("administer", 405), all_who_may("administer", 302)),
    "data_retention": (all_who_may("administer", 200), all_who_may("administer", 302)),
    "data_watch": (all_who_may("import", 200), all_who_may("import", 422)),
    "data_watch_folder": (all_who_may("import", 200), all_who_may("import", 422)),
    "data_watch_switch": (all_who_may("import", 405), all_who_may("import", 302)),
    "data_watch_remove": (all_who_may("import", 405), all_who_may("import", 302)),
    "data_database": (READ, READ_ONLY),
    "settings": (all_who_may("view", 302), READ_ONLY),
    "settings_systems": (READ, READ_ONLY),
    "settings_system": (all_who_may("administer", 200), all_who_may("administer", 422)),
    "settings_token": (READ, READ_ONLY),
    "settings_token_make": (READ_ONLY, all_who_may("view", 422)),
    "settings_token_revoke": (READ_ONLY, all_who_may("view", 302)),
    "settings_users": (all_who_may("administer", 200), all_who_may("administer", 405)),
    "settings_user_new": (all_who_may("administer", 405), all_who_may("administer", 422)),
    "settings_user_role": (all_who_may("administer", 405), all_who_may("administer", 302)),
    "settings_user_switch": (all_who_may("administer", 405), all_who_may("administer", 302)),
    "settings_user_password": (all_who_may("administer", 405), all_who_may("administer", 200)),
    "settings_audit": (all_who_may("administer", 200), all_who_may("administer", 405)),
    "sign_in": ((200, 302, 302, 302, 302), (422, 302, 302, 302, 302)),
    "sign_out": (ANYBODY_405, (302,) * 5),
    "password_change": (SIGNED_IN, (IN, 422, 422, 422, 422)),
}
POSTS = [name for name, (get, _) in EXPECTED.items() if 405 in get and name != "sign_out"]
POSTS += ["settings_system", "sign_in", "sign_out", "password_change"]
POSTS += ["query", "query_edit", "query_delete", "pack_new", "table_columns"]
POSTS += ["data_prune", "data_retention", "data_watch", "data_watch_folder"]
POSTS += ["baseline_copy", "baseline_edit", "baseline_delete", "baseline_rule_new", "baseline_rule"]
POSTS += [f"{one}_{do}" for one in ("watch", "schedule") for do in ("new", "edit", "delete")]
