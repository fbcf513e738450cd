"""Simulated ads against the negative binomial over many seeds: the acceptance rules of media planning, at several sizes.

Run `uv run python benchmarks/paid_acceptance.py [--seeds 200]`. For each size and way of buying: how often reach at 1 to 10
and more impressions lies beyond 3.3 standard errors and one person, beside how often chance alone would; and whether the mean
over all seeds lies within 3.3 of its own standard errors. Exit status 1 where a rule is broken.
"""

from __future__ import annotations

import argparse
import sys
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from simulation.engines.flights import plan_flights
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.closed_forms import nbd_at_least
from simulation.society.luck import Luck
from simulation.society.panel import Panel
from simulation.society.population import People

SIZES = (1_000, 10_000, 50_000)
TIMES = range(1, 11)
CHANCE = 0.00097
"""Of a normal number beyond 3.3 standard deviations; what is binomial lies within a little more often, for the one person."""
RARE = 1e-4


class Verdict(NamedTuple):
    failing: int
    """Seeds with at least one comparison beyond its bound."""
    most: int
    """Seeds that chance would let fail, but for one time in ten thousand."""
    bias: float
    """Largest deviation of a mean, in bounds of the mean."""

    @property
    def holds(self) -> bool:
        return self.failing <= self.most and self.bias <= 1.0


def campaign(consumers: int, pricing: str) -> Scenario:
    """One platform for two weeks without a cap, some three impressions for each person who can be reached, all of them seen."""
    return load_scenario("baseline", ["society.employees=1", "society.departments=1", "horizon.weeks=2", "platforms.linkedin=null", "platforms.twitter=null", "paid.cost.creative=0",
                                      "paid.cap=null", "paid.viewable_fraction=1", f"market.consumers={consumers}", f"paid.budget={0.0128 * consumers}", f"paid.pricing={pricing}"])


def judged(scenario: Scenario, seeds: int) -> Verdict:
    """Every seed and frequency against the closed form."""
    failing, errors, spread, people = 0, np.zeros(len(TIMES)), np.zeros(len(TIMES)), 0
    for seed in range(seeds):
        luck = Luck(seed)
        stage = SimpleNamespace(people=People(scenario, luck), luck=luck, panel=Panel.whole(scenario.market.consumers))
        flight = plan_flights(scenario, stage)["facebook"]  # type: ignore[arg-type]
        counts, people = np.bincount(flight.place, minlength=scenario.market.consumers), flight.reachable
        expected = np.array([nbd_at_least(times, flight.place.size / people, scenario.behaviour.activity_shape) for times in TIMES])
        off = np.array([np.count_nonzero(counts >= times) for times in TIMES]) / people - expected
        failing += bool(np.any(np.abs(off) > 3.3 * np.sqrt(expected * (1 - expected) / people) + 1 / people))
        errors, spread = errors + off / seeds, spread + expected * (1 - expected) / people / seeds**2
    bias = float(np.max(np.abs(errors) / (3.3 * np.sqrt(spread) + 1 / people)))
    return Verdict(failing, int(binom.ppf(1 - RARE, seeds, CHANCE * len(TIMES))), bias)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=200, help="seeds at each size")
    seeds, holds = parser.parse_args().seeds, True
    print(f"{'people':>8} {'pricing':>12} {'seeds':>6} {'beyond':>7} {'allowed':>8} {'bias':>6}")
    for pricing in ("flat", "auction", "reservation"):
        for size in SIZES:
            found = judged(campaign(size, pricing), seeds)
            holds &= found.holds
            print(f"{size:8,} {pricing:>12} {seeds:6} {found.failing:7} {found.most:8} {found.bias:6.2f}  {'holds' if found.holds else 'BROKEN'}", flush=True)
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
