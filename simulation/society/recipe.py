"""The numbers of the shared-foci recipe, solved from survey tables: how big foci are, how dense, how unequal people.

Pure arithmetic on distributions; nothing here looks at a sample. Expected ties of a person of sociability s in a focus of
n members and density d are (n - 1) E[min(1, d s s')], the partner's s' being a mixture of like-minded and anybody.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulation.inputs.platforms import Platform

Reals = NDArray[np.float64]

FOCUS_SIZES = {"coworkers": 200, "high_school": 250, "extended_family": 41, "college": 200, "immediate_family": 41, "groups": 150,
               "neighbours": 60, "industry": 800, "circles": 300}
"""Members of a focus by kind. Kin are capped at 40 others; all sizes are assumed and chosen to give the clustering surveys find."""

KINDS = tuple(FOCUS_SIZES)
LEVELS = 4096
"""Steps in which sociability is told apart along the ranks."""

GRID = 96
TURNS = 60


class Recipe(NamedTuple):
    """What a platform's ties are drawn from."""

    densities: dict[str, float]
    """Density of each kind of focus; ties have probability density x sociability x sociability, at most 1."""
    popularity: Reals
    """How readily a person is followed, by level of rank, mean 1."""
    following: Reals
    """How readily a person follows, by level of rank, mean 1; equal to `popularity` where ties are mutual."""
    expected_following: Reals
    """Expected number of accounts that a person follows, by level of rank."""
    expected_followers: Reals
    """Expected number of followers, by level of rank."""


def spread(log_sd: float, count: int) -> Reals:
    """Lognormal quantiles with mean 1 at the middles of `count` equal parts of the ranks."""
    middles = ndtri((np.arange(count) + 0.5) / count)
    values: Reals = np.exp(log_sd * middles)
    return values / values.mean()


def solve_recipe(platform: Platform, people: int, assortment: float) -> Recipe:
    """
    The recipe that gives a platform its numbers of followers and its composition.

    Parameters
    ----------
    people : size of the society; foci cannot be larger
    assortment : rank correlation of a person's sociability and its focus's, 0 to 1
    """
    composition = tuple(sorted(platform.composition.items()))
    mutual = platform.follows == "mutual"
    return _solve(composition, platform.followers_median, platform.followers_log_sd,
                  platform.followers_log_sd if mutual else platform.following_log_sd, mutual, people, assortment)


@lru_cache(maxsize=64)
def _solve(composition: tuple[tuple[str, float], ...], median: float, log_sd: float, following_log_sd: float, mutual: bool,
           people: int, assortment: float) -> Recipe:
    """Densities by fixed point inside, spreads of sociability by damped correction outside."""
    parts = dict(composition)
    wanted = {kind: parts.get(kind, 0.0) for kind in KINDS}
    wanted["circles"] = max(0.0, 1.0 - sum(parts.values()))
    kinds = [kind for kind in KINDS if wanted[kind] > 0]
    sizes = np.array([min(FOCUS_SIZES[kind], people) - 1.0 for kind in kinds])
    fractions = np.array([wanted[kind] for kind in kinds])
    alike = assortment**2
    spreads = [log_sd / (1 + alike), following_log_sd / (1 + alike)]
    densities = fractions * median / np.maximum(sizes, 1.0)
    for _ in range(TURNS):
        popularity = spread(spreads[0], GRID)
        following = popularity if mutual else spread(spreads[1], GRID)
        ties = _expected(densities, sizes, popularity, following, alike)
        followers = ties.sum(axis=0)
        parts_now = (ties / np.maximum(followers, 1e-9)).mean(axis=1)
        level = median / max(float(np.median(followers)), 1e-9)
        densities = np.minimum(densities * (fractions / np.maximum(parts_now, 1e-12)) ** 0.7 * level**0.7, 200.0)
        noise = float(np.mean(1.0 / np.maximum(followers, 1.0)))
        spreads[0] *= _correction(log_sd, followers, noise)
        if not mutual:
            follows = _expected(densities, sizes, following, popularity, alike).sum(axis=0)
            spreads[1] *= _correction(following_log_sd, follows, float(np.mean(1.0 / np.maximum(follows, 1.0))))
    return _recipe(dict(zip(kinds, densities.tolist(), strict=True)), sizes, spreads, mutual, alike)


def _recipe(densities: dict[str, float], sizes: Reals, spreads: list[float], mutual: bool, alike: float) -> Recipe:
    """The solved numbers, spread out to all levels of rank."""
    middles, fine = (np.arange(GRID) + 0.5) / GRID, (np.arange(LEVELS) + 0.5) / LEVELS
    popularity = spread(spreads[0], GRID)
    following = popularity if mutual else spread(spreads[1], GRID)
    column = np.array(list(densities.values()))
    followers = _expected(column, sizes, popularity, following, alike).sum(axis=0)
    follows = followers if mutual else _expected(column, sizes, following, popularity, alike).sum(axis=0)

    def widen(values: Reals) -> Reals:
        logs = np.log(np.maximum(values, 1e-9))
        slope = (logs[-1] - logs[-2]) / (ndtri(middles[-1]) - ndtri(middles[-2]))
        beyond = np.maximum(ndtri(fine) - ndtri(middles[-1]), 0.0)
        widened: Reals = np.exp(np.interp(ndtri(fine), ndtri(middles), logs) + slope * beyond)
        return widened

    fine_popularity = spread(spreads[0], LEVELS)
    return Recipe(densities=densities, popularity=fine_popularity, following=fine_popularity if mutual else spread(spreads[1], LEVELS),
                  expected_following=widen(follows), expected_followers=widen(followers))


def _expected(densities: Reals, sizes: Reals, own: Reals, partners: Reals, alike: float) -> Reals:
    """Expected ties by kind (rows) and level of rank (columns)."""
    anybody = np.minimum(1.0, densities[:, None, None] * own[None, :, None] * partners[None, None, :]).mean(axis=2)
    like_minded = np.minimum(1.0, densities[:, None] * (own * partners)[None, :])
    ties: Reals = sizes[:, None] * (alike * like_minded + (1.0 - alike) * anybody)
    return ties


def _correction(target: float, ties: Reals, noise: float) -> float:
    """Factor that moves the spread of sociability towards the one that gives the spread of ties, chance included."""
    present = np.sqrt(float(np.var(np.log(np.maximum(ties, 1e-9)))) + noise)
    factor: float = float(np.clip(target / max(present, 1e-6), 0.5, 2.0)) ** 0.5
    return factor
