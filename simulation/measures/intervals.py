"""Summaries over replications: what a replication may well show, not how well its mean is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

INTERVAL = 0.9
"""Fraction of replications that an interval is meant to hold."""


def figure(values: Sequence[float | None]) -> dict[str, float] | None:
    """Mean and interval of the values that are defined; None without any. Quantiles are those of the next replication (Weibull's plotting position)."""
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    if not known.size:
        return None
    low, high = np.quantile(known, ((1 - INTERVAL) / 2, (1 + INTERVAL) / 2), method="weibull")
    return {"mean": _clean(known.mean()), "low": _clean(low), "high": _clean(high)}


def quantiles(values: Sequence[float | None]) -> dict[str, float | None]:
    """
    Median, interval and the fraction of replications in which the value exists.

    A value that does not exist counts as larger than any other; a quantile that falls among these is None.
    """
    ordered = np.sort(np.array([np.inf if value is None else value for value in values], dtype=np.float64))
    if not ordered.size:
        return {"median": None, "low": None, "high": None, "attainable": 0.0}
    low, median, high = (_at(ordered, chance) for chance in ((1 - INTERVAL) / 2, 0.5, (1 + INTERVAL) / 2))
    return {"median": median, "low": low, "high": high, "attainable": _clean(np.isfinite(ordered).mean())}


def _at(ordered: Any, chance: float) -> float | None:
    """The quantile at Weibull's plotting position; None where it leans on a value that does not exist."""
    place = min(max(chance * (ordered.size + 1) - 1, 0.0), ordered.size - 1.0)
    below, above = ordered[int(np.floor(place))], ordered[int(np.ceil(place))]
    if not np.isfinite(below) or not np.isfinite(above):
        return None
    return _clean(below + (above - below) * (place - np.floor(place)))


def _clean(value: Any) -> float:
    """A plain number with 12 significant digits, so that files do not carry the noise of summation."""
    return float(f"{float(value):.12g}")
