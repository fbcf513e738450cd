"""Equal readings of programme and ads: the budget at which ads do as much, a root of the closed form; and what that budget does when its ads are bought and played."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from simulation.behaviour.engagement import reaction_chance, response, topic_factor
from simulation.behaviour.planning import ad_budget, media_by_platform, spells
from simulation.engines.flights import plan_flights
from simulation.engines.run import play
from simulation.engines.world import PAID, World
from simulation.inputs.parameters import Scenario
from simulation.measures.closed_forms import activity_quantiles, counts_seen, seen_by_accounts, windows_of
from simulation.measures.equivalent import MOST_PER_HEAD
from simulation.measures.reach import reactions_by_channel
from simulation.measures.tally import tally
from simulation.society.lookalike import sees_ads
from simulation.society.population import ADS, affinity_cells
from simulation.society.society import Society

Reals = NDArray[np.float64]
Counts = NDArray[np.int64]

CELLS = 512
"""Classes of equally many people in which activity is told apart."""
TIMES = {"reach": 1, "reach_3plus": 3}
ENGAGEMENT = "engagement"
READINGS = (*TIMES, ENGAGEMENT)
"""What is made equal: people added, people added with three impressions, likes and clicks."""
LEAST, MOST = 1e-6, 1e12
"""Media money between which a budget is looked for."""


class Bought(NamedTuple):
    """What the ads of one budget did when they were bought and played."""

    impressions: Counts
    """Of everybody in the panel."""
    engagements: float
    """Likes and clicks."""


class Forecast:
    """
    What ads are expected to do for any budget, by the closed form.

    Luck of the ads is averaged out; people, their accounts, activity and other impressions are those of the society.

    Parameters
    ----------
    without_ads : impressions of everybody in the panel when nothing is advertised
    """

    def __init__(self, scenario: Scenario, society: Society, without_ads: Counts) -> None:
        self.scenario = scenario
        panel = society.panel
        place = np.flatnonzero(sees_ads(scenario, society, panel.people))
        self._activity = activity_quantiles(scenario.behaviour.activity_shape, CELLS)
        self._without, self._weights = without_ads[place], panel.weights[place]
        self._cell = np.searchsorted((self._activity[1:] + self._activity[:-1]) / 2.0, society.people.activity(ADS, panel.people[place]))
        self._uses = {name: society.people.active(name, panel.people[place]) for name in scenario.bought_platforms}
        self._spells = {name: spells(scenario, name) for name in scenario.bought_platforms}
        self._lacking: dict[int, dict[frozenset[str], Reals]] = {}

    def added(self, budget: float, times: int) -> float:
        """People with `times` impressions whom ads add."""
        lacking = self._people_lacking(times)
        parts = seen_by_accounts(self.scenario, media_by_platform(self.scenario, budget), self._activity, times)
        return float(sum((lacking[used] * (1.0 - np.cumsum(counts, axis=0))).sum() for used, counts in parts))

    def engagements(self, budget: float) -> float:
        """Likes and clicks of ads; wear-out is left out."""
        total = 0.0
        for name, money in media_by_platform(self.scenario, budget).items():
            once, often = self._answers[name]
            for days, alike in self._lives[name]:
                none, one = counts_seen(self.scenario, name, money, self._activity, 2, days)
                total += alike * float(self._people[name] @ (once * one + often * (1.0 - none - one)))
        return total

    def does(self, reading: str, budget: float) -> float:
        """What is made equal in a reading."""
        return self.engagements(budget) if reading == ENGAGEMENT else self.added(budget, TIMES[reading])

    def budget_for(self, reading: str, target: float) -> float | None:
        """Budget, media and fixed costs together, at which ads are expected to do so much; None where none below `MOST_PER_HEAD` impressions a head is."""
        cost = self.scenario.paid.cost

        def budget(log_media: float) -> float:
            return float(np.exp(log_media)) * (1.0 + cost.fee_fraction) + cost.creative

        @cache
        def surplus(log_media: float) -> float:
            return self.does(reading, budget(log_media)) - target

        low, high = float(np.log(LEAST)), float(np.log(self._most))
        if target <= 0:
            return 0.0
        if high <= low:
            return None
        below = above = float(np.clip(np.log(max(ad_budget(self.scenario) - cost.creative, LEAST)), low, high))
        stride = 1.0
        while below > low and surplus(below) >= 0:
            above, below, stride = below, max(low, below - stride), 2.0 * stride
        while above < high and surplus(above) < 0:
            below, above, stride = above, min(high, above + stride), 2.0 * stride
        if surplus(above) < 0:
            return None
        return budget(below if surplus(below) >= 0 else float(brentq(surplus, below, above, xtol=1e-4)))

    def _people_lacking(self, times: int) -> dict[frozenset[str], Reals]:
        """People who lack 1 to `times` impressions (rows), by activity (columns), for each set of platforms that they use."""
        if times not in self._lacking:
            names, lacks = list(self._uses), np.clip(times - self._without, 0, times)
            used = sum((self._uses[name].astype(np.int64) << number for number, name in enumerate(names)), np.zeros(lacks.size, dtype=np.int64))
            table = np.bincount((used * (times + 1) + lacks) * CELLS + self._cell, self._weights, 2 ** len(names) * (times + 1) * CELLS).reshape(-1, times + 1, CELLS)
            self._lacking[times] = {frozenset(name for number, name in enumerate(names) if row >> number & 1): table[row, 1:] for row in range(2 ** len(names))}
        return self._lacking[times]

    @cached_property
    def _people(self) -> dict[str, Reals]:
        """People who use each platform, by activity."""
        return {name: np.bincount(self._cell[uses], self._weights[uses], CELLS) for name, uses in self._uses.items()}

    @cached_property
    def _lives(self) -> dict[str, list[tuple[tuple[int, int], int]]]:
        """First day of an ad and the day after its last, and how many ads have windows of caps like it, by platform."""
        life = self.scenario.paid.creative_days
        days = [(first, first + life) for first in range(0, self.scenario.horizon.weeks * 7, life)]
        found = {}
        for name, planned in self._spells.items():
            alike = [tuple(tuple(windows_of(spell.parts, spell.cap, each)) for spell in planned) for each in days]
            found[name] = [(days[alike.index(kind)], count) for kind, count in Counter(alike).items()]
        return found

    @cached_property
    def _answers(self) -> dict[str, tuple[float, float]]:
        """Likes and clicks of an ad expected of somebody who has seen it once, and twice or more, by platform: over affinity and interest."""
        behaviour, targeting = self.scenario.behaviour, self.scenario.paid.targeting
        affinity = affinity_cells(behaviour.affinity_shape)
        right, count = targeting.interest_accuracy, behaviour.topics if targeting.topics is None else len(set(targeting.topics))
        own = 1.0 / behaviour.topics if targeting.topics is None else right / count + (1.0 - right) / behaviour.topics

        def expected(rate: float, showings: int) -> float:
            answer = response(showings, behaviour.first_delivery_response)
            chances = [np.minimum(reaction_chance(rate, affinity, topic_factor(mine, behaviour.topics, behaviour.topic_lift), 1.0, answer), 1.0).mean() for mine in (True, False)]
            return float(own * chances[0] + (1.0 - own) * chances[1])

        platforms = dict(self.scenario.platforms.items())
        rates = {name: (platforms[name].ad_like_rate, platforms[name].ad_click_rate) for name in self._uses}
        return {name: (sum(expected(rate, 1) for rate in pair), sum(expected(rate, 2) for rate in pair)) for name, pair in rates.items()}

    @cached_property
    def _most(self) -> float:
        """Media money that buys about `MOST_PER_HEAD` impressions for each consumer, or everything there is."""
        scenario, platforms, money = self.scenario, dict(self.scenario.platforms.items()), LEAST
        places = {name: scenario.market.consumers * scenario.targeted_fraction * platforms[name].active_fraction * platforms[name].ad_opportunities_per_day for name in self._uses}
        while money < MOST:
            served = sum(spell.prices.bought(day, places[name]) * count for name, part in scenario.bought_platforms.items() for spell in self._spells[name]
                         for day, count in Counter(spell.money(money * part).tolist()).items())
            if served > MOST_PER_HEAD * scenario.market.consumers:
                break
            money *= 2.0
        return money


def bought(scenario: Scenario, society: Society, budget: float) -> Bought:
    """The ads of a budget, bought and played with nothing beside them: neither page nor employees change what comes of ads."""
    alone = scenario.replace(paid__enabled=True, paid__budget=budget, page__enabled=False, programme__enabled=False, behaviour__monthly_sharers_fraction=0.0)
    record = play(alone, World(False, True), society.luck, society, plan_flights(alone, society))
    impressions = tally(record, scenario.horizon.days).by_person[PAID]
    return Bought(impressions, float(reactions_by_channel(record)[PAID, :2].sum()))


def readings(scenario: Scenario, society: Society, without_ads: Counts, targets: dict[str, float], money: float) -> dict[str, Any]:
    """
    Budget at which ads are expected to do what the programme did, and likes and clicks that ads are expected to earn for equal money.

    Parameters
    ----------
    without_ads : impressions of everybody in the panel when nothing is advertised
    targets : what the programme did, by reading
    money : what the programme cost
    """
    forecast = Forecast(scenario, society, without_ads)
    return {"equivalent_budget_closed_form": {reading: forecast.budget_for(reading, targets[reading]) for reading in READINGS},
            "equivalent_budget_confirmed": dict.fromkeys(READINGS), "equal_money_engagement": forecast.engagements(money)}


def confirmed(scenario: Scenario, society: Society, without_ads: Counts, targets: dict[str, float], budgets: dict[str, float | None]) -> dict[str, float | None]:
    """What the budget of each reading does when its ads are bought and played, against what it should; None where there is no such budget."""
    return {reading: None if budget is None or targets[reading] <= 0 else what_it_does(scenario, society, without_ads, reading)(budget) / targets[reading]
            for reading, budget in budgets.items()}


def what_it_does(scenario: Scenario, society: Society, without_ads: Counts, reading: str) -> Callable[[float], float]:
    """What is made equal in a reading, for any budget, when its ads are bought and played."""
    return lambda budget: _did(society, without_ads, reading, bought(scenario, society, budget))


def _did(society: Society, without_ads: Counts, reading: str, done: Bought) -> float:
    """What is made equal in a reading, of ads that were played."""
    if reading == ENGAGEMENT:
        return done.engagements
    times = TIMES[reading]
    return float(society.panel.counted((without_ads < times) & (without_ads + done.impressions >= times)))


def with_spill_over(scenario: Scenario, society: Society, without_ads: Counts, targets: dict[str, float], money: float) -> dict[str, Any]:
    """The readings of ads that spill over, which neither flights nor the closed form know: from ads bought and played. Parameters are those of `readings`."""
    forecast = Forecast(scenario, society, without_ads)
    budgets = {reading: _played_budget(forecast, society, without_ads, reading, targets[reading]) for reading in READINGS}
    equal = bought(scenario, society, money)
    did = {reading: _did(society, without_ads, reading, equal) for reading in READINGS}
    return {"equivalent_budget_closed_form": budgets, "equivalent_paid_budget": budgets["reach"], "equivalent_paid_budget_3plus": budgets["reach_3plus"],
            "equal_money_reach": did["reach"], "equal_money_reach_3plus": did["reach_3plus"], "equal_money_engagement": did[ENGAGEMENT]}


def _played_budget(forecast: Forecast, society: Society, without_ads: Counts, reading: str, target: float) -> float | None:
    """Budget whose ads do so much when played, to a half percent of its media money; looked for from the root of the closed form, which spill-over only lowers."""
    cost, highest = forecast.scenario.paid.cost, forecast.budget_for(reading, target)
    if highest is None or target <= 0:
        return highest
    does, fee = what_it_does(forecast.scenario, society, without_ads, reading), 1.0 + cost.fee_fraction

    def surplus(log_media: float) -> float:
        return does(float(np.exp(log_media)) * fee + cost.creative) - target

    high = float(np.log((highest - cost.creative) / fee))
    while surplus(high) < 0:  # the luck of these ads is worse than expected
        high += 0.1
    low = high - 1.0
    while surplus(low) >= 0:
        low -= 2.0
    return float(np.exp(brentq(surplus, low, high, xtol=0.005))) * fee + cost.creative


def next_person(scenario: Scenario, society: Society, without_ads: Counts, last: float) -> float | None:
    """Price of the next person through ads that spill over: the last part of the media money over the people whom only it adds; None where it adds nobody."""
    cost, budget, does = scenario.paid.cost, ad_budget(scenario), what_it_does(scenario, society, without_ads, "reach")
    media = max(budget - cost.creative, 0.0)
    people = does(budget) - does(budget - last * media)
    return last * media / people if people > 0 else None
