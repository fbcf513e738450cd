"""Networks that NetworkX builds or reads: colleagues at the firm, the families on the menu, one's own file.

Families and files are held whole; shared foci are listed on demand. Both answer the same questions (`Ties`).
"""

from __future__ import annotations

from typing import Protocol, cast

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from simulation.errors import InputError
from simulation.inputs.network_file import NetworkFile
from simulation.inputs.parameters import Scenario
from simulation.inputs.platforms import Platform
from simulation.society.follows import EMPLOYEES, Follows, Identities, follows, slices
from simulation.society.luck import Luck
from simulation.society.words import number_of

MOST_PEOPLE = 100_000
"""NetworkX needs about 190 bytes and 5 to 25 microseconds a tie; larger societies are for the foci recipe."""

MOST_COLLEAGUES = 30.0
"""Colleagues whom one knows well enough to copy, on average, in a department however large. Assumed."""


class Ties(Protocol):
    """Who follows whom, and how many each follows."""

    def followers(self, platform: str, people: Identities) -> Follows:
        """Followers of each of `people`, one sorted row each."""

    def page_followers(self, platform: str, count: float) -> Identities:
        """Followers of the page, ascending; `count` on average."""

    def expected_following(self, platform: str, identities: Identities) -> NDArray[np.float64]:
        """Number of accounts that each person follows."""

    def following_distribution(self, platform: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Numbers of accounts that people follow, and the fraction of people at each."""

    def followers_by_following(self, platform: str) -> NDArray[np.float64]:
        """Mean number of followers of the people at each value of `following_distribution`."""


class GraphTies:
    """Ties held whole, from NetworkX graphs whose nodes are identities."""

    def __init__(self, graphs: dict[str, nx.Graph[int]], luck: Luck) -> None:
        self.graphs = graphs
        self._luck = luck
        self._nodes: dict[str, Identities] = {}
        self._rows: dict[str, Follows] = {}
        for platform, graph in graphs.items():
            self._nodes[platform] = np.array(sorted(graph.nodes), dtype=np.int64)
            pairs = np.array(list(graph.edges), dtype=np.int64).reshape(-1, 2)
            both = pairs if graph.is_directed() else np.concatenate((pairs, pairs[:, ::-1]))
            self._rows[platform] = follows(np.searchsorted(self._nodes[platform], both[:, 1]), both[:, 0], self._nodes[platform].size)

    def followers(self, platform: str, people: Identities) -> Follows:
        """Followers of each of `people`, one sorted row each; in a directed graph a tie runs from the follower."""
        nodes, rows = self._nodes[platform], self._rows[platform]
        place = np.minimum(np.searchsorted(nodes, people), nodes.size - 1)
        sizes = np.where(nodes[place] == people, rows.sizes[place], 0)
        starts = np.concatenate(([0], np.cumsum(sizes)))
        return Follows(starts, rows.followers[slices(rows.starts[place], sizes)])

    def expected_following(self, platform: str, identities: Identities) -> NDArray[np.float64]:
        """Number of accounts that each person follows, as realised in the graph; 1 for people outside it."""
        nodes, counts = self._nodes[platform], self._following(platform)
        place = np.minimum(np.searchsorted(nodes, identities), nodes.size - 1)
        return np.where(nodes[place] == identities, np.maximum(counts[place], 1.0), 1.0)

    def following_distribution(self, platform: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Numbers of accounts that people follow, and the fraction of people at each."""
        values, counts = np.unique(np.maximum(self._following(platform), 1.0), return_counts=True)
        return values, counts / counts.sum()

    def followers_by_following(self, platform: str) -> NDArray[np.float64]:
        """Mean number of followers of the people at each value of `following_distribution`."""
        _, place, counts = np.unique(np.maximum(self._following(platform), 1.0), return_inverse=True, return_counts=True)
        return np.bincount(place, weights=self._rows[platform].sizes) / counts

    def page_followers(self, platform: str, count: float) -> Identities:
        """Followers of the page: people with a probability that grows with how many they follow."""
        nodes, following = self._nodes[platform], self._following(platform)
        people, weight = nodes[nodes < EMPLOYEES], following[nodes < EMPLOYEES]
        if not weight.sum():
            return people[:0]
        chances = np.minimum(1.0, count * weight / weight.sum())
        return people[self._luck.uniforms("page_follow", number_of(platform), who=people) < chances]

    def _following(self, platform: str) -> NDArray[np.float64]:
        rows = self._rows[platform]
        return np.bincount(np.searchsorted(self._nodes[platform], rows.followers), minlength=self._nodes[platform].size).astype(np.float64)


def colleague_graph(scenario: Scenario, luck: Luck, departments: NDArray[np.int64], managers: NDArray[np.bool_]) -> nx.Graph[int]:
    """
    Who works with whom: ties inside departments, and everybody to a manager of the department.

    Nodes are positions of employees with `department` and `manager`; edges have `kind` (`colleague` or `reports_to`).
    """
    graph: nx.Graph[int] = nx.Graph()
    for place, (department, manager) in enumerate(zip(departments.tolist(), managers.tolist(), strict=True)):
        graph.add_node(place, department=department, manager=manager)
    for department in np.unique(departments).tolist():
        members = np.flatnonzero(departments == department)
        chance = min(scenario.society.colleague_fraction, MOST_COLLEAGUES / max(members.size - 1, 1))
        for position, place in enumerate(members.tolist()):
            others = members[position + 1 :]
            luck_of_pairs = luck.uniforms("colleague", place, who=others)
            graph.add_edges_from(((place, other) for other in others[luck_of_pairs < chance].tolist()), kind="colleague")
        leaders = members[managers[members]]
        for place in members[~managers[members]].tolist() if leaders.size else ():
            leader = int(leaders[int(luck.uniform("manager", 1, place) * leaders.size)])
            graph.add_edge(place, leader, kind="reports_to")
    return graph


def colleague_graph_of_file(network: NetworkFile, departments: NDArray[np.int64], managers: NDArray[np.bool_]) -> nx.Graph[int]:
    """The colleagues of a workplace that the user gave, directions dropped."""
    graph: nx.Graph[int] = nx.Graph()
    for place, (department, manager) in enumerate(zip(departments.tolist(), managers.tolist(), strict=True)):
        graph.add_node(place, department=department, manager=manager)
    graph.add_edges_from(map(tuple, network.pairs.tolist()), kind="colleague")
    return graph


def family_ties(scenario: Scenario, luck: Luck) -> GraphTies:
    """
    The ties of a NetworkX family: one graph a platform, with the mean number of ties that the scenario says, ties mutual.

    Employees are nodes drawn by keyed choice, the same on every platform.
    """
    count = scenario.people + scenario.society.employees
    if count > MOST_PEOPLE:
        raise InputError(f"society.network.family: '{scenario.society.network.family}' is built by NetworkX for at most {MOST_PEOPLE:,} people; "
                         f"this society has {count:,}. Set market.consumers lower, or family: foci")
    identities = node_identities(scenario, luck, count)
    graphs = {}
    for name, platform in scenario.platforms.items():
        seed = luck.key("network", number_of(name)) % 2**32
        graph = _family_graph(scenario.society.network.family, count, min(scenario.society.network.mean_followers, count / 4), platform, seed)
        graphs[name] = nx.relabel_nodes(graph, dict(enumerate(identities.tolist())))
    return GraphTies(graphs, luck)


def file_ties(scenario: Scenario, luck: Luck, network: NetworkFile) -> GraphTies:
    """The ties of a consumer network that the user gave; employees are nodes drawn by keyed choice."""
    identities = node_identities(scenario, luck, len(network.labels))
    labels = dict(zip(identities.tolist(), network.labels, strict=True))
    graphs = {}
    for name, platform in scenario.platforms.items():
        graph: nx.Graph[int] = nx.DiGraph() if platform.follows == "directed" else nx.Graph()
        graph.add_nodes_from((identity, {"label": label}) for identity, label in labels.items())
        if scenario.society.network.platform in (None, name):
            graph.add_edges_from(zip(identities[network.pairs[:, 0]].tolist(), identities[network.pairs[:, 1]].tolist(), strict=True))
        graphs[name] = graph
    return GraphTies(graphs, luck)


def node_identities(scenario: Scenario, luck: Luck, count: int) -> Identities:
    """Identity of each node: the employees are those with the smallest keyed numbers, the others people in order."""
    employees = scenario.society.employees
    if employees >= count:
        raise InputError(f"society.employees: given {employees:,}; allowed: fewer than the {count:,} people of the network")
    order = np.argsort(luck.uniforms("employee_nodes", who=np.arange(count)), kind="stable")
    identities = np.empty(count, dtype=np.int64)
    identities[order[:employees]] = np.arange(employees) + EMPLOYEES
    identities[np.sort(order[employees:])] = np.arange(count - employees)
    return identities


def _family_graph(family: str, count: int, mean: float, platform: Platform, seed: int) -> nx.Graph[int]:
    """One graph of a family with about `mean` ties a node."""
    half = max(1, round(mean / 2))
    if family == "barabasi_albert":
        return nx.barabasi_albert_graph(count, half, seed=seed)
    if family == "powerlaw_cluster":
        return cast("nx.Graph[int]", nx.powerlaw_cluster_graph(count, half, 0.5, seed=seed))
    if family == "watts_strogatz":
        return cast("nx.Graph[int]", nx.watts_strogatz_graph(count, 2 * half, 0.1, seed=seed))
    if family == "stochastic_block_model":
        return _block_graph(count, mean, seed)
    if family == "configuration":
        return _configuration_graph(count, mean, platform, seed)
    return _lfr_graph(count, mean, seed)


def _block_graph(count: int, mean: float, seed: int) -> nx.Graph[int]:
    """Communities of about 200 in which half of one's ties lie."""
    blocks = max(1, count // 200)
    sizes = [count // blocks + (1 if place < count % blocks else 0) for place in range(blocks)]
    inside = min(1.0, 0.5 * mean / max(sizes[0] - 1, 1)) if blocks > 1 else min(1.0, mean / max(count - 1, 1))
    outside = min(1.0, 0.5 * mean / max(count - sizes[0], 1))
    chances = [[inside if a == b else outside for b in range(blocks)] for a in range(blocks)]
    return nx.stochastic_block_model(sizes, chances, seed=seed, sparse=True)


def _configuration_graph(count: int, mean: float, platform: Platform, seed: int) -> nx.Graph[int]:
    """Lognormal degrees, otherwise random; loops and doubles dropped."""
    quantiles = np.exp(platform.followers_log_sd * ndtri((np.arange(count) + 0.5) / count))
    degrees = np.minimum(np.maximum(1, np.round(quantiles * mean / quantiles.mean())), count // 2).astype(int)
    degrees[0] += int(degrees.sum()) % 2
    graph: nx.Graph[int] = nx.Graph(nx.configuration_model(degrees.tolist(), seed=seed))
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph


def _lfr_graph(count: int, mean: float, seed: int) -> nx.Graph[int]:
    """Power-law degrees and communities, a fifth of ties between communities."""
    try:
        graph = nx.Graph(nx.LFR_benchmark_graph(count, 3.0, 1.5, 0.2, average_degree=mean, max_degree=int(min(count / 3, 10 * mean)),
                                                min_community=int(min(count / 4, 2 * mean)), max_iters=500, seed=seed))
    except nx.ExceededMaxIterations:
        raise InputError("society.network.family: 'lfr' finds no graph with this many people and followers; "
                         "raise market.consumers, change society.network.mean_followers, or choose another family") from None
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    return graph
