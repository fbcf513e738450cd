"""Ads bought on each platform: every person's opportunities are drawn once a flight, and each day's money buys a prefix.

A person's opportunities in all days of a flight are one Poisson process, listed by time of day and given a keyed day each.
So only as many are drawn as could be bought, and more money extends the list without changing its beginning.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import pdtrc

from simulation.behaviour.advertising import counts, opportunity_rate, served_per_day
from simulation.behaviour.exposure import clock
from simulation.behaviour.planning import media_by_platform
from simulation.inputs.parameters import Cap, Scenario
from simulation.society.follows import Identities
from simulation.society.luck import Luck, fold, fold_words, to_unit
from simulation.society.population import ADS
from simulation.society.society import Society
from simulation.society.words import number_of

Reals = NDArray[np.float64]

WORTHWHILE = 1.05
"""A flight that caps leave unfilled looks twice as far into the day as long as that finds this many times as much to buy."""

LISTED = 5
"""Under a cap, so many times as many places of a person are listed as could be bought: a window then holds three of 15 expected
but for one in 25,000, and what a person whose feed is full of ads sees later in the day changes nothing."""

ENOUGH = 0.9
"""Fraction of what caps allow that a flight with more money than it can spend is content with."""


class Opportunities(NamedTuple):
    """Places for an ad, in time order."""

    person: Identities
    hours: Reals
    number: NDArray[np.int64]
    """1 for the person's earliest time of day, and so on: names the event."""


class Flight(NamedTuple):
    """What one platform served, in time order."""

    person: Identities
    hours: Reals
    viewed: NDArray[np.bool_]
    """Seen by a human; the others cost but count for nothing."""
    reachable: int
    """Consumers who could be served at all."""
    opportunities_per_day: float
    """Expected places for an ad in a day, over all reachable people."""
    bought_fraction: float
    """Largest time of day, as a fraction of it, up to which money or caps let the flight buy."""
    spend: Reals
    """Media money spent by day, never more than the budget."""


def plan_flights(scenario: Scenario, society: Society) -> dict[str, Flight]:
    """The flights of all platforms with media money, paid worlds being all alike."""
    consumers = np.arange(scenario.market.consumers, dtype=np.int64)
    sees = consumers[society.people.sees_ads(consumers)]
    platforms = dict(scenario.platforms.items())
    flights = {}
    for name, money in media_by_platform(scenario).items():
        people = sees[society.people.active(name, sees)]
        rates = np.asarray(opportunity_rate(platforms[name].ad_opportunities_per_day, society.people.activity(ADS, people)))
        flights[name] = _fly(scenario, society.luck, name, money, people, rates)
    return flights


def _fly(scenario: Scenario, luck: Luck, platform: str, money: float, people: Identities, rates: Reals) -> Flight:
    days = scenario.horizon.weeks * 7
    cpm, cap = scenario.paid.cpm[platform], scenario.paid.cap
    per_day = float(served_per_day(money / days, cpm))
    wanted = np.diff(np.floor(per_day * np.arange(days + 1) + 1e-9)).astype(np.int64)
    total_rate = float(rates.sum())
    listed = None if cap is None else LISTED * cap.impressions * -(-days // cap.days)
    part, saturated = part_needed(per_day, rates, cap, days)
    found = 0
    while True:
        offered = opportunities(luck, platform, people, rates, days, part, listed)
        served, filled = buy(offered, wanted, cap, days)
        if filled or saturated or part >= 1.0 or served.size < WORTHWHILE * found:
            break
        part, found = min(1.0, 2.0 * part), served.size
    person, hours, number = offered.person[served], offered.hours[served], offered.number[served]
    key = luck.key("viewable", number_of(platform))
    viewed = counts(to_unit(fold_words(fold_words(key, number), person)), scenario.paid.viewable_fraction, scenario.paid.invalid_fraction)
    spend = np.bincount((hours // 24.0).astype(np.int64), minlength=days) * cpm / 1000.0
    bought = float((hours % 24.0).max()) / 24.0 if hours.size else 0.0
    return Flight(person=person, hours=hours, viewed=np.asarray(viewed), reachable=people.size, opportunities_per_day=total_rate,
                  bought_fraction=bought, spend=np.asarray(spend, dtype=np.float64))


def part_needed(per_day: float, rates: Reals, cap: Cap | None, days: int) -> tuple[float, bool]:
    """
    How far into each day the search for places to buy must go, as a fraction of it, in steps of a fifth.

    Expected purchases under the cap rise with the fraction. Where they cannot reach what the money buys, the search is content
    with `ENOUGH` of all that caps allow.
    """
    if rates.size == 0:
        return 1.0, True
    sample = np.sort(rates)[np.linspace(0, rates.size - 1, min(rates.size, 512)).astype(np.int64)]
    parts = 2.0 ** -np.arange(0.0, 24.0, 0.25)
    window = days if cap is None else min(cap.days, days)
    mean = parts[:, None] * sample[None, :] * window
    bought = mean if cap is None else sum(pdtrc(number, mean) for number in range(cap.impressions))
    delivered = np.asarray(bought).mean(axis=1) / window * rates.size
    goal, most = 1.05 * per_day + 8.0 * np.sqrt(per_day + 1.0), ENOUGH * float(delivered[0])
    return float(parts[np.flatnonzero(delivered >= min(goal, most))[-1]]), bool(goal > most)


def opportunities(luck: Luck, platform: str, people: Identities, rates: Reals, days: int, part: float, most: int | None = None) -> Opportunities:
    """
    Every place for an ad in the first `part` of each day (0 to 1), in time order.

    Parameters
    ----------
    people, rates : who could be served, and how many places each has in a day
    most : list only so many of a person's places, the earliest in the day
    """
    key, day_key = luck.key("opportunity", number_of(platform)), luck.key("opportunity_day", number_of(platform))
    limit = rates * (days * part)
    passed, number, found = np.zeros(people.size), 0, []
    while people.size and (most is None or number < most):
        number += 1
        uniforms = to_unit(fold_words(fold(key, number), people))
        near = np.flatnonzero(uniforms < limit - passed)
        times = passed[near] + clock(uniforms[near])
        hit = times < limit[near]
        near, passed = near[hit], times[hit]
        people, limit, rates = people[near], limit[near], rates[near]
        day = np.floor(to_unit(fold_words(fold(day_key, number), people)) * days)
        found.append((people, 24.0 * (day + passed / (rates * days)), np.full(people.size, number, dtype=np.int64)))
    if not found:
        return Opportunities(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0, dtype=np.int64))
    person, hours, numbers = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.argsort(hours)
    return Opportunities(person[order], hours[order], numbers[order])


def buy(offered: Opportunities, wanted: NDArray[np.int64], cap: Cap | None, days: int) -> tuple[NDArray[np.int64], bool]:
    """
    Places bought, as positions in `offered`, and whether every day found all that its money could buy.

    Each day buys in time order what is not barred by the cap; a barred place costs nothing. Windows of the cap follow one
    another from the first day.
    """
    edges = np.searchsorted(offered.hours, 24.0 * np.arange(days + 1))
    if cap is None:
        sizes = np.minimum(np.diff(edges), wanted)
        positions = np.concatenate([np.arange(edges[day], edges[day] + sizes[day]) for day in range(days)])
        return positions, bool((sizes == wanted).all())
    used: NDArray[np.int64] = np.zeros(int(offered.person.max(initial=-1)) + 1, dtype=np.int64)
    scratch = np.empty_like(used)
    chosen, filled = [], True
    for day in range(days):
        if day % cap.days == 0:
            used[:] = 0
        person = offered.person[edges[day] : edges[day + 1]]
        allowed = np.flatnonzero(used[person] + earlier_today(person, scratch) < cap.impressions)[: wanted[day]]
        filled &= allowed.size == wanted[day]
        np.add.at(used, person[allowed], 1)
        chosen.append(edges[day] + allowed)
    return np.concatenate(chosen), filled


def earlier_today(person: Identities, scratch: NDArray[np.int64]) -> NDArray[np.int64]:
    """
    How many places of the same person come before each place.

    Parameters
    ----------
    scratch : any column longer than the largest identity; overwritten
    """
    earlier = np.zeros(person.size, dtype=np.int64)
    left, turn = np.arange(person.size), 0
    while left.size:
        scratch[person[left[::-1]]] = left[::-1]
        first = scratch[person[left]] == left
        earlier[left[first]] = turn
        left, turn = left[~first], turn + 1
    return earlier
