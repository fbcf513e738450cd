"""The ad budget that adds as many people as the programme does: a root on the flights that were really bought.

Each day buys a prefix of its opportunities, so an impression is bought from the fraction of the budget that its place in
the day says. A person is reached k times from the k-th smallest such fraction on. Caps bind a little less at smaller
budgets, which this ignores; without a cap it is exact.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.planning import media_by_platform
from simulation.compiling import kernel
from simulation.engines.flights import Flight, plan_flights
from simulation.inputs.parameters import Scenario
from simulation.society.lookalike import sees_ads
from simulation.society.panel import Panel
from simulation.society.society import Society

Reals = NDArray[np.float64]
Counts = NDArray[np.int64]

GROWTH = 6.0
RUNGS = 3
"""Impressions of a person that are told apart: the most that any reading of reach asks for."""
MOST_PER_HEAD = 60.0
"""Served impressions per consumer beyond which no budget is tried: an ad seen by everybody every day and a half of a quarter."""


class Ladder:
    """For each consumer, the fractions of the media money from which their first ad impressions (`RUNGS` of them) are bought."""

    def __init__(self, flights: dict[str, Flight], panel: Panel) -> None:
        self.panel = panel
        self._lowest = np.full((panel.size, RUNGS), np.inf)
        self.served = 0.0
        """Impressions paid for, seen or not."""
        for flight in flights.values():
            _keep_lowest(self._lowest, flight.place, flight.fraction, flight.viewed)
            self.served += float(flight.place.size if panel.everybody else panel.weights[flight.place].sum())
        self.spent = float(sum(flight.spend.sum() for flight in flights.values()))
        """Media money that found something to buy."""

    def thresholds(self, needed: Counts) -> Reals:
        """
        Fraction of the media money from which each consumer has as many ad impressions as needed; infinite where never.

        Parameters
        ----------
        needed : impressions that each consumer lacks (up to `RUNGS`); 0 where none do, whose threshold is infinite too
        """
        rung = np.maximum(needed, 1)[:, None] - 1
        return np.where(needed > 0, np.take_along_axis(self._lowest, rung, axis=1)[:, 0], np.inf)


@kernel
def _keep_lowest(lowest: Any, places: Any, fractions: Any, viewed: Any) -> None:
    """Sort the fractions of what was seen into each person's row of lowest ones, the larger ones falling out."""
    for number in range(places.size):
        row, value = lowest[places[number]], fractions[number]
        if viewed[number] and value < row[row.size - 1]:
            hole = row.size - 1
            while hole > 0 and row[hole - 1] > value:
                row[hole] = row[hole - 1]
                hole -= 1
            row[hole] = value


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
