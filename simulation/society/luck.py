"""Keyed luck: every random number is a function of the seed and the name of the event it decides.

There is no generator and no state, so any order, any engine and any number of workers give the same run, and two
scenarios differ only where a setting reaches.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.society.hashing import GOLDEN, MASK, UNIT, Reals, Words, mix
from simulation.society.luck_kernels import folded_column, folded_each, uniform_column

STREAMS = {name: number for number, name in enumerate((
    "ranks", "foci", "movers", "focus_choice", "tie", "page_follow", "active", "activity", "activity_shared", "affinity", "interest",
    "blocked", "targeted", "department", "segment", "private", "manager", "enrolled", "trained", "connected", "engagement", "uses_platform",
    "colleague", "network", "appeal", "topic", "decide", "moment", "unprompted", "displaced", "critical", "delivery", "showings", "like", "click",
    "reshare", "outside", "opportunity", "opportunity_day", "viewable", "incident", "replication", "employee_nodes", "panel",
    "posting", "parameters", "respondent", "answer", "calibration", "time_of_day", "reverse", "recruit",
), start=1)}
"""Named streams; a new one goes to the end, or every older run changes."""


def fold(key: int, *names: int) -> int:
    """A key that has taken in further names, in order."""
    for name in names:
        key = mix((key + GOLDEN * ((name + 1) & MASK)) & MASK)
    return key


def fold_words(key: Any, names: NDArray[Any]) -> Words:
    """A column of keys: `key` (one integer, or a column) that has taken in one name each."""
    names = np.ascontiguousarray(names, np.uint64)
    if isinstance(key, int):
        return folded_column(np.uint64(key), names)
    if key.size != names.size:
        raise ValueError(f"{key.size} keys for {names.size} names; allowed: one each, or a whole number as the key of all")
    return folded_each(key, names)


class Luck:
    """All luck of one replication: a seed, from which any number of named streams hang."""

    def __init__(self, seed: int) -> None:
        self.seed = seed & MASK
        self._root = mix((self.seed + GOLDEN) & MASK)

    def replication(self, number: int) -> Luck:
        """The luck of replication `number`, independent of every other's."""
        return Luck(self.key("replication", number))

    def key(self, stream: str, *names: int) -> int:
        """The key of an event: its stream and the whole numbers that name it."""
        return fold(self._root, STREAMS[stream], *names)

    def uniform(self, stream: str, *names: int) -> float:
        """One uniform number in (0, 1) for one event."""
        return (self.key(stream, *names) >> 12) * UNIT + UNIT / 2

    def uniforms(self, stream: str, *names: int, who: NDArray[Any]) -> Reals:
        """Uniform numbers in (0, 1), one for each identity in `who`; equal to `uniform(stream, *names, who[i])`."""
        return uniform_column(np.uint64(self.key(stream, *names)), np.ascontiguousarray(who, np.int64))
