"""Formulas that simulated reach must agree with: the negative binomial and its relatives.

Opportunities are Poisson in a gamma activity of mean 1 and shape k, so impressions per head are negative binomial (the
model of billboard and banner exposure: Huang and Lin 2006, Danaher 2007).
"""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc, comb, gammaln, pdtrc, xlogy

from simulation.behaviour.planning import Tariff, day_weights, tariff
from simulation.inputs.parameters import Scenario
from simulation.society.population import gamma_cells

Reals = NDArray[np.float64]

QUANTILES = 2048


def nbd_at_least(times: int, mean: float, shape: float) -> float:
    """
    Fraction of people with at least `times` impressions.

    Parameters
    ----------
    mean : impressions per head, 0 or more
    shape : of the gamma of activity, above 0; infinite means Poisson
    """
    if np.isinf(shape):
        return float(pdtrc(times - 1, mean))
    return float(betainc(times, shape, mean / (shape + mean)))


def sainsbury(*reaches: float) -> float:
    """Net reach of vehicles of which each tells nothing about the others: 1 - product of (1 - reach)."""
    return 1.0 - float(np.prod([1.0 - reach for reach in reaches]))


def common_activity_union(first: float, second: float, shape: float) -> float:
    """Net reach of two channels with the same heavy users, given their reach: means add up in one negative binomial."""
    means = [shape * ((1.0 - reach) ** (-1.0 / shape) - 1.0) for reach in (first, second)]
    return nbd_at_least(1, sum(means), shape)


def activity_quantiles(shape: float) -> Reals:
    """Activity of `QUANTILES` equally many people, mean 1."""
    return gamma_cells(shape).reshape(QUANTILES, -1).mean(axis=1) / shape


def paid_reach(scenario: Scenario, media: dict[str, float], times: int = 1) -> float:
    """
    Expected fraction of the market with at least `times` (1 to 10) ad impressions seen, for media money by platform.

    Active accounts are independent over platforms, activity for ads is one number per person, caps bind each window by
    itself. What a day cannot spend is lost, as in the simulation.
    """
    activity = activity_quantiles(scenario.behaviour.activity_shape)
    platforms = dict(scenario.platforms.items())
    unseen = {name: _counts_seen(scenario, name, money, activity, times) for name, money in media.items()}
    below = 0.0
    for used in itertools.product((False, True), repeat=len(media)):
        chance, counts = 1.0, np.zeros((times, activity.size))
        counts[0] = 1.0
        for name, active in zip(media, used, strict=True):
            fraction = platforms[name].active_fraction
            chance *= fraction if active else 1.0 - fraction
            counts = _add(counts, unseen[name]) if active else counts
        below += chance * float(counts.sum(axis=0).mean())
    sees = (1.0 - scenario.paid.blocked_fraction) * scenario.targeted_fraction
    return sees * (1.0 - below)


def unseen_chance(scenario: Scenario, platform: str, money: float, activity: Reals) -> Reals:
    """
    Chance that people who can be served on a platform see none of its ads over the campaign, by their activity for ads.

    Parameters
    ----------
    money : media money of the platform
    activity : of each person, mean 1 over everybody; the chance is interpolated between `activity_quantiles`
    """
    known = activity_quantiles(scenario.behaviour.activity_shape)
    unseen = _counts_seen(scenario, platform, money, known, 1)[0]
    return np.asarray(np.exp(np.interp(activity, known, np.log(np.maximum(unseen, 1e-300)))))


def _counts_seen(scenario: Scenario, platform: str, money: float, activity: Reals, times: int) -> Reals:
    """Probability of 0 to `times` - 1 seen impressions on one platform, by activity; over the whole campaign, window by window of the cap."""
    paid, prices, settings = scenario.paid, tariff(scenario, platform), dict(scenario.platforms.items())[platform]
    reachable = scenario.market.consumers * (1.0 - paid.blocked_fraction) * scenario.targeted_fraction * settings.active_fraction
    limit, seen = None if paid.cap is None else paid.cap.impressions, paid.viewable_fraction * (1.0 - paid.invalid_fraction)
    total = np.zeros((times, activity.size))
    total[0] = 1.0
    for (spent, days), windows in Counter(_windows(scenario, prices.payable(money))).items():
        level = _level_that_costs(spent / reachable, activity, limit, settings.ad_opportunities_per_day * days, prices)
        total = _add(total, _power(_thinned_window(level * activity, limit, seen, times), windows))
    return total


def _windows(scenario: Scenario, money: float) -> list[tuple[float, int]]:
    """Money of each window of the cap, and its days with ads; without a cap, of each stretch of days with the same money."""
    parts, cap = money * day_weights(scenario), scenario.paid.cap
    edges = np.arange(cap.days, parts.size, cap.days) if cap is not None else np.flatnonzero(np.diff(parts)) + 1
    pieces = [(float(f"{piece.sum():.12g}"), int(np.count_nonzero(piece))) for piece in np.split(parts, edges)]
    return [(spent, days) for spent, days in pieces if days]


def _level_that_costs(money: float, activity: Reals, limit: int | None, inventory: float, prices: Tariff) -> float:
    """
    Mean opportunities bought per head and window for which `money` a head pays what is delivered after the cap; at most the inventory.

    Under a cap what is delivered is taken to cost as much on average as all opportunities up to the same rank.
    """
    most = inventory * min(prices.highest_rank, 1.0 - 1e-12)

    def surplus(level: float) -> float:
        delivered = level if limit is None else float(sum(pdtrc(number, level * activity).mean() for number in range(limit)))
        return delivered * prices.mean(level / inventory) / 1000.0 - money

    least = 1e-12 * inventory
    if money <= 0 or surplus(least) >= 0:
        return 0.0
    return most if surplus(most) <= 0 else float(brentq(surplus, least, most))


def _thinned_window(mean: Reals, limit: int | None, seen: float, times: int) -> Reals:
    """Probability of 0 to `times` - 1 seen impressions in one window: Poisson, cut at the cap, each seen with the same chance."""
    number = np.arange(times)[:, None]
    if limit is None:
        return np.asarray(_poisson(number, seen * mean[None, :]))
    served = np.arange(limit + 1)[:, None]
    chances = np.where(served < limit, _poisson(served, mean[None, :]), pdtrc(limit - 1, mean[None, :]))
    thin = np.array([[_binomial(seen_count, served_count, seen) for served_count in range(limit + 1)] for seen_count in range(times)])
    return np.asarray(thin @ chances)


def _poisson(count: NDArray[np.int64], mean: Reals) -> Reals:
    """Probability of a count under a Poisson law."""
    return np.asarray(np.exp(xlogy(count, mean) - mean - gammaln(count + 1.0)))


def _binomial(successes: int, trials: int, chance: float) -> float:
    return float(comb(trials, successes)) * chance**successes * (1.0 - chance) ** (trials - successes) if successes <= trials else 0.0


def _add(first: Reals, second: Reals) -> Reals:
    """Distribution of a sum of two counts, as far as it is kept."""
    return np.stack([sum(first[part] * second[total - part] for part in range(total + 1)) for total in range(first.shape[0])])


def _power(one: Reals, windows: int) -> Reals:
    """Distribution of the sum over equal windows, as far as it is kept."""
    total = np.zeros_like(one)
    total[0] = 1.0
    for _ in range(windows):
        total = _add(total, one)
    return total
