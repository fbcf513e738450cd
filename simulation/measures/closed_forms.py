"""Formulas that simulated reach must agree with: the negative binomial and its relatives.

Opportunities are Poisson in a gamma activity of mean 1 and shape k, so impressions per head are negative binomial (the
model of billboard and banner exposure: Huang and Lin 2006, Danaher 2007).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import betainc, comb, gammaln, pdtrc, xlogy

from simulation.behaviour.planning import Tariff, spells
from simulation.inputs.paid import Cap
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


def activity_quantiles(shape: float, count: int = QUANTILES) -> Reals:
    """Activity of `count` (a power of two) equally many people, ascending, mean 1."""
    return gamma_cells(shape).reshape(count, -1).mean(axis=1) / shape


def paid_reach(scenario: Scenario, media: dict[str, float], times: int = 1) -> float:
    """
    Expected fraction of the market with at least `times` (1 to 10) ad impressions seen, for media money by platform.

    Active accounts are independent over platforms, activity for ads is one number per person, caps bind each window by
    itself. What a day cannot spend is lost, as in the simulation.
    """
    activity = activity_quantiles(scenario.behaviour.activity_shape)
    platforms, below = dict(scenario.platforms.items()), 0.0
    for used, counts in seen_by_accounts(scenario, media, activity, times):
        chance = float(np.prod([platforms[name].active_fraction if name in used else 1.0 - platforms[name].active_fraction for name in media]))
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
    unseen = counts_seen(scenario, platform, money, known, 1)[0]
    return np.asarray(np.exp(np.interp(activity, known, np.log(np.maximum(unseen, 1e-300)))))


def seen_by_accounts(scenario: Scenario, media: dict[str, float], activity: Reals, times: int) -> Iterator[tuple[frozenset[str], Reals]]:
    """For each set of platforms that somebody may use: the probability of 0 to `times` - 1 ad impressions seen (rows) at each activity (columns)."""
    unseen = {name: counts_seen(scenario, name, money, activity, times) for name, money in media.items()}
    for used in itertools.product((False, True), repeat=len(media)):
        counts = _none(times, activity.size)
        for name, active in zip(media, used, strict=True):
            counts = _add(counts, unseen[name]) if active else counts
        yield frozenset(itertools.compress(media, used)), counts


def counts_seen(scenario: Scenario, platform: str, money: float, activity: Reals, times: int, days: tuple[int, int] | None = None) -> Reals:
    """
    Probability of 0 to `times` - 1 seen impressions on one platform (rows) at each activity (columns), window by window of the cap.

    Parameters
    ----------
    days : first day, and the day after the last; left out: the whole campaign. A cap whose window lies only partly in them is taken to bind as strongly in that part.
    """
    paid, settings = scenario.paid, dict(scenario.platforms.items())[platform]
    reachable = scenario.market.consumers * (1.0 - paid.blocked_fraction) * scenario.targeted_fraction * settings.active_fraction
    shape, places, seen = scenario.behaviour.activity_shape, settings.ad_opportunities_per_day, paid.viewable_fraction * (1.0 - paid.invalid_fraction)
    total = _none(times, activity.size)
    for spell in spells(scenario, platform):
        limit = None if spell.cap is None else spell.cap.impressions
        for (spent, first, last), windows in Counter(windows_of(spell.money(money) / reachable, spell.cap, days)).items():
            level, before = (_level_that_costs(spent[:day], shape, limit, places, spell.prices) for day in (last, first))
            total = _add(total, _power(_thinned_window((level - before) * activity, limit, seen, times), windows))
    return total


def _none(times: int, people: int) -> Reals:
    """Nobody has seen anything."""
    counts = np.zeros((times, people))
    counts[0] = 1.0
    return counts


def windows_of(money: Reals, cap: Cap | None, days: tuple[int, int] | None = None) -> list[tuple[tuple[float, ...], int, int]]:
    """
    Windows of the cap (all days are one without a cap) that lie in `days`, at least partly: money of each of their days, and from which to which of these they do.

    Days without money are left out.

    Parameters
    ----------
    money : of each day of the campaign
    days : first day, and the day after the last; left out: all
    """
    start, stop = days or (0, money.size)
    length, found = money.size if cap is None else cap.days, []
    for first in range(0, money.size, length):
        within = np.flatnonzero(money[first : first + length] > 0) + first
        inside = (int(np.searchsorted(within, start)), int(np.searchsorted(within, stop)))
        if inside[0] < inside[1]:
            found.append((tuple(money[within].tolist()), *inside))
    return found


@lru_cache(maxsize=4096)
def _level_that_costs(money: tuple[float, ...], shape: float, limit: int | None, places: float, prices: Tariff) -> float:
    """
    Mean opportunities per head looked at, day after day of one window, for which each day's `money` a head pays what is delivered after the cap.

    What a day cannot spend is lost. Under a cap what is delivered is taken to cost as much on average as all opportunities up to the same rank.

    Parameters
    ----------
    places : mean opportunities per head and day
    """
    times = None if limit is None else np.arange(1, limit + 1)
    most = places * min(prices.highest_rank, 1.0 - 1e-12)

    def delivered(level: float) -> float:
        return level if times is None else float(betainc(times, shape, level / (shape + level)).sum())

    def more(spent: float, level: float) -> float:
        def surplus(step: float) -> float:
            return (delivered(level + step) - before) * prices.mean(step / places) / 1000.0 - spent

        before, least = delivered(level), 1e-12 * places
        if surplus(least) >= 0:
            return 0.0
        return most if surplus(most) <= 0 else float(brentq(surplus, least, most))

    level = 0.0
    for spent, together in itertools.groupby(money):
        days = sum(1 for _ in together)
        for _ in range(1 if times is None else days):
            level += more(spent, level) * (days if times is None else 1)
    return level


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
    total = _none(*one.shape)
    for _ in range(windows):
        total = _add(total, one)
    return total
