"""The common families of random graphs, straight into arrays, alike in distribution to NetworkX's generators of the same names.

A graph is pairs of nodes 0..count-1, ties mutual; `rows_of` makes sorted rows of them. Pairs may hold loops and doubles, which
rows leave out. The same key gives the same graph on any machine, with any number of threads and any version of NetworkX.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulation.errors import InputError
from simulation.society.families_kernels import Pairs, attached, blocked, clustered, matched, rewired, scattered, settled, turned, wired
from simulation.society.luck import fold
from simulation.society.luck_kernels import uniform_column

TRIANGLES = 0.5
"""Chance that a tie of `powerlaw_cluster` closes a triangle."""

REWIRED = 0.1
"""Fraction of ties that `watts_strogatz` moves."""

BLOCK = 200
"""Members of a community of `stochastic_block_model`, about; half of one's ties lie in it."""

LFR_DEGREES, LFR_COMMUNITIES, LFR_OUTSIDE = 3.0, 1.5, 0.2
"""Exponents of the degrees and of the sizes of communities in `lfr`, and the fraction of ties between communities."""

LFR_SURPLUS = 2 - 2 / np.e
"""Ties that `lfr` makes for each one asked for: nodes are filled up in turn, and go on being chosen by later ones. Measured 1.27."""

MOST_TRIALS, MOST_MOVES = 100_000, 5_000
"""Trials of `lfr` to find sizes of communities that add up, and for each node to find a community (NetworkX: 500 and 5,000)."""


class Rows(NamedTuple):
    """Who is tied to whom: row i is `others[starts[i]:starts[i + 1]]`, ascending, without loops or doubles."""

    starts: NDArray[np.int64]
    others: NDArray[np.int32]

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of ties, one per row."""
        return np.diff(self.starts)


def rows_of(pairs: Pairs, count: int) -> Rows:
    """Mutual ties of `count` nodes as sorted rows, by two passes of counting instead of a sort."""
    starts, others = scattered(pairs, count)
    del pairs
    return Rows(*turned(starts, others))


def family_pairs(family: str, count: int, mean: float, log_sd: float, key: int) -> Pairs:
    """
    The ties of a graph of a family.

    Parameters
    ----------
    mean : mean number of ties of a node, about
    log_sd : spread of the logarithm of the number of ties, for `configuration`
    """
    if family == "configuration":
        return configuration(count, mean, log_sd, key)
    generators = {"barabasi_albert": barabasi_albert, "powerlaw_cluster": powerlaw_cluster, "watts_strogatz": watts_strogatz,
                  "stochastic_block_model": stochastic_block_model, "lfr": lfr}
    return generators[family](count, mean, key)


def barabasi_albert(count: int, mean: float, key: int) -> Pairs:
    """Newcomers prefer the popular (Barabási and Albert 1999); a random end of a random tie is preferential (Batagelj and Brandes 2005)."""
    return attached(count, _half(mean), np.uint64(key))


def powerlaw_cluster(count: int, mean: float, key: int) -> Pairs:
    """Newcomers prefer the popular, and friends of theirs (Holme and Kim 2002)."""
    return clustered(count, _half(mean), TRIANGLES, np.uint64(key))


def watts_strogatz(count: int, mean: float, key: int) -> Pairs:
    """A small world: a ring of neighbours with some ties moved anywhere (Watts and Strogatz 1998)."""
    return rewired(count, _half(mean), REWIRED, np.uint64(key))


def stochastic_block_model(count: int, mean: float, key: int) -> Pairs:
    """Communities of about 200 in which half of one's ties lie (Holland, Laskey and Leinhardt 1983), by geometric skips (Batagelj and Brandes 2005)."""
    blocks, inside, outside = block_chances(count, mean)
    return blocked(np.arange(blocks + 1) * count // blocks, inside, outside, np.uint64(key))


def configuration(count: int, mean: float, log_sd: float, key: int) -> Pairs:
    """Lognormal degrees, otherwise random: ends of ties are matched (Bollobás 1980; Newman, Strogatz and Watts 2001)."""
    stubs = np.repeat(np.arange(count, dtype=np.int32), lognormal_degrees(count, mean, log_sd))
    matched(stubs, np.uint64(key))
    return stubs.reshape(-1, 2)


def lfr(count: int, mean: float, key: int) -> Pairs:
    """
    Power-law degrees and communities, a fifth of ties between communities (Lancichinetti, Fortunato and Radicchi 2008), wired as NetworkX does.

    Raises
    ------
    InputError
        No sizes of communities were found that add up, or not everybody fits into one.
    """
    degrees, sizes = _lfr_sizes(count, *lfr_limits(count, mean), key)
    inner, bounds = _inner(degrees), np.concatenate(([0], np.cumsum(sizes)))
    members, everybody = settled(inner, bounds, MOST_MOVES * count, np.uint64(fold(key, 0)))
    if not everybody:
        raise _no_graph()
    return wired(degrees, inner, members, bounds, np.uint64(fold(key, 1)))


def block_chances(count: int, mean: float) -> tuple[int, float, float]:
    """Number of communities of the block model, and the chance of a tie inside and between them."""
    blocks = max(1, count // BLOCK)
    size = -(-count // blocks)
    if blocks == 1:
        return 1, min(1.0, mean / max(count - 1, 1)), 0.0
    return blocks, min(1.0, 0.5 * mean / max(size - 1, 1)), min(1.0, 0.5 * mean / max(count - size, 1))


def lognormal_degrees(count: int, mean: float, log_sd: float) -> NDArray[np.int64]:
    """The quantiles of a lognormal distribution in whole numbers from 1 to half of the nodes, ascending, with an even sum."""
    quantiles = np.exp(log_sd * ndtri((np.arange(count) + 0.5) / count))
    degrees = np.clip(np.round(quantiles * mean / quantiles.mean()), 1, count // 2).astype(np.int64)
    degrees[0] += int(degrees.sum()) % 2
    return degrees


def lfr_limits(count: int, mean: float) -> tuple[int, int, int]:
    """Least and largest degree with which the graph has about `mean` ties a node, and the least size of a community."""
    high = max(1, int(min(count / 3, 10 * mean)))
    values = np.arange(1, high + 1, dtype=np.float64)
    weights = values**-LFR_DEGREES
    means = (values * weights)[::-1].cumsum()[::-1] / weights[::-1].cumsum()[::-1]
    return 1 + int(np.argmin(np.abs(LFR_SURPLUS * means - mean))), high, max(1, int(min(count / 4, 2 * mean)))


def _lfr_sizes(count: int, low: int, high: int, least: int, key: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Degrees, and sizes of communities that add up to `count`; both are drawn again if somebody fits into none of them."""
    degrees = None
    for trial in range(MOST_TRIALS):
        if degrees is None:
            degrees = _power_law(LFR_DEGREES, low, high, _uniforms(fold(key, 2, trial), count))
        sizes = _power_law(LFR_COMMUNITIES, least, max(least, int(degrees.max())), _uniforms(fold(key, 3, trial), -(-count // least)))
        totals = sizes.cumsum()
        last = int(np.searchsorted(totals, count))
        if totals[last] == count:
            if sizes[: last + 1].max() > _inner(degrees).max():
                return degrees, sizes[: last + 1]
            degrees = None
    raise _no_graph()


def _inner(degrees: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ties of each node inside its community."""
    return np.rint(degrees * (1 - LFR_OUTSIDE)).astype(np.int64)


def _no_graph() -> InputError:
    return InputError("society.network.family: 'lfr' finds no graph with this many people and followers; "
                      "raise market.consumers, change society.network.mean_followers, or choose another family")


def _power_law(exponent: float, low: int, high: int, uniforms: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers from `low` to `high` with probability in proportion to their power -`exponent`."""
    totals = np.cumsum(np.arange(low, high + 1, dtype=np.float64)**-exponent)
    return np.asarray(low + np.searchsorted(totals, uniforms * totals[-1]), dtype=np.int64)


def _uniforms(key: int, count: int) -> NDArray[np.float64]:
    return np.asarray(uniform_column(np.uint64(key), np.arange(count)))


def _half(mean: float) -> int:
    """Ties that each node brings, so that it has `mean` on average."""
    return max(1, round(mean / 2))
