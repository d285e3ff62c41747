"""Sessions and their counters as IBM describes zERT aggregation, read back by the decoder."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from enforcement.aggregation import details
from enforcement.aggregation.aggregator import Aggregator
from enforcement.aggregation.recording import Recording
from smf.encode.connection import ConnectionRecord, encode_connection
from smf.encode.records import Stamp
from smf.encode.values import Values
from tests.builders.enforcement.aggregated import aggregated, rows, summaries
from tests.builders.enforcement.records import (
    NOON,
    SSH2,
    TLS11,
    TLS12,
    TUNNEL,
    UDP,
    Connection,
    ident,
    read,
    switched,
)

FTP = Connection()
COUNTS = ("connections", "partial", "short", "active", "in_bytes", "failed")
GUESSED, TOLD = ("server", 40_000), ("client", 50_001)


def test_short_connections_are_counted_as_such(tmp_path: Path) -> None:
    records = [
        Connection(number=n, remote_port=5_000 + n).at(4, n, {"TLS": TLS12}, in_bytes=10)
        for n in (1, 2)
    ]
    longer = Connection(number=3)
    found = aggregated(
        tmp_path, *records, longer.at(1, 10, {"TLS": TLS12}), longer.at(3, 20, {"TLS": TLS12})
    )
    assert rows(found, *COUNTS) == [(3, 0, 2, 0, 20, 0)]


def test_a_change_of_protection_makes_both_sessions_partial(tmp_path: Path) -> None:
    found = aggregated(
        tmp_path,
        FTP.at(1, 10, {"TLS": TLS12}, in_bytes=100),
        FTP.at(2, 20, in_bytes=150),
        FTP.at(3, 30, in_bytes=400),
    )
    assert rows(found, "protocol", *COUNTS) == [
        ("TLS", 1, 1, 0, 0, 150, 0),
        ("NONE", 1, 1, 0, 0, 250, 0),
    ]


def test_a_protection_that_comes_back_is_one_connection(tmp_path: Path) -> None:
    found = aggregated(
        tmp_path,
        FTP.at(1, 10, {"TLS": TLS12}),
        FTP.at(2, 20, {"TLS": TLS11}),
        FTP.at(2, 30, {"TLS": TLS12}),
        FTP.at(3, 40, {"TLS": TLS12}),
    )
    assert rows(found, *COUNTS) == [(1, 1, 0, 0, 0, 0)] * 2


def test_a_connection_that_another_job_goes_on_with_stays_where_it_was_counted(
    tmp_path: Path,
) -> None:
    """As inetd hands one on: the protection is the same all the time, so nothing is partial."""
    found = aggregated(
        tmp_path,
        Connection(job="INETD1").at(1, 10, {"TLS": TLS12}, in_bytes=10),
        Connection(job="FTPD5").at(3, 40, {"TLS": TLS12}, in_bytes=100),
    )
    assert rows(found, "job", *COUNTS) == [("INETD1", 1, 0, 0, 0, 100, 0)]


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ({}, {**TLS12, "role": 1}, [("NONE", *GUESSED, 1), ("TLS", *TOLD, 1)]),
        ({**TLS12, "role": 1}, None, [("TLS", *TOLD, 1), ("NONE", *TOLD, 1)]),
        ({**TLS12, "role": 0}, {**TLS12, "role": 1}, [("TLS", *GUESSED, 0)]),
    ],
    ids=["told late", "told first", "told of the same protection"],
)
def test_a_role_that_the_handshake_tells_stays_and_splits_no_protection(
    tmp_path: Path, first: Values, then: Values | None, expected: list[tuple[object, ...]]
) -> None:
    """Before z/OS 3.2; the stack is the client, and its own port is the lower one."""
    one = Connection(flags=0, local_port=40_000, remote_port=50_001)
    later = {"TLS": then} if then else {}
    found = aggregated(
        tmp_path,
        one.at(1, 10, {"TLS": first} if first else {}),
        one.at(2, 20, later),
        one.at(2, 25, {"TLS": first} if first else {}),
        one.at(3, 30, later),
    )
    assert rows(found, "protocol", "role", "port_start", "partial") == expected
    assert found["connections"].to_list() == [1] * len(expected)


def test_two_protocols_are_two_sessions_with_all_bytes(tmp_path: Path) -> None:
    found = aggregated(
        tmp_path,
        FTP.at(1, 10, {"TLS": TLS12, "IPSEC": TUNNEL}, in_bytes=100),
        FTP.at(2, 20, {"IPSEC": TUNNEL}, in_bytes=300),
        FTP.at(3, 30, {"IPSEC": TUNNEL}, in_bytes=900),
    )
    assert rows(found, "protocol", *COUNTS) == [
        ("TLS", 1, 1, 0, 0, 300, 0),
        ("IPSEC", 1, 0, 0, 0, 900, 0),
    ]


def test_what_is_informational_does_not_split_a_session(tmp_path: Path) -> None:
    tls: list[Values] = [
        {**TLS12, "session_id": "01" * 32, "handshake": 2, "provider": "System SSL", "fips": 1},
        {**TLS12, "session_id": "02" * 32, "role": 3},
    ]
    tunnels: list[Values] = [{**TUNNEL, "tunnel_id": 5, "lifetime": 9}, {**TUNNEL, "tunnel_id": 6}]
    found = aggregated(
        tmp_path,
        *(
            Connection(number=n, remote_port=2_000 + n).at(
                4, n, {"TLS": tls[n], "IPSEC": tunnels[n]}
            )
            for n in range(2)
        ),
    )
    assert rows(found, "protocol", "connections") == [("TLS", 2), ("IPSEC", 2)]


@pytest.mark.parametrize(
    "other",
    [
        Connection(number=2, job="FTPD2"),
        Connection(number=2, remote_ip="10.9.8.8"),
        Connection(number=2, local_port=990),
        Connection(number=2, flags=0x08),
        Connection(number=2, system="SYSB"),
        Connection(number=2, more={"local_ip": "10.1.2.4"}),
    ],
)
def test_each_criterion_splits_sessions(tmp_path: Path, other: Connection) -> None:
    found = aggregated(tmp_path, FTP.at(4, 1, {"TLS": TLS12}), other.at(4, 2, {"TLS": TLS12}))
    assert found["session_index"].n_unique() == 2


def test_neither_the_clients_port_nor_the_user_splits_a_session(tmp_path: Path) -> None:
    other = Connection(number=2, remote_port=9, more={"user": "ELSE"})
    found = aggregated(tmp_path, FTP.at(4, 1, {"TLS": TLS12}), other.at(4, 2, {"TLS": TLS12}))
    assert rows(found, "connections", "user") == [(2, "FTPUSER")]


SERVES = ("server", "10.1.2.3", "10.9.8.7", 21)
ASKS = ("client", "10.9.8.7", "10.1.2.3", 40_000)


@pytest.mark.parametrize(
    ("one", "section", "expected"),
    [
        (Connection(), {}, SERVES),
        (Connection(flags=0x08), {}, ASKS),
        (Connection(flags=0), {"TLS": {**TLS12, "role": 1}}, ASKS),
        (Connection(flags=0), {"SSH": SSH2}, SERVES),
        (Connection(flags=0), {}, SERVES),
        (Connection(flags=0, local_port=50_000), {}, ASKS),
        (Connection(flags=0, ip_proto=UDP), {}, ("peer", *SERVES[1:])),
    ],
)
def test_who_serves(
    tmp_path: Path, one: Connection, section: dict[str, Values], expected: tuple[object, ...]
) -> None:
    found = aggregated(tmp_path, one.at(4, 1, section))
    assert rows(found, "role", "server_ip", "client_ip", "port_start") == [expected]


@pytest.mark.parametrize(
    ("protocol", "section"),
    [("TLS", {"source": 1, "handshake": 3}), ("SSH", {"source": 2, "status": 0x80})],
)
def test_failed_handshakes_have_blank_sessions(
    tmp_path: Path, protocol: str, section: Values
) -> None:
    found = aggregated(tmp_path, FTP.at(4, 1, {protocol: section}))
    assert rows(found, "protocol", *COUNTS) == [(protocol, 1, 0, 1, 0, 0, 1)]
    raw = json.loads(found["raw"][0])[protocol.lower()]
    assert (raw["version"], raw.get("cipher", "FFFFFF")) == (0, "FFFFFF")


def test_certificates_and_names_stay_with_their_protocol(tmp_path: Path) -> None:
    cert = {"serial": "0a0b", "not_after": "270101000000Z", "klen": 2048, "ktype": 2}
    record = ConnectionRecord(
        Stamp(NOON, "SYSA"),
        ident(),
        {"event": 4, "ip_proto": 6, "local_port": 443, "remote_port": 5_000, "flags": 0x10},
        start=NOON,
        end=NOON,
        protections={"TLS": {**TLS12, "scert": cert}, "IPSEC": TUNNEL},
        names=((1, "CN=ike"), (5, "CN=server"), (6, "CN=issuer")),
    )
    found = aggregated(tmp_path, encode_connection(record))
    raws = [json.loads(raw) for raw in found["raw"]]
    assert [raw["dns"] for raw in raws] == [[[5, "CN=server"], [6, "CN=issuer"]], [[1, "CN=ike"]]]
    assert raws[0]["tls"]["scert"] == {**raws[0]["tls"]["scert"], **cert}


def test_zert_switched_off_drops_what_was_collected(tmp_path: Path) -> None:
    other = Connection(system="SYSB")
    found = aggregated(
        tmp_path,
        FTP.at(4, 1, {"TLS": TLS12}),
        other.at(4, 1, {"TLS": TLS12}),
        switched(6, 2),
        Connection(number=9).at(4, 3, {"SSH": SSH2}),
        switched(5, 1_000),
    )
    assert rows(found, "system", "protocol") == [("SYSB", "TLS")]


def test_a_connection_whose_end_was_lost_is_not_active_for_ever(tmp_path: Path) -> None:
    again = Connection(after=60)
    found = aggregated(
        tmp_path, FTP.at(1, 10, {"TLS": TLS12}), again.at(1, 70, {"TLS": TLS12}),
        again.at(3, 80, {"TLS": TLS12}),
    )  # fmt: skip
    assert rows(found, *COUNTS) == [(2, 0, 0, 0, 0, 0)]


def test_of_a_change_without_a_beginning_only_what_follows_counts(tmp_path: Path) -> None:
    found = aggregated(
        tmp_path,
        FTP.at(2, 10, {"TLS": TLS12}, in_bytes=5_000),
        FTP.at(3, 20, {"TLS": TLS12}, in_bytes=5_600),
    )
    assert rows(found, *COUNTS) == [(1, 1, 0, 0, 600, 0)]


def test_enforcement_records_are_no_connections(tmp_path: Path) -> None:
    found = aggregated(tmp_path, FTP.at(4, 1, {"TLS": TLS12}), FTP.at(7, 1, {"TLS": TLS12}))
    assert rows(found, "connections") == [(1,)]


def test_memory_of_texts_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(details, "_MOST_TEXTS", 2)
    records = [
        Connection(number=10 * turn + n).at(4, n, {"TLS": {**TLS12, "enc": n}})
        for turn in (1, 2)
        for n in range(4)
    ]
    assert rows(aggregated(tmp_path, *records), "connections") == [(2,)] * 4


def test_protections_of_many_connections_are_read_once(tmp_path: Path) -> None:
    records = [
        Connection(number=n).at(4, 1, {"TLS": {**TLS12, "session_id": f"{n:064x}"}})
        for n in range(9)
    ]
    batch = read(tmp_path, records)[0]
    aggregator = Aggregator(Recording())
    assert list(aggregator.add(batch.connections, batch.coverage)) == []
    assert len(aggregator._details._known) == 1


def test_a_text_that_the_code_page_lacks_is_not_the_end(tmp_path: Path) -> None:
    batches = read(tmp_path, [FTP.at(4, 1, {"TLS": TLS12})])
    odd = batches[0].connections.with_columns(job=pl.lit("A\ufffdB"))
    found = summaries([replace(batches[0], connections=odd)])
    assert read(tmp_path, found)[0].sessions["job"].to_list() == ["A?B"]
