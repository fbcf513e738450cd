"""What people are like: accounts, activity, interests, affinity, and the employees' own traits. Keyed by identity."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, gammainc, gammaincinv, ndtri

from simulation.behaviour.willingness import OPINIONATED, enrolment_chances, posting_rates, unprompted_rates
from simulation.compiling import kernel, rule
from simulation.inputs.parameters import SEGMENTS, Scenario
from simulation.society.follows import EMPLOYEES, Identities
from simulation.society.luck import Luck
from simulation.society.luck_kernels import uniform
from simulation.society.words import number_of

Reals = NDArray[np.float64]

CELLS = 1 << 16
ADS = "ads"


@lru_cache(maxsize=32)
def gamma_cells(shape: float) -> Reals:
    """Means of a gamma of mean `shape` (scale 1) in equal parts of its probability; their mean is exact, a table to draw from."""
    if shape <= 0:
        return np.zeros(CELLS)
    edges = gammaincinv(shape, np.arange(CELLS + 1) / CELLS)
    below = gammainc(shape + 1.0, edges)
    below[-1] = 1.0
    return np.asarray(shape * np.diff(below) * CELLS)


@lru_cache(maxsize=32)
def affinity_cells(shape: float) -> Reals:
    """Means of a beta(shape, 3 shape), scaled to mean 1, in equal parts of its probability."""
    other = 3.0 * shape
    edges = betaincinv(shape, other, np.arange(CELLS + 1) / CELLS)
    return np.asarray(np.diff(betainc(shape + 1.0, other, edges)) * CELLS)


@rule
def topic_number(uniform_: Any, topics: Any) -> Any:
    """The topic, from 0, that a uniform number stands for; numbers or columns."""
    return np.int64(uniform_ * topics)


@rule
def picked(cells: Any, uniform_: Any) -> Any:
    """The cell that a uniform number falls into."""
    return cells[np.uint64(uniform_ * CELLS)]


class Accounts(NamedTuple):
    """Who uses a platform, and how much, as compiled code asks: keys and cells of the luck that decides."""

    active_key: np.uint64
    active_fraction: float
    shared_key: np.uint64
    own_key: np.uint64
    shared_cells: Reals
    own_cells: Reals
    shape: float


EVERYBODY = Accounts(np.uint64(0), 1.0, np.uint64(0), np.uint64(0), np.zeros(1), np.zeros(1), 1.0)
"""As if all accounts were in use."""


@rule
def uses(accounts: Any, person: Any) -> Any:
    """Whether a person's account is in use."""
    return uniform(accounts.active_key, person) < accounts.active_fraction


@rule
def activity_on(accounts: Any, person: Any) -> Any:
    """Activity of a person: the sum of a shared and an own gamma number, with mean 1."""
    return (picked(accounts.shared_cells, uniform(accounts.shared_key, person)) + picked(accounts.own_cells, uniform(accounts.own_key, person))) / accounts.shape


@kernel
def _activity_column(accounts: Any, people: Any) -> Any:
    found = np.empty(people.size)
    for place in range(people.size):
        found[place] = activity_on(accounts, people[place])
    return found


@kernel
def _picked_column(cells: Any, key: Any, people: Any) -> Any:
    """A cell for each person, by the luck of `key`."""
    found = np.empty(people.size)
    for place in range(people.size):
        found[place] = picked(cells, uniform(key, people[place]))
    return found


class People:
    """Traits of anybody, computed for whom they are asked; the same person always has the same."""

    def __init__(self, scenario: Scenario, luck: Luck) -> None:
        self._luck = luck
        self._behaviour = scenario.behaviour
        self._platforms = dict(scenario.platforms.items())
        self._paid = scenario.paid

    def active(self, platform: str, people: Identities) -> NDArray[np.bool_]:
        """Whether each person's account on a platform is in use."""
        return self._luck.uniforms("active", number_of(platform), who=people) < self._platforms[platform].active_fraction

    def activity(self, use: str, people: Identities) -> Reals:
        """Activity of each person in one use (a platform, or `ads`): gamma of mean 1, correlated over uses by a shared part."""
        return _activity_column(self.accounts(use), people)

    def accounts(self, use: str) -> Accounts:
        """The same, and whose accounts are in use, for compiled code."""
        shape, shared = float(self._behaviour.activity_shape), self._behaviour.activity_correlation
        fraction = float(self._platforms[use].active_fraction) if use in self._platforms else 1.0
        return Accounts(np.uint64(self._luck.key("active", number_of(use))), fraction, np.uint64(self._luck.key("activity_shared")),
                        np.uint64(self._luck.key("activity", number_of(use))), gamma_cells(shape * shared), gamma_cells(shape * (1 - shared)), shape)

    def affinity(self, people: Identities) -> Reals:
        """How readily each person reacts: mean 1."""
        return self._pick(affinity_cells(self._behaviour.affinity_shape), people, "affinity")

    def _pick(self, cells: Reals, people: Identities, stream: str, *names: int) -> Reals:
        return _picked_column(cells, np.uint64(self._luck.key(stream, *names)), people)

    def interest(self, people: Identities) -> NDArray[np.int64]:
        """The topic that each person cares for."""
        return topic_number(self._luck.uniforms("interest", who=people), self._behaviour.topics)

    def sees_ads(self, people: Identities) -> NDArray[np.bool_]:
        """Whether each person is targeted and neither blocks ads nor overlooks them all."""
        blocked = self._luck.uniforms("blocked", who=people) < self._paid.blocked_fraction
        targeted = self._luck.uniforms("targeted", who=people) < self._paid.targeting.audience_fraction
        if self._paid.targeting.topics is not None:
            targeted &= np.isin(self.believed_interest(people), self._paid.targeting.topics)
        return np.asarray(targeted & ~blocked)

    def believed_interest(self, people: Identities) -> NDArray[np.int64]:
        """The topic that platforms take each person to care for: the true one, or by mistake any."""
        known = self._luck.uniforms("targeted", 1, who=people) < self._paid.targeting.interest_accuracy
        return np.where(known, self.interest(people), topic_number(self._luck.uniforms("targeted", 2, who=people), self._behaviour.topics))


class Staff(NamedTuple):
    """The employees, one column per trait; position i is the employee with identity `EMPLOYEES + i`."""

    department: NDArray[np.int64]
    manager: NDArray[np.bool_]
    segment: NDArray[np.int64]
    private: NDArray[np.bool_]
    engagement: Reals
    connected: NDArray[np.bool_]
    enrolled: NDArray[np.bool_]
    trained: NDArray[np.bool_]
    interest: NDArray[np.int64]

    @property
    def identities(self) -> Identities:
        """Identities of all employees, ascending."""
        return np.arange(self.department.size, dtype=np.int64) + EMPLOYEES


DEPARTMENT_SKEW = 0.8
"""Exponent by which departments shrink from the largest on. Assumed; one real institution has sizes from 1 to 109."""


def draw_departments(scenario: Scenario, luck: Luck) -> NDArray[np.int64]:
    """Department of each employee, by keyed choice; the first departments are the largest."""
    weights = (np.arange(scenario.society.departments) + 1.0) ** -DEPARTMENT_SKEW
    edges = np.cumsum(weights) / weights.sum()
    who = np.arange(scenario.society.employees, dtype=np.int64)
    chosen = np.searchsorted(edges, luck.uniforms("department", who=who))
    return np.minimum(chosen, scenario.society.departments - 1).astype(np.int64)


def draw_staff(scenario: Scenario, luck: Luck, departments: NDArray[np.int64], managers: NDArray[np.bool_] | None = None) -> Staff:
    """
    The employees and their traits.

    Parameters
    ----------
    departments : department of each employee
    managers : who leads others, where a network says so; left out: one in `managers_span`
    """
    behaviour = scenario.behaviour
    who = np.arange(departments.size, dtype=np.int64)

    def uniforms(stream: str) -> Reals:
        return luck.uniforms(stream, who=who)

    edges = np.cumsum([behaviour.segments[name] for name in SEGMENTS])
    segment = np.minimum(np.searchsorted(edges, uniforms("segment")), len(SEGMENTS) - 1).astype(np.int64)
    manager = uniforms("manager") < 1.0 / scenario.society.managers_span if managers is None else managers
    return Staff(
        department=departments,
        manager=np.asarray(manager),
        segment=segment,
        private=uniforms("private") < scenario.privacy_fraction,
        engagement=np.asarray(behaviour.engagement_sd * ndtri(uniforms("engagement"))),
        connected=uniforms("connected") < behaviour.connected_fraction,
        enrolled=uniforms("enrolled") < enrolment_chances(scenario)[segment],
        trained=uniforms("trained") < scenario.programme.training,
        interest=topic_number(luck.uniforms("interest", who=who + EMPLOYEES), behaviour.topics),
    )


def own_posting_rates(scenario: Scenario, luck: Luck, staff: Staff) -> Reals:
    """Unprompted posts a week of each employee, on each platform used for work, were nothing to hold them back."""
    own = luck.uniforms("posting", who=np.arange(staff.segment.size))
    return np.asarray(posting_rates(unprompted_rates(scenario)[staff.segment], own, scenario.behaviour.posting_shape))


def opinionated(staff: Staff) -> NDArray[np.bool_]:
    """Whether each employee is of a segment that also criticises the firm."""
    return np.isin(staff.segment, [SEGMENTS.index(name) for name in OPINIONATED])


def uses_platform(scenario: Scenario, luck: Luck, platform: str, employees: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each employee (position) would use a platform for work at all."""
    return luck.uniforms("uses_platform", number_of(platform), who=employees) < dict(scenario.platforms.items())[platform].advocate_fraction
