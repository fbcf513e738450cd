"""What is due when: offers to answer, moments to post at, posts of the page. Drawn once, read step by step."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from simulation.behaviour.exposure import clock
from simulation.behaviour.sharing import HEADROOM
from simulation.behaviour.willingness import OPINIONATED, unprompted_rates
from simulation.engines.agents import Moment, Offer
from simulation.inputs.parameters import SEGMENTS, Scenario
from simulation.society.luck import Luck
from simulation.society.population import Staff, uses_platform
from simulation.society.words import number_of


def release_hours(number: int, per_week: float) -> float:
    """When the item or post with this number (from 0) comes out: evenly spaced from the first hour."""
    return number / per_week * 168.0


def releases(scenario: Scenario, per_week: float) -> list[float]:
    """Hours of all releases in the campaign."""
    count = int(np.floor(per_week * scenario.horizon.weeks + 1e-9))
    return [release_hours(number, per_week) for number in range(count)]


def offers_of_item(scenario: Scenario, staff: Staff, luck: Luck, number: int) -> list[tuple[int, Offer]]:
    """Place of the employee, and offer, for everybody enrolled who uses a platform and answers within the campaign."""
    start = release_hours(number, scenario.programme.items_per_week)
    places = np.flatnonzero(staff.enrolled)
    due = []
    for platform in scenario.platforms.names():
        asked = places[uses_platform(scenario, luck, platform, places)]
        delays = clock(luck.uniforms("moment", number, number_of(platform), who=asked)) * scenario.behaviour.response_hours
        decisions = luck.uniforms("decide", number, number_of(platform), who=asked)
        due += [(place, Offer(number, platform, start + delay, decision))
                for place, delay, decision in zip(asked.tolist(), delays.tolist(), decisions.tolist(), strict=True)
                if start + delay < scenario.horizon.campaign_hours]
    return due




def unprompted_moments(scenario: Scenario, staff: Staff, luck: Luck) -> dict[int, list[Moment]]:
    """Moments at which each employee might post unprompted: a Poisson process, `HEADROOM` times too dense, by place."""
    behaviour, weeks = scenario.behaviour, float(scenario.horizon.weeks)
    rates = unprompted_rates(scenario)[staff.segment] * HEADROOM
    opinionated = np.isin(staff.segment, [SEGMENTS.index(name) for name in OPINIONATED])
    moments: dict[int, list[Moment]] = defaultdict(list)
    for platform in scenario.platforms.names():
        name = number_of(platform)
        places = np.flatnonzero(uses_platform(scenario, luck, platform, np.arange(staff.segment.size)) & (rates > 0))
        passed, number = np.zeros(places.size), 0
        while places.size:
            passed = passed + clock(luck.uniforms("unprompted", name, number, 0, who=places)) / rates[places]
            places, passed = places[passed < weeks], passed[passed < weeks]
            decisions = luck.uniforms("unprompted", name, number, 1, who=places)
            displaced = luck.uniforms("displaced", name, number, who=places) < scenario.programme.displacement_fraction
            critical = opinionated[places] & (luck.uniforms("critical", name, number, who=places) < behaviour.critical_fraction)
            for place, week, decision, gone, harsh in zip(places.tolist(), passed.tolist(), decisions.tolist(), displaced.tolist(), critical.tolist(), strict=True):
                moments[place].append(Moment(number, platform, week * 168.0, decision, gone, harsh))
            number += 1
    return moments
