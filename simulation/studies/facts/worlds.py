"""What observations have in common: playing one organic world, and reading people by post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.engines.record import Record
from simulation.engines.run import play
from simulation.engines.world import World
from simulation.inputs.parameters import Scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

Numbers = NDArray[np.int64]
Values = dict[str, float | None]
Conditions = Mapping[str, float]
"""Circumstances of a published figure that are no keys of a scenario, by name."""


def played(scenario: Scenario, luck: Luck, *, programme: bool) -> tuple[Society, Record]:
    """A society and the record of its world without ads."""
    society = Society(scenario, luck)
    return society, play(scenario, World(programme, False), luck, society, {})


class PostPeople(NamedTuple):
    """One row for each person whom a post, or what came of it, was shown to."""

    post: Numbers
    """Row of the original share."""
    person: Numbers
    impressions: Numbers


def people_by_post(record: Record, posts: Numbers) -> PostPeople:
    """Everybody reached by each of some original shares, reshares and spread likes included; sorted by post and person."""
    deliveries = record.deliveries
    root = record.shares.root[deliveries.share]
    rows = np.flatnonzero(np.isin(root, posts))
    order = rows[np.lexsort((deliveries.person[rows], root[rows]))]
    post, person = root[order], deliveries.person[order]
    first = np.flatnonzero(np.concatenate(([True], (np.diff(post) != 0) | (np.diff(person) != 0)))) if order.size else order
    shown = np.add.reduceat(deliveries.showings[order].astype(np.int64), first) if first.size else first
    return PostPeople(post[first], person[first], shown)


def per_post(posts: Numbers, of: Numbers, weights: Numbers | None = None) -> NDArray[np.float64]:
    """Sum for each post (rows of `posts`, ascending) of weights, or a count, over rows that belong to it."""
    known = np.isin(of, posts)
    return np.bincount(np.searchsorted(posts, of[known]), weights=None if weights is None else weights[known], minlength=posts.size).astype(np.float64)


def reactions_by_post(record: Record, posts: Numbers, action: int) -> NDArray[np.float64]:
    """Reactions of one kind to each post and to what came of it."""
    reactions = record.reactions
    return per_post(posts, record.shares.root[reactions.share[reactions.action == action]])


def ratio(amount: float, count: float) -> float | None:
    """Amount per count; None where nothing is counted."""
    return float(amount / count) if count > 0 else None


def log_sd(values: NDArray[np.float64]) -> float | None:
    """Standard deviation of the logarithm of what is above 0; None below three values."""
    positive = values[values > 0]
    return float(np.log(positive).std(ddof=1)) if positive.size >= 3 else None
