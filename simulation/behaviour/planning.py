"""What a scenario plans, before any luck: shares, costs and the ad budget. Expectations at the start, without feedback."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from simulation.behaviour.advertising import competing_price, mean_price, media_budget, scale_for, served_per_day, win_fraction
from simulation.behaviour.willingness import enrolment_chances, offered_logits, segment_fractions, traits
from simulation.inputs.paid import Cap
from simulation.inputs.parameters import Scenario


def items_offered(scenario: Scenario) -> int:
    """Items that the programme offers in the campaign."""
    return int(np.floor(scenario.programme.items_per_week * scenario.horizon.weeks + 1e-9))


def planned_enrolled(scenario: Scenario) -> float:
    """Employees expected to be enrolled."""
    return scenario.society.employees * scenario.programme.enrolment_fraction


def planned_shares(scenario: Scenario) -> float:
    """Shares of offered items expected in the campaign, by the rule of sharing at the start: no fatigue, habit or peers yet."""
    fraction, lift, loss, _ = traits(scenario)
    chances = expit(offered_logits(scenario)[:, None] + scenario.programme.push + (lift - loss)[None, :]) @ fraction
    enrolled = segment_fractions(scenario) * enrolment_chances(scenario)
    uses = sum(platform.advocate_fraction for _, platform in scenario.platforms.items())
    return float(enrolled @ chances) * scenario.society.employees * items_offered(scenario) * uses


def programme_cost(scenario: Scenario, seats: float, advocates: float, shares: float) -> float:
    """Cost of the programme over the campaign, given how many seats are billed, how many advocates there are and how often they share."""
    cost, months = scenario.programme.cost, scenario.horizon.months
    fixed = cost.coordinator_per_month * months + cost.content_per_item * items_offered(scenario)
    return fixed + cost.seat_per_month * months * seats + cost.incentive_per_advocate * advocates + share_cost(scenario) * shares


def share_cost(scenario: Scenario) -> float:
    """Cost of the working time of one share."""
    return scenario.programme.cost.minutes_per_share / 60.0 * scenario.programme.cost.wage_per_hour


def planned_programme_cost(scenario: Scenario) -> float:
    """What the programme is expected to cost, with a seat and a reward for everybody enrolled."""
    if not scenario.programme.enabled:
        return 0.0
    enrolled = planned_enrolled(scenario)
    return programme_cost(scenario, enrolled, enrolled, planned_shares(scenario))


def ad_budget(scenario: Scenario) -> float:
    """Money for ads, media and everything else: as given, else what the programme is planned to cost."""
    return scenario.paid.budget if scenario.paid.budget is not None else planned_programme_cost(scenario)


class Tariff(NamedTuple):
    """What an impression costs on one platform, by its rank in the day (`behaviour.advertising`)."""

    cpm: float
    """Price per thousand at a flat price or reserved; median competing price in an auction."""
    shape: float | None
    """Of the competing prices; None where the price is flat."""
    highest_rank: float
    """Rank beyond which nothing is bought."""
    volume: float | None
    """Impressions reserved; None where money decides."""

    def price(self, rank: Any) -> Any:
        """Price per thousand of impressions at these ranks."""
        return np.full(np.shape(rank), self.cpm) if self.shape is None else competing_price(rank, self.cpm, self.shape)

    def mean(self, rank: float) -> float:
        """Mean price per thousand of all impressions up to a rank (above 0, below 1)."""
        return self.cpm if self.shape is None else float(mean_price(rank, self.cpm, self.shape))

    def payable(self, money: float) -> float:
        """What can be spent of the money of the campaign: no more than the volume reserved costs."""
        return money if self.volume is None else min(money, self.volume * self.cpm / 1000.0)

    def bought(self, money: float, opportunities: float) -> float:
        """Impressions that a day's money is expected to buy among so many opportunities without a cap, in whole or in part."""
        if self.shape is None:
            return float(served_per_day(money, self.cpm))
        most = min(self.highest_rank, 1.0 - 1e-12)

        def surplus(rank: float) -> float:
            return opportunities * rank * self.mean(rank) / 1000.0 - money

        if money <= 0.0 or surplus(1e-15) >= 0.0:
            return 0.0
        return opportunities * (most if surplus(most) <= 0.0 else float(brentq(surplus, 1e-15, most, xtol=1e-16)))


def day_weights(scenario: Scenario) -> NDArray[np.float64]:
    """Part of the media money that each day of the campaign gets; parts add up to 1. No day has any where all bursts lie beyond the campaign."""
    days = scenario.horizon.weeks * 7
    if scenario.paid.bursts is None:
        return np.full(days, 1.0 / days)
    weights = np.zeros(days)
    for burst in scenario.paid.bursts:
        weights[7 * (burst.first_week - 1) : 7 * (burst.first_week - 1 + burst.weeks)] += burst.weight
    return weights / max(weights.sum(), 1e-300)


def tariff(scenario: Scenario, platform: str, cpm: float | None = None, part: float = 1.0) -> Tariff:
    """The prices of ads on a platform, at its CPM or another; `part` of the volume is reserved, where it is."""
    paid, cpm = scenario.paid, scenario.paid.cpm[platform] if cpm is None else cpm
    if paid.pricing == "reservation":
        volume = (paid.reservation.impressions or {}).get(platform)
        return Tariff(cpm * paid.reservation.premium, None, 1.0, None if volume is None else part * volume)
    if paid.pricing == "flat":
        return Tariff(cpm, None, 1.0, None)
    shape, places = paid.auction.shape, dict(scenario.platforms.items())[platform].ad_opportunities_per_day
    scale = float(scale_for(cpm, min(paid.auction.reference_per_week / (7.0 * places), 0.9), shape))
    bid = (paid.auction.bid or {}).get(platform)
    return Tariff(scale, shape, 1.0 if bid is None else float(win_fraction(bid, scale, shape)), None)


class Spell(NamedTuple):
    """Ads on one platform under the same terms: a flight, or the whole campaign."""

    first: int
    """Its first day."""
    stop: int
    """The day after its last."""
    part: float
    """Of the platform's media money."""
    parts: NDArray[np.float64]
    """Of its own money that each day of the campaign gets."""
    cap: Cap | None
    prices: Tariff

    def money(self, media: float) -> NDArray[np.float64]:
        """Money of each day of the campaign, of so much media money of the platform."""
        return self.prices.payable(media * self.part) * self.parts


def spells(scenario: Scenario, platform: str) -> list[Spell]:
    """The spells of ads on a platform on which they are bought, in the order of time."""
    paid, days = scenario.paid, scenario.horizon.weeks * 7
    if paid.flights is None:
        return [Spell(0, days, 1.0, day_weights(scenario), paid.cap, tariff(scenario, platform))]
    found, whole = [], scenario.bought_platforms[platform]
    for flight, bought in zip(paid.flights, scenario.flight_parts, strict=True):
        if platform in bought:
            first, stop, part = 7 * (flight.first_week - 1), 7 * (flight.last_week or scenario.horizon.weeks), bought[platform] / whole
            parts = np.zeros(days)
            parts[first:stop] = 1.0 / (stop - first)
            found.append(Spell(first, stop, part, parts, flight.cap or paid.cap, tariff(scenario, platform, (flight.cpm or {}).get(platform), part)))
    return sorted(found, key=lambda spell: spell.first)


def media_by_platform(scenario: Scenario, budget: float | None = None) -> dict[str, float]:
    """Media money of each platform, of the scenario's own budget or another; nothing where it falls short of the platform's minimum."""
    cost = scenario.paid.cost
    media = float(media_budget(ad_budget(scenario) if budget is None else budget, cost.creative, cost.fee_fraction))
    split = {name: media * fraction for name, fraction in scenario.bought_platforms.items()}
    return {name: money if money >= cost.platform_minimum else 0.0 for name, money in split.items()}
