"""A wheel of steps: deliveries are put in at the step in which they are due and taken out when it comes.

Rows lie in small blocks, chained by step. A block is used again once its step was taken, so what is still to come stays near the
processor, however long the campaign.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import kernel

DELIVERY = np.dtype([("hours", "f8"), ("person", "i8"), ("post", "i4"), ("showings", "u2"), ("marks", "u1")], align=True)
"""One delivery of a post (its number) to a person; `marks` are those below."""

OUTSIDE, MAY_ANSWER, LIKES, RESHARES = (np.uint8(1 << bit) for bit in range(4))
"""Beyond the author's followers; to somebody whose keyed luck leaves room for an answer; and what a person outside the market does at it."""

BLOCK = 256
NOTHING = -1


class Blocks(NamedTuple):
    """The wheel as compiled code sees it."""

    rows: NDArray[Any]
    """`BLOCK` for each block, one block after the other."""
    following: NDArray[np.int32]
    """The block filled before this one in its step, or the next unused one; `NOTHING` where there is none."""
    newest: NDArray[np.int32]
    """The block of each step that is being filled."""
    filled: NDArray[np.int32]
    """Rows in it."""
    unused: NDArray[np.int64]
    """First unused block, and how many there are."""


class Wheel:
    """
    Everything that is still to come.

    Parameters
    ----------
    steps : of the campaign
    step_hours : length of each
    """

    def __init__(self, steps: int, step_hours: float) -> None:
        self._step_hours = step_hours
        self._blocks = Blocks(np.empty(0, dtype=DELIVERY), np.empty(0, dtype=np.int32), np.full(steps, NOTHING, dtype=np.int32), np.zeros(steps, dtype=np.int32),
                              np.array([NOTHING, 0]))

    @property
    def room(self) -> int:
        """Deliveries for which there is room so far, used or not."""
        return int(self._blocks.rows.size)

    def put(self, rows: Any, marks: NDArray[np.uint8], count: int) -> None:
        """Put in the first `count` of some deliveries, columns with a mark each."""
        most = count // BLOCK + min(count, self._blocks.newest.size)
        if most > self._blocks.unused[1]:
            self._grow(most)
        _put(rows, marks, count, self._step_hours, self._blocks)

    def take(self, step: int) -> NDArray[Any]:
        """Take out what is due in a step, rows of `DELIVERY` in the order in which they were put in."""
        return _taken(self._blocks, step)

    def _grow(self, more: int) -> None:
        """Add unused blocks, at least as many as there are."""
        rows, following, newest, filled, unused = self._blocks
        count = following.size
        more = max(more, count)
        chain = np.arange(count + 1, count + 1 + more, dtype=np.int32)
        chain[-1] = unused[0]
        grown = np.empty((count + more) * BLOCK, dtype=DELIVERY)
        grown[: rows.size] = rows
        self._blocks = Blocks(grown, np.concatenate((following, chain)), newest, filled, np.array([count, unused[1] + more]))


@kernel
def _put(rows: Any, marks: Any, count: Any, step_hours: Any, blocks: Any) -> None:
    newest, filled, following, unused = blocks.newest, blocks.filled, blocks.following, blocks.unused
    per_hour = 1.0 / step_hours
    for place in range(count):
        step = np.int64(rows.hours[place] * per_hour)
        step += ((step + 1) * step_hours <= rows.hours[place]) - np.int64(step * step_hours > rows.hours[place])  # as whole division, many times faster
        if newest[step] == NOTHING or filled[step] == BLOCK:
            block = unused[0]
            unused[0], unused[1] = following[block], unused[1] - 1
            following[block], newest[step], filled[step] = newest[step], block, 0
        row = blocks.rows[np.int64(newest[step]) * BLOCK + filled[step]]
        row.hours, row.person, row.post = rows.hours[place], rows.person[place], rows.post[place]
        row.showings, row.marks = min(rows.showings[place], 65_535), marks[place]
        filled[step] += 1


@kernel
def _taken(blocks: Any, step: Any) -> Any:
    """All rows of a step in the order in which they were put in; its blocks are free again."""
    newest, filled, following, unused = blocks.newest, blocks.filled, blocks.following, blocks.unused
    count: Any = 0
    block, size = np.int64(newest[step]), np.int64(filled[step])
    while block != NOTHING:
        count += size
        block, size = np.int64(following[block]), np.int64(BLOCK)
    found = np.empty(count, blocks.rows.dtype)
    block, size = np.int64(newest[step]), np.int64(filled[step])
    while block != NOTHING:
        count -= size
        for place in range(size):
            found[count + place] = blocks.rows[block * BLOCK + place]
        before = np.int64(following[block])
        following[block], unused[0], unused[1] = unused[0], block, unused[1] + 1
        block, size = before, np.int64(BLOCK)
    newest[step] = NOTHING
    return found


def in_time_order(rows: NDArray[Any], mark: np.uint8) -> NDArray[Any]:
    """Those of some rows that bear a mark, by time."""
    some = rows[rows["marks"] & mark > 0]
    return some[np.argsort(some["hours"], kind="stable")]
