"""NDlib: a dictionary of statuses, copied and counted at every step."""

from __future__ import annotations

import networkx as nx
import numpy as np

from peers import GROUP, Peer, Run, Work

INFECTED, REMOVED = 1, 2


def prepare(work: Work) -> Run:
    from ndlib.models import ModelConfig
    from ndlib.models.epidemics import IndependentCascadesModel

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(work.people))
    graph.add_edges_from(work.pairs().tolist())
    model = IndependentCascadesModel(graph, seed=1)
    settings = ModelConfig.Configuration()
    settings.add_model_initial_configuration("Infected", work.seeds.tolist())
    for one, other in graph.edges():
        settings.add_edge_configuration("threshold", (one, other), work.probability)
    model.set_initial_status(settings)

    def run(replications: int, seed: int) -> float:
        np.random.seed(seed % 2**32)
        reached = 0
        for _ in range(replications):
            model.reset(infected_nodes=work.seeds.tolist())
            while True:
                counts = model.iteration(node_status=False)["node_count"]
                if not counts[INFECTED]:
                    break
            reached += counts[REMOVED]
        return float(reached)
    return run


PEERS = [Peer("NDlib", "ndlib", GROUP, prepare, quick_people=100_000)]
