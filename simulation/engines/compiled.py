"""The model compiled: the same schedule, luck and rules over columns; from outside the same steppable Mesa model."""

from __future__ import annotations

import numpy as np

from simulation.engines.agents import Consumer, Employee
from simulation.engines.campaign import Campaign, Numbers, Reactions
from simulation.engines.kernels import decide, react, settle
from simulation.engines.record import ReactionColumns
from simulation.engines.share import topics_of
from simulation.engines.state import mood_of
from simulation.engines.wheel import MAY_ANSWER, in_time_order
from simulation.engines.world import ACTIONS, NATURAL, PROGRAMME
from simulation.errors import InputError
from simulation.society.follows import EMPLOYEES


class CompiledModel(Campaign):
    """
    `Campaign` whose people are rows of tables; `agents` are views of those whom anything has reached.

    Raises
    ------
    InputError
        Agents with another behaviour were asked for: compiled code knows only the behaviour of `Employee` and `Consumer`.
    """

    engine = "compiled"

    def decide_to_share(self) -> None:
        """All occasions of this step are decided from the state that the last step left."""
        due = self._due
        topics = topics_of(due.item, self.luck, self.settings.behaviour.topics)
        due = due.rows(np.flatnonzero(decide(due, topics, self.hours, self.traits, self.state, self._mood)))
        self._shared = due
        authors = due.place + EMPLOYEES
        self._feeds.post(self.shares.add(authors, due.item, due.platform, due.hours, np.where(due.offered, PROGRAMME, NATURAL), critical=due.critical))
        self._posted.update(zip(authors.tolist(), due.item.tolist(), due.platform.tolist(), strict=True))

    def settle(self) -> None:
        """Employees who shared tire, feel more connected, form habits; for the others things only fade."""
        settle(self._shared.place, self._shared.offered, self._shared.hours, float(self.hours_after), self.traits, self.state, self._mood)

    def deliveries_of(self, identity: int) -> dict[int, int]:
        """Deliveries to a person so far, by item."""
        posts = [rows["post"][rows["person"] == identity] for rows in self._delivered]
        items, counts = np.unique(self.shares.table["item"][np.concatenate(posts)] if posts else [], return_counts=True)
        return dict(zip(items.tolist(), counts.tolist(), strict=True))

    def done_by(self, identity: int) -> set[tuple[str, int]]:
        """What a person has done so far: action and item."""
        reactions = self._recorder.columns(ReactionColumns)
        mine = reactions.person == identity
        items = self.shares.table["item"][reactions.share[mine]]
        ads = {(action, item) for action, item, people in self._ad_deeds if identity in people}
        return {(ACTIONS[action], item) for action, item in zip(reactions.action[mine].tolist(), items.tolist(), strict=True)} | ads

    def _begin(self) -> None:
        for given, known in ((self._employee_class, Employee), (self._consumer_class, Consumer)):
            if given is not known:
                raise InputError(f"engine: given compiled with {given.__name__}; allowed: {known.__name__} itself, whose rules are compiled. "
                                 "Agents with a behaviour of their own need --engine agents (run.engine: agents)")
        self._mood = mood_of(self.settings, self.world.programme)
        self._shared = self._due.rows(slice(0, 0))
        self._marks, self._keys, self._used = np.zeros(1 << 12, dtype=np.uint8), np.zeros(1 << 12, dtype=np.uint64), 0
        self._ad_deeds: list[tuple[str, int, Numbers]] = []
        self._employees: list[Employee] = []

    @property
    def employees(self) -> list[Employee]:
        """Views of all employees, made when first asked for."""
        if not self._employees:
            self._employees = [self._employee_class(self, place) for place in range(self.society.staff.department.size)]
        return self._employees

    def _notice(self) -> None:
        """Rows are read where people react."""

    def _reactions(self) -> Reactions:
        action, share, person, outside, self._marks, self._keys, self._used = react(
            in_time_order(self._noticed_now, MAY_ANSWER), self.shares.table, self.traits, self._answering, self._marks, self._keys, self._used)
        return Reactions(action, share, person, outside)

    def _complete(self) -> None:
        assert self.employees
        for rows in self._delivered:
            self._meet(np.unique(rows["person"][rows["person"] < self.settings.market.consumers]))
        super()._complete()

    def _answered_ad(self, action: str, item: int, people: Numbers) -> None:
        self._ad_deeds.append((action, item, people))
