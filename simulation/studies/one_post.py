"""The society of a replication once more, and how one offered post went through it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.planning import items_offered
from simulation.engines.record import Record
from simulation.engines.run import play
from simulation.engines.share import programme_item
from simulation.engines.world import PROGRAMME, World
from simulation.inputs.parameters import Scenario
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.drawing import first_accepted
from simulation.studies.memory import workers_that_fit

Numbers = NDArray[np.int64]


class PostSpread(NamedTuple):
    """One offered item and whom it reached in the market, each person once, in order of time."""

    number: int
    """Of the item, from 1."""
    items: int
    """How many were offered."""
    usual: float
    """People of the market whom the median item reached."""
    person: Numbers
    hours: NDArray[np.float64]
    """Since the first share of the item."""
    further: NDArray[np.bool_]
    """Whether it came by a reshare or beyond the followers, rather than from an employee that one follows."""
    author: Numbers
    """Positions of the employees who shared it."""
    shared: NDArray[np.float64]
    """When they did, in hours since the first of them."""
    root: Numbers
    """Position of the employee whose post each person's delivery goes back to."""


def society_of(scenario: Scenario, replication: int = 0) -> Society:
    """
    The society in which a replication was played, built again from the scenario and its seed.

    Raises
    ------
    InputError
        It would not fit into memory, or a network file that the scenario names is gone.
    """
    workers_that_fit(scenario, 1)
    return first_accepted(scenario, replication, lambda drawn: Society(drawn, Luck(scenario.run.seed).replication(replication)))[0]


def best_post(society: Society) -> PostSpread | None:
    """The offered item that reached most people of the market in a world without ads and page; None where none reached anybody."""
    scenario = society.scenario
    if not scenario.programme.enabled or not items_offered(scenario):
        return None
    record = play(scenario.replace(page__enabled=False), World(True, False), society.luck, society, {})
    first = _first_times(record)
    offered = np.array([programme_item(number) for number in range(items_offered(scenario))], dtype=np.uint64)
    reached = np.array([np.count_nonzero(record.shares.item[first.share] == item) for item in offered])
    best = int(reached.argmax())
    return _spread(record, first, int(best), offered[best], reached) if reached[best] else None


class _First(NamedTuple):
    """First delivery of each offered item to each person of the market."""

    share: Numbers
    person: Numbers
    hours: NDArray[np.float64]
    outside: NDArray[np.bool_]


def _first_times(record: Record) -> _First:
    rows = record.deliveries
    wanted = np.flatnonzero((record.shares.channel[rows.share] == PROGRAMME) & (rows.person < record.consumers))
    share, person, hours = rows.share[wanted].astype(np.int64), rows.person[wanted], rows.hours[wanted]
    order = np.lexsort((hours, person, record.shares.item[share]))
    item, who = record.shares.item[share][order], person[order]
    new = np.ones(order.size, dtype=bool)
    new[1:] = (item[1:] != item[:-1]) | (who[1:] != who[:-1])
    kept = order[new]
    return _First(share[kept], person[kept], hours[kept], rows.outside[wanted][kept])


def _spread(record: Record, first: _First, number: int, item: np.uint64, reached: Numbers) -> PostSpread:
    shares = record.shares
    own = np.flatnonzero((shares.item == item) & (shares.channel == PROGRAMME) & (shares.depth == 0))
    start = float(shares.hours[own].min())
    rows = np.flatnonzero(shares.item[first.share] == item)
    rows = rows[np.argsort(first.hours[rows], kind="stable")]
    share = first.share[rows]
    order = own[np.argsort(shares.hours[own], kind="stable")]
    return PostSpread(number + 1, reached.size, float(np.median(reached)), first.person[rows], first.hours[rows] - start, (shares.depth[share] > 0) | first.outside[rows],
                      shares.author[order] - EMPLOYEES, shares.hours[order] - start, shares.author[shares.root[share]] - EMPLOYEES)
