"""All rule sets against all sessions: the lowest bit that every condition leaves is the rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from policy.attributes import TCP, Direction, Source
from policy.matcher import PAIRS, PHASE_1, UNKNOWN_CODE
from policy.model import Policy, Rule, RuleSet, Traffic
from policy.settings import DEFAULTS, Absent, Case, Failed, Scope, Settings, Together
from policy.vectorised import masks
from policy.vectorised.frame import BITS, DIRECTIONS, check, column_of, result_column
from policy.vectorised.masks import Masks
from policy.vocabulary import KINDS, Attribute, Protocol

NO_MATCH = -1
Value = TypeVar("Value")


def evaluate(policy: Policy, frame: pl.DataFrame, settings: Settings = DEFAULTS) -> pl.DataFrame:
    """Return `tls_rule`, `ssh_rule`, `ipsec_rule`, `none_rule` (Int32), a row for each of `frame`.

    The number is the place in `rule_set.rules()`, -1 where no rule matched or no rule set is
    there, null where the rule set does not apply. `frame` has the columns of `SCHEMA`; raises
    `FrameError`.
    """
    check(frame)
    found = {}
    for protocol in Protocol:
        applies = _applies(frame, protocol, settings)
        places = np.full(len(frame), NO_MATCH, np.int32)
        rule_set = policy.rule_set(protocol)
        if rule_set and applies.any():
            rows = frame if applies.all() else frame.filter(pl.Series(applies))
            places[applies] = _Sessions(rows, protocol, settings).places(rule_set)
        result = pl.Series(result_column(protocol), places)
        found[result.name] = pl.DataFrame({"place": result, "applies": applies}).select(
            pl.when("applies").then("place")
        )["place"]
    return pl.DataFrame(found)


def matching(
    rule_set: RuleSet, frame: pl.DataFrame, settings: Settings = DEFAULTS
) -> Iterator[Masks]:
    """Yield which rules match each row by themselves, whatever stands before them.

    A uint64 for each row and 64 rules: bit n is rule n of these 64. Rows that the rule set does not
    apply to have no bit. Raises `FrameError`.
    """
    check(frame)
    applies = _applies(frame, rule_set.protocol, settings)
    sessions = _Sessions(frame.filter(pl.Series(applies)), rule_set.protocol, settings)
    rules = rule_set.rules()
    for start in range(0, len(rules), masks.MOST_RULES):
        found = np.zeros(len(frame), np.uint64)
        found[applies] = sessions.mask(rules[start : start + masks.MOST_RULES])
        yield found


def _applies(frame: pl.DataFrame, protocol: Protocol, settings: Settings) -> NDArray[np.bool_]:
    bits = sum(BITS.values()) if protocol is Protocol.NONE else BITS[protocol]
    has = pl.col("protocols").fill_null(0) & bits != 0
    applies = (pl.col("ip_protocol") == TCP).fill_null(value=False)
    applies &= ~has if protocol is Protocol.NONE else has
    if protocol is Protocol.NONE and settings.failed_handshake is Failed.NOTHING:
        applies &= ~pl.col("failed_handshake").fill_null(value=False)
    found: NDArray[np.bool_] = frame.select(applies.alias("applies"))["applies"].to_numpy()
    return found


class _Sessions:
    """Sessions of one protocol."""

    def __init__(self, rows: pl.DataFrame, protocol: Protocol, settings: Settings) -> None:
        self.rows = rows
        self.protocol = protocol
        self.settings = settings

    def places(self, rule_set: RuleSet) -> NDArray[np.int32]:
        """Return the place of the first rule that matches each row, -1 for none."""
        rules = rule_set.rules()
        places = np.full(len(self.rows), NO_MATCH, np.int32)
        for start in range(0, len(rules), masks.MOST_RULES):
            mask = self.mask(rules[start : start + masks.MOST_RULES])
            lowest = mask & (~mask + np.uint64(1))
            bit = np.bitwise_count(lowest - np.uint64(1)).astype(np.int32)
            fresh = (places == NO_MATCH) & (mask != 0)
            places[fresh] = start + bit[fresh]
        return places

    def mask(self, rules: Sequence[Rule]) -> Masks:
        """Return which of at most 64 rules match each row, as bits."""
        mask = np.full(len(self.rows), (1 << len(rules)) - 1, np.uint64)
        traffic = [rule.traffic for rule in rules]
        for end, sets, ports in (
            ("local", [one.local for one in traffic], [one.local_ports for one in traffic]),
            ("remote", [one.remote for one in traffic], [one.remote_ports for one in traffic]),
        ):
            words = (self.rows[f"{end}_hi"].to_numpy(), self.rows[f"{end}_lo"].to_numpy())
            _narrow(mask, sets, partial(masks.of_addresses, *words))
            _narrow(mask, ports, partial(masks.of_ports, self._column(f"{end}_port", 0)))
        for name, patterns in (
            ("job", [one.job for one in traffic]),
            ("user", [one.user for one in traffic]),
        ):
            exact = self.settings.name_case is Case.EXACT
            of_names = partial(masks.of_names, self.rows[name].fill_null(""), exact=exact)
            _narrow(mask, patterns, of_names)
        _narrow(mask, [_direction(one) for one in traffic], self._directions)
        self._protection(mask, rules)
        return mask

    def _column(self, name: str, fill: int) -> NDArray[np.uint16]:
        return self.rows[name].fill_null(fill).to_numpy()

    def _directions(self, asked: Sequence[frozenset[int] | None]) -> Masks:
        return masks.of_codes(self._column("direction", 0).astype(np.uint16), asked)

    def _protection(self, mask: Masks, rules: Sequence[Rule]) -> None:
        asked = [dict(rule.requirement.codes()) if rule.requirement else {} for rule in rules]
        found: dict[Attribute, Masks] = {}
        for attribute in KINDS[self.protocol]:
            wanted = [one.get(attribute) for one in asked]
            if any(one is not None for one in wanted):
                found[attribute] = self._codes(attribute, wanted)
        if self._is_either():
            for one, other in PAIRS.items():
                if one in found and other in found:
                    both = sum(1 << b for b, w in enumerate(asked) if one in w and other in w)
                    left, right = found.pop(one), found.pop(other)
                    mask &= (left & right) | ((left | right) & np.uint64(both))
        for one_mask in found.values():
            mask &= one_mask
        lengths = [rule.requirement.min_key_bits if rule.requirement else None for rule in rules]
        _narrow(mask, lengths, self._lengths)

    def _is_either(self) -> bool:
        is_ssh = self.protocol is Protocol.SSH
        chosen = self.settings.ssh_ways if is_ssh else self.settings.ipsec_phases
        return chosen is Together.EITHER

    def _codes(self, attribute: Attribute, wanted: Sequence[frozenset[int] | None]) -> Masks:
        codes = self._known(self._column(column_of(self.protocol, attribute.value), 0))
        found = masks.of_codes(codes, wanted)
        if self.settings.unknown_attribute is Absent.FITS:
            found[codes == UNKNOWN_CODE] = np.uint64(masks.ALL)
        if attribute in PHASE_1:
            manual = self.rows[column_of(self.protocol, "manual")].fill_null(value=False).to_numpy()
            fits = self.settings.manual_phase1 is Absent.FITS
            found[manual] = np.uint64(masks.ALL if fits else masks.unasked(wanted))
        return found

    def _known(self, values: NDArray[np.uint16]) -> NDArray[np.uint16]:
        """Values with 0 where the scope does not let them count."""
        if self.settings.scope is Scope.ALL or self.protocol is Protocol.IPSEC:
            return values
        source = self._column(column_of(self.protocol, "source"), 0)
        counts = source == Source.OBSERVED
        if self.settings.unknown_source is Absent.FITS:
            counts = source != Source.PROVIDER
        return np.where(counts, values, values.dtype.type(0))

    def _lengths(self, asked: Sequence[int | None]) -> Masks:
        bits = self._known(self._column(column_of(self.protocol, "key_bits"), 0))
        fits = self.settings.unknown_key_length is Absent.FITS
        unknown = masks.ALL if fits else masks.unasked(asked)
        return masks.of_lengths(bits.astype(np.uint32), asked, unknown=unknown)


def _direction(traffic: Traffic) -> frozenset[int] | None:
    if traffic.direction is Direction.BOTH:
        return None
    return frozenset({DIRECTIONS[traffic.direction]})


def _narrow(
    mask: Masks, asked: Sequence[Value | None], make: Callable[[Sequence[Value | None]], Masks]
) -> None:
    if any(one is not None for one in asked):
        mask &= make(asked)
