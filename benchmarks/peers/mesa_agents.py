"""Mesa, written as its own example of a virus on a network: everybody is an agent on a cell, and steps."""

from __future__ import annotations

from enum import Enum

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


def prepare(work: Work) -> Run:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(work.people))
    graph.add_edges_from(work.pairs().tolist())
    model = Society(graph, work.probability)
    seeds = set(work.seeds.tolist())
    first = [agent for agent in model.agents if agent.cell.coordinate in seeds]

    def run(replications: int, seed: int) -> float:
        """Built once, which is kind: what Mesa does by default is to build a model for every replication."""
        model.random.seed(seed)
        reached = 0
        for _ in range(replications):
            model.agents.set("state", State.UNREACHED)
            for agent in first:
                agent.state = State.REACHED
            model.reached, model.done = len(first), 0
            while model.done < model.reached:
                model.step()
            reached += model.reached
        return float(reached)
    return run


PEERS = [Peer("Mesa, idiomatic", "mesa", "mesa", prepare, most_people=100_000)]
