"""Ads bought on each platform: day by day people's places for an ad are listed in the order of their ranks, and the day's money buys a prefix.

Ranks are times of the day at a flat price, and ranks of the competing price in an auction (`behaviour.advertising`). Places are a Poisson
process for each person and day, so what is bought on one day changes no other day's places. Under a cap a person's list ends where
the cap bars it, so no more is listed than could be bought.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.advertising import counts, opportunity_rate, served_per_day
from simulation.behaviour.exposure import clock
from simulation.behaviour.planning import Tariff, media_by_platform, spells
from simulation.compiling import in_pieces, kernel, rule
from simulation.engines.timeline import in_time_order
from simulation.inputs.paid import Cap
from simulation.inputs.parameters import Scenario
from simulation.society.follows import Identities
from simulation.society.follows_kernels import enlarged, places_where
from simulation.society.lookalike import sees_ads
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
    rank: Reals
    """From 0 to 1: time of the day, or rank of the price that must be outbid."""
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
    fraction: Reals
    """Of the day's money, from which the impression is bought."""
    reachable: int
    """People of the panel who could be served at all."""
    spend: Reals
    """Media money spent by day, never more than the budget."""


def plan_flights(scenario: Scenario, society: Society, luck: Luck | None = None) -> dict[str, Flight]:
    """The flights of all platforms with media money, paid worlds being all alike; `luck` of what is bought, left out: the society's."""
    panel = society.panel
    sees = np.flatnonzero(sees_ads(scenario, society, panel.people))
    platforms = dict(scenario.platforms.items())
    media = list(media_by_platform(scenario).items())

    def fly(start: int, stop: int) -> Flight:
        name, money = media[start]
        places = sees[society.people.active(name, panel.people[sees])]
        rates = np.asarray(opportunity_rate(platforms[name].ad_opportunities_per_day, society.people.activity(ADS, panel.people[places])))
        return _fly(scenario, luck or society.luck, name, money, places, panel, rates)

    return {name: flight for (name, _), flight in zip(media, in_pieces(fly, len(media), 1), strict=True)}


def _fly(scenario: Scenario, luck: Luck, platform: str, money: float, places: Rows, panel: Panel, rates: Reals) -> Flight:
    word = number_of(platform)
    viewable, clocks, opportunity = (luck.key(stream, word) for stream in ("viewable", "time_of_day", "opportunity"))
    seen = float(scenario.paid.viewable_fraction), float(scenario.paid.invalid_fraction)
    people, weights = panel.people[places], None if panel.everybody else panel.weights[places]
    days_bought, spend = [], np.zeros(scenario.horizon.weeks * 7)
    for spell in spells(scenario, platform):
        prices = spell.prices
        for day, bought in enumerate(buy(opportunity, rates, people, wanted_by_day(prices, spell.money(money)[: spell.stop]), spell.cap, weights, prices)):
            if day < spell.first:
                continue
            viewed = _viewed(np.uint64(fold(viewable, day)), bought.number, people[bought.who], *seen)
            costs = prices.price(bought.rank) / 1000.0 * (1.0 if weights is None else weights[bought.who])
            spent = np.cumsum(costs)
            spend[day] = spent[-1] if spent.size else 0.0
            times = bought.rank if prices.shape is None else _times(np.uint64(fold(clocks, day)), bought.number, people[bought.who])
            order = slice(None) if prices.shape is None else np.argsort(times, kind="stable")
            days_bought.append(tuple(column[order] for column in (places[bought.who].astype(np.int32), 24.0 * (day + times), viewed, spent / max(spend[day], 1e-300))))
    place, hours, seen_by_human, fraction = (np.concatenate(columns) for columns in zip(*days_bought, strict=True))
    return Flight(place, hours, seen_by_human, fraction, places.size, spend)


def wanted_by_day(prices: Tariff, money: Reals) -> Reals:
    """What the money of each day may buy: money in an auction, else impressions, whole ones in all."""
    if prices.shape is not None:
        return money
    return np.diff(np.floor(np.concatenate((np.zeros(1), np.cumsum(served_per_day(money, prices.cpm)))) + 1e-6))


def buy(key: int, rates: Reals, people: Identities, wanted: Reals, cap: Cap | None, weights: Reals | None = None, prices: Tariff | None = None) -> Iterator[Places]:
    """
    What each day buys: the places of lowest rank that no cap bars, in the order of ranks; a barred place costs nothing.

    Windows of the cap follow one another from the first day.

    Parameters
    ----------
    key : luck of the places
    rates, people : places that each person has in a day, and who they are
    wanted : what each day may buy: impressions, or money where prices rise with the rank
    weights : how many people each stands for; left out: one
    prices : left out: flat

    Yields
    ------
    the places bought on each day, a `Places`
    """
    left = np.full(people.size, NO_CAP if cap is None else cap.impressions, dtype=np.int32)
    rising, most = prices is not None and prices.shape is not None, 1.0 if prices is None else prices.highest_rank
    every = float(rates.sum() if weights is None else rates @ weights)
    first = float(wanted.max(initial=0)) if not rising or prices is None else prices.bought(float(wanted.max(initial=0)), every)
    part = min(most, MARGIN * first / max(every, 1e-300) + 1e-6)
    expected = BLOCK
    for day, want in enumerate(wanted.tolist()):
        if cap is not None and day % cap.days == 0:
            left[:] = cap.impressions
        offered = places_of_day(fold(key, day), rates, people, left, part, expected) if want else NOWHERE
        worth = _worth(offered, weights, prices if rising else None)
        while worth.sum() < want and part < most:
            part = min(most, 2.0 * part)
            offered = places_of_day(fold(key, day), rates, people, left, part, expected)
            worth = _worth(offered, weights, prices if rising else None)
        chosen = in_time_order(offered.rank, np.arange(offered.who.size), 0.0, part)
        chosen = chosen[: int(want)] if weights is None and not rising else chosen[: np.searchsorted(np.cumsum(worth[chosen]), want, "right")]
        expected = max(BLOCK, round(MARGIN * offered.who.size))
        if 0 < chosen.size < offered.who.size:
            part = min(part, MARGIN * float(offered.rank[chosen[-1]]) + 1e-6)
        if cap is not None:
            _use(left, offered.who, chosen)
        yield Places._make(column[chosen] for column in offered)


def _worth(offered: Places, weights: Reals | None, prices: Tariff | None) -> Reals:
    """What each place takes of what may be bought: an impression for each person that its owner stands for, or their price."""
    heads = np.ones(offered.who.size) if weights is None else weights[offered.who]
    return heads if prices is None else heads * prices.price(offered.rank) / 1000.0


def places_of_day(key: int, rates: Reals, people: Identities, left: NDArray[np.int32], part: float, expected: int = BLOCK) -> Places:
    """
    Every place for an ad of rank up to `part` (0 to 1) in a day, of each person only the first `left`.

    Looking further only adds places. `expected` of them find room at once.
    """
    found = Places(np.empty(expected, np.int64), np.empty(expected), np.empty(expected, np.int32))
    count, done = _places(np.uint64(key), rates, people, left, part, found, 0, 0)
    while done < people.size:
        found = Places._make(enlarged(column, count, expected) for column in found)
        count, done = _places(np.uint64(key), rates, people, left, part, found, count, done)
    return Places._make(column[:count].copy() for column in found) if count < found.who.size else found


@kernel
def _places(key: Any, rates: Any, people: Any, left: Any, part: Any, found: Any, count: Any, done: Any) -> Any:
    """List the places of the people from number `done` on until the room is full; somebody whose places did not fit leaves none."""
    near, some, first_key = np.empty(BLOCK, np.bool_), np.empty(BLOCK, np.int64), folded(key, 1)
    for start in range(done, people.size, BLOCK):
        size = min(BLOCK, people.size - start)
        for other in range(size):
            # a clock is never below its uniform
            near[other] = uniform(first_key, people[start + other]) < rates[start + other] * part
        for row in range(places_where(near, size, some)):
            place = start + some[row]
            limit, passed, before = rates[place] * part, 0.0, count
            for number in range(1, left[place] + 1):
                luck = uniform(folded(key, number), people[place])
                if luck >= limit - passed:
                    break
                passed += clock(luck)
                if passed >= limit:
                    break
                if count == found.who.size:
                    return before, place
                found.who[count], found.rank[count], found.number[count] = place, passed / rates[place], number
                count += 1
    return count, people.size


@kernel
def _use(left: Any, who: Any, chosen: Any) -> None:
    """Take what was bought off what the cap leaves."""
    for place in chosen:
        left[who[place]] -= 1


@kernel
def _times(key: Any, numbers: Any, people: Any) -> Any:
    """Time of the day of each bought place, a fraction, where ranks are those of prices."""
    found = np.empty(people.size)
    for row in range(people.size):
        found[row] = uniform(folded(key, numbers[row]), people[row])
    return found


@kernel
def _viewed(key: Any, numbers: Any, people: Any, viewable: Any, invalid: Any) -> Any:
    """Whether each bought place is seen by a human."""
    seen = np.empty(people.size, np.bool_)
    for row in range(people.size):
        seen[row] = counts(uniform(folded(key, numbers[row]), people[row]), viewable, invalid)
    return seen
