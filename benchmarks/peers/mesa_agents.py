"""Mesa, written as its own example of a virus on a network: everybody is an agent on a cell, and steps.

Mesa builds a model for every replication, as its batch runs do, and what is idiomatic counts that. A model that is built once
and set back is the kinder row.
"""

from __future__ import annotations

from enum import Enum
from functools import partial

import mesa
import networkx as nx
from mesa.discrete_space import FixedAgent, Network

from peers import Peer, Run, Work


class State(Enum):
    UNREACHED = 0
    REACHED = 1
    DONE = 2


class Member(FixedAgent):
    def __init__(self, model: Society, cell: mesa.discrete_space.Cell) -> None:
        super().__init__(model)
        self.state = State.UNREACHED
        self.cell = cell

    def step(self) -> None:
        if self.state is State.REACHED:
            for other in self.cell.neighborhood.agents:
                if other.state is State.UNREACHED and self.random.random() < self.model.probability:
                    other.state = State.REACHED
                    self.model.reached += 1
            self.state = State.DONE
            self.model.done += 1


class Society(mesa.Model):
    def __init__(self, graph: nx.Graph[int], probability: float) -> None:
        super().__init__(rng=1)
        self.probability = probability
        self.reached = self.done = 0
        self.grid = Network(graph, capacity=1, random=self.random, layout=None)
        for cell in self.grid.all_cells:
            Member(self, cell)

    def step(self) -> None:
        self.agents.shuffle_do("step")


def played(model: Society, seeds: set[int]) -> int:
    """People reached in one replication."""
    for agent in model.agents:
        agent.state = State.REACHED if agent.cell.coordinate in seeds else State.UNREACHED
    model.reached, model.done = len(seeds), 0
    while model.done < model.reached:
        model.step()
    return model.reached


def prepare(work: Work, built_once: bool) -> Run:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(work.people))
    graph.add_edges_from(work.pairs().tolist())
    seeds = set(work.seeds.tolist())
    kept = Society(graph, work.probability) if built_once else None

    def run(replications: int, seed: int) -> float:
        reached = 0
        for number in range(replications):
            model = kept or Society(graph, work.probability)
            model.random.seed(seed + 1_000_003 * number)
            reached += played(model, seeds)
        return float(reached)
    return run


PEERS = [Peer("Mesa, idiomatic", "mesa", "advocacy-reach", partial(prepare, built_once=False), quick_people=100_000),
         Peer("Mesa, built once", "mesa", "advocacy-reach", partial(prepare, built_once=True), most_people=100_000)]
