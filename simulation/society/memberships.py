"""Who is a member of which focus of one kind, forwards and backwards, by arithmetic alone.

Ranks are mixed within strata, a fixed part of all positions is sent anywhere among themselves (those who do not join their
like), and the result is cut into blocks: the foci. Every step is a keyed permutation, so no index of members is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import kernel, rule
from simulation.society.luck import Luck
from simulation.society.permutation import Cells, Permutation, backward, backward_once, forward
from simulation.society.recipe import FOCUS_SIZES, KINDS

STRATA = 64
TENTHS = 10


class Blocks(NamedTuple):
    """The memberships of one kind as compiled code sees them."""

    people: int
    size: int
    """Members of a focus."""
    stayers: int
    """Of every ten positions, those that are not sent anywhere."""
    movers_each: int
    window: int
    """Ranks in a stratum."""
    whole: int
    """Strata of full size."""
    per_window: float
    per_stayer: float
    per_mover: float
    within: Cells
    within_last: Cells
    movers: Cells


CELLS = np.dtype([("size", "u4"), ("rows", "u4"), ("columns", "u4"), ("per_column", "f8"), ("keys", "u4", 4)])
BLOCKS = np.dtype([(name, {int: "i8", float: "f8"}.get(kind, CELLS)) for name, kind in get_type_hints(Blocks).items()])
"""The same as one record, so that a call hands over one array for all kinds."""


class Memberships:
    """Who is a member of which focus of one kind."""

    def __init__(self, kind: str, people: int, assortment: float, luck: Luck) -> None:
        number = KINDS.index(kind)
        self.people = people
        self.size = min(FOCUS_SIZES[kind], people)
        self.stayers = round(TENTHS * assortment)
        movers_each = TENTHS - self.stayers
        self.window = max(self.size, -(-people // STRATA))
        whole = people // self.window
        within = Permutation(self.window if whole else 0, luck.key("foci", number))
        last = Permutation(people - whole * self.window, luck.key("foci", number, 1))
        movers = Permutation(people // TENTHS * movers_each, luck.key("movers", number))
        self.blocks = Blocks(people, self.size, self.stayers, movers_each, self.window, whole, 1.0 / self.window, 1.0 / max(self.stayers, 1), 1.0 / max(movers_each, 1),
                             within.cells, last.cells, movers.cells)

    def focus(self, ranks: NDArray[Any]) -> NDArray[np.int64]:
        """Number of the focus that each rank belongs to."""
        return foci_of(packed([self]), np.asarray(ranks, dtype=np.int64))[0]

    def members(self, focus: NDArray[np.int64]) -> NDArray[np.int64]:
        """Ranks of the members, one row a focus, in no order; -1 where the last focus is short."""
        return _member_rows(self.blocks, np.asarray(focus, dtype=np.int64))

    def focus_near(self, ranks: NDArray[Any], moves: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.int64]:
        """The focus of a newcomer who would stand at `ranks`: near there, or anywhere for the movers (uniform `moves`, `places`)."""
        stratum = ranks // self.window * self.window
        near = stratum + (places * np.minimum(self.window, self.people - stratum)).astype(np.int64)
        anywhere = (places * self.people).astype(np.int64)
        chosen = np.where(moves * TENTHS < self.stayers, near, anywhere)
        return np.asarray(chosen // self.size, dtype=np.int64)


def packed(memberships: Sequence[Memberships]) -> NDArray[Any]:
    """The memberships of several kinds as records, for `unpacked`."""
    return np.array([tuple(tuple(part) if isinstance(part, Cells) else part for part in each.blocks) for each in memberships], dtype=BLOCKS)


@rule
def unpacked(record: Any) -> Any:
    """One kind's record as `Blocks`: values of one's own, which compiled loops need not read again."""
    return Blocks(record.people, record.size, record.stayers, record.movers_each, record.window, record.whole, record.per_window, record.per_stayer, record.per_mover,
                  _cells(record.within), _cells(record.within_last), _cells(record.movers))


@rule
def _cells(record: Any) -> Any:
    keys = record.keys
    return Cells(record.size, record.rows, record.columns, record.per_column, (keys[0], keys[1], keys[2], keys[3]))


@rule
def focus_of(blocks: Any, rank: Any) -> Any:
    """Number of the focus that a rank belongs to."""
    stratum = rank // blocks.window
    offset = rank - stratum * blocks.window
    position = stratum * blocks.window + np.int64(forward(blocks.within if stratum < blocks.whole else blocks.within_last, offset))
    ten = position // TENTHS
    place = position - ten * TENTHS
    if place >= blocks.stayers and position < blocks.people // TENTHS * TENTHS:
        number = np.int64(forward(blocks.movers, ten * blocks.movers_each + place - blocks.stayers))
        position = number // blocks.movers_each * TENTHS + blocks.stayers + number % blocks.movers_each
    return position // blocks.size


@rule
def members_of(blocks: Any, focus: Any, ranks: Any, scratch: Any) -> Any:
    """
    Write the ranks of the members of a focus into `ranks` and return their number.

    Loops without branches do the work, 8 or 16 members at a time; rare cases are mended afterwards.

    Parameters
    ----------
    ranks : 32-bit words, as long as the largest focus
    scratch : two more rows of that kind
    """
    base, offset = scratch[0], scratch[1]
    count = _positions(blocks, focus, offset)
    window, whole = np.uint32(blocks.window), np.uint32(blocks.whole * blocks.window)
    for place in range(count):
        stratum = np.uint32((offset[place] + 0.5) * blocks.per_window)
        base[place] = np.uint32(stratum * window)
        offset[place] = np.uint32(offset[place] - base[place])
    for place in range(count):
        ranks[place] = backward_once(blocks.within, offset[place])
    for place in range(count):
        if base[place] >= whole:
            ranks[place] = backward(blocks.within_last, offset[place])
        elif ranks[place] >= blocks.within.size:
            ranks[place] = backward(blocks.within, ranks[place])
    for place in range(count):
        ranks[place] = np.uint32(ranks[place] + base[place])
    return count


@rule
def _positions(blocks: Any, focus: Any, positions: Any) -> Any:
    """Positions of the members before those who do not join their like were sent away; stayers first. Returns their number."""
    start = focus * blocks.size
    stop = min(start + blocks.size, blocks.people)
    settled = max(start, min(blocks.people // TENTHS * TENTHS, stop))
    first, last = _stayers_below(blocks, start), _stayers_below(blocks, settled)
    stayers, of_ten, ten_places = last - first, np.uint32(blocks.stayers), np.uint32(TENTHS)
    for place in range(stayers):
        number = np.uint32(first + place)
        ten = np.uint32((number + 0.5) * blocks.per_stayer)
        positions[place] = np.uint32(ten * ten_places + number - ten * of_ten)
    sent = settled - start - stayers
    count = stayers + sent
    for place in range(stayers, count):
        positions[place] = backward_once(blocks.movers, np.uint32(start - first + place - stayers))
    for place in range(stayers, count):
        if positions[place] >= blocks.movers.size:
            positions[place] = backward(blocks.movers, positions[place])
    each = np.uint32(blocks.movers_each)
    for place in range(stayers, count):
        number = positions[place]
        ten = np.uint32((number + 0.5) * blocks.per_mover)
        positions[place] = np.uint32(ten * ten_places + of_ten + number - ten * each)
    for position in range(settled, stop):
        positions[count] = position
        count += 1
    return count


@rule
def _stayers_below(blocks: Any, position: Any) -> Any:
    """Number of stayers among the positions below one."""
    ten = position // TENTHS
    return ten * blocks.stayers + min(position - ten * TENTHS, blocks.stayers)


@kernel
def foci_of(records: Any, ranks: Any) -> Any:
    """Focus of each rank (columns) of each kind (rows), from packed memberships."""
    found = np.empty((records.size, ranks.size), np.int64)
    for kind in range(records.size):
        blocks = unpacked(records[kind])
        for place in range(ranks.size):
            found[kind, place] = focus_of(blocks, ranks[place])
    return found


@kernel
def _member_rows(blocks: Any, foci: Any) -> Any:
    rows = np.full((foci.size, blocks.size), -1, np.int64)
    ranks, scratch = np.empty(blocks.size, np.uint32), np.empty((2, blocks.size), np.uint32)
    for row in range(foci.size):
        for place in range(members_of(blocks, foci[row], ranks, scratch)):
            rows[row, place] = ranks[place]
    return rows
