"""Ads that are seen unpaid: a like of an ad shows it to the liker's contacts. Ads cause nothing else, and nothing else causes this."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engines.share import PAGE_AUTHOR
from simulation.engines.shares import Shares
from simulation.engines.world import ACTIONS, PAID

Numbers = NDArray[np.int64]


class Liked(NamedTuple):
    """Shares, by number, and who likes each, in order."""

    share: Numbers
    person: Numbers


NOBODY = Liked(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


class SpillOver:
    """
    What ads earn. An ad that somebody likes is a share of the page's from then on, with channel `paid` and no followers of its own.

    Somebody may see an ad paid and unpaid, and answers it once: what was done is noted here, whichever way the ad was seen.
    """

    def __init__(self, shares: Shares, strength: float) -> None:
        self._shares, self._on = shares, strength > 0
        self._posts: dict[tuple[int, int], int] = {}
        """Number of the share of each ad, by item and platform."""
        self._done: dict[tuple[int, int], set[int]] = {}
        """People by action and item."""
        self._liked: list[Liked] = []

    def answered(self, action: str, item: int, platform: int, people: Numbers, hours: float) -> Numbers:
        """Those of some people who answer an ad that they see paid for the first time; their likes are kept until they are taken."""
        if not self._on:
            return people
        first = people[self._first(ACTIONS.index(action), item, people)]
        if action == "like" and first.size:
            if (item, platform) not in self._posts:
                self._posts[item, platform] = int(self._shares.add(PAGE_AUTHOR, item, platform, hours, PAID)[0])
            self._liked.append(Liked(np.full(first.size, self._posts[item, platform]), first))
        return first

    def take(self) -> Liked:
        """What was liked since this was last asked."""
        liked, self._liked = self._liked, []
        return Liked(*(np.concatenate(column) for column in zip(*liked, strict=True))) if liked else NOBODY

    def first_time(self, action: Numbers, share: Numbers, person: Numbers) -> NDArray[np.bool_]:
        """Which of some reactions to posts are not to an ad that had the same answer before."""
        new, table = np.ones(share.size, dtype=np.bool_), self._shares.table
        if self._on:
            for row in np.flatnonzero(table["channel"][share] == PAID).tolist():
                new[row] = self._first(int(action[row]), int(table["item"][share[row]]), person[row : row + 1])[0]
        return new

    def _first(self, action: int, item: int, people: Numbers) -> NDArray[np.bool_]:
        """Who does something about an ad for the first time; noted."""
        done = self._done.setdefault((action, item), set())
        new = np.array([person not in done for person in people.tolist()], dtype=np.bool_)
        done.update(people.tolist())
        return new
