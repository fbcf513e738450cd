"""Whom to recruit: the employees whose sharing adds most people whom nobody and nothing else reaches, against simpler ways to choose."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.willingness import offered_logits, segment_fractions
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.measures.coverage import Coverage, coverage, share_chances
from simulation.measures.coverage_kernels import gains_in_order, lazy_greedy
from simulation.measures.reverse_sets import Reverse, Sets
from simulation.society.luck import Luck
from simulation.society.population import uses_platform
from simulation.society.society import Society
from simulation.studies.decisions.imm import Choice, imm
from simulation.studies.decisions.wishes import Names, Wishes

Rows = NDArray[np.int64]
Reals = NDArray[np.float64]

DRAWS = 20
"""Orders over which baselines with chance in them are averaged."""

JUDGING = 1 << 18
"""Reverse-reachable sets on which choices are compared, other than those that they were made by; at most."""

MOST_FOLLOWERS, RANDOM, DEPARTMENT, SENIORITY = "most_followers", "random", "department", "seniority"
BASELINES = (MOST_FOLLOWERS, RANDOM, DEPARTMENT, SENIORITY)


@dataclass(frozen=True)
class Recruits:
    """
    Whom to recruit, in order, and what that adds.

    Attributes
    ----------
    rows : positions of the chosen
    gains : expected people whom each adds to those before, counting with who says yes
    curves : expected people added by the first 1, 2, 3 ... chosen, by way of choosing; `chosen` among them
    orders : positions chosen by each baseline; of those with chance in them, the first draw
    bound : no other choice under the same wishes adds more than so many people, on the same expectation; an estimate where sets are drawn
    guarantee : part of the best possible that greedy choice always reaches
    sets, epsilon : reverse-reachable sets drawn, and their error; None for direct reach
    candidates : employees who could be chosen
    open : people of the market whom nothing else reaches, in expectation
    """

    scenario: Scenario
    society: Society
    wishes: Wishes
    names: Names
    rows: Rows
    gains: Reals
    curves: dict[str, Reals]
    orders: dict[str, Rows]
    bound: float
    guarantee: float
    sets: int | None
    epsilon: float | None
    candidates: int
    open: float


def recruit(scenario: Scenario, wishes: Wishes) -> Recruits:
    """
    Choose employees of the society of the first replication, with parameters as the scenario has them.

    Raises
    ------
    InputError
        Wishes that cannot be fulfilled.
    """
    wishes = wishes.checked()
    scenario = scenario.replace(run__parameters="fixed", programme__enabled=True)
    society = Society(scenario, Luck(scenario.run.seed).replication(0))
    names = Names(scenario, society)
    limits = Limits.of(society, wishes, names)
    shares = share_chances(scenario, society, offered_known(scenario, society, wishes))
    yes = np.where(society.staff.enrolled, 1.0, wishes.acceptance(scenario, society))
    direct = coverage(scenario, society, shares)
    if wishes.spread == "direct":
        judged = direct.scaled(yes)
        chosen, sets, epsilon, scale = limits.choose(judged), None, None, 1.0
    else:
        reverse = Reverse(scenario, society, direct, shares, yes)

        def choose(found: Sets) -> Choice:
            rows, gains = limits.choose(found.by_candidate(direct.candidates))
            return Choice(rows, gains / max(found.starts.size - 1, 1))

        found = imm(reverse.draw, choose, reverse.people, int(limits.allowed.sum()), wishes.recruit, wishes.epsilon)
        count = min(found.sets, JUDGING)
        judged = reverse.draw(1 << 40, count).by_candidate(direct.candidates)
        chosen, sets, epsilon, scale = (found.choice.rows, found.choice.parts), found.sets, found.epsilon, reverse.people / count
    gains = gains_in_order(*judged[:3], judged.open.copy(), chosen[0]) * scale
    orders = baselines(scenario, society, limits, wishes.recruit)
    curves = {name: np.mean([_curve(judged, order, wishes.recruit) for order in some], axis=0) * scale for name, some in orders.items()}
    return Recruits(scenario, society, wishes, names, chosen[0], gains, {"chosen": np.cumsum(gains), **curves}, {name: some[0] for name, some in orders.items()},
                    upper_bound(judged, chosen[0], limits) * scale, limits.guarantee - (epsilon or 0.0), sets, epsilon, int(limits.allowed.sum()), float(direct.open.sum()))


def offered_known(scenario: Scenario, society: Society, wishes: Wishes) -> Reals | None:
    """Logits of sharing, by employee, as far as segments may be known; None where they may."""
    if not wishes.blind:
        return None
    logits = offered_logits(scenario)
    mean = float(segment_fractions(scenario) @ (1.0 / (1.0 + np.exp(-logits))))
    return np.full(society.staff.segment.size, np.log(mean / (1.0 - mean)))


@dataclass(frozen=True)
class Limits:
    """Who may be chosen, who must be, and how many of each group."""

    allowed: NDArray[np.bool_]
    must: Rows
    group: Rows
    most: int | None
    recruit: int

    @classmethod
    def of(cls, society: Society, wishes: Wishes, names: Names) -> Limits:
        """The limits that wishes set. Raises `InputError` where they contradict each other."""
        staff = society.staff
        must, barred = (np.array(names.places(option, given), dtype=np.int64) for option, given in (("--include", wishes.include), ("--exclude", wishes.exclude)))
        if enrolled := [names.employees[place] for place in must.tolist() if staff.enrolled[place]]:
            raise InputError(f"--include: '{enrolled[0]}' takes part already; allowed: employees who do not")
        if must.size > wishes.recruit:
            raise InputError(f"--include: {must.size} employees; allowed: at most --recruit {wishes.recruit}")
        most, sizes = wishes.most_per_department, np.bincount(staff.department[must], minlength=1)
        if most is not None and sizes.max() > most:
            raise InputError(f"--include: {sizes.max()} employees of one department; allowed: --most-per-department {most}")
        allowed = ~staff.enrolled
        allowed[barred] = False
        room = np.bincount(staff.department[allowed])
        possible = int(room.sum() if most is None else np.minimum(room, most).sum())
        if possible < wishes.recruit:
            raise InputError(f"--recruit: given {wishes.recruit}; allowed: at most {possible}, who do not take part yet and may be chosen")
        return cls(allowed, must, staff.department, most, wishes.recruit)

    @property
    def guarantee(self) -> float:
        """Part of the best possible that greedy choice reaches: 1 - 1/e for so many of all, 1/2 for so many of each group (a matroid)."""
        return 1.0 - 1.0 / math.e if self.most is None else 0.5

    def room(self) -> Rows:
        """How many may be chosen of each group."""
        return np.full(int(self.group.max()) + 1, self.group.size if self.most is None else self.most, dtype=np.int64)

    def choose(self, given: Coverage) -> tuple[Rows, Reals]:
        """Greedy choice: those who must be chosen first, in the order of what they add, then whoever adds most. Rows and gains."""
        left, room, must = given.open.copy(), self.room(), np.zeros(self.allowed.size, dtype=np.bool_)
        must[self.must] = True
        first, gains, _ = lazy_greedy(*given[:3], left, must, self.group, self.room(), self.must.size)
        idle = np.setdiff1d(self.must, first)
        rows = np.concatenate((first, idle))
        np.subtract.at(room, self.group[rows], 1)
        more, further, _ = lazy_greedy(*given[:3], left, self.allowed & ~must, self.group, room, self.recruit - rows.size)
        return np.concatenate((rows, more)), np.concatenate((gains, np.zeros(idle.size), further))

    def first(self, ranking: Rows) -> Rows:
        """The first of a ranking who may be chosen, after those who must be."""
        room, rows = self.room(), self.must.tolist()
        np.subtract.at(room, self.group[self.must], 1)
        known = set(rows)
        for row in ranking.tolist():
            if len(rows) == self.recruit:
                break
            if self.allowed[row] and row not in known and room[self.group[row]] > 0:
                room[self.group[row]] -= 1
                rows.append(row)
        return np.array(rows, dtype=np.int64)


def baselines(scenario: Scenario, society: Society, limits: Limits, recruit: int) -> dict[str, list[Rows]]:
    """Simpler ways to choose under the same limits, several draws each where chance is in them."""
    staff = society.staff
    who = np.arange(staff.department.size)
    followers = sum((society.audiences(name).rows.sizes * uses_platform(scenario, society.luck, name, who) for name in scenario.platforms.names()), start=np.zeros(who.size))
    lots = [society.luck.uniforms("recruit", 1, number, who=who) for number in range(DRAWS)]
    return {
        MOST_FOLLOWERS: [limits.first(np.argsort(-followers, kind="stable"))],
        RANDOM: [limits.first(np.argsort(lot)) for lot in lots],
        DEPARTMENT: [limits.first(_in_turn(staff.department, lot, limits.allowed)) for lot in lots],
        SENIORITY: [limits.first(np.lexsort((lot, ~staff.manager))) for lot in lots],
    }


def _in_turn(group: Rows, lot: Reals, allowed: NDArray[np.bool_]) -> Rows:
    """One of each group in turn, largest group first; inside a group by lot."""
    turn = np.zeros(group.size, dtype=np.int64)
    for number in np.unique(group).tolist():
        members = np.flatnonzero((group == number) & allowed)
        turn[members[np.argsort(lot[members])]] = np.arange(members.size)
    return np.lexsort((group, -np.bincount(group)[group], turn, ~allowed))


def _curve(given: Coverage, order: Rows, length: int) -> Reals:
    """People added by the first 1, 2, 3 ... of an order."""
    curve = np.cumsum(gains_in_order(*given[:3], given.open.copy(), order))
    return np.pad(curve, (0, length - curve.size), mode="edge") if curve.size < length else curve


def upper_bound(given: Coverage, chosen: Rows, limits: Limits) -> float:
    """
    What no choice passes: what the first so many chosen add, and beyond that the largest gains left, smallest over prefixes.

    Gains only fall as more are chosen, so the best choice adds no more to a prefix than its members do one by one (Leskovec et al. 2007).
    """
    left, reached, least = given.open.copy(), 0.0, np.inf
    for number in range(chosen.size + 1):
        gains = np.add.reduceat(np.append(left[given.places] * given.chances, 0.0), given.starts[:-1]) * (np.diff(given.starts) > 0) * limits.allowed
        least = min(least, reached + _largest(gains, limits))
        if number < chosen.size:
            part = slice(given.starts[chosen[number]], given.starts[chosen[number] + 1])
            reached += float(left[given.places[part]] @ given.chances[part])
            left[given.places[part]] *= 1.0 - given.chances[part]
    return float(least)


def _largest(gains: Reals, limits: Limits) -> float:
    """Sum of the largest gains that may be chosen together."""
    order: Any = np.argsort(-gains, kind="stable")
    if limits.most is not None:
        group = limits.group[order]
        by_group = np.argsort(group, kind="stable")
        starts = np.searchsorted(group[by_group], group[by_group])
        rank = np.empty(order.size, dtype=np.int64)
        rank[by_group] = np.arange(order.size) - starts
        order = order[rank < limits.most]
    return float(gains[order[: limits.recruit]].sum())
