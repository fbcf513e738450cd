"""Observation of who knows whom on one platform: composition, degrees, clustering, friends of friends."""

from __future__ import annotations

import networkx as nx
import numpy as np

from simulation.inputs.parameters import Scenario
from simulation.society.foci import FociTies
from simulation.society.follows import EMPLOYEES, Follows
from simulation.society.luck import Luck
from simulation.society.memberships import Memberships
from simulation.society.recipe import KINDS
from simulation.society.society import Society
from simulation.studies.facts.worlds import Conditions, Numbers, Values, ratio

SAMPLE = 2_000
"""People whose friends are counted."""
NEIGHBOURHOODS = {100: 40, 500: 8}
"""People whose friends' ties are looked at, by number of friends."""
PARADOX, HOPS = 100, 40
"""People whose friends' friends are counted, and people for whom they are told apart."""
NEAR = 0.05
"""How far from a degree still counts as that degree, as a fraction of it."""


def network(scenario: Scenario, _: Conditions, luck: Luck) -> Values:
    """Who is whose friend on the one platform in play."""
    society = Society(scenario, luck)
    platform = scenario.platforms.names()[0]
    people = np.unique(np.linspace(0, scenario.people - 1, SAMPLE).astype(np.int64))
    rows = society.ties.followers(platform, people)
    degree = rows.sizes
    chosen = [rows.row(place) for place in range(0, people.size, -(-people.size // PARADOX)) if rows.row(place).size]
    friends_mean = [society.ties.followers(platform, friends).sizes.mean() for friends in chosen]
    hops = [_within_two_hops(society, platform, rows.row(place)) for place in range(0, people.size, people.size // HOPS)]
    return {
        "median": float(np.median(degree)), "mean": float(degree.mean()), "log_sd": float(np.log(np.maximum(degree, 1)).std()),
        "above_500": float(np.mean(degree > 500)), "friends_to_own": float(np.mean(friends_mean) / degree.mean()),
        "two_hop_median": float(np.median(hops)), "two_hop_skew": ratio(float(np.mean(hops)), float(np.median(hops))),
        **_neighbourhoods(society, platform, rows), **_composition(scenario, society, platform, luck),
    }


def firm_audiences(scenario: Scenario, _: Conditions, luck: Luck) -> Values:
    """Colleagues in the employees' audiences on the one platform in play, how much these overlap, and how much they overlap with the page's."""
    society = Society(scenario, luck)
    platform = scenario.platforms.names()[0]
    rows = society.audiences(platform).rows
    staff = rows.followers >= EMPLOYEES
    of = np.repeat(np.arange(rows.sizes.size), rows.sizes)
    inside = np.bincount(of, weights=staff, minlength=rows.sizes.size)
    outside = np.unique(rows.followers[~staff])
    page, some = society.page_audience(platform).followers, rows.sizes > 0
    return {"coworkers": float(np.mean(inside[some] / rows.sizes[some])), "doubles": float(1.0 - outside.size / max(int(np.count_nonzero(~staff)), 1)),
            "page_overlap": float(np.isin(page, outside).mean()) if page.size else None}


def _within_two_hops(society: Society, platform: str, friends: Numbers) -> int:
    """Different people who are friends or friends of friends, the person among them."""
    return int(np.unique(np.concatenate((friends, society.ties.followers(platform, friends).followers))).size)


def _neighbourhoods(society: Society, platform: str, rows: Follows) -> Values:
    """Clustering and degeneracy among the friends of people with about 100 and about 500 friends."""
    values: Values = {}
    for degree, most in NEIGHBOURHOODS.items():
        graphs = [_among(society, platform, rows.row(place)) for place in np.flatnonzero(np.abs(rows.sizes - degree) <= NEAR * degree)[:most].tolist()]
        values[f"clustering_{degree}"] = float(np.mean([nx.density(graph) for graph in graphs])) if graphs else None
        values[f"degeneracy_{degree}"] = float(np.mean([max(nx.core_number(graph).values()) for graph in graphs])) if graphs else None
    return values


def _among(society: Society, platform: str, friends: Numbers) -> nx.Graph[int]:
    """The graph of friendships among somebody's friends."""
    ties = society.ties.followers(platform, friends)
    one, other = np.repeat(friends, ties.sizes), ties.followers
    inside = np.flatnonzero((one < other) & np.isin(other, friends))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(friends.tolist())
    graph.add_edges_from(zip(one[inside].tolist(), other[inside].tolist(), strict=True))
    return graph


def _composition(scenario: Scenario, society: Society, platform: str, luck: Luck) -> Values:
    """Fractions of friends by the kind of focus shared with them, averaged over people; a tie of two kinds counts half for each."""
    ties = society.ties
    if not isinstance(ties, FociTies):
        return {}
    people = np.unique(np.linspace(0, scenario.people - 1, SAMPLE // 5).astype(np.int64))
    rows = ties.followers(platform, people)
    outside = rows.followers < EMPLOYEES
    mine, friend = np.repeat(np.arange(people.size), rows.sizes)[outside], rows.followers[outside]
    used = [kind for kind in KINDS if ties.recipes[platform].densities.get(kind, 0.0) > 0]
    own, other = ties.ranks(people), ties.ranks(friend)
    shared = []
    for kind in used:
        memberships = Memberships(kind, scenario.people, scenario.society.assortment, luck)
        shared.append(memberships.focus(own)[mine] == memberships.focus(other))
    share = np.array(shared, dtype=np.float64)
    share /= np.maximum(share.sum(axis=0), 1.0)
    totals = np.array([np.bincount(mine, weights=row, minlength=people.size) for row in share])
    known = totals.sum(axis=0) > 0
    return {f"part_{kind}": float(np.mean(row)) for kind, row in zip(used, totals[:, known] / totals[:, known].sum(axis=0), strict=True)}
