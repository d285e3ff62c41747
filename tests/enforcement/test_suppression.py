"""Log suppression at its edges."""

from __future__ import annotations

from enforcement.engine.settings import Limits, Start
from enforcement.engine.suppression import Ruling, Suppression

SECOND = 1_000_000
YES, NO = Ruling(is_written=True), Ruling(is_written=False)


def test_an_interval_ends_after_exactly_five_minutes() -> None:
    log = Suppression(Limits(per_rule=1))
    assert log.rule_on("a", 0) == YES
    assert log.rule_on("a", 300 * SECOND - 1) == NO
    assert log.rule_on("a", 300 * SECOND) == Ruling(is_written=True, held_back=1)
    assert log.rule_on("a", 600 * SECOND) == YES


def test_fixed_marks_end_at_the_mark() -> None:
    log = Suppression(Limits(per_rule=1, start=Start.FIXED_MARKS))
    assert log.rule_on("a", 299 * SECOND) == YES
    assert log.rule_on("a", 300 * SECOND) == YES
    assert log.rule_on("a", 301 * SECOND) == NO


def test_what_was_held_back_waits_for_the_rules_next_match() -> None:
    log = Suppression(Limits(per_rule=1))
    log.rule_on("a", 0)
    log.rule_on("a", 1)
    log.rule_on("b", 400 * SECOND)
    log.rule_on("b", 401 * SECOND)
    assert log.waiting() == {"a": 1, "b": 1}
    assert log.rule_on("a", 2_000 * SECOND).held_back == 1
    assert log.waiting() == {"b": 1}


def test_guaranteed_messages_count_towards_all_or_do_not() -> None:
    for counts in (True, False):
        log = Suppression(Limits(per_rule=9, over_all=3, guaranteed_count=counts))
        given = [log.rule_on(rule, 0) for rule in "aaabcd"]
        assert given == [YES] * 6
        log = Suppression(Limits(per_rule=9, over_all=0, guaranteed_count=counts))
        assert [log.rule_on(rule, 0) for rule in "aab"] == [YES, NO, YES]
        assert log.written == (2 if counts else 0)


def test_records_a_little_out_of_order_stay_in_their_interval() -> None:
    log = Suppression(Limits(per_rule=1))
    log.rule_on("a", 1_000 * SECOND)
    assert log.rule_on("a", 999 * SECOND) == NO


def test_a_clock_that_was_set_back_begins_another_interval() -> None:
    log = Suppression(Limits(per_rule=1))
    log.rule_on("a", 10_000 * SECOND)
    assert log.rule_on("a", 6_400 * SECOND) == YES
    assert log.rule_on("a", 6_500 * SECOND) == NO
