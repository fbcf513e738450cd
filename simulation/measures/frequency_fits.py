"""Fits of frequency distributions: zero-truncated negative binomial, and a free mixture of Poissons where that misfits."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import gammaln, pdtr, pdtrc, xlogy
from scipy.stats import chi2

from simulation.measures.closed_forms import nbd_at_least

Reals = NDArray[np.float64]

GRID = 200
"""Rates of the free mixture."""
ROUNDS = 5_000
MISFIT = 0.05
"""Shuffle distance above which the negative binomial is given up."""


def shuffle_distance(first: Reals, second: Reals, buckets: int = 5) -> float:
    """Half the summed difference of the first buckets of two frequency distributions, each made to add up to 1 over them."""
    one, two = (np.asarray(part, dtype=np.float64)[:buckets] for part in (first, second))
    return float(0.5 * np.abs(one / one.sum() - two / two.sum()).sum())


class TruncatedNbd(NamedTuple):
    """Negative binomial of those who were reached at all."""

    mean: float
    """Impressions per head of the whole audience."""
    shape: float
    shape_low: float
    shape_high: float
    """Interval of the shape by the likelihood ratio, at the level asked for."""
    audience: float
    """People whom the fit implies, those never reached included."""
    distance: float
    """Shuffle distance between the fit and the table."""


def _cells(mean: float, shape: float, last: int, open_end: bool) -> Reals:
    """Probability of 1, 2 ... `last` impressions (the last one and more, if open), given at least one."""
    number = np.arange(0, last + 1)
    logs = gammaln(number + shape) - gammaln(shape) - gammaln(number + 1.0) + xlogy(shape, shape / (shape + mean)) + xlogy(number, mean / (shape + mean))
    cells = np.exp(logs)
    reached = -np.expm1(logs[0])
    if open_end:
        cells[-1] = max(1.0 - cells[:-1].sum(), 0.0)
    total = reached if open_end else cells[1:].sum()
    return np.asarray(np.maximum(cells[1:] / max(total, 1e-300), 1e-300))


def fit_truncated_nbd(people: Reals, open_end: bool = True, level: float = 0.9) -> TruncatedNbd:
    """
    Negative binomial closest in likelihood to people at 1, 2, ... impressions.

    Parameters
    ----------
    people : at each frequency from 1 on
    open_end : whether the last one holds those above, too
    level : of the interval of the shape

    Raises
    ------
    ValueError
        Fewer than three frequencies, a negative count, or nobody above one impression.
    """
    counts = np.asarray(people, dtype=np.float64)
    if counts.size < 3 or np.any(counts < 0) or not counts[1:].sum() > 0:
        raise ValueError("a frequency distribution needs people at three frequencies or more, some of them above 1")

    def loss(logs: Reals) -> float:
        mean, shape = np.exp(np.clip(logs, -12.0, 12.0))
        return -float(xlogy(counts, _cells(mean, shape, counts.size, open_end)).sum())

    frequency = float((counts * np.arange(1, counts.size + 1)).sum() / counts.sum())
    starts = [minimize(loss, np.log([max(frequency - 1.0, 0.05) * part, shape]), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 4000})
              for part, shape in ((0.5, 0.5), (1.0, 3.0))]
    best = min(starts, key=lambda found: float(found.fun))
    mean, shape = (float(value) for value in np.exp(np.clip(best.x, -12.0, 12.0)))
    low, high = _shape_interval(loss, best.x, float(best.fun), level)
    audience = float(counts.sum()) / nbd_at_least(1, mean, shape)
    return TruncatedNbd(mean, shape, low, high, audience, shuffle_distance(counts, _cells(mean, shape, counts.size, open_end)))


def _shape_interval(loss: Callable[[Reals], float], best: Reals, least: float, level: float) -> tuple[float, float]:
    """Shapes whose best likelihood is not worse than chance allows, found outwards by halving."""
    room = float(chi2.ppf(level, 1)) / 2.0

    def worse(log_shape: float) -> bool:
        found = minimize_scalar(lambda log_mean: loss(np.array([log_mean, log_shape])), bounds=(float(best[0]) - 6.0, float(best[0]) + 6.0), method="bounded")
        return bool(found.fun > least + room)

    ends = []
    for sign in (-1.0, 1.0):
        inside, outside = 0.0, 0.01
        while not worse(best[1] + sign * outside) and outside < 12.0:
            inside, outside = outside, outside * 2.0
        for _ in range(25):
            middle = 0.5 * (inside + outside)
            inside, outside = (inside, middle) if worse(best[1] + sign * middle) else (middle, outside)
        ends.append(float(np.exp(best[1] + sign * inside)))
    return ends[0], ends[1]


class Mixture(NamedTuple):
    """A mixture of Poissons of any shape."""

    rates: Reals
    weights: Reals
    """Of the rates in the whole audience; add up to 1."""
    distance: float
    """Shuffle distance between the fit and the table it was fitted to."""

    def at_least(self, times: int = 1, scale: float = 1.0) -> float:
        """Fraction with `times` or more impressions at `scale` times the weight of the campaign."""
        return float((self.weights * pdtrc(times - 1, scale * self.rates)).sum())


def fit_mixture(people: Reals, audience: float, open_end: bool = True) -> Mixture:
    """
    The mixture of Poissons closest in likelihood to people at 0, 1, 2, ... impressions; convex, so the best there is on its grid.

    Parameters
    ----------
    people : at each frequency from 1 on
    audience : people in all, those never reached included
    open_end : whether the last frequency holds those above, too

    Raises
    ------
    ValueError
        The audience is smaller than those reached.
    """
    counts = np.asarray(people, dtype=np.float64)
    if audience < counts.sum() or counts.sum() <= 0:
        raise ValueError(f"an audience of {audience:,.0f} does not hold the {counts.sum():,.0f} people reached")
    table = np.concatenate(([audience - counts.sum()], counts)) / audience
    rates = np.concatenate(([0.0], np.geomspace(0.01, 4.0 * counts.size, GRID - 1)))
    number = np.arange(table.size)[:, None]
    chance = np.exp(xlogy(number, rates) - rates - gammaln(number + 1.0))
    if open_end:
        chance[-1] = pdtrc(table.size - 2, rates)
    else:
        chance /= np.maximum(pdtr(table.size - 1, rates), 1e-300)
    weights = np.full(GRID, 1.0 / GRID)
    for _ in range(ROUNDS):
        fitted = chance @ weights
        fresh = weights * (chance.T @ (table / np.maximum(fitted, 1e-300)))
        done = float(np.abs(fresh - weights).sum()) < 1e-9
        weights = fresh / fresh.sum()
        if done:
            break
    return Mixture(rates, weights, shuffle_distance(table[1:], (chance @ weights)[1:]))
