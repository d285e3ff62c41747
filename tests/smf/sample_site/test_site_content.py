"""What the sample site shows: services, protections, certificates, codes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from smf import ciphers, codes
from smf.encode.values import fields_of
from smf.layout import SUMMARY
from smf.times import certificate_time

ALL = {"TLS 768", "TLS 769", "TLS 770", "TLS 771", "TLS 772", "SSH 2", "IPSEC 1", "IPSEC 2", "NONE"}
FAILED = {"TLS 0", "SSH 0"}


def codes_of(protections: dict[int, dict[str, Any]]) -> Iterator[tuple[str, str, int]]:
    """Key, enumeration and value of every code in the protocols' sections."""
    for raw in protections.values():
        for section in ("tls", "ssh", "ipsec"):
            for key, value in (raw[section] or {}).items():
                nested = value if isinstance(value, dict) else {"": value}
                for inner, one in nested.items():
                    whole = f"{key}.{inner}" if inner else key
                    if enumeration := fields_of(SUMMARY, section)[whole].enumeration:
                        yield whole, enumeration, one
        for kind, _ in raw["dns"]:
            yield "type", "dn_type", kind


def test_every_protection_and_role_is_there(site: Any) -> None:
    used = site.used()
    assert set(used["mark"]) == ALL | FAILED
    assert set(used["role"]) == {"server", "client", "peer"}
    places = set(used.select("sysplex", "system", "stack").unique().iter_rows())
    assert places == {
        ("PLEXA", "SYSA", "TCPIP"),
        ("PLEXA", "SYSB", "TCPIP"),
        ("PLEXA", "SYSB", "TCPIPDMZ"),
        ("PLEXB", "PRD1", "TCPIP"),
        ("PLEXB", "PRD2", "TCPIP"),
    }


def test_the_services_of_a_real_site_are_there(site: Any) -> None:
    served = site.sessions.filter(pl.col("role") == "server")
    ports = set(served["port_start"])
    assert {992, 23, 21, 446, 448, 1414, 1415, 8443, 443, 175, 2252, 22} <= ports
    data = served.filter(pl.col("user") == "*FTPUSR*")
    assert set(data.select("job", "port_start", "port_end").iter_rows()) == {
        ("FTPD1", 50_000, 50_200)
    }
    peers = site.sessions.filter(pl.col("role") == "peer")
    assert set(peers.select("ip_proto", "port_start", "port_end").iter_rows()) == {
        (17, 12_000, 12_004)
    }
    assert site.sessions["ipv6"].any()


def test_every_session_is_its_own(site: Any) -> None:
    assert site.sessions["session_id"].n_unique() == site.sessions.height
    assert site.sessions["session_id"].str.contains(r"^[TSIN]-[0-9A-F]{40}$").all()


def test_one_code_alone_is_in_no_table(site: Any) -> None:
    found = {(one, value) for _, one, value in codes_of(site.protections)}
    no_flags = {(one, 0) for one in ("tls_crypto_flags", "ssh_crypto_flags")}
    unlisted = {code for code in found if codes.lookup(*code) is None}
    assert unlisted - no_flags == {("ssh_key_exchange", 0x00EE)}
    suites = {raw["tls"]["cipher"] for raw in site.protections.values() if raw["tls"]}
    assert {suite for suite in suites if ciphers.lookup(suite) is None} == {ciphers.FAILED}


def test_nothing_is_called_unknown_where_a_handshake_succeeded(site: Any) -> None:
    sound = {
        index: raw
        for index, raw in site.protections.items()
        if not (raw["tls"] and raw["tls"]["cipher"] == ciphers.FAILED)
        and not (raw["ssh"] and raw["ssh"]["version"] == 0)
    }
    unknown = {
        key
        for key, enumeration, value in codes_of(sound)
        if (code := codes.lookup(enumeration, value)) and code.short_name == "Unknown"
    }
    # A second method of authentication that there was not is 0.
    assert unknown == {"auth2"}


def test_suites_agree_with_the_algorithms_beside_them(site: Any) -> None:
    for raw in site.protections.values():
        tls = raw["tls"]
        suite = ciphers.lookup(tls["cipher"]) if tls else None
        if suite:
            assert suite.enc
            assert suite.mac_code
            assert (tls["enc"], tls["mac"]) == (suite.enc.value, suite.mac_code.value)


def test_failed_handshakes_are_counted_by_the_newest_release_alone(site: Any) -> None:
    used = site.used()
    counted = used.filter(pl.col("failed") > 0)
    assert set(counted["mark"]) == FAILED
    assert set(counted["system"]) == {"SYSB", "PRD2"}
    assert (counted["failed"] == counted["connections"]).all()
    assert used.filter(pl.col("mark").is_in(FAILED) & pl.col("failed").is_null()).is_empty()


def test_older_releases_show_short_unprotected_connections_instead(site: Any) -> None:
    used = site.used()
    secure = used.filter(pl.col("mark").str.contains("TLS|SSH")).select("server_ip", "port_start")
    alike = used.filter((pl.col("mark") == "NONE") & pl.col("failed").is_null()).join(
        secure.unique(), on=["server_ip", "port_start"], how="semi"
    )
    of_sessions = alike.group_by("session_index").agg(
        pl.col("connections", "short", "in_bytes", "out_bytes").sum()
    )
    failing = of_sessions.filter(
        (pl.col("short") * 2 > pl.col("connections"))
        & (pl.col("in_bytes") + pl.col("out_bytes") < pl.col("connections") * 8_192)
    )
    assert failing.height > 0


def test_certificates_expire_soon_late_and_have_expired(site: Any) -> None:
    days = set()
    end = datetime(2026, 10, 5, tzinfo=UTC)
    for raw in site.protections.values():
        for section, key in (("tls", "scert"), ("tls", "ccert"), ("ipsec", "lcert")):
            certificate = (raw[section] or {}).get(key, {})
            if text := certificate.get("not_after"):
                found = certificate_time(text)
                assert found
                assert len(certificate["serial"]) == 16
                days.add((found - end).days)
    for low, high in ((-400, -1), (0, 7), (8, 30), (31, 90), (91, 400), (8_600, 9_999)):
        assert any(low <= day <= high for day in days), (low, high)
    assert certificate_time("20521008120000Z") == end + timedelta(days=9_500, hours=12)


def test_names_tell_servers_and_partners_apart(site: Any) -> None:
    names = {(kind, text) for raw in site.protections.values() for kind, text in raw["dns"]}
    kinds = {kind for kind, _ in names}
    assert kinds == {1, 2, 3, 4, 5, 6, 7, 8}
    assert (5, "CN=tn3270.sysb.example.com,OU=Mainframe,O=Example,C=DE") in names
    assert any(kind == 5 and "partner.example.net" in text for kind, text in names)
    assert any(kind == 7 and "mqp100.partner" in text for kind, text in names)


def test_a_release_for_all_changes_what_can_be_recorded(make_site: Callable[..., Any]) -> None:
    old, new = (
        make_site(release=release, sessions=120, days=3, interval_minutes=480, detail=True)
        for release in ("v2r3", "zos32")
    )
    assert old.rejects == new.rejects == []
    assert set(old.used()["mark"]) == ALL - {"TLS 772"}
    assert set(new.used()["mark"]) == ALL | FAILED
    assert old.activity["failed"].is_null().all()
    assert new.activity["failed"].is_not_null().all()
    assert set(old.sessions["release"]) == {"CS V2R3"}
    roles = pl.col("flags") & 0x18
    assert old.connections.filter(roles != 0).is_empty()
    assert not new.connections.filter(roles != 0).is_empty()
