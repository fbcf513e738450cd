"""What is due when: offers to answer, moments to post at, posts of the page. Drawn once as columns, read step by step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.exposure import clock
from simulation.behaviour.sharing import HEADROOM
from simulation.engines.share import programme_item, unprompted_items
from simulation.inputs.parameters import Scenario
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.population import Staff, opinionated, own_posting_rates, uses_platform
from simulation.society.words import number_of


class Due(NamedTuple):
    """
    Occasions on which employees decide, one row each.

    Rows are in the order of steps; inside a step by employee, moments before offers, moments by platform and number,
    offers by item and platform.
    """

    place: NDArray[np.int64]
    """Position of the employee."""
    offered: NDArray[np.bool_]
    """Whether it is an item that the programme offered, rather than a moment to post unprompted."""
    number: NDArray[np.int64]
    """Of the item, or of the moment."""
    item: NDArray[np.uint64]
    platform: NDArray[np.int64]
    """Place in the scenario's list."""
    hours: NDArray[np.float64]
    luck: NDArray[np.float64]
    """Uniform number that decides."""
    displaced: NDArray[np.bool_]
    """Of a moment: whether the programme would replace it."""
    critical: NDArray[np.bool_]
    """Of a moment: whether the post would criticise the firm."""

    def rows(self, chosen: slice | NDArray[np.int64]) -> Due:
        """Some of the rows."""
        return Due._make(column[chosen] for column in self)


class Calendar:
    """Everything that is due in a campaign, by step."""

    def __init__(self, scenario: Scenario, staff: Staff, luck: Luck, programme: bool) -> None:
        parts = unprompted_moments(scenario, staff, luck) + (offers(scenario, staff, luck) if programme else [])
        rows = Due._make(np.concatenate(columns) for columns in zip(*parts, strict=True)) if parts else _due(np.empty(0, np.int64), False, 0, 0, 0, 0.0, 0.0)
        step = (rows.hours // scenario.horizon.step_hours).astype(np.int64)
        self._rows = rows.rows(np.lexsort((rows.offered, rows.place, step)))
        self._edges = np.searchsorted(np.sort(step), np.arange(int(np.ceil(scenario.horizon.end_hours / scenario.horizon.step_hours)) + 2))

    def due(self, step: int) -> Due:
        """What is due in a step."""
        return self._rows.rows(slice(self._edges[step], self._edges[step + 1]))


def release_hours(number: int, per_week: float) -> float:
    """When the item or post with this number (from 0) comes out: evenly spaced from the first hour."""
    return number / per_week * 168.0


def releases(scenario: Scenario, per_week: float) -> list[float]:
    """Hours of all releases in the campaign."""
    count = int(np.floor(per_week * scenario.horizon.weeks + 1e-9))
    return [release_hours(number, per_week) for number in range(count)]


def offers(scenario: Scenario, staff: Staff, luck: Luck) -> list[Due]:
    """Offers of the programme to everybody enrolled who uses a platform and answers within the campaign."""
    places = np.flatnonzero(staff.enrolled)
    asked = [places[uses_platform(scenario, luck, name, places)] for name in scenario.platforms.names()]
    found = []
    for number, start in enumerate(releases(scenario, scenario.programme.items_per_week)):
        for platform, (name, who) in enumerate(zip(scenario.platforms.names(), asked, strict=True)):
            hours = start + clock(luck.uniforms("moment", number, number_of(name), who=who)) * scenario.behaviour.response_hours
            due = _due(who, True, number, programme_item(number), platform, hours, luck.uniforms("decide", number, number_of(name), who=who))
            found.append(due.rows(np.flatnonzero(hours < scenario.horizon.campaign_hours)))
    return found


def unprompted_moments(scenario: Scenario, staff: Staff, luck: Luck) -> list[Due]:
    """Moments at which employees might post unprompted: Poisson processes, `HEADROOM` times too dense."""
    behaviour, weeks = scenario.behaviour, float(scenario.horizon.weeks)
    rates, outspoken = own_posting_rates(scenario, luck, staff) * HEADROOM, opinionated(staff)
    found = []
    for platform, name in enumerate(scenario.platforms.names()):
        word = number_of(name)
        who = np.flatnonzero(uses_platform(scenario, luck, name, np.arange(staff.segment.size)) & (rates > 0))
        passed, number = np.zeros(who.size), 0
        while who.size:
            passed = passed + clock(luck.uniforms("unprompted", word, number, 0, who=who)) / rates[who]
            who, passed = who[passed < weeks], passed[passed < weeks]
            due = _due(who, False, number, unprompted_items(who + EMPLOYEES, name, number), platform, passed * 168.0, luck.uniforms("unprompted", word, number, 1, who=who))
            found.append(due._replace(displaced=luck.uniforms("displaced", word, number, who=who) < scenario.programme.displacement_fraction,
                                      critical=outspoken[who] & (luck.uniforms("critical", word, number, who=who) < behaviour.critical_fraction)))
            number += 1
    return found


def _due(place: NDArray[np.int64], offered: bool, number: int, item: int | NDArray[np.uint64], platform: int, hours: float | NDArray[np.float64],
         luck: float | NDArray[np.float64]) -> Due:
    """Rows with some columns the same throughout; nothing displaced or critical."""
    def column(value: object, kind: type) -> NDArray[np.generic]:
        return np.full(place.shape, value, dtype=kind)

    return Due(place, column(offered, np.bool_), column(number, np.int64), column(item, np.uint64), column(platform, np.int64), column(hours, np.float64),  # type: ignore[arg-type]
               column(luck, np.float64), column(False, np.bool_), column(False, np.bool_))  # type: ignore[arg-type]
