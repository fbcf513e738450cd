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
from simulation.society.lookalike import sees_ads
from simulation.society.panel import Panel
from simulation.society.society import Society

Reals = NDArray[np.float64]
Counts = NDArray[np.int64]

GROWTH = 6.0
FINE = 1 << 32
"""Steps in which fractions of a budget are told apart when they are sorted."""
MOST_PER_HEAD = 60.0
"""Served impressions per consumer beyond which no budget is tried: an ad seen by everybody every day and a half of a quarter."""


class Ladder:
    """For each consumer, the fractions of the media money from which their first, second, third ... ad impression is bought."""

    def __init__(self, flights: dict[str, Flight], panel: Panel) -> None:
        self.panel = panel
        pairs = [(flight.place[flight.viewed].astype(np.int64), flight.fraction[flight.viewed]) for flight in flights.values()]
        person = np.concatenate([pair[0] for pair in pairs]) if pairs else np.empty(0, dtype=np.int64)
        fraction = np.concatenate([pair[1] for pair in pairs]) if pairs else np.empty(0)
        order = np.argsort(person * FINE + np.minimum(fraction * FINE, FINE - 1).astype(np.int64))
        self._fractions = fraction[order]
        self._counts = np.bincount(person, minlength=panel.size)
        self._starts = np.cumsum(self._counts) - self._counts
        self.served = sum(panel.total(np.bincount(flight.place, minlength=panel.size)) for flight in flights.values())
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


def added_at(panel: Panel, found: Reals, fraction: float) -> float:
    """Consumers whom ads add at a fraction of the media money."""
    return panel.counted(found <= fraction)


def fraction_that_adds(panel: Panel, found: Reals, target: float) -> float:
    """Fraction of the media money at which ads add so many consumers; infinite where none does."""
    order = np.argsort(found)
    added = np.arange(1, found.size + 1) if panel.everybody else np.cumsum(panel.weights[order])
    place = int(np.searchsorted(added, target - 1e-9))
    return float(found[order[place]]) if place < found.size else np.inf


def equivalent_budget(scenario: Scenario, society: Society, ladder: Ladder, without_ads: Counts, target: float, times: int) -> float | None:
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
    panel = ladder.panel
    media, growth = sum(media_by_platform(scenario).values()), GROWTH if ladder.served > 0 else 1.0
    while True:
        fraction = fraction_that_adds(panel, ladder.thresholds(needed), target)
        if np.isfinite(fraction):
            return fraction * ladder.spent * (1.0 + cost.fee_fraction) + cost.creative
        reachable = sees_ads(scenario, society, panel.people) & (needed > 0)
        if ladder.served * GROWTH > MOST_PER_HEAD * panel.market or panel.counted(reachable) < target:
            return None
        media, growth = max(media * growth, target * 0.01), GROWTH
        bigger = scenario.replace(paid__enabled=True, paid__budget=media * (1.0 + cost.fee_fraction) + cost.creative)
        grown = Ladder(plan_flights(bigger, society), panel)
        if grown.served <= ladder.served and ladder.served > 0:
            return None
        ladder = grown
