"""Formulas that organic reach must agree with, and the fits of them to logs of real posts.

A post is first delivered, which is negative binomial over followers (Poisson in a gamma activity), and each delivery is
then shown a few times. The curve and its names are those fitted to the Facebook page of Moro, Rita and Vala 2016.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares
from scipy.special import ndtr, ndtri

Reals = NDArray[np.float64]


class ReachCurve(NamedTuple):
    """The curve that joins impressions and reach of the posts of one account."""

    repeats: float
    """Impressions per delivery."""
    shape: float
    """Of the gamma of activity; small means that few heavy users get most deliveries."""
    error: float
    """Root mean square error of the logarithm of reach."""


def organic_reach(impressions: Reals, repeats: float, shape: float) -> Reals:
    """
    Fraction of followers whom a post reaches: 1 - (1 + x / (repeats k))^-k.

    Parameters
    ----------
    impressions : impressions among followers for each follower, 0 or more
    repeats : impressions per delivery, 1 or more
    shape : of the gamma of activity, above 0; infinite means Poisson
    """
    deliveries = np.asarray(impressions, dtype=np.float64) / repeats
    if np.isinf(shape):
        return -np.expm1(-deliveries)
    return -np.expm1(-shape * np.log1p(deliveries / shape))


def fit_reach_curve(impressions: Reals, reached: Reals) -> ReachCurve:
    """
    The curve closest to posts, by least squares of the logarithm of reach.

    Parameters
    ----------
    impressions, reached : impressions and people reached among followers, each for each follower; posts with neither are left out

    Raises
    ------
    ValueError
        Fewer than three posts reached anybody.
    """
    used = (np.asarray(impressions) > 0) & (np.asarray(reached) > 0)
    x, y = np.asarray(impressions, dtype=np.float64)[used], np.log(np.asarray(reached, dtype=np.float64)[used])
    if x.size < 3:
        raise ValueError(f"a reach curve needs three posts that reached somebody; given {x.size}")

    def misfit(logs: Reals) -> Reals:
        return np.log(organic_reach(x, *np.exp(logs))) - y

    found = least_squares(misfit, np.log([1.5, 1.0]), bounds=(np.log([1e-3, 1e-3]), np.log([1e3, 1e6])))
    repeats, shape = np.exp(found.x)
    return ReachCurve(float(repeats), float(shape), float(np.sqrt(np.mean(found.fun**2))))


def lognormal_top(fraction: float, log_sd: float) -> float:
    """Part of the total that the top `fraction` (0 to 1) of posts hold if posts are lognormal: Phi(log_sd - Phi^-1(1 - fraction))."""
    return float(ndtr(log_sd - ndtri(1.0 - fraction)))


def top_fraction(values: Reals, fraction: float) -> float:
    """Part of the total that the top `fraction` (0 to 1) of values hold; the last one counts in part."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))[::-1]
    held = np.concatenate(([0.0], np.cumsum(ordered)))
    return float(np.interp(fraction * ordered.size, np.arange(held.size), held) / held[-1])


def decayed(hours: float, half_life_hours: float, window_hours: float) -> float:
    """Part of a window's deliveries that fall into its first `hours`, when half of all that is left comes in each half-life."""
    return float(np.expm1(-np.log(2.0) * hours / half_life_hours) / np.expm1(-np.log(2.0) * window_hours / half_life_hours))
