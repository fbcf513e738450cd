"""PyNetIM: C++, one thread; needs a compiler to install."""

from __future__ import annotations

from peers import Peer, Run, Work


def prepare(work: Work) -> Run:
    from pynetim import IMGraph, IndependentCascadeModel

    pairs = work.pairs()
    both = [tuple(pair) for pair in pairs.tolist()] + [tuple(pair) for pair in pairs[:, ::-1].tolist()]
    graph = IMGraph(both, weights=work.probability, directed=True, renumber=False)
    del both
    model = IndependentCascadeModel(graph, set(work.seeds.tolist()))

    def run(replications: int, seed: int) -> float:
        return float(model.run_monte_carlo_diffusion(replications, random_seed=seed)) * replications
    return run


PEERS = [Peer("PyNetIM", "pynetim", "source only, needs a C++17 compiler and minutes: uv run --group peers --with pynetim", prepare)]
