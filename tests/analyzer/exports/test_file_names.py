"""A file name says what, which filter, when; and nothing else gets into it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest
from django.http import QueryDict

from analyzer.exports.names import file_name
from analyzer.queries.filters import Filters

NOON = datetime(2026, 10, 5, 12, 30, tzinfo=timezone(timedelta(hours=2)))


def name(what: str, query: str) -> str:
    return file_name(what, Filters.from_params(QueryDict(query))[0], NOON, "csv")


@pytest.mark.parametrize(
    ("what", "query", "wanted"),
    [
        ("servers", "", "zertify_servers_the-last-30-days_2026-10-05T1030Z.csv"),
        ("servers", "days=all", "zertify_servers_all-days_2026-10-05T1030Z.csv"),
        (
            "clients of TN3270 10.1.0.5:992",
            "port=992&job=TN*&from=2026-10-01&to=2026-10-02",
            "zertify_clients-of-TN3270-10.1.0.5-992_port-992_job-TN"
            "_2026-10-01-to-2026-10-02_2026-10-05T1030Z.csv",
        ),
        (
            "servers",
            "days=all&job=!FTPD1&version=<=TLSv1.1&connections=>=100",
            "zertify_servers_job-not-FTPD1_connections-from-100_version-up-to-TLSv1.1"
            "_all-days_2026-10-05T1030Z.csv",
        ),
    ],
)
def test_a_name_says_what_and_which_and_when(what: str, query: str, wanted: str) -> None:
    assert name(what, query) == wanted


@pytest.mark.parametrize(
    "text", ['"; filename="x.exe', "../../etc/passwd", "a\r\nX-Header: 1", "ü" * 900, "\u202egpj"]
)
def test_only_plain_characters_get_into_a_name(text: str) -> None:
    params = QueryDict(mutable=True)
    params["dn"] = text
    found = file_name("servers", Filters.from_params(params)[0], NOON, "csv")
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}", found)
    assert ".." not in found
