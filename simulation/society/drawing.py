"""All ties of a society of shared foci drawn into arrays, focus by focus: tie by tie the graph that is listed on demand."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import in_pieces, kernel, rule
from simulation.society.foci_kernels import Tying, level_of, tie_chance, tie_key, tie_luck
from simulation.society.follows_kernels import with_room
from simulation.society.memberships import members_of, unpacked
from simulation.society.permutation import Cells, forward

PEOPLE_AT_ONCE = 1 << 17
"""People whose foci are drawn in one piece of work."""
ROWS_AT_ONCE = 1 << 16
LANES = 8
"""Answers that are looked at together."""


def draw_people(tying: Tying, records: NDArray[Any], identities: Cells, people: int) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """
    Who follows whom among the people around the firm.

    Parameters
    ----------
    records : memberships by kind, packed
    identities : the permutation from ranks to identities

    Returns
    -------
    starts, followers : one row a person in the order of identities, ascending, doubles dropped
    """
    pieces = []
    for kind in np.flatnonzero(tying.densities > 0).tolist():
        size = int(records[kind]["size"])
        foci = -(-people // size)
        pieces += in_pieces(lambda start, stop, kind=kind: _pairs(tying, records, kind, start, stop), foci, max(1, PEOPLE_AT_ONCE // size))  # type: ignore[misc]
    names = np.concatenate(in_pieces(lambda start, stop: _identities(identities, start, stop), people, PEOPLE_AT_ONCE))
    degrees = np.zeros(people + 1, np.int64)
    for authors, followers in pieces:
        _count(degrees, names, authors, followers, tying.mutual)
    starts = np.cumsum(degrees)
    heads, ties = starts[:-1].copy(), np.empty(int(starts[-1]), np.uint32)
    while pieces:
        authors, followers = pieces.pop()
        _deal(heads, ties, names, authors, followers, tying.mutual)
    sizes = np.concatenate(in_pieces(lambda start, stop: _sorted_rows(starts, ties, start, stop), people, ROWS_AT_ONCE)) if people else np.empty(0, np.int64)
    packed = np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes)))
    return packed, _closed_up(starts, packed, ties)


@kernel
def _pairs(tying: Any, records: Any, kind: Any, first: Any, last: Any) -> Any:
    """Ranks of the tied pairs (author, follower) in the foci from `first` up to `last` of one kind; mutual pairs once."""
    blocks, density = unpacked(records[kind]), tying.densities[kind]
    ranks, scratch = np.empty(blocks.size, np.uint32), np.empty((2, blocks.size), np.uint32)
    popularity, following, keys = np.empty(blocks.size), np.empty(blocks.size), np.empty(blocks.size, np.uint64)
    tied = np.zeros(blocks.size // LANES + 1, np.uint64)
    answers = tied.view(np.uint8)
    authors, followers, count = np.empty(1024, np.uint32), np.empty(1024, np.uint32), 0
    for focus in range(first, last):
        size = members_of(blocks, focus, ranks, scratch)
        for place in range(size):
            level = level_of(tying, ranks[place])
            popularity[place], following[place] = tying.popularity[level], tying.following[level]
            keys[place] = tie_key(tying, np.uint64(ranks[place]))
        for one in range(size):
            authors, followers = with_room(authors, count, 2 * size), with_room(followers, count, 2 * size)
            for reverse in range(1 if tying.mutual else 2):
                begin, own, theirs = (one + 1) // LANES * LANES, following if reverse == 1 else popularity, popularity if reverse == 1 else following
                tied[(size - begin) // LANES if size > begin else 0] = 0
                _ask_all(tying.mutual, reverse == 1, np.uint64(ranks[one]), keys[one], density, own[one], ranks[begin:size], keys[begin:size], theirs[begin:size], answers)
                for word in range(-(-(size - begin) // LANES)):
                    if tied[word] != 0:
                        for lane in range(LANES):
                            other = begin + LANES * word + lane
                            if (tied[word] >> np.uint64(8 * lane)) & np.uint64(1) and other > one:
                                authors[count], followers[count] = ranks[other if reverse == 1 else one], ranks[one if reverse == 1 else other]
                                count += 1
    return authors[:count].copy(), followers[:count].copy()


@rule
def _ask_all(mutual: Any, reverse: Any, name: Any, key: Any, density: Any, own: Any, ranks: Any, keys: Any, theirs: Any, answers: Any) -> None:
    """Whether one member is tied to each of the others; answers are bytes."""
    for place in range(ranks.size):
        answers[place] = tie_luck(mutual, reverse, name, key, np.uint64(ranks[place]), keys[place]) < tie_chance(density, own, theirs[place])


@kernel
def _identities(cells: Any, start: Any, stop: Any) -> Any:
    """Identity of each rank."""
    found = np.empty(stop - start, np.uint32)
    for rank in range(start, stop):
        found[rank - start] = forward(cells, rank)
    return found


@kernel
def _count(degrees: Any, names: Any, authors: Any, followers: Any, mutual: Any) -> None:
    """Add the followers of each person, one place further on."""
    for row in range(authors.size):
        degrees[names[authors[row]] + 1] += 1
        if mutual:
            degrees[names[followers[row]] + 1] += 1


@kernel
def _deal(heads: Any, ties: Any, names: Any, authors: Any, followers: Any, mutual: Any) -> None:
    """Write each tie into the row of its author."""
    for row in range(authors.size):
        author, follower = names[authors[row]], names[followers[row]]
        ties[heads[author]] = follower
        heads[author] += 1
        if mutual:
            ties[heads[follower]] = author
            heads[follower] += 1


@kernel
def _sorted_rows(starts: Any, ties: Any, first: Any, last: Any) -> Any:
    """Sort rows, move what is left after doubles are dropped to their beginning, and return how many that are."""
    sizes = np.empty(last - first, np.int64)
    for person in range(first, last):
        low, high = starts[person], starts[person + 1]
        for place in range(low + 1, high):
            tie, hole = ties[place], place
            while hole > low and ties[hole - 1] > tie:
                ties[hole] = ties[hole - 1]
                hole -= 1
            ties[hole] = tie
        kept = low
        for place in range(low, high):
            if place == low or ties[place] != ties[kept - 1]:
                ties[kept] = ties[place]
                kept += 1
        sizes[person - first] = kept - low
    return sizes


@kernel
def _closed_up(starts: Any, packed: Any, ties: Any) -> Any:
    """Rows without the room that doubles have left."""
    found = np.empty(packed[-1], np.uint32)
    for person in range(packed.size - 1):
        size = packed[person + 1] - packed[person]
        for place in range(size):
            found[packed[person] + place] = ties[starts[person] + place]
    return found
