"""Who can be shown somebody's posts, and how much of them: rows of followers, and of those among them whose accounts are in use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.society.follows import Follows, Identities, joined
from simulation.society.follows_kernels import enlarged

Reals = NDArray[np.float64]


ROOM = 1 << 18
"""Contacts for which there is room at first; room that nothing was written to costs nothing."""


class Audience(NamedTuple):
    """Who can be shown somebody's posts, and how much of them: active x activity x attention, 0 for unused accounts."""

    followers: Identities
    reception: Reals


class Live(NamedTuple):
    """Followers whose accounts are in use, in compressed rows: all that a delivery has to look at."""

    starts: NDArray[np.int64]
    people: Identities
    reception: Reals


def joined_live(parts: Sequence[Live]) -> Live:
    """The rows of several parts, one part after the other."""
    if len(parts) == 1:
        return parts[0]
    rows = joined([Follows(part.starts, part.people) for part in parts])
    return Live(rows.starts, rows.followers, np.concatenate([np.empty(0), *(part.reception for part in parts)]))


class Audiences:
    """The audiences of several authors, one row each; `audiences[i]` is a view of row i."""

    def __init__(self, rows: Follows, live: Live) -> None:
        self.rows = rows
        self.live = live

    @classmethod
    def of(cls, rows: Follows, reception: Reals) -> Audiences:
        """From the followers, and the reception of each, 0 for unused accounts."""
        used = reception > 0
        before = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(used)))
        return cls(rows, Live(before[rows.starts], rows.followers[used], reception[used]))

    def __len__(self) -> int:
        return self.rows.starts.size - 1

    def __getitem__(self, row: int) -> Audience:
        place = range(len(self))[row]
        followers = self.rows.row(place)
        reception = np.zeros(followers.size)
        part = slice(self.live.starts[place], self.live.starts[place + 1])
        reception[np.searchsorted(followers, self.live.people[part])] = self.live.reception[part]
        return Audience(followers, reception)

    def __iter__(self) -> Iterator[Audience]:
        return (self[row] for row in range(len(self)))


class Contacts:
    """Audiences of people who passed something on, each listed when first asked for, and kept; rows are told by number."""

    def __init__(self) -> None:
        self._row: dict[int, int] = {}
        self._starts = np.zeros(1024, dtype=np.int64)
        self._people = np.empty(ROOM, dtype=np.int64)
        self._reception = np.empty(ROOM)

    def __len__(self) -> int:
        return len(self._row)

    def missing(self, people: Identities) -> Identities:
        """Those of some people who are not listed yet, ascending."""
        known = self._row
        return np.array(sorted({person for person in people.tolist() if person not in known}), dtype=np.int64)

    def add(self, people: Identities, live: Live) -> None:
        """List people who are missing."""
        count = len(self._row)
        filled = int(self._starts[count])
        self._starts = enlarged(self._starts, count + 1, people.size)
        self._people, self._reception = enlarged(self._people, filled, live.people.size), enlarged(self._reception, filled, live.people.size)
        stop = filled + live.people.size
        self._people[filled:stop], self._reception[filled:stop] = live.people, live.reception
        self._starts[count + 1 : count + 1 + people.size] = filled + live.starts[1:]
        self._row.update(zip(people.tolist(), range(count, count + people.size), strict=True))

    def rows(self, people: Identities) -> NDArray[np.int64]:
        """Row of each person; all must be listed."""
        known = self._row
        return np.array([known[person] for person in people.tolist()], dtype=np.int64)

    @property
    def live(self) -> Live:
        """All rows so far."""
        return Live(self._starts, self._people, self._reception)
