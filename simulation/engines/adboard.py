"""Ads as they are shown and answered, step by step, from flights that were bought beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.engagement import reaction_chance, response, topic_factor
from simulation.engines.flights import Flight
from simulation.engines.share import creative, topic_of
from simulation.inputs.parameters import Scenario
from simulation.society.follows import Identities
from simulation.society.luck import Luck
from simulation.society.population import People

AD_ACTIONS = ("like", "click")


class Seen(NamedTuple):
    """Ad impressions seen by a human, of one ad on one platform."""

    platform: str
    creative: int
    """Number of the ad, from 0."""
    person: Identities
    hours: NDArray[np.float64]


class AdBoard:
    """Shows the seen part of every flight in time order, and tells who answers an ad."""

    def __init__(self, scenario: Scenario, people: People, luck: Luck, flights: dict[str, Flight]) -> None:
        self._scenario, self._people, self._luck = scenario, people, luck
        self._platforms = dict(scenario.platforms.items())
        self._seen = {name: (flight.person[flight.viewed], flight.hours[flight.viewed]) for name, flight in flights.items()}
        self._shown: dict[str, tuple[int, NDArray[np.int32]]] = {}
        """For each platform: number of the current ad, and how often each consumer has seen it."""

    def show(self, start: float, stop: float) -> Iterator[Seen]:
        """What is seen from `start` up to `stop`, ad by ad."""
        life = 24.0 * self._scenario.paid.creative_days
        for platform, (person, hours) in self._seen.items():
            low, high = np.searchsorted(hours, (start, stop))
            if low == high:
                continue
            for ad in range(int(hours[low] // life), int(hours[high - 1] // life) + 1):
                first, last = np.searchsorted(hours[low:high], (ad * life, (ad + 1) * life))
                if first < last:
                    yield Seen(platform, ad, person[low + first : low + last], hours[low + first : low + last])

    def answers(self, seen: Seen) -> Iterator[tuple[str, int, Identities]]:
        """Action, item and people who answer an ad now: their chance has risen above their keyed uniform."""
        behaviour, platform = self._scenario.behaviour, self._platforms[seen.platform]
        ad, counts = self._shown.get(seen.platform, (-1, np.empty(0, dtype=np.int32)))
        if ad != seen.creative:
            counts = np.zeros(self._scenario.market.consumers, dtype=np.int32)
            self._shown[seen.platform] = (seen.creative, counts)
        item = creative(seen.platform, seen.creative)
        people, times = np.unique(seen.person, return_counts=True)
        before = counts[people]
        counts[people] += times.astype(np.int32)
        topic = topic_factor(self._people.interest(people) == topic_of(item, self._luck, behaviour.topics), behaviour.topics, behaviour.topic_lift)
        affinity = self._people.affinity(people)
        earlier = response(before, behaviour.first_delivery_response) * (before > 0)
        now = response(before + times, behaviour.first_delivery_response)
        for action, rate in zip(AD_ACTIONS, (platform.ad_like_rate, platform.ad_click_rate), strict=True):
            uniforms = self._luck.uniforms(action, item, who=people)
            chance = reaction_chance(rate, affinity, topic, 1.0, 1.0)
            yield action, item, people[(uniforms < chance * now) & (uniforms >= chance * earlier)]
