"""Shared foci: people meet in workplaces, schools, families and circles, and two members of a focus may be tied.

Ties are a function of memberships and keyed luck, so those of one person can be listed at any time, always the same, and
no tie is stored. Memberships are permuted positions cut into blocks: neither is any index of members.

Ranks order people by sociability; identities are names. Both number the people 0..n-1, and a keyed permutation joins
them, so that the market (the first identities) is a random part of the society.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.inputs.parameters import Scenario
from simulation.society.follows import EMPLOYEES, Follows, Identities, follows, slices
from simulation.society.luck import Luck, fold_words, to_unit
from simulation.society.permutation import Permutation
from simulation.society.recipe import FOCUS_SIZES, KINDS, LEVELS, Recipe, solve_recipe
from simulation.society.words import number_of

STRATA = 64
TENTHS = 10


class Memberships:
    """Who is a member of which focus of one kind, forwards and backwards, by arithmetic."""

    def __init__(self, kind: str, people: int, assortment: float, luck: Luck) -> None:
        number = KINDS.index(kind)
        self.people = people
        self.size = min(FOCUS_SIZES[kind], people)
        self.stayers = round(TENTHS * assortment)
        self.movers_each = TENTHS - self.stayers
        self.window = max(self.size, -(-people // STRATA))
        self._whole = people // self.window
        self._within = Permutation(self.window, luck.key("foci", number)) if self._whole else None
        last = people - self._whole * self.window
        self._within_last = Permutation(last, luck.key("foci", number, 1)) if last else None
        movers = (people // TENTHS) * self.movers_each
        self._among_movers = Permutation(movers, luck.key("movers", number)) if movers else None

    def focus(self, ranks: NDArray[Any]) -> NDArray[np.int64]:
        """Number of the focus that each rank belongs to."""
        return self._move(self._shuffle(ranks, forward=True), forward=True) // self.size

    def members(self, focus: NDArray[np.int64]) -> NDArray[np.int64]:
        """Ranks of the members, one row a focus; -1 where the last focus is short."""
        positions = focus[:, None] * self.size + np.arange(self.size, dtype=np.int64)[None, :]
        beyond = positions >= self.people
        ranks = self._shuffle(self._move(np.where(beyond, 0, positions).ravel(), forward=False), forward=False).reshape(positions.shape)
        ranks[beyond] = -1
        return ranks

    def focus_near(self, ranks: NDArray[Any], moves: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.int64]:
        """The focus of a newcomer who would stand at `ranks`: near there, or anywhere for the movers (uniform `moves`, `places`)."""
        stratum = ranks // self.window * self.window
        near = stratum + (places * np.minimum(self.window, self.people - stratum)).astype(np.int64)
        anywhere = (places * self.people).astype(np.int64)
        chosen = np.where(moves * TENTHS < self.stayers, near, anywhere)
        return np.asarray(chosen // self.size, dtype=np.int64)

    def _shuffle(self, ranks: NDArray[Any], *, forward: bool) -> NDArray[np.int64]:
        """Mix ranks within their stratum, so that foci of different kinds have different members."""
        stratum, offset = np.divmod(np.asarray(ranks, dtype=np.int64), self.window)
        last = stratum >= self._whole
        moved = np.empty_like(offset)
        for chosen, permutation in ((~last, self._within), (last, self._within_last)):
            if permutation is not None and chosen.any():
                moved[chosen] = (permutation.forward if forward else permutation.backward)(offset[chosen])
        return stratum * self.window + moved

    def _move(self, positions: NDArray[np.int64], *, forward: bool) -> NDArray[np.int64]:
        """Send a fixed part of all positions anywhere among themselves: those who do not join their like."""
        if self._among_movers is None:
            return positions
        ten, place = np.divmod(positions, TENTHS)
        moves = (place >= self.stayers) & (positions < self.people // TENTHS * TENTHS)
        number = ten[moves] * self.movers_each + place[moves] - self.stayers
        number = (self._among_movers.forward if forward else self._among_movers.backward)(number)
        moved = positions.copy()
        moved[moves] = number // self.movers_each * TENTHS + self.stayers + number % self.movers_each
        return moved


class FociTies:
    """The ties of a society of shared foci, listed when asked for."""

    def __init__(self, scenario: Scenario, luck: Luck, departments: NDArray[np.int64],
                 colleagues: NDArray[np.int64] | None = None) -> None:
        self.people = scenario.people
        self.employees = scenario.society.employees
        self._luck = luck
        self._identity_of = Permutation(self.people, luck.key("ranks"))
        assortment = scenario.society.assortment
        self.recipes: dict[str, Recipe] = {name: solve_recipe(platform, self.people, assortment) for name, platform in scenario.platforms.items()}
        self._mutual = {name: platform.follows == "mutual" for name, platform in scenario.platforms.items()}
        self._memberships = {kind: Memberships(kind, self.people, assortment, luck) for kind in KINDS}
        self._departments = departments
        self._colleagues = colleagues if colleagues is None else np.concatenate((colleagues, colleagues[:, ::-1]))
        self._colleague_platform = scenario.society.network.platform
        who = np.arange(self.employees, dtype=np.int64)
        self._employee_ranks = (luck.uniforms("ranks", 1, who=who) * self.people).astype(np.int64)
        self._employee_foci = {kind: self._choose_foci(kind, who, scenario.society.shared_circle_fraction) for kind in KINDS if kind != "coworkers"}
        self._department_sizes = np.bincount(departments)
        self._colleagues_of = np.argsort(departments, kind="stable")

    def ranks(self, identities: Identities) -> NDArray[np.int64]:
        """Rank by sociability of each person; an employee's is the rank at which they would stand among the people."""
        ranks = np.empty(identities.size, dtype=np.int64)
        staff = identities >= EMPLOYEES
        ranks[staff] = self._employee_ranks[identities[staff] - EMPLOYEES]
        ranks[~staff] = self._identity_of.backward(identities[~staff])
        return ranks

    def expected_following(self, platform: str, identities: Identities) -> NDArray[np.float64]:
        """Expected number of accounts that each person follows, from memberships and sociability."""
        return self.recipes[platform].expected_following[self._levels(self.ranks(identities))]

    def following_distribution(self, platform: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Expected numbers of accounts that people follow, and the fraction of people at each."""
        values = self.recipes[platform].expected_following
        return values, np.full(LEVELS, 1.0 / LEVELS)

    def followers_by_following(self, platform: str) -> NDArray[np.float64]:
        """Expected number of followers of the people at each value of `following_distribution`."""
        return self.recipes[platform].expected_followers

    def page_followers(self, platform: str, count: float) -> Identities:
        """Followers of the page: everybody with a probability that grows with how many they follow; `count` on average."""
        following = self.recipes[platform].expected_following
        ranks = np.arange(self.people, dtype=np.int64)
        chances = np.minimum(1.0, count / self.people * following / following.mean())[self._levels(ranks)]
        chosen = ranks[self._luck.uniforms("page_follow", number_of(platform), who=ranks) < chances]
        return np.sort(self._identity_of.forward(chosen))

    def followers(self, platform: str, people: Identities) -> Follows:
        """
        Everybody who follows each of `people` on a platform.

        Parameters
        ----------
        people : identities, employees or not; row i of the result belongs to `people[i]`
        """
        recipe, found = self.recipes[platform], []
        ranks = self.ranks(people)
        popularity = recipe.popularity[self._levels(ranks)]
        keys = np.where(people >= EMPLOYEES, people, ranks)
        for kind, density in recipe.densities.items():
            rows = np.arange(people.size) if kind != "coworkers" else np.flatnonzero(people < EMPLOYEES)
            if not rows.size:
                continue
            focus = self._focus(kind, people[rows], ranks[rows])
            found.append(self._tied_members(platform, kind, density, rows, focus, keys, popularity))
            found.append(self._tied_employees(platform, kind, density, rows, focus, keys, popularity))
        found.append(self._tied_colleagues(platform, people, keys, popularity))
        rows = np.concatenate([pair[0] for pair in found])
        return follows(rows, np.concatenate([pair[1] for pair in found]), people.size)

    def _levels(self, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        return ranks * LEVELS // self.people

    def _focus(self, kind: str, people: Identities, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Focus of each person in one kind; employees have theirs by choice, at the firm none that is listed here."""
        staff = people >= EMPLOYEES
        focus = self._memberships[kind].focus(ranks)
        if staff.any():
            focus[staff] = self._employee_foci[kind][people[staff] - EMPLOYEES]
        return focus

    def _choose_foci(self, kind: str, who: NDArray[np.int64], shared_fraction: float) -> NDArray[np.int64]:
        """Where employees belong outside the firm; part of each department shares its professional circle."""
        number = KINDS.index(kind)
        moves, places = (self._luck.uniforms("focus_choice", number, part, who=who) for part in (0, 1))
        chosen = self._memberships[kind].focus_near(self._employee_ranks, moves, places)
        if kind == "industry":
            together = self._luck.uniforms("focus_choice", number, 2, who=who) < shared_fraction
            place = self._luck.uniforms("focus_choice", number, 3, who=self._departments)
            chosen = np.where(together, (place * self.people).astype(np.int64) // self._memberships[kind].size, chosen)
        return np.asarray(chosen, dtype=np.int64)

    def _tied_members(self, platform: str, kind: str, density: float, rows: NDArray[np.int64], focus: NDArray[np.int64],
                      keys: NDArray[np.int64], popularity: NDArray[np.float64]) -> tuple[NDArray[np.int64], Identities]:
        """Pairs of row and tied person around the firm, from one kind of focus."""
        members = self._memberships[kind].members(focus)
        row, _ = index = np.nonzero((members >= 0) & (members != np.where(keys[rows] < EMPLOYEES, keys[rows], -1)[:, None]))
        rank = members[index]
        row = rows[row]
        chances = density * popularity[row] * self.recipes[platform].following[self._levels(rank)]
        tied = self._tie_luck(platform, keys[row], rank) < chances
        return row[tied], self._identity_of.forward(rank[tied])

    def _tied_employees(self, platform: str, kind: str, density: float, rows: NDArray[np.int64], focus: NDArray[np.int64],
                        keys: NDArray[np.int64], popularity: NDArray[np.float64]) -> tuple[NDArray[np.int64], Identities]:
        """Pairs of row (a person around the firm) and tied employee who belongs to the same focus."""
        if kind == "coworkers":
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        outside = keys[rows] < EMPLOYEES
        rows, focus = rows[outside], focus[outside]
        order = np.argsort(self._employee_foci[kind], kind="stable")
        sorted_foci = self._employee_foci[kind][order]
        low, high = np.searchsorted(sorted_foci, focus, "left"), np.searchsorted(sorted_foci, focus, "right")
        row = np.repeat(rows, high - low)
        staff = order[_ranges(low, high)]
        chances = density * popularity[row] * self.recipes[platform].following[self._levels(self._employee_ranks[staff])]
        tied = self._tie_luck(platform, keys[row], staff + EMPLOYEES) < chances
        return row[tied], staff[tied] + EMPLOYEES

    def _tied_colleagues(self, platform: str, people: Identities, keys: NDArray[np.int64], popularity: NDArray[np.float64]) -> tuple[NDArray[np.int64], Identities]:
        """Pairs of row (an employee) and tied colleague of the same department, as dense as it must be to give everybody their coworkers."""
        rows = np.flatnonzero(people >= EMPLOYEES)
        if self._colleagues is not None and self._colleague_platform in (None, platform):
            return self._given_colleagues(platform, people, rows)
        recipe = self.recipes[platform]
        coworkers = recipe.densities.get("coworkers", 0.0) * (self._memberships["coworkers"].size - 1)
        department = self._departments[people[rows] - EMPLOYEES]
        sizes = self._department_sizes[department]
        row = np.repeat(rows, sizes)
        staff = self._colleagues_of[slices(np.cumsum(self._department_sizes)[department] - sizes, sizes)]
        density = np.repeat(coworkers / np.maximum(sizes - 1, 1), sizes) * (people[row] - EMPLOYEES != staff)
        chances = density * popularity[row] * recipe.following[self._levels(self._employee_ranks[staff])]
        tied = self._tie_luck(platform, keys[row], staff + EMPLOYEES) < chances
        return row[tied], staff[tied] + EMPLOYEES

    def _given_colleagues(self, platform: str, people: Identities, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], Identities]:
        """The same from a workplace network that the user gave."""
        assert self._colleagues is not None
        pairs = self._colleagues if self._mutual[platform] else self._colleagues[: len(self._colleagues) // 2]
        place = np.full(self.employees, -1, dtype=np.int64)
        place[people[rows] - EMPLOYEES] = rows
        known = place[pairs[:, 1]] >= 0
        return place[pairs[known, 1]], pairs[known, 0] + EMPLOYEES

    def _tie_luck(self, platform: str, authors: NDArray[np.int64], followers: NDArray[np.int64]) -> NDArray[np.float64]:
        """The keyed uniform of a pair: unordered where ties are mutual, author first where they are not."""
        key = self._luck.key("tie", number_of(platform))
        first, second = (np.maximum(authors, followers), np.minimum(authors, followers)) if self._mutual[platform] else (authors, followers)
        return to_unit(fold_words(fold_words(key, first), second))


def _ranges(low: NDArray[Any], high: NDArray[Any]) -> NDArray[np.int64]:
    """All whole numbers from each low up to, not including, each high."""
    return slices(np.asarray(low, dtype=np.int64), np.asarray(high - low, dtype=np.int64))
