"""The same Independent Cascade on other libraries: one module each, with the fastest way that the library offers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Work(NamedTuple):
    """One graph with ties both ways, who starts, and the chance that a tie is hit."""

    starts: NDArray[np.uint32]
    followers: NDArray[np.uint32]
    seeds: NDArray[np.int64]
    probability: float

    @property
    def people(self) -> int:
        return self.starts.size - 1

    def pairs(self) -> NDArray[np.int64]:
        """Every tie once, as a row of two people."""
        authors = np.repeat(np.arange(self.people), np.diff(self.starts))
        once = authors < self.followers
        return np.stack((authors[once], self.followers[once]), axis=1)

    def save(self, folder: Path) -> None:
        for name, column in zip(("starts", "followers", "seeds"), self, strict=False):
            np.save(folder / f"{name}.npy", column)

    @classmethod
    def load(cls, folder: Path, probability: float) -> Work:
        return cls(*(np.load(folder / f"{name}.npy") for name in ("starts", "followers", "seeds")), probability)


GROUP = "uv run --group peers"

Run = Callable[[int, int], float]
"""Plays some replications from a seed; people reached in all of them together."""


class Peer(NamedTuple):
    """A way to do the work."""

    name: str
    module: str
    """What must be importable."""
    install: str
    """What brings it, in a few words."""
    prepare: Callable[[Work], Run]
    batched: bool = False
    """Plays any number of replications in one call of compiled code."""
    most_people: int = 1_000_000
    """Left out on larger graphs, unless asked for."""
    quick_people: int = 1_000_000
    """On larger graphs its set-up takes minutes."""


def peers() -> list[Peer]:
    """All of them, ours first; a peer's library is imported when it prepares."""
    from peers import arrays, cynetdiff_batch, mesa_agents, ndlib_model, ours, pynetim_model

    modules: list[Any] = [ours, cynetdiff_batch, pynetim_model, arrays, mesa_agents, ndlib_model]
    return [peer for module in modules for peer in module.PEERS]
