"""Who is reached by a share, and when: one function, used by every engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.exposure import clock, delivery_hours, intensity, showings
from simulation.society.follows import Identities
from simulation.society.luck import fold_words, to_unit
from simulation.society.society import Audience


class Post(NamedTuple):
    """A share on its way into the feeds of one audience."""

    key: int
    """Luck of its deliveries; every follower's clocks hang from it."""
    audience: Audience
    level: float
    """Intensity level of the platform for this kind of author."""
    appeal: float
    half_life_hours: float
    repeats: float
    start: float
    """When it was made, in hours since the start of the campaign."""


class Deliveries(NamedTuple):
    """Deliveries of posts to people, one row each."""

    post: NDArray[np.int64]
    """Place of the post in the sequence that was delivered."""
    person: Identities
    hours: NDArray[np.float64]
    """Since the start of the campaign."""
    showings: NDArray[np.int64]
    """Impressions that the delivery makes."""
    number: NDArray[np.int64]
    """1 for the first delivery of this post to this person, 2 for the second, and so on."""


def deliver(posts: Sequence[Post]) -> Deliveries:
    """
    All deliveries that some posts will ever make, each post by itself.

    A person's deliveries of a post are the points of a Poisson process: exponential clocks, added up, as long as their sum
    lies below the intensity. Clocks are keyed by post, person and number, so what else is delivered changes nothing.
    """
    keys = np.array([post.key for post in posts], dtype=np.uint64)
    start, half_life, repeats = (np.array([getattr(post, name) for post in posts]) for name in ("start", "half_life_hours", "repeats"))
    row = np.repeat(np.arange(len(posts), dtype=np.int64), [post.audience.followers.size for post in posts])
    people = np.concatenate([post.audience.followers for post in posts]) if posts else np.empty(0, dtype=np.int64)
    limit = np.concatenate([np.asarray(intensity(post.level, post.appeal, post.audience.reception)) for post in posts]) if posts else np.empty(0)
    passed = np.zeros(people.size)
    found: list[Deliveries] = []
    while people.size:
        number = np.full(len(posts), len(found) + 1)
        round_keys = fold_words(keys, number)
        uniforms = to_unit(fold_words(round_keys[row], people))
        near = np.flatnonzero(uniforms < limit - passed)  # a clock is never below its uniform: this spares most logarithms
        times = passed[near] + clock(uniforms[near])
        hit = times < limit[near]
        near, passed = near[hit], times[hit]
        people, limit, row = people[near], limit[near], row[near]
        shown = showings(to_unit(fold_words(fold_words(round_keys, np.ones_like(number))[row], people)), repeats[row])
        found.append(Deliveries(row, people, start[row] + delivery_hours(passed, limit, half_life[row]), shown, number[row]))
    if not found:
        nothing = np.empty(0, dtype=np.int64)
        return Deliveries(nothing, nothing, np.empty(0), nothing, nothing)
    return Deliveries(*(np.concatenate(columns) for columns in zip(*found, strict=True)))
