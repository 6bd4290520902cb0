"""When two numbers say the same: rounded, in another unit, of another thing."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING

from monitor.novelty import counting

if TYPE_CHECKING:
    from monitor.values import Fact

_ROUNDING = 0.02
"""19.2 and 19 billion differ by 1 %: no news."""
_CONVERTED = 0.05
"""60 miles are told as 100 kilometres as well as 97: what was converted was rounded too."""
_SMALL = 12
_ROUND_FROM = 1000
"""Counts below are told exactly: 140 dead after 143 is another count."""
_FIGURES = 2
_ROUGH = 1.25
"""How far a number of one figure may be from what it stands for: "over a thousand" is 1,100, "some three" no four."""
FAR = 3.0
"""A count that is three times another one is a count of something else (3,000 more, 11,000 in all)."""
_MONEY_FAR = 2.0
_BASE = {
    "mi": ("m", 1609.344), "km": ("m", 1000.0), "ft": ("m", 0.3048), "m": ("m", 1.0),
    "acre": ("m²", 4046.856), "ha": ("m²", 10_000.0), "kg": ("kg", 1.0), "t": ("kg", 1000.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as it was told."""

    value: float
    unit: str
    """A currency, %, a unit of measure; empty for a count."""
    of: str
    """The class of what is counted; empty where it is not known."""

    @classmethod
    def of_fact(cls, fact: Fact) -> Amount:
        """Read from a fact's key: "number:11000:soldiers", "number:20000000000 USD"."""
        told, _, kind = fact.key.partition(":")[2].partition(":")
        value, _, unit = told.partition(" ")
        return cls(float(value), unit, kind)

    @property
    def small(self) -> bool:
        """A count up to twelve, which many things share."""
        return self.value <= _SMALL and not self.unit


def same(told: Amount, known: Amount) -> bool:
    """Does a reader who knows the one learn nothing from the other?"""
    if told.unit != known.unit and told.unit in _BASE and known.unit in _BASE:
        (base, factor), (other, other_factor) = _BASE[told.unit], _BASE[known.unit]
        return base == other and _near(told.value * factor, known.value * other_factor, _CONVERTED)
    if told.small:
        return told.value == known.value and told.unit == known.unit and alike(told.of, known.of)
    if told.value <= _SMALL and told.unit != known.unit:
        return False
    if "times" in {told.of, known.of} and {told.of, known.of} & counting.EVENTS:
        return False  # 28 days are no 28 dead
    return _near(told.value, known.value, _ROUNDING) or _rounds(told, known)


def roughly(told: Amount, known: Amount) -> bool:
    """May a rough number ("over four billion", "nearly two thousand") stand for a known one?"""
    if told.unit != known.unit or told.small or not known.value:
        return False
    step = 10.0 ** floor(log10(told.value))
    return (
        told.value % step == 0
        and abs(told.value - known.value) < step
        and 1 / _ROUGH < told.value / known.value < _ROUGH
    )


def alike(told: str, known: str) -> bool:
    """May both be counts of the same? What is not known may be anything."""
    if not told or not known or told == known:
        return True
    people = counting.EVENTS | counting.ANYBODY
    return {told, known} <= people and bool({told, known} & counting.ANYBODY)


def changed(told: Amount, known: Amount) -> bool:
    """Is this another value for what was counted or measured before?"""
    if told.unit:
        return told.unit == known.unit and 1 / _MONEY_FAR <= told.value / (known.value or 1) <= _MONEY_FAR
    same_things = bool(told.of) and told.of == known.of and told.of != "times"
    return same_things and not known.unit and 1 / FAR <= told.value / (known.value or 1) <= FAR


def apart(told: Amount, known: Amount) -> float:
    """How far one value is from the other, in orders of magnitude."""
    return abs(log10((told.value or 1) / (known.value or 1)))


def _near(one: float, other: float, tolerance: float) -> bool:
    return abs(one - other) <= tolerance * max(one, other)


def _rounds(told: Amount, known: Amount) -> bool:
    """11,000 for 11,300; 5 % for 4.7 %."""
    if told.unit != known.unit:
        return False
    low, high = sorted((told.value, known.value))
    if low >= _ROUND_FROM:
        return any(_to_figures(a) == b for a, b in ((low, high), (high, low)))
    return bool(told.unit) and any(not a.is_integer() and round(a) == b for a, b in ((low, high), (high, low)))


def _to_figures(value: float) -> float:
    step = 10.0 ** (floor(log10(value)) - _FIGURES + 1)
    return float(floor(value / step + 0.5) * step)
