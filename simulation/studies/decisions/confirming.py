"""Does the choice hold when the whole model is played? Each way of choosing on common luck, in the society that the choice was made for."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engines.flights import Flight, plan_flights
from simulation.engines.run import play_worlds
from simulation.engines.world import World
from simulation.inputs.parameters import Scenario
from simulation.measures.tally import tally
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.replication import Reusing

NOBODY = "nobody"


class Work(NamedTuple):
    """One play: the same luck for each way of choosing."""

    scenario: Scenario
    number: int
    chosen: dict[str, list[int]]
    """Positions of the employees who are asked, by way of choosing."""
    yes: NDArray[np.float64]
    """Chance that each employee says yes."""


_reusing = Reusing()


def added_in_play(work: Work) -> dict[str, float]:
    """
    People whom each choice adds to those reached without it, in one course of events of the whole model.

    The society is that of the first replication; what happens in it, who says yes included, has luck of its own for each play.
    """
    root = Luck(work.scenario.run.seed).replication(0)
    luck, society = root.replication(1 + work.number), _reusing(work.scenario, root)
    enrolled = society.staff.enrolled
    willing = luck.uniforms("recruit", 0, who=np.arange(enrolled.size)) < work.yes
    flights: dict[str, Flight] = plan_flights(work.scenario, society, luck) if work.scenario.paid.enabled else {}
    reach = {}
    for name, rows in {NOBODY: [], **work.chosen}.items():
        asked = np.zeros(enrolled.size, dtype=np.bool_)
        asked[rows] = True
        reach[name] = _reach(work.scenario, _with(society, enrolled | (asked & willing)), luck, flights)
    return {name: reach[name] - reach[NOBODY] for name in work.chosen}


def _with(society: Society, enrolled: NDArray[np.bool_]) -> Society:
    other = society.again(society.scenario)
    other.staff = other.staff._replace(enrolled=enrolled)
    return other


def _reach(scenario: Scenario, society: Society, luck: Luck, flights: dict[str, Flight]) -> float:
    """Different consumers reached by anything."""
    record = play_worlds(scenario, {"both": World(True, scenario.paid.enabled)}, luck, society, flights)["both"]
    return float(record.panel.counted(tally(record, scenario.horizon.days).by_person.any(axis=0)))
