"""Lazy greedy choice on coverage, compiled (CELF: Leskovec et al. 2007, doi:10.1145/1281192.1281239; Minoux 1978)."""

from __future__ import annotations

import heapq
from typing import Any

import numpy as np

from simulation.compiling import kernel, rule

TINY = 1e-9
"""Gains below are none."""


@rule
def gain_of(starts: Any, places: Any, chances: Any, left: Any, row: Any) -> Any:
    """People whom one more candidate adds, where `left` are still to be reached."""
    total = 0.0
    for edge in range(starts[row], starts[row + 1]):
        total += left[places[edge]] * chances[edge]
    return total


@rule
def take(starts: Any, places: Any, chances: Any, left: Any, row: Any) -> None:
    """A candidate takes part: the others find fewer left."""
    for edge in range(starts[row], starts[row + 1]):
        left[places[edge]] *= 1.0 - chances[edge]


@kernel
def lazy_greedy(starts: Any, places: Any, chances: Any, left: Any, allowed: Any, group: Any, room: Any, count: Any) -> Any:
    """
    Choose up to `count` candidates one by one, each the one that adds most; among equals the first.

    A gain that was computed earlier is no less than the present one, so only candidates at the top are looked at again.

    Parameters
    ----------
    left : people still to be reached, by place; changed
    allowed : whether a candidate may be chosen
    group, room : group of each candidate, and how many more may be chosen of each group; `room` is changed

    Returns
    -------
    rows in the order of choice, what each added, and how many gains were computed
    """
    heap: Any = [(0.0, np.int64(0), np.int64(0)) for _ in range(0)]
    looked: Any = 0
    for row in range(starts.size - 1):
        if allowed[row]:
            heap.append((-gain_of(starts, places, chances, left, row), np.int64(row), np.int64(0)))
            looked += 1
    heapq.heapify(heap)
    rows, gains, chosen = np.empty(count, np.int64), np.empty(count), 0
    while chosen < count and len(heap) > 0:
        gain, best, when = heapq.heappop(heap)
        if room[group[best]] <= 0:
            continue
        if when < chosen:
            looked += 1
            heapq.heappush(heap, (-gain_of(starts, places, chances, left, best), best, np.int64(chosen)))
            continue
        if -gain <= TINY:
            break
        take(starts, places, chances, left, best)
        room[group[best]] -= 1
        rows[chosen], gains[chosen] = best, -gain
        chosen += 1
    return rows[:chosen].copy(), gains[:chosen].copy(), looked


@kernel
def gains_in_order(starts: Any, places: Any, chances: Any, left: Any, order: Any) -> Any:
    """What each of some candidates adds to those before; `left` is changed."""
    gains = np.empty(order.size)
    for place in range(order.size):
        gains[place] = gain_of(starts, places, chances, left, order[place])
        take(starts, places, chances, left, order[place])
    return gains
