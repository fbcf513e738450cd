"""Who is reached by a share, and when: one function, used by every engine."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.exposure import clock, delivery_hours, intensity, showings
from simulation.compiling import kernel, rule
from simulation.society.audiences import Live
from simulation.society.follows import Identities
from simulation.society.follows_kernels import enlarged, places_where
from simulation.society.luck_kernels import folded, uniform

for registered in (clock, delivery_hours, intensity, showings):
    rule(registered)

BLOCK = 1024
"""Followers looked at in one go."""


class Posts(NamedTuple):
    """Shares on their way into feeds, one row each, all with audiences from the same lists."""

    number: NDArray[np.int64]
    """What deliveries call the post."""
    key: NDArray[np.uint64]
    """Luck of the deliveries; every follower's clocks hang from it."""
    row: NDArray[np.int64]
    """Row of the audience in its list."""
    level: NDArray[np.float64]
    """Intensity level of the platform for this kind of author."""
    appeal: NDArray[np.float64]
    start: NDArray[np.float64]
    """When it was made, in hours since the start of the campaign."""


class Deliveries(NamedTuple):
    """Deliveries of posts to people, one row each; room for more may follow."""

    post: NDArray[np.int32]
    """Number of the post."""
    person: Identities
    hours: NDArray[np.float64]
    """Since the start of the campaign."""
    showings: NDArray[np.int32]
    """Impressions that the delivery makes."""
    number: NDArray[np.int32]
    """1 for the first delivery of this post to this person, 2 for the second, and so on."""

    @classmethod
    def room(cls, size: int) -> Deliveries:
        """Columns of `size` rows, not filled."""
        return cls(np.empty(size, np.int32), np.empty(size, np.int64), np.empty(size), np.empty(size, np.int32), np.empty(size, np.int32))

    def first(self, count: int) -> Deliveries:
        """The first rows."""
        return Deliveries._make(column[:count] for column in self)


def deliver(posts: Posts, live: Live, half_life_hours: float, repeats: float, until: float, rows: Deliveries, count: int = 0) -> tuple[Deliveries, int]:
    """
    All deliveries that some posts of one platform will make before `until`, each post by itself.

    A person's deliveries of a post are the points of a Poisson process: exponential clocks, added up, as long as their sum
    lies below the intensity. Clocks are keyed by post, person and number, so what else is delivered changes nothing.

    Parameters
    ----------
    live : the audiences that `posts.row` refers to
    half_life_hours, repeats : of the platform
    until : hours since the start of the campaign
    rows, count : columns of which the first `count` rows are filled; deliveries are written behind them

    Returns
    -------
    columns and number of filled rows; the columns are larger ones where there was not enough room
    """
    done = 0
    while True:
        count, done = _deliver(posts, done, live, half_life_hours, repeats, until, rows, count)
        if done == posts.key.size:
            return rows, count
        rows = Deliveries._make(enlarged(column, count, rows.post.size + BLOCK) for column in rows)


@kernel
def _deliver(posts: Any, done: Any, live: Any, half_life: Any, repeats: Any, until: Any, rows: Any, count: Any) -> Any:
    """Deliver posts from number `done` on, until the room is full; a post that did not fit leaves nothing."""
    near, some = np.empty(BLOCK, np.bool_), np.empty(BLOCK, np.int64)
    for place in range(done, posts.key.size):
        key, level, appeal, before = posts.key[place], posts.level[place], posts.appeal[place], count
        first_key, row = folded(key, 1), posts.row[place]
        for start in range(live.starts[row], live.starts[row + 1], BLOCK):
            size = min(BLOCK, live.starts[row + 1] - start)
            people, reception = live.people[start : start + size], live.reception[start : start + size]
            for other in range(size):
                # a clock is never below its uniform: this spares most logarithms
                near[other] = uniform(first_key, people[other]) < intensity(level, appeal, reception[other])
            for found in range(places_where(near, size, some)):
                other = some[found]
                limit, passed, number = intensity(level, appeal, reception[other]), 0.0, 0
                while True:
                    number += 1
                    round_key = folded(key, number)
                    luck = uniform(round_key, people[other])
                    if luck >= limit - passed:
                        break
                    passed += clock(luck)
                    if passed >= limit:
                        break
                    when = posts.start[place] + delivery_hours(passed, limit, half_life)
                    if when >= until:
                        break
                    if count == rows.post.size:
                        return before, place
                    rows.post[count], rows.person[count], rows.hours[count], rows.number[count] = posts.number[place], people[other], when, number
                    rows.showings[count] = showings(uniform(folded(round_key, 1), people[other]), repeats)
                    count += 1
    return count, posts.key.size
