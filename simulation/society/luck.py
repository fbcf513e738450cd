"""Keyed luck: every random number is a function of the seed and the name of the event it decides.

There is no generator and no state, so any order, any engine and any number of workers give the same run, and two
scenarios differ only where a setting reaches. Keys are 64-bit; the mixing is the finaliser of SplitMix64 (Steele, Lea,
Flood 2014), whose output passes standard batteries when its input is a counter times an odd constant, as it is here.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Reals = NDArray[np.float64]

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB
UNIT = 2.0**-52

_GOLDEN, _FIRST, _SECOND = np.uint64(GOLDEN), np.uint64(FIRST), np.uint64(SECOND)
_30, _27, _31, _12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)

STREAMS = {name: number for number, name in enumerate((
    "ranks", "foci", "movers", "focus_choice", "tie", "page_follow", "active", "activity", "activity_shared", "affinity", "interest",
    "blocked", "targeted", "department", "segment", "private", "manager", "enrolled", "trained", "connected", "engagement", "uses_platform",
    "colleague", "network", "appeal", "topic", "decide", "moment", "unprompted", "displaced", "critical", "delivery", "showings", "like", "click",
    "reshare", "outside", "opportunity", "opportunity_day", "viewable", "incident", "replication", "employee_nodes",
), start=1)}
"""Named streams; a new one goes to the end, or every older run changes."""


def mix(word: int) -> int:
    """SplitMix64's finaliser on one Python integer of 64 bits."""
    word = ((word ^ (word >> 30)) * FIRST) & MASK
    word = ((word ^ (word >> 27)) * SECOND) & MASK
    return word ^ (word >> 31)


def mix_words(words: Words) -> Words:
    """The same finaliser on a column; consumes its argument's memory where it may."""
    words = words ^ (words >> _30)
    words *= _FIRST
    words ^= words >> _27
    words *= _SECOND
    words ^= words >> _31
    return words


def fold(key: int, *names: int) -> int:
    """A key that has taken in further names, in order."""
    for name in names:
        key = mix((key + GOLDEN * ((name + 1) & MASK)) & MASK)
    return key


def fold_words(key: Any, names: NDArray[Any]) -> Words:
    """A column of keys: `key` (one integer, or a column) that has taken in one name each."""
    steps = (names.astype(np.uint64) + np.uint64(1)) * _GOLDEN
    steps += np.uint64(key) if isinstance(key, int) else key
    return mix_words(steps)


def to_unit(words: Words) -> Reals:
    """Uniform numbers in (0, 1) from keys, by their upper 52 bits and never an end point."""
    return cast("Reals", (words >> _12) * UNIT + UNIT / 2)


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
        return to_unit(fold_words(self.key(stream, *names), who))
