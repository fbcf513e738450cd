"""
Who would be reached by whom when likes and reshares carry posts one hop further: reverse-reachable sets.

A set belongs to a consumer drawn at random from those whom nothing else reaches, and holds the employees who would reach them in one
random course of events. The part of all sets that hold somebody of a choice estimates the people whom the choice adds
(Borgs, Brautbar, Chayes and Lucier 2014).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.engagement import reaction_chance, response
from simulation.behaviour.exposure import clock, miss_chance, once_chance
from simulation.behaviour.planning import items_offered
from simulation.compiling import in_pieces, kernel, rule
from simulation.inputs.parameters import Scenario
from simulation.measures.coverage import Coverage, on_grid, unprompted_posts
from simulation.society.audiences import Live
from simulation.society.follows import EMPLOYEES
from simulation.society.follows_kernels import with_room
from simulation.society.luck import fold
from simulation.society.luck_kernels import folded, uniform
from simulation.society.population import uses_platform
from simulation.society.society import Society
from simulation.society.words import number_of

Reals = NDArray[np.float64]
Rows = NDArray[np.int64]

rule(clock)

AT_ONCE = 1 << 14
"""Consumers whose contacts are listed in one go."""


class Heard(NamedTuple):
    """
    On one platform: who hears from which employees, and how often they pass it on over the campaign, should the employee take part.

    Attributes
    ----------
    row : by person; -1 for who hears from nobody
    starts : row i is `employees[starts[i]:starts[i + 1]]`, and so on
    employees, likes, reshares : who is heard from, and posts of theirs that are liked and reshared, on average
    page_likes, page_reshares, own_likes, own_reshares : by row, the same of the page's posts and of everybody's unprompted ones
    """

    row: NDArray[np.int32]
    starts: Rows
    employees: NDArray[np.int32]
    likes: Reals
    reshares: Reals
    page_likes: Reals
    page_reshares: Reals
    own_likes: Reals
    own_reshares: Reals


class Sets(NamedTuple):
    """Reverse-reachable sets: set i is `members[starts[i]:starts[i + 1]]`, row numbers of candidates."""

    starts: Rows
    members: NDArray[np.int32]

    def by_candidate(self, candidates: int) -> Coverage:
        """The sets as people to be covered, each by the candidates in it, for certain."""
        order = np.argsort(self.members, kind="stable")
        which = np.repeat(np.arange(self.starts.size - 1), np.diff(self.starts))[order]
        starts = np.searchsorted(self.members[order], np.arange(candidates + 1)).astype(np.int64)
        return Coverage(starts, which.astype(np.int32), np.ones(which.size), np.ones(self.starts.size - 1))


class Reverse:
    """
    Draws reverse-reachable sets of a society.

    Attributes
    ----------
    people : consumers whom nothing else reaches and who could be reached at all, in expectation

    Parameters
    ----------
    direct : chances of employees to reach consumers themselves, should they take part
    shares : chance that each employee shares one offered item
    takes_part : chance that each employee says yes; those enrolled already have said it
    """

    def __init__(self, scenario: Scenario, society: Society, direct: Coverage, shares: Reals, takes_part: Reals) -> None:
        self._scenario, self._society = scenario, society
        self._enrolled, self._takes_part = society.staff.enrolled, takes_part
        order = np.argsort(direct.places, kind="stable")
        rows = np.repeat(np.arange(direct.candidates, dtype=np.int32), np.diff(direct.starts))
        self._direct = (np.searchsorted(direct.places[order], np.arange(direct.open.size + 1)), rows[order], direct.chances[order])
        self._reception = {name: society.reception(name, society.panel.people) for name in scenario.platforms.names()}
        posts = unprompted_posts(scenario, society)
        self._heard = {name: heard(scenario, society, name, shares, posts) for name in scenario.platforms.names()}
        weights = direct.open * (np.max(list(self._reception.values()), axis=0) > 0)
        self.people = float(weights.sum())
        self._edges = np.cumsum(weights)
        self._key = np.uint64(society.luck.key("reverse"))

    def draw(self, first: int, count: int) -> Sets:
        """Sets number `first` to `first + count - 1`; a set always has the same luck."""
        numbers = np.arange(first, first + count, dtype=np.int64)
        lots = self._society.luck.uniforms("reverse", 0, who=numbers) * self._edges[-1]
        drawn = np.minimum(np.searchsorted(self._edges, lots), self._edges.size - 1)
        order = np.argsort(drawn, kind="stable")
        drawn, numbers = drawn[order], numbers[order]
        parts = in_pieces(lambda start, stop: self._some(drawn[start:stop], numbers[start:stop]), count, AT_ONCE)
        sizes = np.concatenate([sizes for sizes, _ in parts])
        return Sets(np.concatenate((np.zeros(1, np.int64), np.cumsum(sizes))), np.concatenate([members for _, members in parts]))

    def _some(self, drawn: Rows, numbers: Rows) -> tuple[Rows, NDArray[np.int32]]:
        """Sizes and members of the sets of some consumers, who are ascending."""
        behaviour, found = self._scenario.behaviour, []
        places, which = np.unique(drawn, return_inverse=True)
        for name in self._scenario.platforms.names():
            heard_here, reception, level = self._heard[name], self._reception[name][places], self._society.levels[name]
            using = np.flatnonzero(reception > 0)
            contacts = self._society.ties.followed(name, self._society.panel.people[places[using]])
            row = np.full(places.size + 1, -1, dtype=np.int64)
            row[using] = np.arange(using.size)
            shown = (-np.expm1(-level.person_outside * reception), -np.expm1(-level.page_outside * reception),
                     1.0 - on_grid(miss_chance, level.person * np.exp(behaviour.appeal_log_sd**2) * reception, behaviour.appeal_log_sd))
            key = np.uint64(fold(int(self._key), number_of(name)))
            found.append(_passed_on(key, numbers, which, row, contacts.starts, contacts.followers, EMPLOYEES, heard_here, *shown))
        return _gathered(self._key, numbers, drawn, *self._direct, tuple(found), self._enrolled, self._takes_part)


def heard(scenario: Scenario, society: Society, name: str, shares: Reals, posts: Reals) -> Heard:
    """Who hears from employees (`shares` of offered items and unprompted `posts`) and from the page on a platform, and how many posts they like and reshare on average."""
    platform, behaviour, levels = dict(scenario.platforms.items())[name], scenario.behaviour, society.levels[name]
    people, employee, exposure = _listeners(society.audiences(name).live, levels.person)
    fans, _, of_page = _listeners(society.page_audiences(name).live, levels.page) if scenario.page.enabled else (people[:0], employee[:0], exposure[:0])
    known = np.unique(np.concatenate((people, fans)))
    back, fan = np.searchsorted(known, people), np.searchsorted(known, fans)
    affinity = society.people.affinity(known)
    uses = uses_platform(scenario, society.luck, name, np.arange(shares.size))
    pages = scenario.page.posts_per_week * scenario.horizon.weeks
    offered, own = (shares * uses)[employee] * items_offered(scenario), (posts * uses)[employee]
    answered, to_page = (_answered(values, behaviour.appeal_log_sd, behaviour.first_delivery_response) for values in (exposure, of_page))

    def passed(rate: float) -> tuple[Reals, Reals, Reals]:
        """Of offered posts by pair, of the page's and of unprompted posts by row."""
        each = np.minimum(reaction_chance(rate, affinity[back], 1.0, behaviour.source_multiplier, answered), 1.0)
        page = np.minimum(reaction_chance(rate, affinity[fan], 1.0, 1.0, to_page), 1.0) * pages
        return offered * each, np.bincount(fan, weights=page, minlength=known.size), np.bincount(back, weights=own * each, minlength=known.size)

    (likes, page_likes, own_likes), (reshares, page_reshares, own_reshares) = passed(platform.like_rate), passed(platform.reshare_rate)
    row = np.full(scenario.people, -1, dtype=np.int32)
    row[known] = np.arange(known.size)
    starts = np.searchsorted(people, np.append(known, EMPLOYEES)).astype(np.int64)
    return Heard(row, starts, employee.astype(np.int32), likes, reshares, page_likes, page_reshares, own_likes, own_reshares)


def _listeners(live: Live, level: float) -> tuple[Rows, Rows, Reals]:
    """People around the firm in some audiences, ascending; the row of the audience; deliveries of an average post."""
    outside = live.people < EMPLOYEES
    row = np.repeat(np.arange(live.starts.size - 1), np.diff(live.starts))[outside]
    people, exposure = live.people[outside], level * live.reception[outside]
    order = np.argsort(people, kind="stable")
    return people[order], row[order], exposure[order]


def _answered(exposure: Reals, appeal_log_sd: float, first: float) -> Reals:
    """How strongly one post is answered on average: the rule of response over the numbers of deliveries."""
    once, miss = (on_grid(chance, exposure, appeal_log_sd) for chance in (once_chance, miss_chance))
    return np.asarray(response(1, first) * once + response(2, first) * np.maximum(1.0 - miss - once, 0.0))


@kernel
def _passed_on(key: Any, numbers: Any, which: Any, row: Any, starts: Any, contacts: Any, employees: Any, heard_here: Any, liked: Any, page_liked: Any, reshared: Any) -> Any:
    """
    Pairs (set, employee) in which a contact passes on something of the employee's and the consumer is shown it; -1 for what is passed on in any case.

    Such events are Poisson, so their means are added up along a consumer's contacts once, and each set draws points on that line.
    """
    sets, members, count = np.empty(1024, np.int64), np.empty(1024, np.int32), 0
    upto, who, size, last = np.empty(1024), np.empty(1024, np.int32), 0, -1
    for place in range(numbers.size):
        own = row[which[place]]
        if own < 0:
            continue
        if which[place] != last:
            last, size, total, anyway = which[place], 0, 0.0, 0.0
            by_like, by_page, by_reshare = liked[last], page_liked[last], reshared[last]
            for tie in range(starts[own], starts[own + 1]):
                hears = heard_here.row[contacts[tie]] if contacts[tie] < employees else -1
                if hears < 0:
                    continue
                anyway += (heard_here.page_likes[hears] * by_page + heard_here.own_likes[hears] * by_like
                           + (heard_here.page_reshares[hears] + heard_here.own_reshares[hears]) * by_reshare)
                edges = heard_here.starts[hears + 1] - heard_here.starts[hears]
                upto, who = with_room(upto, size, edges + 1), with_room(who, size, edges + 1)
                for edge in range(heard_here.starts[hears], heard_here.starts[hears + 1]):
                    total += heard_here.likes[edge] * by_like + heard_here.reshares[edge] * by_reshare
                    upto[size], who[size] = total, heard_here.employees[edge]
                    size += 1
            total += anyway
            upto[size], who[size] = total, -1
            size += 1
        luck, number = folded(folded(key, numbers[place]), employees), 0
        point = clock(uniform(luck, number))
        while point < upto[size - 1]:
            sets, members = with_room(sets, count, 1), with_room(members, count, 1)
            sets[count], members[count] = place, who[np.searchsorted(upto[:size], point, "right")]
            count += 1
            number += 1
            point += clock(uniform(luck, number))
    return sets[:count].copy(), members[:count].copy()


@kernel
def _gathered(key: Any, numbers: Any, drawn: Any, starts: Any, rows: Any, chances: Any, passed_on: Any, enrolled: Any, takes_part: Any) -> Any:
    """Sizes and members of sets: who reaches the consumer directly or by others and says yes; nobody where the page or somebody enrolled does so by others."""
    members, sizes, count = np.empty(1024, np.int32), np.zeros(numbers.size, np.int64), 0
    last, at = np.full(enrolled.size, -1, np.int64), np.zeros(len(passed_on), np.int64)
    for place in range(numbers.size):
        luck, before, covered = folded(key, numbers[place]), count, False
        for edge in range(starts[drawn[place]], starts[drawn[place] + 1]):
            employee = rows[edge]
            if not enrolled[employee] and uniform(folded(luck, 2), employee) < chances[edge]:
                last[employee] = place
                if uniform(folded(luck, 3), employee) < takes_part[employee]:
                    members = with_room(members, count, 1)
                    members[count] = employee
                    count += 1
        for platform in range(len(passed_on)):
            sets, who = passed_on[platform]
            while at[platform] < sets.size and sets[at[platform]] == place:
                employee = who[at[platform]]
                at[platform] += 1
                if employee < 0 or enrolled[employee]:
                    covered = True
                elif last[employee] != place:
                    last[employee] = place
                    if uniform(folded(luck, 3), employee) < takes_part[employee]:
                        members = with_room(members, count, 1)
                        members[count] = employee
                        count += 1
        if covered:
            count = before
        sizes[place] = count - before
    return sizes, members[:count].copy()
