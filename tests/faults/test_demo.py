"""`make demo`: people, a sample site and a first page, without anything else to install."""

from __future__ import annotations

import re
import signal
import time
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.faults.embedded import servers_of, wait_until
from tests.faults.test_serve import read_until, start
from tests.ports import free_port

pytestmark = pytest.mark.faults
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def sign_in(address: str, name: str, password: str) -> OpenerDirector:
    opener = build_opener(HTTPCookieProcessor(CookieJar()))
    page = opener.open(f"{address}/accounts/login/", timeout=10).read().decode()
    token = TOKEN.search(page)
    assert token
    form = {"username": name, "password": password, "csrfmiddlewaretoken": token[1]}
    opener.open(f"{address}/accounts/login/", urlencode(form).encode(), timeout=10)
    return opener


def test_the_first_page_is_useful_and_the_second_start_quick(tmp_path: Path) -> None:
    var, port = tmp_path / "v", free_port()
    address = f"http://127.0.0.1:{port}"
    began = time.monotonic()
    demo = start("config.demo", var, port)
    try:
        seen = read_until(demo, "Zertify is at")
        users = dict(re.findall(r"^  (\w+) +(\S+)$", seen, re.MULTILINE))
        assert set(users) == {"viewer", "analyst", "author", "approver", "admin"}
        browser = sign_in(address, "viewer", users["viewer"])
        wait_until(
            lambda: "/report/servers/1" in browser.open(f"{address}/", timeout=30).read().decode(),
            within_s=60,
            what="no server is shown",
        )
        assert time.monotonic() - began < 60
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=40)
    began = time.monotonic()
    again = start("config.demo", var, port)
    try:
        seen = read_until(again, "Zertify is at")
        assert time.monotonic() - began < 10
        assert not [word for word in users.values() if word in seen]
        sign_in(address, "analyst", users["analyst"]).open(f"{address}/report/servers/", timeout=10)
        author = sign_in(address, "author", users["author"])
        assert "New rule set" in author.open(f"{address}/policy/", timeout=10).read().decode()
    finally:
        again.send_signal(signal.SIGINT)
        again.communicate(timeout=40)
    wait_until(lambda: not servers_of(var), within_s=20, what="servers are left behind")
