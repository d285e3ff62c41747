"""A program that can't live is left alone."""

from __future__ import annotations

from config.restarts import Restarts


def test_so_many_restarts_are_allowed_and_not_one_more() -> None:
    restarts = Restarts(most=3)
    assert [restarts.allow() for _ in range(5)] == [True, True, True, False, False]


def test_restarts_of_long_ago_do_not_count() -> None:
    restarts = Restarts(most=1, within_s=-1)
    assert [restarts.allow() for _ in range(3)] == [True, True, True]
