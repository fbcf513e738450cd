"""What a scenario plans, before any luck: shares, costs and the ad budget. Expectations at the start, without feedback."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from simulation.behaviour.advertising import media_budget
from simulation.behaviour.willingness import enrolment_chances, offered_logits, segment_fractions, traits
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


def media_by_platform(scenario: Scenario) -> dict[str, float]:
    """Media money of each platform; nothing where it falls short of the platform's minimum."""
    cost = scenario.paid.cost
    media = float(media_budget(ad_budget(scenario), cost.creative, cost.fee_fraction))
    split = {name: media * fraction for name, fraction in scenario.bought_platforms.items()}
    return {name: money if money >= cost.platform_minimum else 0.0 for name, money in split.items()}
