"""Ads as they are shown and answered, step by step, from flights that were bought beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.advertising import worn_response
from simulation.behaviour.engagement import reaction_chance, response
from simulation.compiling import kernel, rule
from simulation.engines.answering import Answering, character_of, most_eager, topic_effect
from simulation.engines.flights import Flight
from simulation.engines.share import creative, topic_of
from simulation.inputs.parameters import Scenario
from simulation.society.follows_kernels import with_room
from simulation.society.luck import Luck
from simulation.society.luck_kernels import uniform
from simulation.society.panel import Panel

for registered in (reaction_chance, response):
    rule(registered)

AD_ACTIONS = ("like", "click")


class Seen(NamedTuple):
    """Ad impressions seen by a human, of one ad on one platform."""

    platform: str
    creative: int
    """Number of the ad, from 0."""
    place: NDArray[np.int32]
    """Of the person in the panel."""
    hours: NDArray[np.float64]


class Showing(NamedTuple):
    """How often each consumer has seen the current ad of a platform; kept only for those who could ever answer it, which their keyed luck tells."""

    may_answer: NDArray[np.bool_]
    worn: NDArray[np.float64]
    """How strongly each still answers, after the campaign's earlier ads."""
    times: NDArray[np.int32]
    before: NDArray[np.int32]
    """The same at the beginning of the latest step in which they saw it."""
    step: NDArray[np.int32]
    """That step."""


class AdBoard:
    """Shows the seen part of every flight in time order, and tells who answers an ad."""

    def __init__(self, scenario: Scenario, luck: Luck, flights: dict[str, Flight], panel: Panel, answering: Answering) -> None:
        self._scenario, self._luck, self._panel, self._answering = scenario, luck, panel, answering
        self._platforms = dict(scenario.platforms.items())
        self._seen = {name: (flight.place[flight.viewed], flight.hours[flight.viewed]) for name, flight in flights.items()}
        self._shown: dict[str, tuple[int, Showing]] = {}
        """For each platform: number of the current ad, and who has seen it."""
        self._turn = 0

    def show(self, start: float, stop: float) -> Iterator[Seen]:
        """What is seen from `start` up to `stop`, ad by ad."""
        life = 24.0 * self._scenario.paid.creative_days
        for platform, (place, hours) in self._seen.items():
            low, high = np.searchsorted(hours, (start, stop))
            if low == high:
                continue
            for ad in range(int(hours[low] // life), int(hours[high - 1] // life) + 1):
                first, last = np.searchsorted(hours[low:high], (ad * life, (ad + 1) * life))
                if first < last:
                    yield Seen(platform, ad, place[low + first : low + last], hours[low + first : low + last])

    def answers(self, seen: Seen, shown: NDArray[np.int32]) -> Iterator[tuple[str, int, NDArray[np.int64]]]:
        """
        Action, item and people who answer an ad now: their chance has risen above their keyed uniform.

        Parameters
        ----------
        shown : ad impressions of each person so far, these among them
        """
        platform, item = self._platforms[seen.platform], creative(seen.platform, seen.creative)
        keys = np.array([self._luck.key(action, item) for action in AD_ACTIONS], dtype=np.uint64)
        rates = np.array([platform.ad_like_rate, platform.ad_click_rate])
        targeted = sorted(set(self._scenario.paid.targeting.topics or range(self._scenario.behaviour.topics)))
        topic = targeted[topic_of(item, self._luck, len(targeted))]
        ad, showing = self._shown.get(seen.platform, (-1, None))
        if showing is None or ad != seen.creative:
            wear_out, before = self._scenario.paid.wear_out, shown - np.bincount(seen.place, minlength=shown.size)
            showing = Showing(_may_answer(self._panel.people, keys, rates, topic, self._answering),
                              np.asarray(worn_response(before.astype(np.float64), wear_out.after, wear_out.rate)), *np.zeros((3, self._panel.size), dtype=np.int32))
            self._shown[seen.platform] = seen.creative, showing
        self._turn += 1
        for action, people in zip(AD_ACTIONS, _answers(seen.place, self._panel.people, keys, rates, topic, showing, self._turn, self._answering), strict=True):
            yield action, item, people


@kernel
def count_ads(impressions: Any, places: Any) -> None:
    """Add one impression at each of `places`."""
    for place in places:
        impressions[place] += 1


@kernel
def _may_answer(people: Any, keys: Any, rates: Any, topic: Any, answering: Any) -> Any:
    """Whether each person likes or clicks an ad once they have seen it often enough."""
    like, click = rates * most_eager(answering)
    may = np.empty(people.size, np.bool_)
    for place in range(people.size):
        may[place] = (uniform(keys[0], people[place]) < like) | (uniform(keys[1], people[place]) < click)
    for place in range(people.size):
        if may[place]:
            affinity, interest = character_of(people[place], answering)
            factor = topic_effect(topic, interest, answering)
            may[place] = (uniform(keys[0], people[place]) < reaction_chance(rates[0], affinity, factor, 1.0, 1.0)
                          or uniform(keys[1], people[place]) < reaction_chance(rates[1], affinity, factor, 1.0, 1.0))
    return may


@kernel
def _answers(places: Any, people: Any, keys: Any, rates: Any, topic: Any, showing: Any, turn: Any, answering: Any) -> Any:
    """Who likes and who clicks an ad, by the impressions before and after this step; people in the order in which they saw it."""
    candidates, count = np.empty(16, np.int64), 0
    for place in places:
        if not showing.may_answer[place]:
            continue
        if showing.step[place] != turn:
            showing.step[place], showing.before[place] = turn, showing.times[place]
            candidates = with_room(candidates, count, 1)
            candidates[count] = place
            count += 1
        showing.times[place] += 1
    likes, clicks = np.empty(count, np.int64), np.empty(count, np.int64)
    found = [0, 0]
    for row in range(count):
        place = candidates[row]
        person = people[place]
        affinity, interest = character_of(person, answering)
        factor = topic_effect(topic, interest, answering)
        earlier = response(showing.before[place], answering.first_response) if showing.before[place] > 0 else 0.0
        now = response(showing.times[place], answering.first_response)
        for action in range(2):
            luck, chance = uniform(keys[action], person), reaction_chance(rates[action], affinity, factor, 1.0, showing.worn[place])
            if chance * earlier <= luck < chance * now:
                (likes if action == 0 else clicks)[found[action]] = person
                found[action] += 1
    return likes[: found[0]], clicks[: found[1]]
