"""Ties of a society of shared foci, listed by compiled code: everybody in a person's foci is asked, one keyed uniform a pair."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.exposure import reception
from simulation.compiling import kernel, rule
from simulation.society.follows import EMPLOYEES
from simulation.society.follows_kernels import RADIX, sort_row, with_room, without_doubles
from simulation.society.luck_kernels import folded, uniform
from simulation.society.memberships import members_of, unpacked
from simulation.society.permutation import backward, backward_once, forward, forward_once
from simulation.society.population import activity_on, uses

rule(reception)


class Tying(NamedTuple):
    """What decides about ties on one platform."""

    key: np.uint64
    mutual: bool
    densities: NDArray[np.float64]
    """By kind of focus; 0 where a kind plays no part."""
    popularity: NDArray[np.float64]
    """How readily a person is followed, by level of rank."""
    following: NDArray[np.float64]
    """How readily a person follows, by level of rank."""
    levels_per_rank: float
    coworkers: float
    """Expected colleagues of the same department, between people of average sociability."""


class Firm(NamedTuple):
    """Where employees belong, as compiled code sees it; rows of `foci` and `order` are kinds of focus."""

    people: int
    """Around the firm; an employee's code is this plus their position."""
    ranks: NDArray[np.int64]
    foci: NDArray[np.int64]
    """Foci of the employees of each kind, ascending."""
    order: NDArray[np.int64]
    """The employees in that order."""
    department: NDArray[np.int64]
    starts: NDArray[np.int64]
    """Where each department begins in `members`."""
    members: NDArray[np.int64]
    by_department: bool
    """Whether colleagues are tied by department; not where a network of the workplace is given."""


@rule
def tie_key(tying: Any, name: Any) -> Any:
    """The luck of all pairs in which a person comes first."""
    return folded(tying.key, name)


@rule
def tie_luck(mutual: Any, reverse: Any, one: Any, one_key: Any, other: Any, other_key: Any) -> Any:
    """
    The keyed uniform of a pair: unordered where ties are mutual, else author first; `one` is the author unless reversed.

    Parameters
    ----------
    one, other : names, 64-bit words
    one_key, other_key : their `tie_key`
    """
    turned = (mutual & (other > one)) | (reverse & (not mutual))
    return uniform(other_key if turned else one_key, one if turned else other)


@rule
def level_of(tying: Any, rank: Any) -> Any:
    """Step of sociability at which a rank stands; a number or a column."""
    return np.uint64(rank * tying.levels_per_rank)


@rule
def tie_chance(density: Any, popularity: Any, following: Any) -> Any:
    """Chance of a tie between two members of a focus; 1 and more is certain."""
    return density * (popularity * following)


class Room(NamedTuple):
    """Scratch that is used again for one person after another."""

    members: NDArray[np.uint32]
    scratch: NDArray[np.uint32]
    chances: NDArray[np.float64]
    tied: NDArray[np.bool_]
    row: NDArray[np.uint32]
    """The codes that were found."""
    spare: NDArray[np.uint32]
    heap: NDArray[np.int64]


@rule
def _room(records: Any, firm: Any) -> Any:
    largest, most = np.int64(0), np.int64(firm.foci.size + firm.ranks.size)
    for kind in range(len(records)):
        largest = max(largest, records[kind].size)
        most += records[kind].size
    return Room(np.empty(largest, np.uint32), np.empty((2, largest), np.uint32), np.empty(largest), np.empty(largest, np.bool_), np.empty(most + 1, np.uint32),
                np.empty(most + 1, np.uint32), np.empty(RADIX, np.int64))


@kernel
def list_followers(tying: Any, records: Any, identities: Any, firm: Any, people: Any, ranks: Any, foci: Any, reverse: Any, accounts: Any) -> Any:
    """
    Followers of some people on one platform, or whom they follow.

    Parameters
    ----------
    records : memberships by kind, packed
    identities : the permutation from ranks to identities
    people, ranks : who is asked for, and where each stands
    foci : their foci, one row a kind; -1 where they have none
    reverse : whom they follow, instead of who follows them
    accounts : whose accounts are in use; nobody else is listed

    Returns
    -------
    starts, codes : rows in compressed form, ascending; a code is an identity, or the number of people plus an employee's position
    """
    room, starts = _room(records, firm), np.zeros(people.size + 1, np.int64)
    found = np.empty(room.row.size + 512 * people.size, np.uint32)
    for place in range(people.size):
        count = _list_one(tying, records, identities, firm, people[place], ranks[place], foci[:, place], reverse, accounts, room)
        found = with_room(found, starts[place], count)
        for number in range(count):
            found[starts[place] + number] = room.row[number]
        starts[place + 1] = starts[place] + count
    return starts, found[: starts[-1]].copy()


@kernel
def list_live(tying: Any, records: Any, identities: Any, firm: Any, people: Any, ranks: Any, foci: Any, accounts: Any, attentions: Any) -> Any:
    """
    Followers of some people whose accounts are in use, and how much of an average post each is shown.

    Parameters
    ----------
    attentions : by level of rank

    Returns
    -------
    starts, identities, reception : rows in compressed form, ascending
    """
    room, starts = _room(records, firm), np.zeros(people.size + 1, np.int64)
    who, shown = np.empty(room.row.size + 256 * people.size, np.int64), np.empty(room.row.size + 256 * people.size)
    for place in range(people.size):
        count, start = _list_one(tying, records, identities, firm, people[place], ranks[place], foci[:, place], False, accounts, room), starts[place]
        who, shown = with_room(who, start, count), with_room(shown, start, count)
        for other in range(count):
            room.spare[other] = backward_once(identities, room.row[other])
        for other in range(count):
            code = room.row[other]
            if code >= firm.people:
                rank = np.uint32(firm.ranks[code - firm.people])
            else:
                rank = room.spare[other] if room.spare[other] < identities.size else backward(identities, room.spare[other])
            person = _person(firm, code)
            who[start + other], shown[start + other] = person, reception(1.0, activity_on(accounts, person), attentions[level_of(tying, rank)])
        starts[place + 1] = start + count
    return starts, who[: starts[-1]].copy(), shown[: starts[-1]].copy()


@kernel
def _list_one(tying: Any, records: Any, identities: Any, firm: Any, person: Any, rank: Any, foci: Any, reverse: Any, accounts: Any, room: Any) -> Any:
    """Write the codes of one person's followers with accounts in use (or of those whom they follow) into `room.row`, ascending, and return how many they are."""
    members, row, count = room.members, room.row, 0
    staff, theirs, mutual = person >= EMPLOYEES, tying.popularity if reverse else tying.following, tying.mutual
    own = (tying.following if reverse else tying.popularity)[level_of(tying, rank)]
    name = np.uint64(person if staff else rank)
    key = tie_key(tying, name)
    for kind in range(len(records)):
        density, focus = tying.densities[kind], foci[kind]
        if density > 0.0 and focus >= 0:
            size = members_of(unpacked(records[kind]), focus, members, room.scratch)
            for other in range(size):
                room.chances[other] = tie_chance(density, own, theirs[level_of(tying, members[other])])
            for other in range(size):
                member = np.uint64(members[other])
                room.tied[other] = (tie_luck(mutual, reverse, name, key, member, tie_key(tying, member)) < room.chances[other]) & (staff | (member != name))
            for other in range(size):
                row[count] = members[other]
                count += room.tied[other]
    for place in range(count):
        room.spare[place] = forward_once(identities, row[place])
    people, count = count, 0
    for place in range(people):
        code = room.spare[place] if room.spare[place] < identities.size else forward(identities, room.spare[place])
        row[count] = code
        count += uses(accounts, code)
    if not staff:
        for kind in range(len(records)):
            if tying.densities[kind] > 0.0 and foci[kind] >= 0:
                count = _ask_employees(tying, tying.densities[kind], own, theirs, name, firm, kind, foci[kind], row, count, reverse, accounts)
    elif firm.by_department:
        count = _ask_colleagues(tying, own, theirs, name, firm, row, count, reverse, accounts)
    sort_row(row, room.spare, room.heap, count)
    return without_doubles(row, count)


@rule
def _person(firm: Any, code: Any) -> Any:
    """Identity of a code."""
    return np.int64(code) if code < firm.people else np.int64(code) - firm.people + EMPLOYEES


@kernel
def list_page_followers(tying: Any, identities: Any, key: Any, chances: Any, people: Any) -> Any:
    """Identities of those whose keyed uniform lies below the chance of their level; in no order."""
    found, count = np.empty(1024, np.int64), 0
    for rank in range(people):
        if uniform(key, rank) < chances[level_of(tying, rank)]:
            found = with_room(found, count, 1)
            found[count] = forward(identities, rank)
            count += 1
    return found[:count].copy()


@kernel
def ranks_of(identities: Any, employee_ranks: Any, people: Any) -> Any:
    """Rank of each person; an employee's is where they would stand."""
    found = np.empty(people.size, np.int64)
    for place in range(people.size):
        person = people[place]
        found[place] = employee_ranks[person - EMPLOYEES] if person >= EMPLOYEES else np.int64(backward(identities, person))
    return found


@rule
def _ask_employees(tying: Any, density: Any, own: Any, theirs: Any, name: Any, firm: Any, kind: Any, focus: Any, row: Any, count: Any, reverse: Any,
                   accounts: Any) -> Any:
    """Add the tied employees of a focus with accounts in use to a row; returns its new length."""
    foci = firm.foci[kind]
    place, high = np.int64(0), np.int64(foci.size)
    while place < high:
        middle = (place + high) // 2
        if foci[middle] < focus:
            place = middle + 1
        else:
            high = middle
    while place < foci.size and foci[place] == focus:
        employee = firm.order[kind, place]
        chance = tie_chance(density, own, theirs[level_of(tying, firm.ranks[employee])])
        other = np.uint64(employee + EMPLOYEES)
        if tie_luck(tying.mutual, reverse, name, tie_key(tying, name), other, tie_key(tying, other)) < chance and uses(accounts, employee + EMPLOYEES):
            row[count] = firm.people + employee
            count += 1
        place += 1
    return count


@rule
def _ask_colleagues(tying: Any, own: Any, theirs: Any, name: Any, firm: Any, row: Any, count: Any, reverse: Any, accounts: Any) -> Any:
    """Add the tied colleagues of the department with accounts in use, as dense as it must be to give everybody their coworkers."""
    department = firm.department[np.int64(name) - EMPLOYEES]
    low, high = firm.starts[department], firm.starts[department + 1]
    density = tying.coworkers / max(high - low - 1, 1)
    for place in range(low, high):
        employee = firm.members[place]
        other = np.uint64(employee + EMPLOYEES)
        chance = tie_chance(density, own, theirs[level_of(tying, firm.ranks[employee])])
        if other != name and tie_luck(tying.mutual, reverse, name, tie_key(tying, name), other, tie_key(tying, other)) < chance and uses(accounts, employee + EMPLOYEES):
            row[count] = firm.people + employee
            count += 1
    return count
