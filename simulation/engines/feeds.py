"""What waits to appear in feeds: deliveries of past shares, in the order of their times."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engines.delivery import Post, deliver
from simulation.engines.share import Share
from simulation.inputs.parameters import Scenario
from simulation.society.follows import EMPLOYEES, Identities
from simulation.society.luck import Luck
from simulation.society.society import Audience, Society
from simulation.society.words import number_of


class Feed(NamedTuple):
    """Deliveries, one row each."""

    share: NDArray[np.int64]
    """Index of the share."""
    person: Identities
    hours: NDArray[np.float64]
    showings: NDArray[np.int64]
    number: NDArray[np.int64]
    outside: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Feed:
        """The chosen rows."""
        return Feed._make(column[chosen] for column in self)


EMPTY = Feed(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, bool))


class Feeds:
    """All feeds together: posts go in with all the deliveries they will ever make, and come out when these are due."""

    def __init__(self, scenario: Scenario, society: Society, luck: Luck) -> None:
        self._platforms = dict(scenario.platforms.items())
        self._society = society
        self._luck = luck
        self._posts: list[tuple[int, bool, Post]] = []
        """Share, whether it goes beyond the author's followers, and the post; not delivered yet."""
        self._waiting = EMPTY

    def post(self, share: Share) -> None:
        """A share starts to appear in the feeds of its author's followers."""
        if share.by_page:
            audience = self._society.page_audience(share.platform)
        elif share.by_employee:
            audience = self._society.audiences(share.platform)[share.author - EMPLOYEES]
        else:
            audience = self._society.contacts(share.platform, np.array([share.author]))[0]
        levels = self._society.levels[share.platform]
        self._put(share, audience, levels.page if share.by_page else levels.person, share.key(self._luck), share.appeal, share.hours, outside=False)

    def look_up(self, answers: list[tuple[Share, int]]) -> None:
        """List the contacts of everybody who passes something on, all at once: that is much faster than one by one."""
        for platform in sorted({share.platform for share, _ in answers}):
            self._society.contacts(platform, np.array([person for share, person in answers if share.platform == platform]))

    def spread_likes(self, likes: list[tuple[Share, int]], start: float) -> None:
        """Posts that people liked appear among the contacts of those who did; (share, who liked it) each."""
        for platform in sorted({share.platform for share, _ in likes}):
            here = [(share, person) for share, person in likes if share.platform == platform]
            audiences = self._society.contacts(platform, np.array([person for _, person in here]))
            levels = self._society.levels[platform]
            for (share, person), audience in zip(here, audiences, strict=True):
                key = self._luck.key("outside", share.item, number_of(platform), share.author, person)
                self._put(share, audience, levels.page_outside if share.by_page else levels.person_outside, key, 1.0, start, outside=True)

    def due(self, until: float) -> Feed:
        """Everything that appears before `until`, in time order; it is gone from the feeds afterwards."""
        made = deliver([post for _, _, post in self._posts])
        share = np.array([share for share, _, _ in self._posts], dtype=np.int64)[made.post]
        outside = np.array([outside for _, outside, _ in self._posts], dtype=bool)[made.post]
        new = Feed(share, made.person, made.hours, made.showings, made.number, outside)
        pending = Feed(*(np.concatenate(columns) for columns in zip(self._waiting, new, strict=True)))
        now = pending.hours < until
        self._waiting, self._posts = pending.where(~now), []
        ready = pending.where(now)
        return ready.where(np.argsort(ready.hours))

    def _put(self, share: Share, audience: Audience, level: float, key: int, appeal: float, start: float, *, outside: bool) -> None:
        platform = self._platforms[share.platform]
        self._posts.append((share.index, outside, Post(key, audience, level, appeal, platform.half_life_hours, platform.repeats, start)))
