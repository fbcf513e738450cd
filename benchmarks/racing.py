"""How a peer and this project take turns, and what memory would allow."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from peers import Peer, Run, Work

ROUNDS = 5
"""Turns that a peer and this project take, at most."""
FEWEST = 3
"""Turns that must fit into the time a peer is given."""
BATCHED = 12
"""Times as long as others, for peers that play all replications of a round in one call."""
OURS = 0.5
"""CPU seconds that our turn takes, at most, when it answers to a peer that plays few replications."""
LONG = 4
"""A peer that needs more than so many times what it is given for one replication plays one."""


class Race(NamedTuple):
    """What came of the rounds of one peer."""

    replications: int
    mean_reach: float
    seconds: list[float]
    """CPU seconds of a replication in each round."""
    ratios: list[float]
    """The same over ours."""


def clocked(run: Run, count: int, seed: int) -> tuple[float, float]:
    """People reached in all of `count` replications, and CPU seconds of each."""
    started = time.process_time()
    reached = run(count, seed)
    return reached, (time.process_time() - started) / count


def raced(run: Run, ours: Run, peer: Peer, most: int, seconds: float, seed: int) -> Race:
    """Rounds in which a peer and this project take turns; both have been warmed up, unless one replication of the peer takes too long."""
    given = seconds * BATCHED if peer.batched else seconds
    reached, first = clocked(run, 1, seed)
    if first < given / 10:
        first = clocked(run, 1, seed)[1]  # the first time may have to compile or to fill caches
    count = int(np.clip(given / FEWEST / max(first, 1e-9), 1, most))
    own = count if peer.batched else int(np.clip(OURS / clocked(ours, 1, seed)[1], 1, most))
    if first > LONG * given:
        return Race(1, reached, [first], [first / clocked(ours, own, seed)[1]])
    total, spent, times, ratios = 0.0, 0.0, list[float](), list[float]()
    while len(times) < ROUNDS and (len(times) < FEWEST or spent < given):
        base = clocked(ours, own, seed + len(times))[1]
        reached, each = clocked(run, count, seed + len(times))
        total, spent = total + reached, spent + each * count
        times.append(each)
        ratios.append(each / base)
    return Race(count * len(times), total / count / len(times), times, ratios)


def gathered(work: Work, walks: Sequence[NDArray[np.uint32]]) -> float:
    """CPU seconds of reading the rows of everybody reached, in the order of a cascade, and setting their flags: what memory allows."""
    from simulation.compiling import kernel
    from simulation.engines.cascade_kernels import AHEAD, fetch

    @kernel
    def gather(starts: Any, followers: Any, people: Any, flags: Any) -> Any:
        total = 0
        for place in range(people.size):
            if place + AHEAD < people.size:
                row = np.int64(starts[people[place + AHEAD]])
                fetch(followers, row)
                fetch(followers, row + 16)
                fetch(followers, row + 31)
            for tie in range(starts[people[place]], starts[people[place] + 1]):
                total += followers[tie]
            flags[people[place]] = 1
        for place in range(people.size):
            flags[people[place]] = 0
        return total

    flags = np.zeros(work.people, dtype=np.uint8)
    gather(work.starts, work.followers, walks[0], flags)
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for people in walks:
            gather(work.starts, work.followers, people, flags)
        times.append((time.process_time() - started) / len(walks))
    return float(np.median(times))
