"""Database addresses as Django wants them."""

from __future__ import annotations

import pytest

from config.addresses import database
from config.env import EnvironmentVariableError


def test_every_part_of_an_address_is_kept() -> None:
    assert database("postgresql://zert:p%40ss@db.example:5433/zertify?sslmode=require") == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "zertify",
        "USER": "zert",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


def test_a_socket_directory_is_unquoted() -> None:
    found = database("postgresql://postgres@%2Fsrv%2Frun:5432/zertify")
    assert (found["HOST"], found["PORT"], found["PASSWORD"]) == ("/srv/run", "5432", "")


@pytest.mark.parametrize(
    ("url", "port"), [("postgresql://[fd00::5]:6432/z", "6432"), ("postgres://[fd00::5]/z", "")]
)
def test_an_ipv6_host_keeps_its_colons(url: str, port: str) -> None:
    found = database(url)
    assert (found["HOST"], found["PORT"]) == ("fd00::5", port)


def test_another_database_product_is_refused() -> None:
    with pytest.raises(EnvironmentVariableError, match="only PostgreSQL"):
        database("mysql://localhost/zertify")
