"""What `manage.py follow` is told: the server, the outputs, the state directory."""

from __future__ import annotations

import hashlib
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from designer.management.policy_inputs import unusable
from enforcement.delivery.addresses import Transport, parse
from enforcement.delivery.errors import AddressError
from enforcement.delivery.formats import Form
from enforcement.delivery.transports import Security, Server, context
from enforcement.engine.choices import settings_tree
from enforcement.engine.settings import Settings
from enforcement.live.outputs import Wanted
from enforcement.live.policies import Refresh
from policy.checks import Surroundings
from policy.model import Policy
from policy.writer import write

FRAMES = ("octets", "lines")
_MEGABYTE = 1 << 20
LEAST_SPOOL_MB = 64


def add_feed_arguments(parser: ArgumentParser) -> None:
    """Add what says where the state is, whose policy counts, and whether the store gets records."""
    parser.add_argument(
        "--state", type=Path, required=True, metavar="DIR", help="what survives a kill"
    )
    parser.add_argument(
        "--installed", action="store_true", help="on each stack the policy installed there"
    )
    parser.add_argument(
        "--refresh",
        choices=[one.value for one in Refresh],
        default=Refresh.NEXT_CHANGE.value,
        help="when connections that are up meet another policy; default: next change",
    )
    parser.add_argument(
        "--store", metavar="NAME", help="keep records and messages in the store as this feed"
    )


def add_output_arguments(parser: ArgumentParser) -> None:
    """Add what says where messages and records go."""
    parser.add_argument("--syslog", metavar="URL", help="udp://host, tcp://, tls://, unix:///path")
    parser.add_argument("--format", choices=[one.value for one in Form], default=Form.RFC5424.value)
    parser.add_argument("--frames", choices=FRAMES, default="octets", help="of TCP and TLS")
    parser.add_argument(
        "--rate", type=_number, default=1_000, help="messages a second at most; default: 1000"
    )
    for kind, text in (
        ("ca", "authorities that the TLS server is checked with; default: the machine's"),
        ("cert", "certificate that is shown to the TLS server"),
        ("key", "its private key"),
    ):
        parser.add_argument(f"--tls-{kind}", metavar="FILE", type=Path, help=text)
    parser.add_argument("--console", metavar="FILE", type=Path, help="console log, FILE.000001 ...")
    parser.add_argument("--audit", metavar="FILE", type=Path, help="SMF records, FILE.000001 ...")
    parser.add_argument(
        "--spool-mb",
        type=_spool_mb,
        default=1_024,
        help="with so many waiting messages no more records are read; 64 at least; default: 1024",
    )
    parser.add_argument(
        "--file-mb", type=_number, default=64, help="where the next file begins; default: 64"
    )


def server_of(options: Mapping[str, Any]) -> Server | None:
    """Return the syslog server, None when none was asked for."""
    given = {name: options[f"tls_{name}"] for name in ("ca", "cert", "key")}
    if not options["syslog"]:
        return None
    try:
        address = parse(options["syslog"])
    except AddressError as error:
        raise unusable(str(error)) from error
    security = Security(given["ca"], given["cert"], given["key"])
    if address.transport is Transport.TLS:
        try:
            context(security)
        except OSError as error:
            raise unusable(f"the files for TLS can't be used: {error}") from error
    elif any(given.values()):
        raise unusable("--tls-ca, --tls-cert and --tls-key go with tls:// alone")
    return Server(address, options["frames"] == "octets", security)


def wanted_of(options: Mapping[str, Any], *, records: Path | None = None) -> Wanted:
    """Return the outputs that were asked for, with a folder for the feed's own records or none."""
    return Wanted(
        options["state"] / "spool" if options["syslog"] else None,
        Form(options["format"]),
        options["console"],
        options["audit"],
        records,
        options["file_mb"] * _MEGABYTE,
        options["spool_mb"] * _MEGABYTE,
    )


def refresh_of(options: Mapping[str, Any]) -> Refresh:
    """Return what another policy means for connections that are up."""
    try:
        return Refresh(options["refresh"])
    except ValueError as error:
        known = ", ".join(Refresh)
        raise unusable(f"`{options['refresh']}` is no refresh; there are {known}") from error


def digest_of(policy: Policy, settings: Settings, around: Surroundings, others: list[str]) -> str:
    """Return what changes with everything that makes other messages of the same records."""
    parts = [write(policy), settings_tree(settings), repr(around), *others]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _spool_mb(text: str) -> int:
    """Only whole files of the spool are given back, so a small one would never be."""
    if _number(text) < LEAST_SPOOL_MB:
        raise ArgumentTypeError(f"`{text}` is too small: {LEAST_SPOOL_MB} at least")
    return int(text)


def _number(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise ArgumentTypeError(f"`{text}` is no number; write a whole number from 1")
    return int(text)
