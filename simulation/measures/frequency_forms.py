"""Formulas of reach and frequency that media reports are fitted with; each from the literature, none from a simulation.

Negative binomial: Danaher 2007; Huang and Lin 2006. One point: Goerg 2014. Beta-binomial: Metheringham 1964, Aldas 1998.
Everybody has an opportunity: the shifted gamma-Poisson of the World Federation of Advertisers' planning framework.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.optimize import brentq
from scipy.special import betaln
from scipy.stats import betabinom, nbinom

from simulation.measures.closed_forms import nbd_at_least

ALMOST_POISSON = 1e6
"""A gamma of this shape is a point."""
HEAVIEST = 1e-6


def nbd_shape(mean: float, reach: float) -> float:
    """
    Shape of activity under which `mean` impressions per head reach a fraction `reach`; infinite at the Poisson limit.

    Raises
    ------
    ValueError
        More is reached than impressions at random could, 1 - exp(-mean), or nobody.
    """
    if not 0 < reach < 1 or not mean > 0:
        raise ValueError(f"a shape needs a reach between 0 and 1 and impressions; given reach {reach:g} of {mean:g} impressions per head")
    limit = -np.expm1(-mean)
    if reach > limit * (1 + 1e-6):
        raise ValueError(f"reach {reach:.4g} is above 1 - exp(-{mean:.4g}) = {limit:.4g}: capped or optimised for reach")
    if reach >= nbd_at_least(1, mean, ALMOST_POISSON):
        return float("inf")
    low = np.log(HEAVIEST)
    if nbd_at_least(1, mean, HEAVIEST) >= reach:
        return HEAVIEST
    return float(np.exp(brentq(lambda log_shape: nbd_at_least(1, mean, float(np.exp(log_shape))) - reach, low, np.log(ALMOST_POISSON), xtol=1e-12)))


def capped_reach(mean: float, shape: float, cap: int) -> float:
    """
    Fraction reached by `mean` delivered impressions per head when nobody gets more than `cap`: delivery is scaled up until they fit.

    Raises
    ------
    ValueError
        More impressions than the cap leaves room for: `mean` must be below `cap`.
    """
    return nbd_at_least(1, capped_level(mean, shape, cap), shape)


def capped_level(mean: float, shape: float, cap: int) -> float:
    """Opportunities bought per head, before the cap cuts, so that `mean` impressions per head are delivered."""
    if not 0 <= mean < cap:
        raise ValueError(f"a cap of {cap} leaves no room for {mean:g} impressions per head")
    if mean == 0:
        return 0.0

    def delivered(level: float) -> float:
        return sum(nbd_at_least(times, level, shape) for times in range(1, cap + 1)) - mean

    if delivered(mean) >= 0:
        return mean
    high = 2.0 * mean + 1.0
    while delivered(high) < 0:
        high *= 4.0
    return float(np.exp(brentq(lambda log_level: delivered(float(np.exp(log_level))), np.log(mean) - 1e-9, np.log(high), xtol=1e-13)))


class Goerg(NamedTuple):
    """Reach from one pair of impressions and reach: exponential activity in an audience that the pair implies."""

    audience: float
    """People who could be reached at all, rho."""

    def at_least(self, impressions: float, times: int = 1) -> float:
        """People with `times` or more of so many impressions: rho (I / (I + rho))^times."""
        return self.audience * float(impressions / (impressions + self.audience)) ** times


def goerg(impressions: float, reach: float) -> Goerg:
    """
    The curve through one point: rho = I R / (I - R), in impressions and people.

    Raises
    ------
    ValueError
        Reach is not below impressions: everybody would have exactly one, and no curve is implied.
    """
    if not 0 < reach < impressions:
        raise ValueError(f"one point needs 0 < reach < impressions; given {reach:,.0f} of {impressions:,.0f}")
    return Goerg(impressions * reach / (impressions - reach))


def shared_gamma_union(first: float, second: float, shape: float, correlation: float) -> float:
    """
    Net reach of two channels whose activities share a part.

    Parameters
    ----------
    first, second : impressions per head of each channel
    shape : of the gamma of activity, the same in both
    correlation : of activity, 0 (Sainsbury) to 1 (the same heavy users)
    """
    logs = correlation * np.log1p((first + second) / shape) + (1.0 - correlation) * (np.log1p(first / shape) + np.log1p(second / shape))
    return float(-np.expm1(-shape * logs))


class BetaBinomial(NamedTuple):
    """Posts as insertions: a person sees any one with a probability that is beta among people."""

    a: float
    b: float

    def at_least(self, posts: int, times: int = 1) -> float:
        """Fraction who see `times` or more of so many posts."""
        if times == 1:
            return float(-np.expm1(betaln(self.a, self.b + posts) - betaln(self.a, self.b)))
        return float(betabinom.sf(times - 1, posts, self.a, self.b))


def beta_binomial(one: float, two: float) -> BetaBinomial:
    """
    The law with reach `one` after one post and `two` after two.

    Raises
    ------
    ValueError
        Two posts reach no more than one, or more than people alike would: `one` < `two` < 1 - (1 - one)^2.
    """
    bound = 2.0 * one - one**2
    if not 0 < one < two < bound:
        raise ValueError(f"reach after two posts must lie between {one:g} and {bound:g}; given {two:g}")
    a = one * (two - one) / (bound - two)
    return BetaBinomial(a, a * (1.0 - one) / one)


def shifted_gamma_poisson(bought: float, alpha: float, beta: float, times: int = 1) -> float:
    """
    Fraction with `times` or more impressions when everybody has one opportunity and negative binomially many more.

    Parameters
    ----------
    bought : part of the inventory that is bought, 0 to 1
    alpha, beta : shape and scale of the gamma of further opportunities; mean inventory 1 + alpha beta
    """
    more = nbinom(alpha, 1.0 / (1.0 + beta * bought)) if bought > 0 else None
    if more is None:
        return 0.0
    return float(bought * more.sf(times - 2) + (1.0 - bought) * more.sf(times - 1))
