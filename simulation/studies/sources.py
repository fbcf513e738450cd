"""Where the spread of replications comes from: luck, society, parameters. A nested design on a few replications.

By the law of total variance, in the order parameters, society, luck:

    Var(Y) = E Var(Y | parameters, society)  +  E Var(E[Y | parameters, society] | parameters)  +  Var(E[Y | parameters])

The first is half the mean squared difference of two plays that share parameters and society. The first two together are half
that of two plays that share parameters alone. All three are the variance over replications. Two further plays of each of a
few replications are enough, and these few say how rough the answer is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import gammaincinv

from simulation.inputs.parameters import Scenario
from simulation.measures.comparison import ReplicationResult
from simulation.measures.intervals import INTERVAL
from simulation.society.luck import Luck
from simulation.studies.differences import MEASURES
from simulation.studies.pool import FEWEST_SPLIT, Redraw

RESAMPLES = 4000
SOURCES = ("luck", "society", "parameters")


def sources(scenario: Scenario, results: Sequence[ReplicationResult], again: Sequence[tuple[Redraw, ReplicationResult]]) -> dict[str, Any] | None:
    """
    Part of each source in the variance of each measure, with an interval; None where too little was played.

    The interval takes each mean square for a scaled chi-squared number with as many degrees of freedom as it has pairs
    (replications less one, for the whole). Few pairs make it wide, and that is what is known.

    Parameters
    ----------
    again : what was drawn anew, and what came of it
    """
    first = {result.replication: result for result in results}
    fixed = scenario.run.parameters == "fixed"
    found: dict[str, Any] = {}
    for name, pick in MEASURES.items():
        whole = np.array([value for value in map(pick, results) if value is not None])
        squares = {redraw: [0.5 * (one - two) ** 2 for which, other in again if which == redraw and other.replication in first
                            for one, two in [(pick(first[other.replication]), pick(other))] if one is not None and two is not None] for redraw in ("luck", "society")}
        if whole.size < FEWEST_SPLIT or len(squares["luck"]) < 2 or (not fixed and len(squares["society"]) < 2):
            return None
        spread = float(np.var(whole, ddof=1))
        nested = [(float(np.mean(squares["luck"])), len(squares["luck"])),
                  (spread, whole.size - 1) if fixed else (float(np.mean(squares["society"])), len(squares["society"])), (spread, whole.size - 1)]
        found[name] = _parts(nested, fixed) if spread > 0 else None
    return found


def _parts(nested: list[tuple[float, int]], fixed: bool) -> dict[str, dict[str, float]]:
    """Parts of luck, of luck and society, and of everything, made into parts of a whole."""
    luck = Luck(0)
    draws = []
    for place, (square, pairs) in enumerate(nested):
        chi = 2.0 * gammaincinv(0.5 * pairs, luck.uniforms("parameters", 1 if fixed and place else place, who=np.arange(RESAMPLES)))
        draws.append(square * pairs / chi)
    middle, spread = _shares(*(np.array([square]) for square, _ in nested)), _shares(*draws)
    edges = (1 - INTERVAL) / 2, (1 + INTERVAL) / 2
    return {name: {"part": _short(middle[place][0]), "low": _short(np.quantile(spread[place], edges[0])), "high": _short(np.quantile(spread[place], edges[1]))}
            for place, name in enumerate(SOURCES)}


def _shares(luck: Any, society: Any, whole: Any) -> tuple[Any, Any, Any]:
    """Three parts that add up to 1; what chance made negative is 0."""
    parts = luck, np.maximum(society - luck, 0.0), np.maximum(whole - society, 0.0)
    total = np.maximum(sum(parts), 1e-300)
    return parts[0] / total, parts[1] / total, parts[2] / total


def _short(value: Any) -> float:
    return float(f"{float(value):.4g}")
