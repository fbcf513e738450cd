"""Numbers as people read them: no more digits than their interval supports."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import isotonic_regression

from simulation.measures.intervals import INTERVAL
from simulation.presentation.numbers import SYMBOLS

Interval = Mapping[str, float | None]
"""A figure (`mean`, `low`, `high`) or a quantile triple (`median`, `low`, `high`) of the summary."""


def rounded(value: float, low: float | None = None, high: float | None = None, digits: int = 3) -> str:
    """
    A number with thousands separators, rounded to about a quarter of its interval and to `digits` significant digits at most.

    >>> rounded(174_358, 171_000, 178_000)
    '174,000'
    >>> rounded(8.21, 6.3, 13.3)
    '8'
    """
    return written(value, _place(value, low, high, digits))


def counted(value: float, low: float | None = None, high: float | None = None, digits: int = 3) -> str:
    """
    A number of people, rounded likewise; whole, unless it is a mean below one.

    >>> counted(2.0), counted(20_371, 12_478, 26_509)
    ('2', '20,000')
    """
    place = _place(value, low, high, digits)
    return written(value, place if 0 < abs(value) < 1 else max(place, 0))


def span(low: float, high: float, joint: str = "–") -> str:
    """
    An interval, both ends rounded alike; an end that would become 0 keeps one digit.

    >>> span(12_478, 26_509), span(3_240, 57_700)
    ('12,000–27,000', '3,000–60,000')
    """
    fine = _place_of_width(low, high)
    coarse = _leading(max(abs(low), abs(high))) - 2
    place = coarse if fine is None else max(coarse, fine)
    if fine is not None and written(low, place) == written(high, place):
        place = fine
    return joint.join(written(end, min(place, _leading(end)) if end else place) for end in (low, high))


def money(currency: str, value: float, low: float | None = None, high: float | None = None, digits: int = 3) -> str:
    """
    An amount, with two decimals or none unless it is a fraction of a cent.

    >>> money("USD", 3.137, 2.62, 6.05), money("CHF", 18_412)
    ('$3.10', '18,400 CHF')
    """
    number = _cents(rounded(value, low, high, digits))
    return f"{SYMBOLS[currency]}{number}" if currency in SYMBOLS else f"{number} {currency}"


def money_span(low: float, high: float) -> str:
    """
    An interval of amounts, without the currency.

    >>> money_span(2.62, 6.05)
    '2.60–6.00'
    """
    return "–".join(_cents(end) for end in span(low, high).split("–"))


def percent(fraction: float) -> str:
    """
    A fraction as per cent with two significant digits.

    >>> percent(0.0679), percent(0.556), percent(1.0)
    ('6.8%', '56%', '100%')
    """
    if fraction == 0:
        return "0%"
    return f"{written(100 * fraction, min(_leading(100 * fraction) - 1, 0))}%"


def compact(number: str) -> str:
    """
    A written whole number, short enough to stand over a bar.

    >>> compact("570"), compact("34,000"), compact("1,200,000")
    ('570', '34k', '1.2M')
    """
    value = float(number.replace(",", ""))
    if value >= 1e6:
        return f"{value / 1e6:.3g}M"
    return f"{value / 1e3:.3g}k" if value >= 1e3 else number


def people(number: str) -> str:
    """
    A written number of people.

    >>> people("1"), people("174,000"), people("0")
    ('1 person', '174,000 people', 'nobody')
    """
    return {"0": "nobody", "1": "1 person"}.get(number, f"{number} people")


def middle(figure: Interval | None) -> float | None:
    """Mean or median of a figure; None where it is undefined."""
    return None if figure is None else figure["mean"] if "mean" in figure else figure["median"]


def shown(figure: Interval, digits: int = 3) -> str:
    """The mean or median of a defined figure, rounded."""
    return rounded(middle(figure) or 0.0, figure["low"], figure["high"], digits)


def band(values: ArrayLike, axis: int = -1) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean and the ends of the house interval along an axis."""
    table = np.asarray(values, dtype=np.float64)
    low, high = np.quantile(table, ((1 - INTERVAL) / 2, (1 + INTERVAL) / 2), axis=axis, method="weibull")
    return table.mean(axis=axis), low, high


def ratio(above: ArrayLike, below: ArrayLike) -> tuple[float, float, float]:
    """Ratio of means with the interval of the paired ratios; infinite where `below` is nothing."""
    over, under = np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = np.sort(np.nan_to_num(over / under, nan=1.0, posinf=np.inf))
    chances = np.array([(1 - INTERVAL) / 2, (1 + INTERVAL) / 2])
    low, high = each[np.clip(np.rint(chances * (each.size + 1)).astype(int) - 1, 0, each.size - 1)]
    total = under.mean()
    return (float(over.mean() / total) if total else math.inf, float(low), float(high))


def leader(low: float, high: float) -> int:
    """1 where a ratio's interval lies above one, -1 where it lies below, 0 where one cannot say (within 5% counts as equal)."""
    return 1 if low > 1.05 else -1 if high < 1 / 1.05 else 0


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places nearest to the wanted ones (least squares) that keep a gap and the order; all inside the limits where they fit."""
    if not wanted:
        return []
    order = np.argsort(wanted, kind="stable")
    gap = min(gap, (high - low) / max(len(wanted) - 1, 1))
    offsets = gap * np.arange(len(wanted))
    free = isotonic_regression(np.asarray(wanted, dtype=np.float64)[order] - offsets).x
    placed = np.empty(len(wanted))
    placed[order] = np.clip(free, low, high - offsets[-1]) + offsets
    return [float(place) for place in placed]


def written(value: float, place: int) -> str:
    """A number rounded at a power of ten."""
    exact = round(value, -place)
    return f"{exact if exact else 0.0:,.{max(-place, 0)}f}"


def _place(value: float, low: float | None, high: float | None, digits: int) -> int:
    """Power of ten at which a number is rounded."""
    if value == 0:
        return 0
    coarsest = _leading(value) - digits + 1
    place = _place_of_width(low, high)
    return coarsest if place is None else max(coarsest, min(place, _leading(value)))


def _place_of_width(low: float | None, high: float | None) -> int | None:
    """Power of ten just below a quarter of the width; None without a width."""
    if low is None or high is None or not math.isfinite(high - low) or high <= low:
        return None
    return math.floor(math.log10((high - low) / 4))


def _leading(value: float) -> int:
    """Power of ten of the first digit."""
    return math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0


def _cents(number: str) -> str:
    """Two decimals where there is one."""
    return number + "0" if len(number.partition(".")[2]) == 1 else number
