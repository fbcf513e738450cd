"""Where everybody stands in a picture of the network: departments on an inner ring, the people whom they know around them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.society.society import Society

Reals = NDArray[np.float64]
Numbers = NDArray[np.int64]

MOST_DOTS = 10_000
"""People of the market who are drawn one by one; of more, an even sample is."""
MOST_STAFF = 1_200
"""Employees who are drawn one by one, likewise."""
MOST_GROUPS = 12
"""Departments with a place of their own; the smallest of more share one."""
WIDE, HIGH = 1.3, 0.84
"""Half axes of the outer ring."""
INNER, RING = 0.68, 0.43
"""Where audiences begin and where departments stand, as fractions of the outer ring."""
GAP = 0.012
"""Angle between two audiences, as a fraction of the circle."""
GOLDEN = (5**0.5 - 1) / 2
LARGEST = 0.19
"""Radius of a department's circle, at most."""


class Group(NamedTuple):
    """A department, or the smallest ones together."""

    name: str
    start: float
    stop: float
    """Angles of its audience, in turns from the top, clockwise."""
    centre: tuple[float, float]
    radius: float
    employees: int
    enrolled: int
    contacts: int
    """People of the market who are closest to it."""


class Layout(NamedTuple):
    """Places of people and groups."""

    groups: list[Group]
    staff: Numbers
    """Positions of the employees who are drawn, ascending."""
    staff_places: Reals
    enrolled: NDArray[np.bool_]
    """Whether each of them is enrolled."""
    person: Numbers
    """People of the market who are drawn, ascending."""
    person_places: Reals
    ties: Numbers
    """How many employees each of them knows."""
    between: Numbers
    """People of the market whom employees of two groups know: a symmetric table."""
    contacts: int
    """People of the market whom any employee knows."""
    shared_contacts: int
    """Those among them who know two employees or more."""
    per_dot: float
    """People of the market for whom a dot stands."""
    per_staff_dot: float
    """Employees for whom a dot in a circle stands."""


def lay_out(society: Society, extra: Numbers | None = None, roots: Numbers | None = None, authors: Numbers | None = None) -> Layout:
    """
    Places for the employees and the people of the market whom they know.

    Parameters
    ----------
    extra, roots : people who have to be drawn, whether they know an employee or not, and the position of the employee to whom each goes back
    authors : positions of employees who have to be drawn
    """
    group_of, names = _groups(society)
    person, main, ties, between = _contacts(society, group_of, len(names))
    contacts, shared, closest = person.size, int((ties > 1).sum()), np.bincount(main, minlength=len(names))
    chosen = _sample(person, extra)
    drawn = person[chosen]
    if extra is not None and roots is not None:
        missing = ~np.isin(extra, person)
        _, first = np.unique(extra[missing], return_index=True)
        drawn = np.concatenate((drawn, extra[missing][first]))
        main = np.concatenate((main[chosen], group_of[roots[missing][first]]))
        ties = np.concatenate((ties[chosen], np.zeros(first.size, dtype=np.int64)))
    else:
        main, ties = main[chosen], ties[chosen]
    sizes = np.bincount(main, minlength=len(names))
    angles = _angles(sizes)
    groups = _placed(society, group_of, names, angles, closest)
    order = np.argsort(drawn, kind="stable")
    places = _person_places(main, ties, angles)
    staff = _staff_sample(group_of, authors)
    return Layout(groups, staff, _staff_places(group_of[staff], groups), society.staff.enrolled[staff], drawn[order], places[order], ties[order], between,
                  contacts, shared, contacts / max(int(np.count_nonzero(ties)), 1), group_of.size / staff.size)


def on_ring(turns: Reals, fraction: Reals) -> Reals:
    """Points at angles (turns from the top, clockwise) and fractions of the outer ring, two columns."""
    angle = 2 * np.pi * np.asarray(turns)
    return np.stack((WIDE * fraction * np.sin(angle), HIGH * fraction * np.cos(angle)), axis=-1)


def _groups(society: Society) -> tuple[Numbers, list[str]]:
    """Group of each employee, and the names of the groups, the largest first."""
    departments, sizes = np.unique(society.staff.department, return_counts=True)
    order = np.argsort(-sizes, kind="stable")
    alone = order if order.size <= MOST_GROUPS else order[: MOST_GROUPS - 1]
    names = [f"Department {departments[place] + 1}" for place in alone]
    if alone.size < order.size:
        names.append(f"{order.size - alone.size} smaller ones")
    rank = np.full(int(departments.max()) + 1, len(names) - 1)
    rank[departments[alone]] = np.arange(alone.size)
    return rank[society.staff.department], names


def _contacts(society: Society, group_of: Numbers, groups: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """People of the market whom employees know on any platform: identity, the group with most ties to each, their ties to employees; and how many two groups share."""
    pairs = []
    for name in society.scenario.platforms.names():
        rows = society.audiences(name).rows
        pairs.append(np.stack((rows.followers, np.repeat(np.arange(rows.sizes.size), rows.sizes))))
    both = np.concatenate(pairs, axis=1)
    both = np.unique(both[:, both[0] < society.scenario.market.consumers], axis=1)
    person, place = np.unique(both[0], return_inverse=True)
    counts = np.zeros((person.size, groups), dtype=np.int32)
    np.add.at(counts, (place, group_of[both[1]]), 1)
    known = (counts > 0).astype(np.float32)
    return person, counts.argmax(axis=1).astype(np.int64), counts.sum(axis=1).astype(np.int64), (known.T @ known).astype(np.int64)


def _sample(person: Numbers, extra: Numbers | None) -> Numbers:
    """Places of the people who are drawn: everybody, or every so many, and those who have to be."""
    if person.size <= MOST_DOTS:
        return np.arange(person.size)
    every = np.linspace(0, person.size - 1, MOST_DOTS).astype(np.int64)
    wanted = every if extra is None else np.concatenate((every, np.flatnonzero(np.isin(person, extra))))
    return np.unique(wanted)


def _angles(sizes: Numbers) -> Reals:
    """Start and stop of each group's sector, by the size of its audience, but none too narrow to be named."""
    parts = np.maximum(sizes / max(int(sizes.sum()), 1), 0.045)
    parts = parts / parts.sum()
    stops = np.cumsum(parts)
    return np.stack((stops - parts + GAP / 2, stops - GAP / 2), axis=1)


def _person_places(main: Numbers, ties: Numbers, angles: Reals) -> Reals:
    """Places in the audiences: whoever knows more employees stands further in."""
    places = np.zeros((main.size, 2))
    for group, (start, stop) in enumerate(angles):
        own = np.flatnonzero(main == group)
        own = own[np.argsort(-ties[own], kind="stable")]
        rank = np.arange(own.size)
        fraction = np.sqrt(INNER**2 + (rank + 0.5) / max(own.size, 1) * (1 - INNER**2))
        places[own] = on_ring(start + (rank * GOLDEN % 1.0) * (stop - start), fraction)
    return places


def _placed(society: Society, group_of: Numbers, names: list[str], angles: Reals, contacts: Numbers) -> list[Group]:
    """Circles of the departments, their areas by how many work there, beside one another on a ring in the order of their audiences."""
    employees = np.bincount(group_of, minlength=len(names))
    radii = np.sqrt(employees / int(employees.max()))
    centres = _along_ring(radii, angles) if len(names) > 1 else np.zeros((1, 2))
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2) + np.eye(len(names)) * 1e9
    scale = min(LARGEST, float((apart / (radii[:, None] + radii[None])).min()) * 0.94)
    enrolled = np.bincount(group_of, weights=society.staff.enrolled, minlength=len(names)).astype(int)
    return [Group(name, float(start), float(stop), (float(x), float(y)), float(radius * scale), int(people), int(joined), int(known))
            for name, (start, stop), (x, y), radius, people, joined, known in zip(names, angles, centres, radii, employees, enrolled, contacts, strict=True)]


def _along_ring(radii: Reals, angles: Reals) -> Reals:
    """Centres on the inner ring: each circle gets as much of the way round as its radius asks for, the largest stands before its audience."""
    turns = np.linspace(0.0, 1.0, 2001)
    ring = on_ring(turns, np.full(turns.size, RING))
    way = np.concatenate(([0.0], np.cumsum(np.linalg.norm(np.diff(ring, axis=0), axis=1))))
    parts = (radii + 0.12) / (radii + 0.12).sum()
    middles = (np.cumsum(parts) - parts / 2) * way[-1]
    first = int(radii.argmax())
    shift = np.interp(angles[first].mean(), turns, way) - middles[first]
    return on_ring(np.interp((middles + shift) % way[-1], way, turns), np.full(radii.size, RING))


def _staff_sample(group_of: Numbers, authors: Numbers | None) -> Numbers:
    """Positions of the employees who are drawn: everybody, or an even part of each group, and those who have to be."""
    if group_of.size <= MOST_STAFF:
        return np.arange(group_of.size)
    ordered = np.argsort(group_of, kind="stable")
    even = ordered[np.linspace(0, ordered.size - 1, MOST_STAFF).astype(np.int64)]
    return np.unique(even if authors is None else np.concatenate((even, authors)))


def _staff_places(group_of: Numbers, groups: list[Group]) -> Reals:
    """Employees inside their department's circle, in the order of a sunflower."""
    places = np.zeros((group_of.size, 2))
    for number, group in enumerate(groups):
        own = np.flatnonzero(group_of == number)
        rank = np.arange(own.size)
        away = group.radius * 0.9 * np.sqrt((rank + 0.5) / max(own.size, 1)) * (own.size > 1)
        angle = 2 * np.pi * rank * GOLDEN
        places[own] = np.array(group.centre) + np.stack((away * np.cos(angle), away * np.sin(angle)), axis=1)
    return places
