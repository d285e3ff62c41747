"""The ends of connections as the columns that rules look at."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

import polars as pl

from enforcement.engine.settings import Opener
from policy.attributes import TCP, Direction
from policy.vectorised import address_words
from policy.vectorised.frame import DIRECTIONS

IS_SERVER, IS_CLIENT = 0x10, 0x08
"""Flags of z/OS 3.2: the local socket acts as the server, or as the client."""
_MOST_ADDRESSES = 1 << 18


class Ends:
    """Reads addresses; each different one once."""

    def __init__(self, opener: Opener) -> None:
        self._opener = opener
        self._known: dict[str, tuple[int, int]] = {}

    def columns(self, records: pl.DataFrame, openers: pl.Series) -> pl.DataFrame:
        """Return the columns of `policy.vectorised.SCHEMA` that say who talks to whom.

        UDP is given as if it were TCP: whoever asks must not act on it.
        """
        parts = [*self._words(records["local_ip"], "local")]
        parts += [*self._words(records["remote_ip"], "remote")]
        return records.with_columns(openers.alias("opener")).select(
            *parts,
            pl.col("local_port").cast(pl.UInt16),
            pl.col("remote_port").cast(pl.UInt16),
            "job",
            "user",
            self._direction().cast(pl.UInt8).alias("direction"),
            pl.lit(TCP, pl.UInt8).alias("ip_protocol"),
        )

    def _direction(self) -> pl.Expr:
        server, client = DIRECTIONS[Direction.INBOUND], DIRECTIONS[Direction.OUTBOUND]
        guess: pl.Expr = pl.lit(DIRECTIONS[None])
        if self._opener is Opener.PORTS:
            local, remote = pl.col("local_port"), pl.col("remote_port")
            guess = pl.when(local < remote).then(server).when(local > remote).then(client)
        return (
            pl.when(pl.col("flags") & IS_SERVER != 0)
            .then(server)
            .when(pl.col("flags") & IS_CLIENT != 0)
            .then(client)
            .when(pl.col("opener") != 0)
            .then("opener")
            .otherwise(guess)
            .fill_null(DIRECTIONS[None])
        )

    def _words(self, texts: pl.Series, end: str) -> Iterator[pl.Series]:
        distinct = texts.unique()
        if len(self._known) + len(distinct) > _MOST_ADDRESSES:
            self._known.clear()
        names: list[str] = distinct.to_list()
        for name in names:
            if name not in self._known:
                self._known[name] = address_words(ip_address(name))
        words = [self._known[name] for name in names]
        table = pl.DataFrame(
            {
                "text": distinct,
                f"{end}_hi": pl.Series([high for high, _ in words], dtype=pl.UInt64),
                f"{end}_lo": pl.Series([low for _, low in words], dtype=pl.UInt64),
            }
        )
        found = pl.DataFrame({"text": texts}).join(
            table, on="text", how="left", maintain_order="left"
        )
        yield from (found[f"{end}_hi"], found[f"{end}_lo"])
