"""A Barabasi-Albert graph as arrays of 32-bit numbers, without more memory than it needs."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiling import kernel
from simulation.society.luck import Luck
from simulation.society.luck_kernels import folded, uniform


@kernel
def _chosen(people: Any, ties: Any, key: Any) -> Any:
    """Whom each newcomer ties to: `ties` different earlier people, each with a chance proportional to the ties they have."""
    chosen = np.empty((people - ties) * ties, dtype=np.uint32)
    for newcomer in range(ties, people):
        before = (newcomer - ties) * ties
        for place in range(before, before + ties):
            own, tries, again = folded(key, place), 0, True
            while again:
                end = np.int64(uniform(own, tries) * 2 * before)
                chosen[place] = place - before if before == 0 else (chosen[end >> 1] if end & 1 else ties + (end >> 1) // ties)
                again = False
                for other in range(before, place):
                    again |= chosen[other] == chosen[place]
                tries += 1
    return chosen


@kernel
def _rows(people: Any, ties: Any, chosen: Any) -> Any:
    """Rows of neighbours, both ways."""
    starts = np.zeros(people + 2, dtype=np.uint32)
    for place in range(chosen.size):
        starts[chosen[place] + 2] += 1
        starts[ties + place // ties + 2] += 1
    for person in range(2, people + 2):
        starts[person] += starts[person - 1]
    neighbours = np.empty(2 * chosen.size, dtype=np.uint32)
    for place in range(chosen.size):
        one, other = chosen[place], np.uint32(ties + place // ties)
        neighbours[starts[one + 1]] = other
        starts[one + 1] += 1
        neighbours[starts[other + 1]] = one
        starts[other + 1] += 1
    return starts[:-1], neighbours


def barabasi_albert(people: int, ties: int, seed: int) -> Any:
    """Starts and neighbours of a graph in which every newcomer ties to `ties` people."""
    return _rows(people, ties, _chosen(people, ties, np.uint64(Luck(seed).key("network"))))
