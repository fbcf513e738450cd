"""
How many reverse-reachable sets are enough, and whom they say to choose: IMM (Tang, Shi and Xiao 2015, doi:10.1145/2723372.2723734).

Sets are drawn anew for the choice, since those that found the lower bound depend on it (Chen 2018, arXiv:1808.09363).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from simulation.measures.reverse_sets import Sets

ELL = 1.0
"""The guarantee holds but for a chance of about 1 / people^ELL."""

MOST_SETS = 2_000_000
"""Sets that are drawn at most; where more would be needed, the error that is reached is told."""


LEAST_SETS = 1 << 16
"""Sets that are drawn at least: listing contacts for fewer costs as much."""


class Choice(NamedTuple):
    """Rows in the order of choice, and the part of all sets that each adds."""

    rows: NDArray[np.int64]
    parts: NDArray[np.float64]


class Found(NamedTuple):
    """
    What IMM found.

    Attributes
    ----------
    choice : of the sets drawn last
    sets : how many these are
    epsilon : error for which so many are enough
    """

    choice: Choice
    sets: int
    epsilon: float


def imm(draw: Callable[[int, int], Sets], choose: Callable[[Sets], Choice], people: float, candidates: int, count: int, epsilon: float) -> Found:
    """
    Choose candidates by as many sets as their guarantee needs.

    Parameters
    ----------
    draw : makes sets by the number of the first and how many
    choose : greedy choice on sets
    people : whom the sets are drawn from
    candidates, count : how many there are and how many are chosen
    epsilon : error, 0 to 1: the choice reaches at least 1 - 1/e - epsilon of what the best one does

    Returns
    -------
    the choice; where the bound asks for more than `MOST_SETS`, a larger epsilon
    """
    size = max(people, 2.0)
    chosen = min(count, candidates)
    log_choices = float(gammaln(candidates + 1) - gammaln(chosen + 1) - gammaln(candidates - chosen + 1))
    ell = ELL * (1.0 + math.log(2.0) / math.log(size))
    least, used = _lower_bound(draw, choose, size, log_choices, ell, epsilon)
    greedy = 1.0 - 1.0 / math.e
    alpha = math.sqrt(ell * math.log(size) + math.log(2.0))
    beta = math.sqrt(greedy * (log_choices + ell * math.log(size) + math.log(2.0)))
    needed = 2.0 * size * (greedy * alpha + beta) ** 2 / epsilon**2 / least
    sets = int(min(max(math.ceil(needed), LEAST_SETS), MOST_SETS))
    return Found(choose(draw(used, sets)), sets, epsilon * math.sqrt(max(needed / sets, 1.0)))


def _lower_bound(draw: Callable[[int, int], Sets], choose: Callable[[Sets], Choice], size: float, log_choices: float, ell: float, epsilon: float) -> tuple[float, int]:
    """People whom the best choice reaches at least, and how many sets it took to know."""
    wider = math.sqrt(2.0) * epsilon
    rounds = max(1, math.ceil(math.log2(size)) - 1)
    scale = (2.0 + 2.0 / 3.0 * wider) * (log_choices + ell * math.log(size) + math.log(max(math.log2(size), 2.0))) * size / wider**2
    sets, least = Sets(np.zeros(1, np.int64), np.empty(0, np.int32)), 1.0
    for number in range(1, rounds + 1):
        guess = size / 2.0**number
        needed = min(max(math.ceil(scale / guess), LEAST_SETS), MOST_SETS)
        have = sets.starts.size - 1
        if needed > have:
            more = draw(have, needed - have)
            sets = Sets(np.concatenate((sets.starts, sets.starts[-1] + more.starts[1:])), np.concatenate((sets.members, more.members)))
        reached = size * float(choose(sets).parts.sum())
        if reached >= (1.0 + wider) * guess or needed == MOST_SETS:
            least = max(reached / (1.0 + wider), 1.0)
            break
    return least, sets.starts.size - 1
