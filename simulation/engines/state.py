"""Employees as columns: what changes in them, what does not, and the numbers with which it enters the rules of sharing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.willingness import offered_logits
from simulation.inputs.parameters import Scenario
from simulation.society.society import Society

Reals = NDArray[np.float64]


class StaffState(NamedTuple):
    """One row per employee; hours since the start of the campaign."""

    fatigue: Reals
    engagement: Reals
    """Gained by sharing; it fades."""
    habit: Reals
    settled: Reals
    """Hours at which the three above were brought up to date."""
    last_share: Reals
    """Hours of the latest share, as the last step left it."""

    @classmethod
    def fresh(cls, employees: int) -> StaffState:
        """Before anything happened."""
        return cls(np.zeros(employees), np.zeros(employees), np.zeros(employees), np.zeros(employees), np.full(employees, -np.inf))


class StaffTraits(NamedTuple):
    """What does not change, one row per employee, in the units in which it enters the rules of sharing."""

    base: Reals
    """Logit of sharing an offered item."""
    manager: Reals
    private: Reals
    character: Reals
    """Engagement before anything happened."""
    interest: NDArray[np.int64]
    connected: NDArray[np.bool_]
    enrolled: NDArray[np.bool_]
    affinity: Reals
    colleague_starts: NDArray[np.int64]
    colleagues: NDArray[np.int64]
    """Positions of the colleagues of each, in compressed rows."""


def traits_of_staff(scenario: Scenario, society: Society) -> StaffTraits:
    """Traits of all employees of a society."""
    staff, behaviour, graph = society.staff, scenario.behaviour, society.colleagues
    rows = [sorted(graph.neighbors(place)) for place in range(staff.department.size)]
    starts = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum([len(row) for row in rows], dtype=np.int64)))
    return StaffTraits(base=offered_logits(scenario)[staff.segment], manager=staff.manager.astype(np.float64) * behaviour.manager_lift,
                       private=staff.private.astype(np.float64) * behaviour.privacy_penalty,
                       character=staff.engagement, interest=staff.interest, connected=staff.connected, enrolled=staff.enrolled,
                       affinity=society.people.affinity(staff.identities), colleague_starts=starts,
                       colleagues=np.array([place for row in rows for place in row], dtype=np.int64))


class Mood(NamedTuple):
    """Numbers that enter the rules of sharing and settling."""

    push: float
    topic_match: float
    peer_influence: float
    peer_days: float
    engagement_half_life_days: float
    habit_half_life_days: float
    fatigue_half_life_days: float
    habit_gain: float
    fatigue_per_share: float
    engagement_per_share: float
    programme: bool


def mood_of(scenario: Scenario, programme: bool) -> Mood:
    """What decides about sharing, in a world with or without the programme."""
    behaviour = scenario.behaviour
    return Mood(push=float(scenario.programme.push), topic_match=float(behaviour.topic_match), peer_influence=float(behaviour.peer_influence), peer_days=float(behaviour.peer_days),
                engagement_half_life_days=float(behaviour.engagement_half_life_days), habit_half_life_days=float(behaviour.habit_half_life_days),
                fatigue_half_life_days=float(behaviour.fatigue_half_life_days), habit_gain=float(behaviour.habit_gain),
                fatigue_per_share=float(behaviour.fatigue_per_share), engagement_per_share=float(behaviour.engagement_per_share), programme=programme)
