"""Shared foci: people meet in workplaces, schools, families and circles, and two members of a focus may be tied.

Ties are a function of memberships and keyed luck, so those of one person can be listed at any time, always the same, and
no tie is stored.

Ranks order people by sociability; identities are names. Both number the people 0..n-1, and a keyed permutation joins
them, so that the market (the first identities) is a random part of the society.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import in_pieces
from simulation.inputs.parameters import Scenario
from simulation.inputs.platforms import Platform
from simulation.society.audiences import Live, joined_live
from simulation.society.drawing import draw_people
from simulation.society.foci_kernels import Firm, Tying, level_of, list_followers, list_live, list_page_followers, ranks_of
from simulation.society.follows import EMPLOYEES, Follows, Identities, follows, joined, with_last
from simulation.society.follows_kernels import identities_of
from simulation.society.luck import Luck
from simulation.society.memberships import Memberships, foci_of, packed
from simulation.society.permutation import Permutation
from simulation.society.population import EVERYBODY, Accounts
from simulation.society.recipe import KINDS, LEVELS, Recipe, solve_recipe
from simulation.society.words import number_of

AT_ONCE = 2048
"""People whose followers are listed in one piece of work."""


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
        self._memberships = {kind: Memberships(kind, self.people, assortment, luck) for kind in KINDS}
        self._departments = departments
        self._colleagues = colleagues if colleagues is None else np.concatenate((colleagues, colleagues[:, ::-1]))
        self._colleague_platform = scenario.society.network.platform
        who = np.arange(self.employees, dtype=np.int64)
        self._employee_ranks = (luck.uniforms("ranks", 1, who=who) * self.people).astype(np.int64)
        self._employee_foci = np.stack([self._choose_foci(kind, who, scenario.society.shared_circle_fraction) for kind in KINDS])
        self._blocks = packed([self._memberships[kind] for kind in KINDS])
        self._tying = {name: self._tying_of(name, platform) for name, platform in scenario.platforms.items()}
        order = np.argsort(self._employee_foci, axis=1, kind="stable")
        sizes = np.bincount(departments)
        self._firm = {given: Firm(self.people, self._employee_ranks, np.take_along_axis(self._employee_foci, order, axis=1), order, departments,
                                  np.concatenate(([0], np.cumsum(sizes))), np.argsort(departments, kind="stable"), not given) for given in (False, True)}

    def ranks(self, identities: Identities) -> NDArray[np.int64]:
        """Rank by sociability of each person; an employee's is the rank at which they would stand among the people."""
        return ranks_of(self._identity_of.cells, self._employee_ranks, identities)

    def expected_following(self, platform: str, identities: Identities) -> NDArray[np.float64]:
        """Expected number of accounts that each person follows, from memberships and sociability."""
        return self.recipes[platform].expected_following[level_of(self._tying[platform], self.ranks(identities))]

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
        chances = np.minimum(1.0, count / self.people * following / following.mean())
        key = np.uint64(self._luck.key("page_follow", number_of(platform)))
        return np.sort(list_page_followers(self._tying[platform], self._identity_of.cells, key, chances, self.people))

    def followers(self, platform: str, people: Identities) -> Follows:
        """
        Everybody who follows each of `people` on a platform.

        Parameters
        ----------
        people : identities, employees or not; row i of the result belongs to `people[i]`
        """
        rows = self._listed(platform, people, reverse=False)
        return self._with_given_colleagues(platform, people, rows) if self._given(platform) else rows

    def followed(self, platform: str, people: Identities) -> Follows:
        """Whom each of `people` around the firm follows on a platform; not for employees."""
        return self._listed(platform, people, reverse=True)

    def live_followers(self, platform: str, people: Identities, accounts: Accounts, attentions: NDArray[np.float64]) -> Live | None:
        """
        The followers of each of `people` whose accounts are in use, all in one go; None where a network of the workplace says who is tied.

        Parameters
        ----------
        attentions : at each value of `following_distribution`
        """
        if self._given(platform):
            return None
        ranks, firm = self.ranks(people), self._firm[False]

        def listed(start: int, stop: int) -> Live:
            some, here = people[start:stop], ranks[start:stop]
            return Live(*list_live(self._tying[platform], self._blocks, self._identity_of.cells, firm, some, here, self._foci(some, here), accounts, attentions))

        return joined_live(in_pieces(listed, people.size, AT_ONCE))

    def everybody(self, platform: str) -> Follows:
        """Followers of everybody on a platform, all ties drawn: one row for each person around the firm, then one for each employee."""
        starts, followers = draw_people(self._tying[platform], self._blocks, self._identity_of.cells, self.people)
        staff = np.arange(self.employees, dtype=np.int64) + EMPLOYEES
        followed = self._listed(platform, staff, reverse=True)
        outside = followed.followers < EMPLOYEES
        authors, employees = followed.followers[outside], np.repeat(staff, followed.sizes)[outside]
        order = np.argsort(authors, kind="stable")
        people = with_last(Follows(starts, followers.astype(np.int64)), authors[order], employees[order])
        return joined([people, self.followers(platform, staff)])

    def _given(self, platform: str) -> bool:
        """Whether a network of the workplace says who is tied to which colleague."""
        return self._colleagues is not None and self._colleague_platform in (None, platform)

    def _listed(self, platform: str, people: Identities, reverse: bool) -> Follows:
        """Followers of each person, or whom each follows; without colleagues whom a network of the workplace ties."""
        ranks, firm = self.ranks(people), self._firm[self._given(platform)]

        def listed(start: int, stop: int) -> Follows:
            some, here = people[start:stop], ranks[start:stop]
            starts, codes = list_followers(self._tying[platform], self._blocks, self._identity_of.cells, firm, some, here, self._foci(some, here), reverse, EVERYBODY)
            return Follows(starts, identities_of(codes, self.people))

        return joined(in_pieces(listed, people.size, AT_ONCE))

    def _tying_of(self, name: str, platform: Platform) -> Tying:
        recipe = self.recipes[name]
        densities = np.array([recipe.densities.get(kind, 0.0) for kind in KINDS])
        coworkers = recipe.densities.get("coworkers", 0.0) * (self._memberships["coworkers"].size - 1)
        return Tying(np.uint64(self._luck.key("tie", number_of(name))), platform.follows == "mutual", densities, recipe.popularity, recipe.following,
                     LEVELS / self.people, coworkers)

    def _foci(self, people: Identities, ranks: NDArray[np.int64]) -> NDArray[np.int64]:
        """Foci of each person, one row a kind; employees have theirs by choice, and at the firm none that is listed by kind."""
        foci = foci_of(self._blocks, ranks)
        staff = np.flatnonzero(people >= EMPLOYEES)
        foci[:, staff] = self._employee_foci[:, people[staff] - EMPLOYEES]
        return foci

    def _choose_foci(self, kind: str, who: NDArray[np.int64], shared_fraction: float) -> NDArray[np.int64]:
        """Where employees belong outside the firm; part of each department shares its professional circle."""
        if kind == "coworkers":
            return np.full(who.size, -1, dtype=np.int64)
        number = KINDS.index(kind)
        moves, places = (self._luck.uniforms("focus_choice", number, part, who=who) for part in (0, 1))
        chosen = self._memberships[kind].focus_near(self._employee_ranks, moves, places)
        if kind == "industry":
            together = self._luck.uniforms("focus_choice", number, 2, who=who) < shared_fraction
            place = self._luck.uniforms("focus_choice", number, 3, who=self._departments)
            chosen = np.where(together, (place * self.people).astype(np.int64) // self._memberships[kind].size, chosen)
        return np.asarray(chosen, dtype=np.int64)

    def _with_given_colleagues(self, platform: str, people: Identities, rows: Follows) -> Follows:
        """The same with the ties between employees from a workplace network that the user gave."""
        assert self._colleagues is not None
        pairs = self._colleagues if self._tying[platform].mutual else self._colleagues[: len(self._colleagues) // 2]
        staff = np.flatnonzero(people >= EMPLOYEES)
        place = np.full(self.employees, -1, dtype=np.int64)
        place[people[staff] - EMPLOYEES] = staff
        known = place[pairs[:, 1]] >= 0
        row = np.repeat(np.arange(people.size), rows.sizes)
        return follows(np.concatenate((row, place[pairs[known, 1]])), np.concatenate((rows.followers, pairs[known, 0] + EMPLOYEES)), people.size)
