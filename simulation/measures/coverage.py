"""Who would be reached by whose posts: the chance for each employee and consumer, and for each consumer that nothing else reaches them.

A consumer is reached by a set of employees with chance 1 - product of (1 - chance): luck of different employees is taken to be
independent. The expected number of people reached is then a submodular function of the set, so greedy choice comes near the best.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.exposure import items_missed, miss_chance, stream_missed
from simulation.behaviour.planning import items_offered, media_by_platform
from simulation.behaviour.sharing import HEADROOM, share_probability, unprompted_probability
from simulation.behaviour.willingness import offered_logits
from simulation.inputs.parameters import Scenario
from simulation.measures.closed_forms import unseen_chance
from simulation.society.audiences import Live
from simulation.society.lookalike import sees_ads
from simulation.society.population import ADS, opinionated, own_posting_rates, uses_platform
from simulation.society.society import Society

Reals = NDArray[np.float64]
Rows = NDArray[np.int64]

GRID = np.concatenate((np.zeros(1), np.logspace(-7, 4, 2048)))
"""Exposures at which the chance of a miss is computed; between them it is interpolated, off by less than 1e-5."""


class Coverage(NamedTuple):
    """
    Candidates (rows) and the consumers whom each would reach (compressed columns).

    Attributes
    ----------
    starts : row i is `places[starts[i]:starts[i + 1]]`
    places : of consumers, ascending in each row
    chances : of being reached by the candidate, should they take part
    open : for each consumer, the people whom they stand for times the chance that nobody and nothing else reaches them
    """

    starts: Rows
    places: NDArray[np.int32]
    chances: Reals
    open: Reals

    @property
    def candidates(self) -> int:
        """Number of rows."""
        return self.starts.size - 1

    def scaled(self, chances: Reals) -> Coverage:
        """The same where each candidate takes part with a chance only."""
        return self._replace(chances=self.chances * np.repeat(chances, np.diff(self.starts)))

    def reach(self, chosen: NDArray[Any]) -> float:
        """Expected people whom a set of candidates (row numbers) adds."""
        left = np.ones(self.open.size)
        for row in np.asarray(chosen).tolist():
            part = slice(self.starts[row], self.starts[row + 1])
            left[self.places[part]] *= 1.0 - self.chances[part]
        return float(self.open @ (1.0 - left))


def share_chances(scenario: Scenario, society: Society, base: Reals | None = None) -> Reals:
    """
    Chance that each employee shares one offered item on a platform that they use for work, at the start: no fatigue, habit or peers yet.

    Topics are averaged over.

    Parameters
    ----------
    base : logits by employee; left out: those of their segments
    """
    behaviour, staff = scenario.behaviour, society.staff
    own = offered_logits(scenario)[staff.segment] if base is None else base

    def chances(match: float) -> Reals:
        return np.asarray(share_probability(own, scenario.programme.push, match, behaviour.manager_lift * staff.manager, behaviour.privacy_penalty * staff.private, 0.0,
                                            staff.engagement, 0.0, 0.0))

    return chances(behaviour.topic_match) / behaviour.topics + chances(0.0) * (1.0 - 1.0 / behaviour.topics)


def coverage(scenario: Scenario, society: Society, shares: Reals, *, ads: bool = True) -> Coverage:
    """
    Chances of all employees as candidates, given the page, unprompted posts, whoever is enrolled already, and ads.

    Parameters
    ----------
    shares : chance that each employee shares one offered item
    ads : whether the scenario's ads run as well
    """
    panel, items = society.panel, items_offered(scenario)
    missed, rows, places = [], [], []
    nobody = np.zeros(panel.size)
    posts = unprompted_posts(scenario, society)
    for name in scenario.platforms.names():
        live, level = society.audiences(name).live, society.levels[name]
        uses = uses_platform(scenario, society.luck, name, np.arange(shares.size))
        row, place, miss = _misses(scenario, society, live, level.person)
        rows.append(row)
        places.append(place)
        missed.append(np.log(np.maximum(items_missed(miss, (shares * uses)[row], items), 1e-300)))
        nobody += np.bincount(place, weights=np.log(stream_missed(miss, (posts * uses)[row])), minlength=panel.size)
        if scenario.page.enabled:
            _, place, miss = _misses(scenario, society, society.page_audiences(name).live, level.page)
            nobody += np.bincount(place, weights=scenario.page.posts_per_week * scenario.horizon.weeks * np.log(miss), minlength=panel.size)
    starts, merged, chances = _merged(np.concatenate(rows), np.concatenate(places), np.concatenate(missed), shares.size, panel.size)
    enrolled = np.repeat(society.staff.enrolled, np.diff(starts))
    nobody += np.bincount(merged[enrolled], weights=np.log1p(-np.minimum(chances[enrolled], 1.0 - 1e-15)), minlength=panel.size)
    alone = np.exp(nobody) * (_unseen(scenario, society) if ads and scenario.paid.enabled else 1.0)
    return Coverage(starts, merged, chances, panel.weights * alone)


def _misses(scenario: Scenario, society: Society, live: Live, level: float) -> tuple[Rows, Rows, Reals]:
    """Rows of an audience, places of the consumers in it, and their chance to miss one post."""
    panel = society.panel
    place = panel.places(live.people)
    inside = np.flatnonzero(place >= 0)
    row = np.repeat(np.arange(live.starts.size - 1), np.diff(live.starts))[inside]
    return row, place[inside], on_grid(miss_chance, level * live.reception[inside], scenario.behaviour.appeal_log_sd)


def on_grid(chance: Callable[[Any, float], Any], exposure: Reals, appeal_log_sd: float) -> Reals:
    """A chance by the deliveries of an average post, integrated over appeal on `GRID` and interpolated between."""
    return np.asarray(np.interp(exposure, GRID, _table(chance, appeal_log_sd)))


@lru_cache(maxsize=8)
def _table(chance: Callable[[Any, float], Any], appeal_log_sd: float) -> Reals:
    return np.asarray(chance(GRID, appeal_log_sd))


def _merged(row: Rows, place: Rows, log_missed: Reals, count: int, size: int) -> tuple[Rows, NDArray[np.int32], Reals]:
    """Rows of all platforms as one: each consumer once a candidate, reached unless missed on every platform."""
    key = row * np.int64(size) + place
    order = np.argsort(key, kind="stable")
    key, logs = key[order], log_missed[order]
    first = np.flatnonzero(np.concatenate((np.ones(1, dtype=np.bool_), key[1:] != key[:-1]))) if key.size else np.empty(0, dtype=np.int64)
    sums = np.add.reduceat(logs, first) if key.size else np.empty(0)
    starts = np.searchsorted(key[first] // size, np.arange(count + 1))
    return starts.astype(np.int64), (key[first] % size).astype(np.int32), -np.expm1(sums)


def unprompted_posts(scenario: Scenario, society: Society) -> Reals:
    """Unprompted posts that each employee makes on a platform used for work over the campaign, on average; those that criticise the firm are left out."""
    staff, behaviour = society.staff, scenario.behaviour
    rates = own_posting_rates(scenario, society.luck, staff)
    made = unprompted_probability(behaviour.manager_lift * staff.manager, behaviour.privacy_penalty * staff.private, 0.0)
    kept = 1.0 - scenario.programme.displacement_fraction * (staff.enrolled & scenario.programme.enabled)
    return np.asarray(rates * HEADROOM * made * scenario.horizon.weeks * kept * (1.0 - behaviour.critical_fraction * opinionated(staff)))


def _unseen(scenario: Scenario, society: Society) -> Reals:
    """Chance that each consumer sees no ad."""
    panel = society.panel
    chance, sees = np.ones(panel.size), sees_ads(scenario, society, panel.people)
    activity = society.people.activity(ADS, panel.people)
    for name, money in media_by_platform(scenario).items():
        served = sees & society.people.active(name, panel.people)
        chance[served] *= unseen_chance(scenario, name, money, activity[served])
    return chance
