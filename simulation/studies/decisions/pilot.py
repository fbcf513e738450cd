"""
Which pilot would tell: so many advocates for so many weeks, and as many employees who wait, compared by the impressions of their posts.

A pilot is played in each draw with luck of its own, so that what it observes has the noise that it would have. What is decided after
it is what is best on average given the observation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.planning import planned_programme_cost
from simulation.engines.run import play
from simulation.engines.world import NATURAL, PROGRAMME, World
from simulation.inputs.parameters import Scenario
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.decisions.worth import Known, knowing
from simulation.studies.drawing import draws

Reals = NDArray[np.float64]

ADVOCATES = (10, 25, 50, 100)
WEEKS = (2, 4, 8)
ENOUGH_POWER, FEW_ALARMS = 0.8, 0.2
"""A pilot tells when it finds so many of the cases for another decision, and raises no more false alarms than that."""


class Observed(NamedTuple):
    """One draw in which pilots of a size are played; half of twice as many employees wait."""

    base: Scenario
    replication: int
    refused: int
    advocates: int


class Pilot(NamedTuple):
    """A pilot, what it costs as planned, and what it would tell."""

    advocates: int
    holdout: int
    weeks: int
    cost: float
    known: Known

    @property
    def tells(self) -> bool:
        """Whether it finds the cases for another decision often enough, with few false alarms."""
        return self.known.power is not None and self.known.power >= ENOUGH_POWER and (self.known.false_alarm or 0.0) <= FEW_ALARMS


def possible_sizes(base: Scenario) -> list[tuple[int, int]]:
    """Advocates and weeks of the pilots that are tried: those that leave as many employees to wait, and end with the campaign."""
    return [(count, weeks) for count in ADVOCATES if 2 * count <= base.society.employees for weeks in WEEKS if weeks <= base.horizon.weeks]


def observe(work: Observed) -> list[float]:
    """Impressions of the posts of a pilot's advocates above those of employees who wait, a head, after each of `WEEKS` that the campaign has."""
    weeks = [each for each in WEEKS if each <= work.base.horizon.weeks]
    scenario = next(each for number, each in enumerate(draws(work.base, work.replication)) if number == work.refused)
    short = scenario.replace(horizon__weeks=weeks[-1], programme__enabled=True, page__enabled=False)
    luck = Luck(scenario.run.seed).replication(work.replication).replication(1)
    society = Society(short, luck)
    lot = np.argsort(luck.uniforms("recruit", 2, who=np.arange(society.staff.enrolled.size)))
    treated, waiting = lot[: work.advocates], lot[work.advocates : 2 * work.advocates]
    enrolled = np.zeros(lot.size, dtype=np.bool_)
    enrolled[treated] = True
    society.staff = society.staff._replace(enrolled=enrolled)
    record = play(short, World(True, False), luck, society, {})
    shares, seen = record.shares, record.deliveries
    own = np.isin(shares.channel, (NATURAL, PROGRAMME))[seen.share]
    author = shares.author[shares.root[seen.share[own]]] - EMPLOYEES
    found = []
    for last in weeks:
        early = seen.hours[own] <= 168.0 * last
        impressions = np.bincount(author[early], weights=seen.showings[own][early], minlength=lot.size)
        found.append(float(impressions[treated].mean() - impressions[waiting].mean()))
    return found


def pilots(base: Scenario, benefits: Reals, observed: dict[int, Reals]) -> list[Pilot]:
    """
    Pilots from the cheapest on.

    Parameters
    ----------
    benefits : money by decision and draw
    observed : by number of advocates, what a pilot observes by draw (rows) and length (columns, as `WEEKS`)
    """
    found = [Pilot(count, count, weeks, pilot_cost(base, count, weeks), knowing(benefits, observed[count][:, WEEKS.index(weeks)])) for count, weeks in possible_sizes(base)]
    return sorted(found, key=lambda pilot: pilot.cost)


def pilot_cost(base: Scenario, advocates: int, weeks: int) -> float:
    """What a pilot costs as planned."""
    return planned_programme_cost(base.replace(horizon__weeks=weeks, programme__enabled=True, programme__enrolment_fraction=advocates / base.society.employees))


def cheapest(found: Sequence[Pilot]) -> Pilot | None:
    """The cheapest pilot that tells; None where none does."""
    return next((pilot for pilot in found if pilot.tells), None)
