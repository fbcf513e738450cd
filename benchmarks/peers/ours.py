"""This project: every replication in one call, every tie with its own keyed number."""

from __future__ import annotations

from peers import Peer, Run, Work
from simulation.engines.cascade import independent_cascade
from simulation.society.luck import Luck


def prepare(work: Work) -> Run:
    def run(replications: int, seed: int) -> float:
        return float(independent_cascade((work.starts, work.followers), work.seeds, work.probability, Luck(seed), replications).sum())
    return run


PEERS = [Peer("this project", "numba", "advocacy-reach", prepare, batched=True)]
