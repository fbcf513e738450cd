"""NumPy alone, as well as it can be written: a generation at a time, ties met by position, many replications side by side."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from peers import Peer, Run, Work

AT_ONCE = 100
FLAGS = 10_000_000


def hit(ties: int, probability: float, skip: bool, rng: np.random.Generator) -> NDArray[np.int64]:
    """Positions of the ties that are hit, ascending: a number for each, or a number for each gap."""
    if not skip:
        return np.flatnonzero(rng.random(ties, dtype=np.float32) < probability)
    found, last = [], -1
    while last < ties:
        mean = (ties - last) * probability
        found.append(last + np.cumsum(rng.geometric(probability, int(mean + 4 * mean**0.5) + 8)))
        last = int(found[-1][-1])
    places = found[0] if len(found) == 1 else np.concatenate(found)
    return places[: np.searchsorted(places, ties)]


def prepare(work: Work, skip: bool, side_by_side: bool) -> Run:
    people, starts, followers = work.people, work.starts.astype(np.int64), work.followers
    width = min(AT_ONCE, FLAGS // people) if side_by_side else 1
    flags = np.zeros(width * people, dtype=bool)

    def play(count: int, rng: np.random.Generator) -> int:
        front = (np.arange(count)[:, None] * people + work.seeds).ravel()
        flags[front] = True
        reached = [front]
        while front.size:
            person = front % people if count > 1 else front
            begin, end = starts[person], starts[person + 1]
            ends = np.cumsum(end - begin)
            places = hit(int(ends[-1]), work.probability, skip, rng)
            author = np.searchsorted(ends, places, side="right")
            target = followers[places + (end - ends)[author]] + (front - person)[author]
            front = np.unique(target[~flags[target]])
            flags[front] = True
            reached.append(front)
        everybody = np.concatenate(reached)
        flags[everybody] = False
        return everybody.size

    def run(replications: int, seed: int) -> float:
        rng = np.random.Generator(np.random.SFC64(seed))
        return float(sum(play(min(width, replications - done), rng) for done in range(0, replications, width)))
    return run


PEERS = [Peer("NumPy, plain", "numpy", "numpy", partial(prepare, skip=False, side_by_side=False)),
         Peer("NumPy, skips", "numpy", "numpy", partial(prepare, skip=True, side_by_side=False)),
         Peer("NumPy, skips, many at once", "numpy", "numpy", partial(prepare, skip=True, side_by_side=True))]
