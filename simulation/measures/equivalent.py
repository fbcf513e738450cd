"""The ad budget that adds as many people as the programme does: a root on the flights that were really bought.

Each day buys a prefix of its opportunities, so an impression is bought from the fraction of the budget that its place in
the day says. A person is reached k times from the k-th smallest such fraction on. Caps bind a little less at smaller
budgets, which this ignores; without a cap it is exact.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.planning import media_by_platform
from simulation.engines.flights import Flight, plan_flights
from simulation.inputs.parameters import Scenario
from simulation.society.society import Society

Reals = NDArray[np.float64]
Counts = NDArray[np.int64]

GROWTH = 6.0
FINE = 1 << 32
"""Steps in which fractions of a budget are told apart when they are sorted."""
MOST_PER_HEAD = 60.0
"""Served impressions per consumer beyond which no budget is tried: an ad seen by everybody every day and a half of a quarter."""


def budget_fractions(flight: Flight, days: int) -> tuple[Counts, Reals]:
    """Person, and the fraction of the flight's money from which it is bought, for every impression that was seen."""
    edges = np.searchsorted(flight.hours, 24.0 * np.arange(days + 1))
    sizes = np.diff(edges)
    place = np.arange(flight.hours.size) - np.repeat(edges[:-1], sizes)
    fraction = (place + 1.0) / np.repeat(sizes, sizes)
    return flight.person[flight.viewed].astype(np.int64), fraction[flight.viewed]


class Ladder:
    """For each consumer, the fractions of the media money from which their first, second, third ... ad impression is bought."""

    def __init__(self, flights: dict[str, Flight], days: int, consumers: int) -> None:
        pairs = [budget_fractions(flight, days) for flight in flights.values()]
        person = np.concatenate([pair[0] for pair in pairs]) if pairs else np.empty(0, dtype=np.int64)
        fraction = np.concatenate([pair[1] for pair in pairs]) if pairs else np.empty(0)
        order = np.argsort(person * FINE + np.minimum(fraction * FINE, FINE - 1).astype(np.int64))
        self._fractions = fraction[order]
        self._counts = np.bincount(person, minlength=consumers)
        self._starts = np.cumsum(self._counts) - self._counts
        self.served = sum(flight.hours.size for flight in flights.values())
        """Impressions paid for, seen or not."""
        self.spent = float(sum(flight.spend.sum() for flight in flights.values()))
        """Media money that found something to buy."""

    def thresholds(self, needed: Counts) -> Reals:
        """
        Fraction of the media money from which each consumer has as many ad impressions as needed; infinite where never.

        Parameters
        ----------
        needed : impressions that each consumer lacks; 0 where none do
        """
        enough = (needed > 0) & (self._counts >= needed)
        found = np.full(needed.size, np.inf)
        found[enough] = self._fractions[self._starts[enough] + needed[enough] - 1]
        return found


def added_at(found: Reals, fraction: float) -> int:
    """Consumers whom ads add at a fraction of the media money."""
    return int(np.count_nonzero(found <= fraction))


def equivalent_budget(scenario: Scenario, society: Society, ladder: Ladder, without_ads: Counts, target: int, times: int) -> float | None:
    """
    Media and fixed costs that add `target` consumers with at least `times` impressions, or None where no budget does.

    Parameters
    ----------
    ladder : of the flights of the scenario's own budget, the first guess; others are planned when it falls short
    without_ads : impressions of each consumer when nothing is advertised
    target : consumers to add to those who have `times` impressions anyway
    """
    needed = np.maximum(times - without_ads, 0)
    cost = scenario.paid.cost
    if target <= 0:
        return 0.0
    days, media = scenario.horizon.weeks * 7, sum(media_by_platform(scenario).values())
    while True:
        found = np.sort(ladder.thresholds(needed))
        if found.size >= target and np.isfinite(found[target - 1]):
            return float(found[target - 1]) * ladder.spent * (1.0 + cost.fee_fraction) + cost.creative
        reachable = society.people.sees_ads(np.arange(needed.size)) & (needed > 0)
        if ladder.served * GROWTH > MOST_PER_HEAD * needed.size or int(reachable.sum()) < target:
            return None
        media = max(media * GROWTH, target * 0.01)
        bigger = scenario.replace(paid__enabled=True, paid__budget=media * (1.0 + cost.fee_fraction) + cost.creative)
        grown = Ladder(plan_flights(bigger, society), days, needed.size)
        if grown.served <= ladder.served and ladder.served > 0:
            return None
        ladder = grown
