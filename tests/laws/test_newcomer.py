"""One extra employee who never shares, in a department of their own and without ties, changes nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.engines.agents import Employee
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.world import WORLDS
from simulation.inputs.parameters import Scenario
from simulation.society import society as society_module
from simulation.society.follows import EMPLOYEES, Follows, follows
from simulation.society.luck import Luck
from simulation.society.population import draw_departments
from simulation.society.society import Society

Rows = Callable[[Record], Counter[tuple[object, ...]]]


class WithoutTies:
    """The ties of a society in which one person knows nobody."""

    def __init__(self, ties: Any, loner: int) -> None:
        self._ties, self._loner = ties, loner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._ties, name)

    def followers(self, platform: str, people: NDArray[np.int64]) -> Follows:
        found: Follows = self._ties.followers(platform, people)
        rows = np.repeat(np.arange(people.size), found.sizes)
        kept = (found.followers != self._loner) & (people[rows] != self._loner)
        return follows(rows[kept], found.followers[kept], people.size)


class Silent(Employee):
    """Never shares."""

    def decide_to_share(self, offers: Any, moments: Any) -> None:
        """Nothing is ever shared by the newest employee; the others decide as always."""
        if self.place < self.model.settings.society.employees - 1:
            super().decide_to_share(offers, moments)


@pytest.mark.parametrize("peer_influence", [0.0, 5.0])
def test_a_silent_newcomer_without_ties_changes_nothing_else(peer_influence: float, firm: Scenario, lively: Callable[[Scenario], Scenario], delivered: Rows,
                                                             reacted: Rows, shown: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lively(firm).replace(page__followers=300, behaviour__peer_influence=peer_influence)
    after = before.replace(society__employees=before.society.employees + 1)
    luck, newcomer = Luck(23), EMPLOYEES + before.society.employees

    society = Society(before, luck)
    plain = AdvocacyModel(before, WORLDS["both"], luck=luck, society=society)
    plain.run_model()

    departments = draw_departments(before, luck)
    monkeypatch.setattr(society_module, "draw_departments", lambda scenario, luck: np.append(departments, departments.max() + 1))
    grown = Society(after, luck)
    assert grown.staff.department[-1] not in grown.staff.department[:-1]
    for column, longer in zip(society.staff, grown.staff, strict=True):
        assert np.array_equal(column, longer[:-1])
    grown.ties = WithoutTies(grown.ties, newcomer)
    larger = AdvocacyModel(after, WORLDS["both"], luck=luck, society=grown, employee_class=Silent)
    larger.run_model()

    old, new = plain.record(), larger.record()
    assert newcomer not in new.deliveries.person
    assert newcomer not in new.shares.author
    assert old.deliveries.person.size > 1000
    assert delivered(new) == delivered(old)
    assert reacted(new) == reacted(old)
    assert shown(new) == shown(old)


def test_a_newcomer_with_ties_is_only_added_to_audiences(firm: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same without cutting ties: who else follows whom stays as it was."""
    luck, newcomer = Luck(23), EMPLOYEES + firm.society.employees
    society = Society(firm, luck)
    departments = draw_departments(firm, luck)
    monkeypatch.setattr(society_module, "draw_departments", lambda scenario, luck: np.append(departments, departments.max() + 1))
    grown = Society(firm.replace(society__employees=firm.society.employees + 1), luck)
    tied = 0
    for platform in firm.platforms.names():
        assert society.levels[platform] == grown.levels[platform]
        for old, new in zip(society.audiences(platform), grown.audiences(platform), strict=False):
            assert np.array_equal(old.followers, new.followers[new.followers != newcomer])
        tied += grown.audiences(platform)[-1].followers.size
    assert tied > 0
