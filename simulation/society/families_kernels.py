"""Compiled generators of the families in `families`: ties as pairs of nodes, and pairs as sorted rows.

Each follows the algorithm of NetworkX's generator of that name, so graphs of both are alike in distribution. Every random
number is keyed luck under a running number, so a key gives the same graph everywhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import kernel, rule
from simulation.society.luck_kernels import uniform

Pairs = NDArray[np.int32]
"""Ties as rows of two nodes."""

Integers = NDArray[np.int64]


@rule
def below(key: Any, draw: Any, bound: Any) -> Any:
    """A whole number from 0 up to, not including, `bound`."""
    return np.int64(uniform(key, draw) * bound)


@kernel
def attached(count: int, half: int, key: np.uint64) -> Pairs:
    """Preferential attachment: a star of `half` ties, then nodes with `half` ties each to ends of earlier ties, all different."""
    pairs = np.empty(((count - half) * half, 2), np.int32)
    ends = pairs.reshape(-1)
    linked = np.full(count, -1, np.int32)
    for place in range(half):
        pairs[place, 0], pairs[place, 1] = 0, place + 1
    draw, made = 0, half
    for source in range(half + 1, count):
        earlier, stop = 2 * made, made + half
        while made < stop:
            target = ends[below(key, draw, earlier)]
            draw += 1
            if linked[target] != source:
                linked[target] = source
                pairs[made, 0], pairs[made, 1] = source, target
                made += 1
    return pairs


@kernel
def clustered(count: int, half: int, chance: float, key: np.uint64) -> Pairs:
    """
    Preferential attachment with triangles: after a first tie, each further one goes with `chance` to a neighbour of the last target.

    As in NetworkX, a target may be somebody whom a triangle has reached before; this gives a double. NetworkX draws all targets
    beforehand and takes them from a set, so nodes of low number come first and its hubs are larger; here they come as drawn.
    """
    ends = np.empty(half + 2 * half * (count - half), np.int32)
    starts, sizes, rooms = np.zeros(count, np.int64), np.zeros(count, np.int32), np.zeros(count, np.int32)
    neighbours, used = np.empty(3 * half * count, np.int32), 0
    drawn, linked = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    for node in range(half):
        ends[node] = node
    draw, filled = 0, half
    for source in range(half, count):
        earlier, target = filled, -1
        linked[source] = source
        while filled < earlier + 2 * half:
            chosen = -1
            if target >= 0:
                draw += 1
                if uniform(key, draw - 1) < chance:
                    chosen, draw = _unlinked(neighbours[starts[target]: starts[target] + sizes[target]], linked, source, key, draw)
            while chosen < 0:
                target = ends[below(key, draw, earlier)]
                draw += 1
                if drawn[target] != source:
                    drawn[target] = source
                    chosen = target
            ends[filled], ends[filled + 1] = source, chosen
            filled += 2
            if linked[chosen] != source:
                linked[chosen] = source
                for node, other in ((source, chosen), (chosen, source)):
                    if sizes[node] == rooms[node]:
                        neighbours, used = _moved(node, 2 * half, neighbours, used, starts, sizes, rooms)
                    neighbours[starts[node] + sizes[node]] = other
                    sizes[node] += 1
    return ends[half:].reshape(-1, 2)


@rule
def _unlinked(row: Any, linked: Any, source: Any, key: Any, draw: Any) -> Any:
    """A random member of `row` that `source` is not tied to, or -1, and the next running number; the row is shuffled on the way."""
    for left in range(row.size, 0, -1):
        place = below(key, draw, left)
        draw += 1
        node = row[place]
        if linked[node] != source:
            return node, draw
        row[place], row[left - 1] = row[left - 1], node
    return -1, draw


@rule
def _moved(node: Any, least: Any, neighbours: Any, used: Any, starts: Any, sizes: Any, rooms: Any) -> Any:
    """Move a node's full row to the end, with twice the room."""
    room = max(least, 2 * rooms[node])
    if used + room > neighbours.size:
        longer = np.empty(used + room + used // 4, np.int32)
        for place in range(used):
            longer[place] = neighbours[place]
        neighbours = longer
    for place in range(sizes[node]):
        neighbours[used + place] = neighbours[starts[node] + place]
    starts[node], rooms[node] = used, room
    return neighbours, used + room


@kernel
def rewired(count: int, half: int, chance: float, key: np.uint64) -> Pairs:
    """A ring in which each node is tied to the next `half`; each of these ties moves its far end with `chance`, to anybody not yet tied."""
    ties = np.empty((count, half, 2), np.int32)
    degrees = np.full(count, 2 * half, np.int32)
    for node in range(count):
        for hop in range(half):
            ties[node, hop, 0], ties[node, hop, 1] = node, (node + hop + 1) % count
    draw = 0
    for hop in range(half):
        for node in range(count):
            draw += 1
            if uniform(key, draw - 1) < chance and degrees[node] < count - 1:
                other = node
                while other == node or _reaches(ties[node], other) or _reaches(ties[other], node):
                    other = below(key, draw, count)
                    draw += 1
                degrees[ties[node, hop, 1]] -= 1
                degrees[other] += 1
                ties[node, hop, 1] = other
    return ties.reshape(-1, 2)


@rule
def _reaches(row: Any, node: Any) -> Any:
    """Whether one of the ties in `row` ends at `node`."""
    found = False
    for hop in range(row.shape[0]):
        found |= row[hop, 1] == node
    return found


@kernel
def blocked(bounds: Integers, inside: float, outside: float, key: np.uint64) -> Pairs:
    """Independent ties with chance `inside` between nodes of one block (from a bound to the next), `outside` between others."""
    count = bounds[-1]
    pairs = np.empty((count, 2), np.int32)
    row = np.empty(count, np.int32)
    draw, made = 0, 0
    for block in range(bounds.size - 1):
        stop = bounds[block + 1]
        for node in range(bounds[block], stop):
            found, draw = _skipped(node + 1, stop, inside, row, 0, key, draw)
            found, draw = _skipped(stop, count, outside, row, found, key, draw)
            if made + found > pairs.shape[0]:
                pairs = _longer(pairs, made, made + found + made // 8)
            for place in range(found):
                pairs[made + place, 0], pairs[made + place, 1] = node, row[place]
            made += found
    return pairs[:made]


@rule
def _longer(pairs: Any, made: Any, size: Any) -> Any:
    """The first `made` pairs in an array with room for more."""
    longer = np.empty((size, 2), np.int32)
    for tie in range(made):
        longer[tie, 0], longer[tie, 1] = pairs[tie, 0], pairs[tie, 1]
    return longer


@rule
def _skipped(first: Any, stop: Any, chance: Any, row: Any, found: Any, key: Any, draw: Any) -> Any:
    """Append to `row` each number from `first` up to `stop` with `chance`, by geometric skips; how many it holds, and the next running number."""
    per_log = 1.0 / np.log1p(-chance)
    while True:
        skip = np.log(uniform(key, draw)) * per_log
        draw += 1
        if not skip < stop - first:
            return found, draw
        row[found] = first + np.int64(skip)
        first = row[found] + 1
        found += 1


@kernel
def matched(stubs: NDArray[np.int32], key: np.uint64) -> None:
    """Order the ends of ties so that each two that follow one another are a random pair: the last one left with any of the others."""
    for last in range(stubs.size - 1, 0, -2):
        place = below(key, last, last)
        stubs[place], stubs[last - 1] = stubs[last - 1], stubs[place]


@kernel
def settled(inner: Integers, bounds: Integers, most: int, key: np.uint64) -> tuple[NDArray[np.int32], bool]:
    """
    Put nodes into communities larger than their number of ties there, at random; who finds a full one takes somebody's place.

    Returns the nodes, community by community, and whether `most` trials were enough.
    """
    waiting = np.arange(inner.size).astype(np.int32)
    members, filled = np.empty(inner.size, np.int32), np.zeros(bounds.size - 1, np.int64)
    left, draw = waiting.size, 0
    while left > 0 and draw < 2 * most:
        node = waiting[left - 1]
        community = below(key, draw, bounds.size - 1)
        size = bounds[community + 1] - bounds[community]
        if inner[node] < size:
            if filled[community] < size:
                members[bounds[community] + filled[community]] = node
                filled[community] += 1
                left -= 1
            else:
                place = below(key, draw + 1, size + 1)
                if place < size:
                    waiting[left - 1] = members[bounds[community] + place]
                    members[bounds[community] + place] = node
        draw += 2
    return members, left == 0


@kernel
def wired(degrees: Integers, inner: Integers, members: NDArray[np.int32], bounds: Integers, key: np.uint64) -> Pairs:
    """
    Tie each node inside its community until it has `inner` ties, then outside until it has `degrees`.

    As in NetworkX, a node may also draw itself, which counts twice; such ties are left out. Ties of a node that earlier ones
    have made are found along `latest` and `before`.
    """
    count = degrees.size
    pairs, before = np.empty((degrees.sum(), 2), np.int32), np.empty(degrees.sum(), np.int32)
    latest, linked = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    community, has = np.empty(count, np.int32), np.zeros(count, np.int32)
    for number in range(bounds.size - 1):
        community[members[bounds[number]: bounds[number + 1]]] = number
    draw, made = 0, 0
    for node in members:
        tie = latest[node]
        while tie >= 0:
            linked[pairs[tie, 0]] = node
            tie = before[tie]
        first, stop = bounds[community[node]], bounds[community[node] + 1]
        while has[node] < degrees[node]:
            at_home = has[node] < inner[node]
            other = members[first + below(key, draw, stop - first)] if at_home else np.int32(below(key, draw, count))
            draw += 1
            if linked[other] == node or (not at_home and community[other] == community[node]):
                continue
            linked[other] = node
            has[node] += 1
            has[other] += 1
            if other != node:
                pairs[made, 0], pairs[made, 1], before[made] = node, other, latest[other]
                latest[other] = made
                made += 1
    return pairs[:made]


@kernel
def scattered(pairs: Pairs, count: int) -> tuple[Integers, NDArray[np.int32]]:
    """Rows of the nodes at the other end of each node's ties, in the order of pairs; ties of a node with itself are left out."""
    starts = np.zeros(count + 1, np.int64)
    for tie in range(pairs.shape[0]):
        if pairs[tie, 0] != pairs[tie, 1]:
            starts[pairs[tie, 0] + 1] += 1
            starts[pairs[tie, 1] + 1] += 1
    for node in range(count):
        starts[node + 1] += starts[node]
    cursors, others = starts[:-1].copy(), np.empty(starts[-1], np.int32)
    for tie in range(pairs.shape[0]):
        one, two = pairs[tie, 0], pairs[tie, 1]
        if one != two:
            others[cursors[one]], others[cursors[two]] = two, one
            cursors[one] += 1
            cursors[two] += 1
    return starts, others


@kernel
def turned(starts: Integers, others: NDArray[np.int32]) -> tuple[Integers, NDArray[np.int32]]:
    """The same rows sorted and without doubles, by one transposition: rows of mutual ties are their own columns (Gustavson 1978)."""
    count = starts.size - 1
    cursors, rows = starts[:-1].copy(), np.empty(others.size, np.int32)
    for node in range(count):
        for place in range(starts[node], starts[node + 1]):
            other = others[place]
            rows[cursors[other]] = node
            cursors[other] += 1
    kept, firsts = 0, np.zeros(count + 1, np.int64)
    for node in range(count):
        for place in range(starts[node], starts[node + 1]):
            if place == starts[node] or rows[place] != rows[kept - 1]:
                rows[kept] = rows[place]
                kept += 1
        firsts[node + 1] = kept
    return firsts, rows[:kept]
