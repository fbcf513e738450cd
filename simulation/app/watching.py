"""The Mesa model on a small drawn network, step by step: who is tied to whom, who was reached by what, who shared today."""

from __future__ import annotations

from typing import Any, Literal

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.planning import ad_budget
from simulation.engines.model import AdvocacyModel
from simulation.engines.world import NATURAL, PAGE, PAID, PROGRAMME, World
from simulation.inputs.parameters import Scenario
from simulation.society.follows import EMPLOYEES
from simulation.society.society import Society

FAMILIES = {"watts_strogatz": "Neighbourhoods with a few long ties", "barabasi_albert": "A few people whom many follow", "stochastic_block_model": "Separate groups"}
FRIENDS = 6.0
"""Mean number of ties, few enough to be drawn."""

PER_DEPARTMENT = 10

type Seen = Literal["nobody", "other", "programme", "paid", "both"]
SEEN: tuple[Seen, ...] = ("nobody", "other", "programme", "paid", "both")
"""What has reached a person: nothing, only page or unprompted posts, the programme, ads, or both of these."""


def small_world(scenario: Scenario, employees: int, consumers: int, family: str) -> Scenario:
    """The scenario with few people on a network that can be drawn; ads have as much money per person as before. Raises `InputError`."""
    part = consumers / scenario.market.consumers
    creative = scenario.paid.cost.creative * part
    budget = ad_budget(scenario) * part if scenario.paid.enabled else 0.0
    return scenario.replace(
        society__employees=employees, society__departments=max(1, employees // PER_DEPARTMENT), market__consumers=consumers, market__contacts_in_market_fraction=1.0,
        market__sample_fraction=1.0, society__network={"family": family, "mean_followers": FRIENDS}, run__engine="agents", run__parameters="fixed",
        horizon__step_hours=24, paid__budget=budget, paid__cost__creative=creative, paid__cost__platform_minimum=0.0, page__followers=None)


class Watch:
    """
    A model that is being watched.

    Attributes
    ----------
    places : where each person is drawn, 0 to 1; consumers first, then employees
    ties : pairs of rows of `places`
    """

    def __init__(self, scenario: Scenario, programme: bool, ads: bool) -> None:
        self.scenario, self.world = scenario, World(programme, ads)
        self.reset()
        self.people = np.concatenate((np.arange(scenario.market.consumers), self._society.staff.identities))
        self.ties, self.places = _drawn(self._society, self.people, scenario)

    def reset(self) -> None:
        """Back to the first day, with the same luck."""
        self.model: Any = AdvocacyModel(self.scenario, self.world)
        self._society: Society = self.model.society
        self.reached_now: NDArray[np.bool_] = np.zeros(self.scenario.market.consumers, dtype=np.bool_)
        self.shared_now: set[int] = set()

    def step(self, days: int = 1) -> None:
        """Play some days; what happened in them counts as now."""
        before, first = self.model.impressions.copy(), len(self.model.shares)
        for _ in range(days):
            if not self.over:
                self.model.step()
        self.reached_now = (self.model.impressions > before).any(axis=0)
        self.shared_now = set(self.model.shares.table["author"][first:].tolist())

    @property
    def over(self) -> bool:
        """Whether the campaign and its tail have ended."""
        return bool(self.model.hours >= self.scenario.horizon.end_hours)

    @property
    def day(self) -> int:
        """Days played so far."""
        return int(self.model.hours // 24.0)

    def seen(self) -> list[Seen]:
        """What has reached each consumer so far."""
        programme, paid = self.model.impressions[PROGRAMME] > 0, self.model.impressions[PAID] > 0
        other = (self.model.impressions[[PAGE, NATURAL]] > 0).any(axis=0)
        code = np.where(programme & paid, 4, np.where(paid, 3, np.where(programme, 2, np.where(other, 1, 0))))
        return [SEEN[number] for number in code.tolist()]

    def enrolled(self) -> list[bool]:
        """Of each employee, whether they are in the programme."""
        return [bool(employee.enrolled) and self.world.programme for employee in self.model.employees]

    def shared(self) -> list[bool]:
        """Of each employee, whether they shared now."""
        return [int(identity) in self.shared_now for identity in self._society.staff.identities]

    def counts(self) -> dict[Seen, int]:
        """People of the market by what has reached them."""
        seen = self.seen()
        return {kind: seen.count(kind) for kind in SEEN}

    def said(self) -> str:
        """Where it stands, in a sentence."""
        weeks, reached = self.scenario.horizon.weeks, self.scenario.market.consumers - self.counts()["nobody"]
        when = f"Day {self.day} of {round(self.scenario.horizon.end_hours / 24)}, of which {weeks * 7} are campaign"
        sharing = sum(self.shared())
        return f"{when}: {reached} of {self.scenario.market.consumers} people reached; {sharing} {'employee' if sharing == 1 else 'employees'} shared now."


def _drawn(society: Society, people: NDArray[np.int64], scenario: Scenario) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Ties on the first platform, and places by the forces of springs, the same each time."""
    row = {int(identity): place for place, identity in enumerate(people.tolist())}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(people.size))
    linked = society.to_networkx(scenario.platforms.names()[0], whole=True)
    graph.add_edges_from((row[one], row[other]) for one, other in linked.edges if one in row and other in row and one != other)
    graph.add_edges_from((row[int(EMPLOYEES + one)], row[int(EMPLOYEES + other)]) for one, other in society.colleagues.edges)
    found = nx.spring_layout(graph, seed=1, iterations=60, k=1.6 / np.sqrt(people.size))
    places = np.array([found[node] for node in range(people.size)])
    low, high = places.min(axis=0), places.max(axis=0)
    return np.array(list(graph.edges), dtype=np.int64).reshape(-1, 2), (places - low) / np.maximum(high - low, 1e-9)
