"""Events put into the order of their times, in about as many steps as there are events."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import kernel

CROWDED = 64
"""Events so close in time that a general sort is called."""


def in_time_order(times: NDArray[np.float64], numbers: NDArray[np.int64], start: float, span: float) -> NDArray[np.int64]:
    """Some events, told by their numbers, by time; all times lie from `start` up to `start + span`."""
    ordered, crowded = _ordered(times, numbers, start, span)
    return numbers[np.argsort(times[numbers], kind="stable")] if crowded else ordered


@kernel
def _ordered(times: Any, numbers: Any, start: Any, span: Any) -> Any:
    """Numbers dealt into as many equal intervals as there are numbers, then sorted where they lie together."""
    count = numbers.size
    per_time = count / span
    edges = np.zeros(count + 1, np.int64)
    for place in range(count):
        edges[min(np.int64((times[numbers[place]] - start) * per_time), count - 1) + 1] += 1
    crowded = False
    for place in range(count):
        crowded |= edges[place + 1] > CROWDED
        edges[place + 1] += edges[place]
    found, when = np.empty(count, np.int64), np.empty(count)
    for place in range(count):
        time = times[numbers[place]]
        interval = min(np.int64((time - start) * per_time), count - 1)
        found[edges[interval]], when[edges[interval]] = numbers[place], time
        edges[interval] += 1
    if not crowded:
        for place in range(1, count):
            number, time, hole = found[place], when[place], place
            while hole > 0 and when[hole - 1] > time:
                found[hole], when[hole] = found[hole - 1], when[hole - 1]
                hole -= 1
            found[hole], when[hole] = number, time
    return found, crowded
