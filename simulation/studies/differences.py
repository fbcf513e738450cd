"""Two scenarios on common luck: paired differences, and what the pairing was worth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from simulation.measures.comparison import ReplicationResult
from simulation.measures.intervals import figure

MEASURES: dict[str, Callable[[ReplicationResult], float | None]] = {
    "added_reach_programme": lambda result: result.comparison["added_reach"]["programme"] if result.comparison else None,
    "added_reach_paid": lambda result: result.comparison["added_reach"]["paid"] if result.comparison else None,
    "reach_both": lambda result: result.worlds["both"].totals["reach"],
    "programme_impressions": lambda result: result.worlds["both"].channels["programme"]["impressions"],
    "cost_programme": lambda result: result.worlds["both"].extras["programme_cost"],
    "cost_paid": lambda result: result.worlds["both"].extras["paid_cost"],
}


def differences(base: str, first: Sequence[ReplicationResult], other: str, second: Sequence[ReplicationResult]) -> dict[str, Any]:
    """
    What the other scenario has more than the base, replication by replication.

    `worth_of_pairing` is the variance of a difference of unrelated replications divided by that of the paired ones: how
    many times as many replications unrelated luck would have needed. Null where it is undefined.
    """
    pairs = [(one, two) for one in first for two in second if one.replication == two.replication]
    measures = {}
    for name, pick in MEASURES.items():
        values = [(pick(one), pick(two)) for one, two in pairs]
        known = np.array([pair for pair in values if None not in pair], dtype=np.float64).reshape(-1, 2)
        measures[name] = {"difference": figure((known[:, 1] - known[:, 0]).tolist()), "worth_of_pairing": _worth(known)}
    return {"scenario": other, "against": base, "measures": measures}


def _worth(pairs: Any) -> float | None:
    if len(pairs) < 3:
        return None
    paired = float(np.var(pairs[:, 1] - pairs[:, 0], ddof=1))
    apart = float(np.var(pairs[:, 0], ddof=1) + np.var(pairs[:, 1], ddof=1))
    return float(f"{apart / paired:.4g}") if paired > 0 else None
