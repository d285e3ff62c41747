"""Both formats, and texts that try to be something else."""

from __future__ import annotations

import pytest

from enforcement.delivery.addresses import Address, Transport, parse
from enforcement.delivery.errors import AddressError
from enforcement.delivery.formats import MOST_BYTES, Form, write
from enforcement.engine.outcome import Syslog

NOON_US = 1_768_478_400_000_000
MESSAGE = Syslog("SYSA", NOON_US, 3, "EZZ8583I Connection logged: rule= a")


def test_the_formats() -> None:
    assert write(Form.RFC3164, MESSAGE, 7) == (
        b"<171>Jan 15 12:00:00 SYSA TRMD: EZZ8583I Connection logged: rule= a"
    )
    assert write(Form.RFC5424, MESSAGE, 7) == (
        b'<171>1 - SYSA TRMD - EZZ8583I [meta sequenceId="7"] EZZ8583I Connection logged: rule= a'
    )


def test_sequence_numbers_begin_again_behind_the_highest() -> None:
    assert b'sequenceId="2147483647"' in write(Form.RFC5424, MESSAGE, 2_147_483_647)
    assert b'sequenceId="1"' in write(Form.RFC5424, MESSAGE, 2_147_483_648)


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize(
    "text", ["a\nb", "a\0b", "a\r<0>b", "a\x1b[2Jb", "a\u2028b", "a\x85b", "a\ud800b"]
)
def test_no_text_ends_a_line(form: Form, text: str) -> None:
    hostile = Syslog(f"S Y{text}", NOON_US, 3, text)
    found = write(form, hostile, 1)
    assert found.decode("utf-8").isprintable()
    assert b" S?Ya?" in found


def test_text_beyond_ascii() -> None:
    umlauts = Syslog("SYSÄ", NOON_US, 3, "rule= Größe")
    assert write(Form.RFC3164, umlauts, 1).endswith(b" SYS? TRMD: rule= Gr??e")
    found = write(Form.RFC5424, umlauts, 1)
    assert found.endswith(b' - [meta sequenceId="1"] \xef\xbb\xbf' + "rule= Größe".encode())
    assert b" SYS? " in found


@pytest.mark.parametrize("form", Form)
def test_no_message_is_too_long(form: Form) -> None:
    found = write(form, Syslog("", NOON_US, 3, "x" + "ß" * 5_000), 1)
    assert MOST_BYTES - 2 < len(found) <= MOST_BYTES
    found.decode("utf-8")
    assert b" - " in found or form is Form.RFC3164


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("udp://log.example", Address(Transport.UDP, "log.example", 514)),
        ("tcp://10.0.0.1:1514/", Address(Transport.TCP, "10.0.0.1", 1514)),
        ("tls://[2001:db8::1]", Address(Transport.TLS, "2001:db8::1", 6514)),
        ("unix:///dev/log", Address(Transport.UNIX, path="/dev/log")),
    ],
)
def test_addresses(text: str, address: Address) -> None:
    assert parse(text) == address


@pytest.mark.parametrize(
    "text",
    [
        *("", "log.example", "http://log", "udp://", "udp://log:99999", "udp://log/path"),
        *("unix://dev/log", "unix://", "tcp://a:b@log", "tcp://log?x=1"),
    ],
)
def test_no_addresses(text: str) -> None:
    with pytest.raises(AddressError):
        parse(text)
