"""Ads bought on each platform: day by day people's places for an ad are listed in time order, and the day's money buys a prefix.

Places are a Poisson process for each person and day, so what is bought on one day changes no other day's places. Under a cap
a person's list ends where the cap bars it, so no more is listed than could be bought.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.advertising import counts, opportunity_rate, served_per_day
from simulation.behaviour.exposure import clock
from simulation.behaviour.planning import media_by_platform
from simulation.compiling import in_pieces, kernel, rule
from simulation.engines.timeline import in_time_order
from simulation.inputs.parameters import Cap, Scenario
from simulation.society.follows import Identities
from simulation.society.follows_kernels import with_room
from simulation.society.luck import Luck, fold
from simulation.society.luck_kernels import folded, uniform
from simulation.society.panel import Panel
from simulation.society.population import ADS
from simulation.society.society import Society
from simulation.society.words import number_of

rule(clock)
rule(counts)

Reals = NDArray[np.float64]
Rows = NDArray[np.int64]

MARGIN = 1.1
"""The first look into a day goes so much further than the day before had to."""
BLOCK = 1024


class Places(NamedTuple):
    """Places for an ad on one day, in no order."""

    who: Rows
    """Position among the people who could be served."""
    time: Reals
    """Fraction of the day."""
    number: NDArray[np.int32]
    """1 for the person's earliest place of the day, and so on: names the event."""


NOWHERE = Places(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int32))
NO_CAP = np.iinfo(np.int32).max


class Flight(NamedTuple):
    """What one platform served, in time order."""

    place: NDArray[np.int32]
    """Of the person in the panel."""
    hours: Reals
    viewed: NDArray[np.bool_]
    """Seen by a human; the others cost but count for nothing."""
    reachable: int
    """People of the panel who could be served at all."""
    spend: Reals
    """Media money spent by day, never more than the budget."""


def plan_flights(scenario: Scenario, society: Society, luck: Luck | None = None) -> dict[str, Flight]:
    """The flights of all platforms with media money, paid worlds being all alike; `luck` of what is bought, left out: the society's."""
    panel = society.panel
    sees = np.flatnonzero(society.people.sees_ads(panel.people))
    platforms = dict(scenario.platforms.items())
    media = list(media_by_platform(scenario).items())

    def fly(start: int, stop: int) -> Flight:
        name, money = media[start]
        places = sees[society.people.active(name, panel.people[sees])]
        rates = np.asarray(opportunity_rate(platforms[name].ad_opportunities_per_day, society.people.activity(ADS, panel.people[places])))
        return _fly(scenario, luck or society.luck, name, money, places, panel, rates)

    return {name: flight for (name, _), flight in zip(media, in_pieces(fly, len(media), 1), strict=True)}


def _fly(scenario: Scenario, luck: Luck, platform: str, money: float, places: Rows, panel: Panel, rates: Reals) -> Flight:
    days, cpm = scenario.horizon.weeks * 7, scenario.paid.cpm[platform]
    per_day = float(served_per_day(money / days, cpm))
    wanted = np.diff(np.floor(per_day * np.arange(days + 1) + 1e-9)).astype(np.int64)
    key, word = luck.key("viewable", number_of(platform)), luck.key("opportunity", number_of(platform))
    seen = float(scenario.paid.viewable_fraction), float(scenario.paid.invalid_fraction)
    people, weights = panel.people[places], None if panel.everybody else panel.weights[places]
    days_bought, spend = [], np.zeros(days)
    for day, bought in enumerate(buy(word, rates, people, wanted, scenario.paid.cap, weights)):
        viewed = _viewed(np.uint64(fold(key, day)), bought.number, people[bought.who], *seen)
        days_bought.append((places[bought.who].astype(np.int32), 24.0 * (day + bought.time), viewed))
        spend[day] = (bought.who.size if weights is None else float(weights[bought.who].sum())) * cpm / 1000.0
    place, hours, seen_by_human = (np.concatenate(columns) for columns in zip(*days_bought, strict=True))
    return Flight(place, hours, seen_by_human, places.size, spend)


def buy(key: int, rates: Reals, people: Identities, wanted: Rows, cap: Cap | None, weights: Reals | None = None) -> Iterator[Places]:
    """
    What each day buys: the earliest places that no cap bars, in time order; a barred place costs nothing.

    Windows of the cap follow one another from the first day.

    Parameters
    ----------
    key : luck of the places
    rates, people : places that each person has in a day, and who they are
    wanted : impressions that the money of each day buys
    weights : how many people each stands for; left out: one

    Yields
    ------
    the places bought on each day, a `Places`
    """
    left = np.full(people.size, NO_CAP if cap is None else cap.impressions, dtype=np.int32)
    part = min(1.0, MARGIN * float(wanted.max(initial=0)) / max(float(rates.sum() if weights is None else rates @ weights), 1e-300) + 1e-6)
    for day, want in enumerate(wanted.tolist()):
        if cap is not None and day % cap.days == 0:
            left[:] = cap.impressions
        offered = places_of_day(fold(key, day), rates, people, left, part) if want else NOWHERE
        while _supply(offered, weights) < want and part < 1.0:
            part = min(1.0, 2.0 * part)
            offered = places_of_day(fold(key, day), rates, people, left, part)
        chosen = in_time_order(offered.time, np.arange(offered.who.size), 0.0, part)
        chosen = chosen[:want] if weights is None else chosen[: np.searchsorted(np.cumsum(weights[offered.who[chosen]]), want, "right")]
        if 0 < chosen.size < offered.who.size:
            part = min(part, MARGIN * float(offered.time[chosen[-1]]) + 1e-6)
        if cap is not None:
            _use(left, offered.who, chosen)
        yield Places._make(column[chosen] for column in offered)


def _supply(offered: Places, weights: Reals | None) -> float:
    """Impressions that could be bought."""
    return offered.who.size if weights is None else float(weights[offered.who].sum())


def places_of_day(key: int, rates: Reals, people: Identities, left: NDArray[np.int32], part: float) -> Places:
    """
    Every place for an ad in the first `part` of a day (0 to 1), of each person only the earliest `left`.

    Looking further into the day only adds places.
    """
    return Places(*_places(np.uint64(key), rates, people, left, part))


@kernel
def _places(key: Any, rates: Any, people: Any, left: Any, part: Any) -> Any:
    near = np.empty(BLOCK, np.bool_)
    who, time, numbers = np.empty(BLOCK, np.int64), np.empty(BLOCK), np.empty(BLOCK, np.int32)
    first_key, count = folded(key, 1), 0
    for start in range(0, people.size, BLOCK):
        size = min(BLOCK, people.size - start)
        for other in range(size):
            # a clock is never below its uniform
            near[other] = uniform(first_key, people[start + other]) < rates[start + other] * part
        for other in range(size):
            place = start + other
            if not near[other] or left[place] == 0:
                continue
            limit, passed = rates[place] * part, 0.0
            for number in range(1, left[place] + 1):
                luck = uniform(folded(key, number), people[place])
                if luck >= limit - passed:
                    break
                passed += clock(luck)
                if passed >= limit:
                    break
                if count == who.size:
                    who, time, numbers = with_room(who, count, 1), with_room(time, count, 1), with_room(numbers, count, 1)
                who[count], time[count], numbers[count] = place, passed / rates[place], number
                count += 1
    return who[:count].copy(), time[:count].copy(), numbers[:count].copy()


@kernel
def _use(left: Any, who: Any, chosen: Any) -> None:
    """Take what was bought off what the cap leaves."""
    for place in chosen:
        left[who[place]] -= 1


@kernel
def _viewed(key: Any, numbers: Any, people: Any, viewable: Any, invalid: Any) -> Any:
    """Whether each bought place is seen by a human."""
    seen = np.empty(people.size, np.bool_)
    for row in range(people.size):
        seen[row] = counts(uniform(folded(key, numbers[row]), people[row]), viewable, invalid)
    return seen
