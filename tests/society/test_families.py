"""Families in arrays: properties that are exact, the same graph for the same key, and NetworkX's generators as the oracle.

Where graphs of both are compared, every figure is a rank test (Mann and Whitney 1947) of its values in `GRAPHS` graphs of ours
and as many of NetworkX, so false alarms are as rare as said whatever the figure's distribution is. Keys and seeds are fixed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.generators import random_graphs
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.stats import chi2, mannwhitneyu

from simulation.errors import InputError
from simulation.society import families
from simulation.society.families import Rows, family_pairs, rows_of
from simulation.society.families_kernels import blocked, clustered, matched, rewired

FAMILIES = ["barabasi_albert", "configuration", "lfr", "powerlaw_cluster", "stochastic_block_model", "watts_strogatz"]
LOG_SD = 0.86
COUNT, MEAN, GRAPHS = 1000, 10.0, 20
CLASSES = np.array([0.65, 0.85, 1.05, 1.55, 2.55]) * MEAN
"""Limits of classes of degree."""

FALSE_ALARM = 1e-4
"""Probability that a family compared with itself fails: some forty figures, each tested at a fortieth of it (Bonferroni)."""

Reals = NDArray[np.float64]


def family_rows(family: str, count: int, mean: float, key: int) -> Rows:
    return rows_of(family_pairs(family, count, mean, LOG_SD, key), count)


def matrix_of(rows: Rows) -> csr_array:
    return csr_array((np.ones(rows.others.size), rows.others, rows.starts), shape=(rows.starts.size - 1,) * 2)


# NetworkX's generators, asked for the same

def _block_model(seed: int) -> nx.Graph[int]:
    blocks, inside, outside = families.block_chances(COUNT, MEAN)
    chances = [[inside if a == b else outside for b in range(blocks)] for a in range(blocks)]
    return nx.stochastic_block_model([COUNT // blocks] * blocks, chances, seed=seed, sparse=True)


def _lfr(seed: int) -> nx.Graph[int]:
    """NetworkX gives up where somebody fits into no community; then the next seed."""
    low, high, least = families.lfr_limits(COUNT, MEAN)
    exponents = families.LFR_DEGREES, families.LFR_COMMUNITIES
    while True:
        try:
            return nx.LFR_benchmark_graph(COUNT, *exponents, families.LFR_OUTSIDE, min_degree=low, max_degree=high, min_community=least, max_iters=30, seed=seed)
        except nx.ExceededMaxIterations:
            seed += GRAPHS


ORACLES: dict[str, Callable[[int], nx.Graph[int]]] = {
    "barabasi_albert": lambda seed: nx.barabasi_albert_graph(COUNT, 5, seed=seed),
    "configuration": lambda seed: nx.configuration_model(families.lognormal_degrees(COUNT, MEAN, LOG_SD).tolist(), seed=seed),
    "lfr": _lfr,
    "powerlaw_cluster": lambda seed: nx.powerlaw_cluster_graph(COUNT, 5, families.TRIANGLES, seed=seed),
    "stochastic_block_model": _block_model,
    "watts_strogatz": lambda seed: nx.watts_strogatz_graph(COUNT, 10, families.REWIRED, seed=seed),
}


def as_drawn(nodes: list[int], number: int, luck: Random) -> list[int]:
    """`number` different nodes in the order drawn. NetworkX has a set, from which `powerlaw_cluster_graph` takes low numbers first."""
    found: list[int] = []
    while len(found) < number:
        node = luck.choice(nodes)
        if node not in found:
            found.append(node)
    return found[::-1]


def figures(matrix: csr_array) -> dict[str, float]:
    """Degrees, clustering by degree, friends' mean degree, overlap between the audiences of two who are tied, and who is tied to whom."""
    degrees = matrix.sum(axis=0)
    edges = matrix.tocoo()
    common = (matrix @ matrix).multiply(matrix).tocsr()
    shared = np.asarray(common[edges.row, edges.col]).ravel()
    clustering = np.bincount(edges.row, shared, COUNT) / np.maximum(degrees * (degrees - 1), 1)
    friends = np.bincount(edges.row, degrees[edges.col], COUNT) / np.maximum(degrees, 1)
    overlap = shared / (degrees[edges.row] + degrees[edges.col] - shared)
    apart = np.abs(edges.row - edges.col)
    found = {"ties": matrix.nnz / 2, "mean square degree": float((degrees**2).mean()), "largest degree": float(degrees.max()), "smallest degree": float(degrees.min()),
             "overlap": float(overlap.mean()), "spread of overlap": float(overlap.std()), "ties without overlap": float((shared == 0).mean()),
             "degree and degree": float(np.corrcoef(degrees[edges.row], degrees[edges.col])[0, 1]),
             "ties with the next": float((apart == 1).mean()), "ties between near": float((apart < COUNT / 20).mean()),
             "ties between tenths": float((edges.row * 10 // COUNT == edges.col * 10 // COUNT).mean()),
             "ties of the first": float(degrees[: COUNT // 10].sum()), "ties of the last": float(degrees[-COUNT // 10 :].sum())}
    number = np.searchsorted(CLASSES, degrees)
    for each in range(CLASSES.size + 1):
        members = number == each
        found[f"fraction in class {each}"] = float(members.mean())
        found[f"clustering in class {each}"] = float(clustering[members].mean()) if members.any() else 0.0
        found[f"spread of clustering in class {each}"] = float(clustering[members].std()) if members.any() else 0.0
        found[f"friends' degree in class {each}"] = float(friends[members].mean()) if members.any() else 0.0
    return found


def figures_of(family: str, matrix: csr_array, seed: int) -> dict[str, float]:
    """Figures of one graph; numbers of nodes mean nothing in `lfr`, so they are mixed."""
    order = np.random.default_rng(seed).permutation(COUNT) if family == "lfr" else np.arange(COUNT)
    return figures(csr_array(matrix[order][:, order]))


@lru_cache
def ours(family: str) -> list[dict[str, float]]:
    return [figures_of(family, matrix_of(family_rows(family, COUNT, MEAN, 1000 + number)), number) for number in range(GRAPHS)]


@lru_cache
def theirs(family: str) -> list[dict[str, float]]:
    found = []
    for seed in range(GRAPHS):
        with pytest.MonkeyPatch.context() as patch:
            if family == "powerlaw_cluster":
                patch.setattr(random_graphs, "_random_subset", as_drawn)
            graph = nx.Graph(ORACLES[family](seed))
        graph.remove_edges_from(list(nx.selfloop_edges(graph)))
        found.append(figures_of(family, csr_array(nx.to_scipy_sparse_array(graph, nodelist=range(COUNT), dtype=np.dtype(float))), GRAPHS + seed))
    return found


def differences(some: list[dict[str, float]], others: list[dict[str, float]]) -> dict[str, float]:
    """Figures in which two samples of graphs differ, with the probability of such a difference by chance."""
    found = {}
    for name in some[0]:
        one, two = [each[name] for each in some], [each[name] for each in others]
        if set(one) != set(two) or len(set(one)) > 1:
            found[name] = float(mannwhitneyu(one, two).pvalue)
    return {name: chance for name, chance in found.items() if chance < FALSE_ALARM / len(some[0])}


# Alike in distribution

@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_like_that_of_networkx(family: str) -> None:
    assert differences(ours(family), theirs(family)) == {}  # false-alarm rate 1e-4


@pytest.mark.parametrize(("family", "constant", "value"), [
    ("barabasi_albert", "MEAN", 12.0), ("configuration", "LOG_SD", 0.75), ("lfr", "LFR_OUTSIDE", 0.25), ("powerlaw_cluster", "TRIANGLES", 0.4),
    ("stochastic_block_model", "BLOCK", 250), ("watts_strogatz", "REWIRED", 0.13)])
def test_a_family_with_a_wrong_setting_is_found_out(family: str, constant: str, value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = theirs(family)  # made, or taken from the cache, under the right settings
    if hasattr(families, constant):
        monkeypatch.setattr(families, constant, value)
    mean, log_sd = value if constant == "MEAN" else MEAN, value if constant == "LOG_SD" else LOG_SD
    wrong = [figures_of(family, matrix_of(rows_of(family_pairs(family, COUNT, mean, log_sd, number), COUNT)), number) for number in range(GRAPHS)]
    assert differences(wrong, expected)


def test_preferential_attachment_with_triangles_is_told_from_that_without() -> None:
    wrong = [figures(matrix_of(rows_of(clustered(COUNT, 5, 0.05, np.uint64(number)), COUNT))) for number in range(GRAPHS)]
    assert differences(wrong, theirs("barabasi_albert"))


def test_blocks_have_as_many_ties_as_their_chances_say() -> None:
    # Binomial numbers of ties, within 5 standard deviations: false-alarm rate 6e-7 for each of the two
    count = 100_000
    blocks, inside, outside = families.block_chances(count, 20.0)
    pairs = family_pairs("stochastic_block_model", count, 20.0, LOG_SD, 3)
    at_home = int((pairs[:, 0] // 200 == pairs[:, 1] // 200).sum())
    places = count * 199 // 2
    for found, chance, number in ((at_home, inside, places), (len(pairs) - at_home, outside, count * (count - 1) // 2 - places)):
        assert abs(found - chance * number) < 5 * (chance * (1 - chance) * number) ** 0.5
    assert blocks == 500


def test_every_matching_of_ends_is_equally_likely() -> None:
    # 15 matchings of six ends, 3,000 keys; chi-square with 14 degrees of freedom, false-alarm rate 1e-6
    found: Counter[tuple[tuple[int, ...], ...]] = Counter()
    for key in range(3000):
        stubs = np.arange(6, dtype=np.int32)
        matched(stubs, np.uint64(key))
        found[tuple(sorted(tuple(sorted(pair)) for pair in stubs.reshape(-1, 2).tolist()))] += 1
    assert len(found) == 15
    assert sum((times - 200) ** 2 / 200 for times in found.values()) < chi2.isf(1e-6, 14)


@pytest.mark.parametrize("mean", [4.0, 8.0, 15.0, 40.0])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_about_as_many_ties_as_asked(family: str, mean: float) -> None:
    # Fixed key. Half of the mean is rounded to whole ties, doubles drop out, and the least degree of `lfr` is a whole number
    assert family_rows(family, 5000, mean, 9).others.size / 5000 == pytest.approx(mean, rel=0.2 if family == "lfr" else 0.07)


# Exact properties

@settings(max_examples=60)
@given(st.sampled_from(FAMILIES), st.integers(12, 300), st.floats(2, 60), st.integers(0, 2**64 - 1))
def test_rows_are_sorted_mutual_and_without_loops_or_doubles(family: str, count: int, mean: float, key: int) -> None:
    try:
        rows = family_rows(family, count, min(mean, count / 4), key)
    except InputError:
        assert family == "lfr"
        return
    assert rows.starts.dtype == np.int64
    assert rows.others.dtype == np.int32
    assert rows.starts[0] == 0
    assert rows.starts[-1] == rows.others.size
    of = np.repeat(np.arange(count), rows.sizes)
    inside = of[1:] == of[:-1]
    assert (rows.others[1:] > rows.others[:-1])[inside].all()
    assert not (rows.others == of).any()
    assert abs(matrix_of(rows) - matrix_of(rows).transpose()).sum() == 0


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=60))
def test_rows_hold_the_ties_of_any_pairs_once(pairs: list[tuple[int, int]]) -> None:
    rows = rows_of(np.array(pairs, dtype=np.int32).reshape(-1, 2), 10)
    expected = sorted({tie for a, b in pairs if a != b for tie in ((a, b), (b, a))})
    assert list(zip(np.repeat(np.arange(10), rows.sizes).tolist(), rows.others.tolist(), strict=True)) == expected


@settings(max_examples=40)
@given(st.integers(1, 12), st.integers(0, 200), st.integers(0, 2**64 - 1))
def test_numbers_of_ties_are_exact_where_they_are_not_luck(half: int, more: int, key: int) -> None:
    count = 4 * half + 2 + more
    sizes = family_rows("barabasi_albert", count, 2.0 * half, key).sizes
    assert sizes.sum() == 2 * (count - half) * half
    assert (sizes[half + 1 :] >= half).all()
    assert family_rows("watts_strogatz", count, 2.0 * half, key).others.size == 2 * count * half
    assert (np.bincount(family_pairs("watts_strogatz", count, 2.0 * half, LOG_SD, key)[:, 0], minlength=count) == half).all()
    assert family_pairs("powerlaw_cluster", count, 2.0 * half, LOG_SD, key).shape == ((count - half) * half, 2)
    degrees = families.lognormal_degrees(count, 2.0 * half, LOG_SD)
    assert degrees.sum() % 2 == 0
    assert np.array_equal(np.bincount(family_pairs("configuration", count, 2.0 * half, LOG_SD, key).ravel()), degrees)


def test_certain_ties_are_all_there_and_impossible_ones_are_not() -> None:
    bounds = np.array([0, 3, 7])
    rows = rows_of(blocked(bounds, 1.0, 0.0, np.uint64(1)), 7)
    assert rows.sizes.tolist() == [2, 2, 2, 3, 3, 3, 3]
    assert rows_of(blocked(bounds, 0.0, 1.0, np.uint64(1)), 7).sizes.tolist() == [4, 4, 4, 3, 3, 3, 3]


def test_rewiring_everything_in_a_full_graph_ends() -> None:
    assert (rows_of(rewired(7, 3, 1.0, np.uint64(2)), 7).sizes == 6).all()


def test_sizes_of_communities_that_cannot_add_up_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(families, "lfr_limits", lambda count, mean: (4, 4, 50))
    monkeypatch.setattr(families, "MOST_TRIALS", 20)
    with pytest.raises(InputError, match="finds no graph with this many people and followers"):
        family_pairs("lfr", 120, 4.0, LOG_SD, 1)


# The same everywhere

DIGESTS = {"barabasi_albert": "4328d62c9b34f70c", "configuration": "836e2993810a8c6c", "lfr": "252fcd596be12ef3",
           "powerlaw_cluster": "708af8ea02cb3386", "stochastic_block_model": "218d4818acd95632", "watts_strogatz": "8be6d258eec031ce"}


def digest(family: str) -> str:
    rows = family_rows(family, 500, 8.0, 2016)
    return hashlib.sha256(rows.starts.astype("<i8").tobytes() + rows.others.astype("<i4").tobytes()).hexdigest()[:16]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_key_gives_the_same_graph_on_every_machine(family: str) -> None:
    """A change of these graphs changes results, and is to be announced."""
    assert digest(family) == DIGESTS[family]


@pytest.mark.parametrize("family", FAMILIES)
def test_another_key_gives_another_graph(family: str) -> None:
    some, other = (family_rows(family, 500, 8.0, key) for key in (2016, 2017))
    assert some.others.size != other.others.size or (some.others != other.others).any()
