"""The follow graph as sorted arrays: whose post can appear in whose feed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Identities = NDArray[np.int64]

EMPLOYEES = 1 << 40
"""Identities from here on are employees; below are the people around the firm, the market first."""


class Follows(NamedTuple):
    """Rows of followers in compressed form: row i is `followers[starts[i]:starts[i + 1]]`, identities ascending."""

    starts: NDArray[np.int64]
    followers: Identities

    def row(self, index: int) -> Identities:
        """Followers of the person in row `index`."""
        return self.followers[self.starts[index] : self.starts[index + 1]]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of followers, one per row."""
        return np.diff(self.starts)


def follows(rows: NDArray[Any], followers: Identities, count: int) -> Follows:
    """Pairs (row, follower) in any order, doubles dropped, as `count` sorted rows."""
    order = np.lexsort((followers, rows))
    rows, followers = rows[order], followers[order]
    if rows.size:
        first = np.ones(rows.size, dtype=bool)
        first[1:] = (rows[1:] != rows[:-1]) | (followers[1:] != followers[:-1])
        rows, followers = rows[first], followers[first]
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(rows, minlength=count), out=starts[1:])
    return Follows(starts, followers)


def slices(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The concatenation of `arange(start, start + size)` over all pairs, without a loop."""
    total = int(sizes.sum())
    offsets = np.repeat(starts - np.concatenate(([0], np.cumsum(sizes)[:-1])), sizes)
    return np.arange(total, dtype=np.int64) + offsets


def joined(parts: Sequence[Follows]) -> Follows:
    """The rows of several parts, one part after the other."""
    if len(parts) == 1:
        return parts[0]
    sizes = np.concatenate([part.sizes for part in parts]) if parts else np.empty(0, dtype=np.int64)
    starts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes)))
    return Follows(starts, np.concatenate([part.followers for part in parts]) if parts else np.empty(0, dtype=np.int64))


def with_last(rows: Follows, row: NDArray[np.int64], followers: Identities) -> Follows:
    """Rows with further followers, each larger than all others of its row; pairs (row, follower) in the order of rows."""
    if not row.size:
        return rows
    return Follows(rows.starts + np.searchsorted(row, np.arange(rows.starts.size)), np.insert(rows.followers, rows.starts[row + 1], followers))
