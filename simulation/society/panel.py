"""The consumers who are followed one by one: everybody, or the employees' audiences and a weighted sample of the rest.

A market of a hundred million is mostly people whom nothing but ads can reach, and they are alike. So those whom employees
and pages reach directly are followed whole, and of the others a keyed sample, each of whom stands for several. Sums of
weights estimate numbers of people without bias (Horvitz and Thompson 1952, with the known size of the rest).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import kernel
from simulation.society.follows import Identities
from simulation.society.follows_kernels import with_room
from simulation.society.luck import Luck
from simulation.society.luck_kernels import uniform


class Panel(NamedTuple):
    """Who is followed one by one, and how many people of the market each stands for."""

    market: int
    """Consumers in the market; their identities are the whole numbers below."""
    people: Identities
    """Ascending; the place in this column is how tables call a person."""
    weights: NDArray[np.float64]
    everybody: bool

    @classmethod
    def whole(cls, market: int) -> Panel:
        """Everybody, for themselves alone."""
        return cls(market, np.arange(market, dtype=np.int64), np.ones(market), True)

    @classmethod
    def thinned(cls, market: int, core: NDArray[np.bool_], fraction: float, luck: Luck) -> Panel:
        """
        Some people whole and a sample of the others.

        Parameters
        ----------
        core : for each consumer, whether they are kept in any case
        fraction : of the others who are kept (above 0, up to 1), by keyed luck; at least one of them
        """
        people = _kept(np.uint64(luck.key("panel")), core, fraction)
        rest = market - int(np.count_nonzero(core))
        sampled = ~core[people]
        if rest and not sampled.any():
            people = np.sort(np.append(people, np.flatnonzero(~core)[0]))
            sampled = ~core[people]
        return cls(market, people, np.where(sampled, rest / max(int(sampled.sum()), 1), 1.0), False)

    @property
    def size(self) -> int:
        """People who are followed."""
        return int(self.people.size)

    def places(self, people: NDArray[Any]) -> NDArray[np.int64]:
        """Place of each of some people; -1 for those who are not followed or not in the market."""
        if self.everybody:
            return np.where(people < self.market, people, -1).astype(np.int64)
        place = np.minimum(np.searchsorted(self.people, people), self.size - 1)
        return np.where(self.people[place] == people, place, -1)

    @property
    def counting(self) -> type:
        """Kind of number that people are counted in: whole where everybody is followed."""
        return np.int64 if self.everybody else np.float64

    def each(self, places: NDArray[np.int64]) -> Any:
        """How many people each of some places stands for."""
        return 1 if self.everybody else self.weights[places]

    def counted(self, chosen: NDArray[np.bool_]) -> int | float:
        """People of the market for whom something holds, which `chosen` says of everybody who is followed."""
        return int(np.count_nonzero(chosen)) if self.everybody else float(self.weights[chosen].sum())

    def total(self, amounts: NDArray[Any]) -> int | float:
        """Sum over the market of an amount that is known for everybody who is followed."""
        return int(amounts.sum()) if self.everybody else float(self.weights @ amounts)


@kernel
def _kept(key: Any, core: Any, fraction: Any) -> Any:
    found, count = np.empty(1024, np.int64), 0
    for person in range(core.size):
        if core[person] or uniform(key, person) < fraction:
            found = with_room(found, count, 1)
            found[count] = person
            count += 1
    return found[:count].copy()
