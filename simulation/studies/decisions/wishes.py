"""What is asked when advocates are chosen: how many, whom in any case, whom not, and who is likely to say yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.willingness import acceptance_chances, segment_fractions
from simulation.errors import InputError, nearest, unknown
from simulation.inputs.network_file import read_network
from simulation.inputs.parameters import SEGMENTS, Scenario
from simulation.society.society import Society

Spread = Literal["passed_on", "direct"]
SPREADS = ("passed_on", "direct")


@dataclass(frozen=True)
class Wishes:
    """
    What is asked.

    Attributes
    ----------
    recruit : employees to choose, those who must be chosen among them
    include, exclude : names of employees who must, or must not, be chosen
    most_per_department : of those chosen; None for no limit
    willingness : chance by segment that somebody who is asked says yes; segments that are left out have the model's
    blind : choose without knowing anybody's segment, by the averages of all employees
    spread : whether likes and reshares carry posts one hop further
    epsilon : error allowed to the sets of `passed_on`, 0.02 to 0.6
    """

    recruit: int
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    most_per_department: int | None = None
    willingness: Mapping[str, float] = field(default_factory=dict)
    blind: bool = False
    spread: Spread = "passed_on"
    epsilon: float = 0.2

    def checked(self) -> Wishes:
        """The same. Raises `InputError` where something cannot be."""
        if self.recruit < 1:
            raise InputError(f"--recruit: given {self.recruit}; allowed: 1 or more")
        if self.most_per_department is not None and self.most_per_department < 1:
            raise InputError(f"--most-per-department: given {self.most_per_department}; allowed: 1 or more")
        if self.spread not in SPREADS:
            raise unknown("--spread", "way that posts spread", self.spread, SPREADS)
        if not 0.02 <= self.epsilon <= 0.6:
            raise InputError(f"--epsilon: given {self.epsilon:g}; allowed: 0.02 to 0.6")
        for segment, chance in self.willingness.items():
            if segment not in SEGMENTS:
                raise unknown("--willingness", "segment of employees", segment, SEGMENTS)
            if not 0 <= chance <= 1:
                raise InputError(f"--willingness: {segment} is {chance:g}; allowed: 0 to 1")
        if both := set(self.include) & set(self.exclude):
            raise InputError(f"--include and --exclude both name '{min(both)}'; allowed: one or the other")
        return self

    def acceptance(self, scenario: Scenario, society: Society) -> NDArray[np.float64]:
        """Chance that each employee says yes when asked."""
        return self.known(self._by_segment(), scenario, society)

    def known(self, by_segment: NDArray[np.float64], scenario: Scenario, society: Society) -> NDArray[np.float64]:
        """A number by segment for each employee, as far as segments may be known."""
        if self.blind:
            return np.full(society.staff.segment.size, float(segment_fractions(scenario) @ by_segment))
        return by_segment[society.staff.segment]

    def true_acceptance(self, society: Society) -> NDArray[np.float64]:
        """Chance that each employee says yes, whether or not those who choose may know it."""
        return self._by_segment()[society.staff.segment]

    def _by_segment(self) -> NDArray[np.float64]:
        return np.array([self.willingness.get(name, usual) for name, usual in zip(SEGMENTS, acceptance_chances().tolist(), strict=True)])


class Names:
    """Pseudonyms of employees, and names of their departments: those of the user's own file, else numbers."""

    def __init__(self, scenario: Scenario, society: Society) -> None:
        network, count = scenario.society.network, society.staff.department.size
        file = read_network(network.file, network.attributes) if network.file is not None and network.nodes == "employees" else None
        labels = getattr(society.ties, "labels", None)
        digits = len(str(count))
        self.employees: list[str] = file.labels if file else labels[-count:] if labels else [f"e{place + 1:0{digits}d}" for place in range(count)]
        departments = society.staff.department
        self.departments = {number: str(number + 1) for number in np.unique(departments).tolist()}
        if file is not None and file.department is not None:
            self.departments = {int(number): name or "none given" for number, name in zip(departments.tolist(), file.department, strict=True)}
        self._place = {name: place for place, name in enumerate(self.employees)}

    def places(self, option: str, names: Sequence[str]) -> list[int]:
        """Positions of employees by name. Raises `InputError` where nobody is called so."""
        for name in names:
            if name not in self._place:
                guess = nearest(name, self.employees)
                raise InputError(f"{option}: no employee '{name}'; allowed: {self.employees[0]} to {self.employees[-1]}" + (f". Did you mean '{guess}'?" if guess else ""))
        return [self._place[name] for name in names]
