"""cynetdiff: C++ with a hash set; its batched call averages over trials."""

from __future__ import annotations

from functools import partial

import numpy as np

from peers import GROUP, Peer, Run, Work

EXACT = 2**24
"""It adds people up in 32-bit floats, which are exact up to here; so trials are split over a few calls."""


def prepare(work: Work, generator: type[np.random.BitGenerator] = np.random.PCG64) -> Run:
    from cynetdiff.models import IndependentCascadeModel

    model = IndependentCascadeModel(work.starts[:-1], work.followers, activation_prob=work.probability)
    seeds, at_once = work.seeds.tolist(), max(1, EXACT // work.people)

    def run(replications: int, seed: int) -> float:
        model.set_rng(np.random.Generator(generator(seed)))
        reached = 0.0
        for done in range(0, replications, at_once):
            trials = min(at_once, replications - done)
            reached += model.compute_marginal_gains(seeds, [], trials)[0] * trials
        return reached
    return run


PEERS = [Peer("cynetdiff", "cynetdiff", GROUP, prepare, batched=True),
         Peer("cynetdiff, SFC64", "cynetdiff", GROUP, partial(prepare, generator=np.random.SFC64))]
