"""Networks held whole: colleagues at the firm, the families on the menu, one's own file.

Shared foci are listed on demand instead. Both answer the same questions (`Ties`).
"""

from __future__ import annotations

from typing import Protocol

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simulation.errors import InputError
from simulation.inputs.network_file import NetworkFile
from simulation.inputs.parameters import Scenario
from simulation.society.audiences import Live
from simulation.society.families import Rows, family_pairs, rows_of
from simulation.society.follows import EMPLOYEES, Follows, Identities, follows, slices
from simulation.society.luck import Luck
from simulation.society.population import Accounts
from simulation.society.words import number_of

MOST_BYTES = 4_000_000_000
"""Memory that the ties of a family may take: some 70 million ties on each of three platforms."""

BYTES_KEPT, BYTES_BUILT = 8, 32
"""Memory of a tie: on each platform for good, and once while a network is made (measured: 9 to 30, most for `powerlaw_cluster`)."""

MOST_COLLEAGUES = 30.0
"""Colleagues whom one knows well enough to copy, on average, in a department however large. Assumed."""


class Ties(Protocol):
    """Who follows whom, and how many each follows."""

    def followers(self, platform: str, people: Identities) -> Follows:
        """Followers of each of `people`, one sorted row each."""

    def followed(self, platform: str, people: Identities) -> Follows:
        """Whom each of `people` follows, one row each."""

    def live_followers(self, platform: str, people: Identities, accounts: Accounts, attentions: NDArray[np.float64]) -> Live | None:
        """The followers whose accounts are in use, and their reception, in one go; None where there is no quicker way than `followers`."""

    def everybody(self, platform: str) -> Follows:
        """Followers of everybody: one row for each person in the order of identities, employees last."""

    def page_followers(self, platform: str, count: float) -> Identities:
        """Followers of the page, ascending; `count` on average."""

    def expected_following(self, platform: str, identities: Identities) -> NDArray[np.float64]:
        """Number of accounts that each person follows."""

    def following_distribution(self, platform: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Numbers of accounts that people follow, and the fraction of people at each."""

    def followers_by_following(self, platform: str) -> NDArray[np.float64]:
        """Mean number of followers of the people at each value of `following_distribution`."""


class ArrayTies:
    """
    Ties held whole, as sorted rows.

    Attributes
    ----------
    nodes : identities of everybody in the network, ascending
    rows : for each platform, the followers of each node by their place in `nodes`
    directed : platforms where a tie runs from the follower only
    labels : names of the nodes in one's own file
    """

    def __init__(self, nodes: Identities, rows: dict[str, Rows], luck: Luck, directed: frozenset[str] = frozenset(), labels: list[str] | None = None) -> None:
        self.nodes = nodes
        self.rows = rows
        self.directed = directed
        self.labels = labels
        self._luck = luck
        self._following = {name: np.bincount(each.others, minlength=nodes.size) if name in directed else each.sizes for name, each in rows.items()}
        self._distributions = {name: _distribution(self._following[name], each.sizes) for name, each in rows.items()}

    def followers(self, platform: str, people: Identities) -> Follows:
        """Followers of each of `people`, one sorted row each; none for people outside the network."""
        rows, (place, inside) = self.rows[platform], self._places(people)
        sizes = np.where(inside, rows.starts[place + 1] - rows.starts[place], 0)
        starts = np.concatenate(([0], np.cumsum(sizes)))
        return Follows(starts, self.nodes[rows.others[slices(rows.starts[place], sizes)]])

    def followed(self, platform: str, people: Identities) -> Follows:
        """Whom each of `people` follows, one sorted row each; none for people outside the network."""
        if platform not in self.directed:
            return self.followers(platform, people)
        rows, (place, inside) = self.rows[platform], self._places(people)
        row = np.full(self.nodes.size, -1, dtype=np.int64)
        row[place[inside]] = np.flatnonzero(inside)
        mine = row[rows.others] >= 0
        return follows(row[rows.others[mine]], np.repeat(self.nodes, rows.sizes)[mine], people.size)

    def live_followers(self, platform: str, people: Identities, accounts: Accounts, attentions: NDArray[np.float64]) -> Live | None:
        """None: reading rows takes no time."""

    def everybody(self, platform: str) -> Follows:
        """Followers of everybody in the network: one row for each person in the order of identities, employees last."""
        return self.followers(platform, self.nodes)

    def expected_following(self, platform: str, identities: Identities) -> NDArray[np.float64]:
        """Number of accounts that each person follows, as realised in the network; 1 for people outside it."""
        place, inside = self._places(identities)
        return np.where(inside, np.maximum(self._following[platform][place], 1.0), 1.0)

    def following_distribution(self, platform: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Numbers of accounts that people follow, and the fraction of people at each."""
        values, fractions, _ = self._distributions[platform]
        return values, fractions

    def followers_by_following(self, platform: str) -> NDArray[np.float64]:
        """Mean number of followers of the people at each value of `following_distribution`."""
        return self._distributions[platform][2]

    def page_followers(self, platform: str, count: float) -> Identities:
        """Followers of the page: people with a probability that grows with how many they follow."""
        outside = int(np.searchsorted(self.nodes, EMPLOYEES))
        people, weight = self.nodes[:outside], self._following[platform][:outside]
        if not weight.sum():
            return people[:0]
        chances = np.minimum(1.0, count * weight / weight.sum())
        return people[self._luck.uniforms("page_follow", number_of(platform), who=people) < chances]

    def to_networkx(self, platform: str) -> nx.Graph[int]:
        """The network of a platform for NetworkX; nodes are identities, with `label` in one's own file, and directed edges run from the follower."""
        rows = self.rows[platform]
        graph: nx.Graph[int] = nx.DiGraph() if platform in self.directed else nx.Graph()
        graph.add_nodes_from(self.nodes.tolist())
        graph.add_edges_from(zip(self.nodes[rows.others].tolist(), np.repeat(self.nodes, rows.sizes).tolist(), strict=True))
        if self.labels is not None:
            nx.set_node_attributes(graph, dict(zip(self.nodes.tolist(), self.labels, strict=True)), "label")
        return graph

    def _places(self, identities: Identities) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Place of each person in `nodes`, and whether they are there at all."""
        place = np.minimum(np.searchsorted(self.nodes, identities), self.nodes.size - 1)
        return place, self.nodes[place] == identities


def _distribution(following: NDArray[np.int64], followers: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Numbers of accounts that people follow, the fraction of people at each, and their mean number of followers."""
    following = np.maximum(following, 1)
    counts, sums = np.bincount(following), np.bincount(following, weights=followers)
    values = np.flatnonzero(counts)
    return values.astype(np.float64), counts[values] / following.size, sums[values] / counts[values]


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


def family_ties(scenario: Scenario, luck: Luck) -> ArrayTies:
    """
    The ties of a family: one graph a platform, with about the mean number of ties that the scenario says, ties mutual.

    Employees and people are nodes drawn by keyed choice, the same on every platform, so that the market is a random part of
    the network: nodes are in order of age, of degree or of neighbourhood.
    """
    network, employees = scenario.society.network, scenario.society.employees
    count = scenario.people + employees
    mean = min(network.mean_followers, count / 4)
    _refuse_too_large(scenario, count, mean)
    order = np.argsort(luck.uniforms("employee_nodes", who=np.arange(count)), kind="stable")
    places = np.empty(count, dtype=np.int32)
    places[order] = np.concatenate((np.arange(scenario.people, count), np.arange(scenario.people)))
    rows = {name: rows_of(places[family_pairs(network.family, count, mean, platform.followers_log_sd, luck.key("network", number_of(name)))], count)
            for name, platform in scenario.platforms.items()}
    return ArrayTies(np.concatenate((np.arange(scenario.people), np.arange(employees) + EMPLOYEES)), rows, luck)


def file_ties(scenario: Scenario, luck: Luck, network: NetworkFile) -> ArrayTies:
    """The ties of a consumer network that the user gave; employees are nodes drawn by keyed choice."""
    identities = node_identities(scenario, luck, len(network.labels))
    order = np.argsort(identities)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    directed = frozenset(name for name, platform in scenario.platforms.items() if platform.follows == "directed")
    rows = {}
    for name in scenario.platforms.names():
        pairs = place[network.pairs] if scenario.society.network.platform in (None, name) else network.pairs[:0]
        both = pairs if name in directed else np.concatenate((pairs, pairs[:, ::-1]))
        listed = follows(both[:, 1], both[:, 0], order.size)
        rows[name] = Rows(listed.starts, listed.followers.astype(np.int32))
    return ArrayTies(identities[order], rows, luck, directed, [network.labels[node] for node in order.tolist()])


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


def _refuse_too_large(scenario: Scenario, count: int, mean: float) -> None:
    """Refuse a family whose ties would not fit into memory."""
    platforms = len(scenario.platforms.names())
    needed = count * mean / 2 * (platforms * BYTES_KEPT + BYTES_BUILT)
    if needed > MOST_BYTES:
        most = int(count * MOST_BYTES / needed)
        raise InputError(f"society.network.family: '{scenario.society.network.family}' holds all ties in memory; given {count:,} people with {mean:g} followers on "
                         f"{platforms} platforms, {needed / 1e9:.1f} GB; allowed: {MOST_BYTES / 1e9:g} GB, {most:,} people. "
                         "Set market.consumers or society.network.mean_followers lower, or family: foci")
