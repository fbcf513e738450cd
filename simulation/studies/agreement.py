"""Reruns the simulated paid channel with fitted figures and holds it against the formula that they were fitted with."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from simulation.engines.flights import plan_flights
from simulation.inputs.parameters import Scenario
from simulation.inputs.platforms import Facebook, Platforms
from simulation.measures.closed_forms import nbd_at_least
from simulation.society.luck import Luck
from simulation.society.panel import Panel
from simulation.society.population import People
from simulation.studies.ladder import SHAPES, Fit

MOST_PEOPLE = 20_000
"""People who are simulated at most."""
FEWEST_PEOPLE = 1_000
MOST_MEAN = 50.0
WEEKS, TIMES, SEED = 2, 10, 2016
WIDTH = 3.3
"""Standard errors on either side: one comparison in a thousand fails by chance."""


class Agreement(NamedTuple):
    """Simulated and expected reach at one impression or more, and whether all of 1 to 10 agree."""

    source: str
    people: int
    mean: float
    shape: float
    simulated: float
    expected: float
    bound: float
    """Half-width that chance allows the simulated reach."""
    agrees_up_to: int
    """Highest number of impressions up to which every reach lies within its bound; 10 is all."""


def rerun(fit: Fit) -> Agreement | None:
    """
    Reach of simulated people with the fitted shape and as many impressions per head.

    None where the fit has no shape, or one outside the range that scenarios allow. Each comparison allows 3.3 binomial
    standard errors and one person.
    """
    shape = fit.get("shape")
    if shape is None or fit.mean is None or not SHAPES[0] <= shape.value <= SHAPES[-1] or not 0 < fit.mean <= MOST_MEAN:
        return None
    people = int(np.clip(fit.audience or MOST_PEOPLE, FEWEST_PEOPLE, MOST_PEOPLE))
    counts = _impressions(people, fit.mean, shape.value)
    mean = float(counts.mean())
    simulated = np.array([np.count_nonzero(counts >= times) / people for times in range(1, TIMES + 1)])
    expected = np.array([nbd_at_least(times, mean, shape.value) for times in range(1, TIMES + 1)])
    bounds = WIDTH * np.sqrt(expected * (1 - expected) / people) + 1.0 / people
    missed = np.flatnonzero(np.abs(simulated - expected) > bounds)
    return Agreement(fit.source, people, mean, shape.value, float(simulated[0]), float(expected[0]), float(bounds[0]), int(missed[0]) if missed.size else TIMES)


def _impressions(people: int, mean: float, shape: float) -> Any:
    """Impressions of each simulated person: one platform that everybody uses, no cap, every impression seen, a price of 1."""
    days = WEEKS * 7
    facebook = Facebook(active_fraction=1.0, ad_opportunities_per_day=float(np.clip(4.0 * mean / days, 0.5, 500.0)))
    scenario = Scenario(platforms=Platforms(linkedin=None, twitter=None, facebook=facebook)).replace(
        horizon__weeks=WEEKS, society__employees=1, society__departments=1, market__consumers=people, behaviour__activity_shape=shape, paid__budget=mean * people / 1000.0,
        paid__cpm={"facebook": 1.0}, paid__cap=None, paid__blocked_fraction=0.0, paid__viewable_fraction=1.0, paid__cost__creative=0.0)
    luck = Luck(SEED)
    # a flight looks at people, luck and panel only; ties need not be listed for it
    society: Any = SimpleNamespace(people=People(scenario, luck), luck=luck, panel=Panel.whole(people))
    flight = plan_flights(scenario, society)["facebook"]
    return np.bincount(flight.place[flight.viewed], minlength=people)
