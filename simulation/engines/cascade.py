"""Independent Cascade: who is reached when everybody who is shown a post passes it on once, at the next step.

The model of Kempe, Kleinberg and Tardos (2003), "Maximizing the spread of influence through a social network": a tie is
hit with the same probability everywhere, once, when its author is reached. It is what ours becomes with one post, fixed
visibility, certain resharing and a delay of one step, and it has the same luck, tie by tie.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import in_pieces
from simulation.engines.cascade_kernels import LANES, reach_counts, reach_in_order
from simulation.errors import InputError
from simulation.society.hashing import UNIT, Words
from simulation.society.luck import STREAMS, Luck, fold_words
from simulation.society.words import number_of

FollowArrays = tuple[NDArray[Any], NDArray[Any]]
"""Starts and followers as in `Follows`: row i is `followers[starts[i]:starts[i + 1]]`, who are shown what person i shares. Any integers."""

AT_ONCE = 1024
"""Replications of one call of compiled code."""

MOST_PEOPLE = 2**32 - 1


class Cascade(NamedTuple):
    """Who is reached in one replication, in order of the steps; those who start come first."""

    person: NDArray[np.uint32]
    """Row of the person in the ties."""
    step: NDArray[np.int32]
    """0 for those who start, 1 for followers to whom they passed it on, and so on."""


class _Work(NamedTuple):
    """What the kernels need of a cascade, checked."""

    starts: NDArray[Any]
    followers: NDArray[Any]
    heard: NDArray[Any]
    names: NDArray[np.int64] | None
    seeds: NDArray[np.int64]
    threshold: np.uint64


def independent_cascade(follows: FollowArrays, seeds: Any, probability: float, luck: Luck, replications: int, *,
                        item: int = 0, platform: str = "facebook", names: Any = None) -> NDArray[np.int64]:
    """
    Number of people reached in each of many replications of an Independent Cascade.

    Costs what it reaches: some 20 to 100 nanoseconds for each person reached who has 20 followers, and 5 bytes for everybody, and with
    names 8 bytes more for every tie.

    Parameters
    ----------
    follows : starts and followers of everybody, as in `Follows`; integers of any width, 32 bits are the fastest
    seeds : rows of the people who start, at least one; doubles count once
    probability : that a person who passes the post on reaches a given follower, 0 to 1
    luck : of the study; replication r draws from `luck.replication(r)`
    replications : how many, 1 or more
    item, platform : what is shared, and where; they name the luck
    names : identity of each row, 0 or more, by which luck knows the person; left out, the number of the row

    Returns
    -------
    people reached, those who start included, one number for each replication

    Raises
    ------
    InputError
        An argument is out of range, or the cascade met a row or a follower that does not exist.
    """
    if replications < 1:
        raise InputError(f"replications: given {replications}; allowed: 1 or more")
    work = _checked(follows, seeds, probability, names)
    keys = _share_keys(luck, replications, item, platform)
    try:
        return np.concatenate(in_pieces(lambda first, stop: reach_counts(*work, keys[first:stop]), replications, AT_ONCE))
    except IndexError:
        raise _broken(follows) from None


def cascade_steps(follows: FollowArrays, seeds: Any, probability: float, luck: Luck, *, item: int = 0, platform: str = "facebook", names: Any = None) -> Cascade:
    """
    Who is reached in one replication of an Independent Cascade, and at which step.

    A follower is reached from an author if `luck.uniform("delivery", item, number_of(platform), author, 1, follower)` lies
    below the probability: it is the luck of the first delivery of the author's share in the model.

    Parameters
    ----------
    luck : of the replication; `luck.replication(r)` gives what `independent_cascade` counts as number r

    The others are those of `independent_cascade`, and so are the errors.
    """
    work = _checked(follows, seeds, probability, names)
    try:
        return Cascade(*reach_in_order(*work, np.uint64(luck.key("delivery", item, number_of(platform)))))
    except IndexError:
        raise _broken(follows) from None


def _share_keys(luck: Luck, replications: int, item: int, platform: str) -> Words:
    """`luck.replication(r).key("delivery", item, number_of(platform))` for each r."""
    keys = fold_words(luck.key("replication"), np.arange(replications))
    for name in (0, STREAMS["delivery"], item, number_of(platform)):
        keys = fold_words(keys, np.full(replications, name, dtype=np.uint64))
    return keys


def _checked(follows: FollowArrays, seeds: Any, probability: float, names: Any) -> _Work:
    """The arguments, checked as far as takes no time; rows and followers are checked when met."""
    starts, followers = follows
    people = starts.size - 1
    for what, column in (("starts", starts), ("followers", followers)):
        if column.ndim != 1 or column.dtype.kind not in "iu":
            raise InputError(f"follows: given {what} with {column.ndim} dimensions of {column.dtype}; allowed: one dimension of whole numbers")
    if not 1 <= people <= MOST_PEOPLE:
        raise InputError(f"follows: given starts of {people:,} people; allowed: 1 to {MOST_PEOPLE:,}, one start each and the end of the last row")
    if starts[0] != 0 or starts[-1] != followers.size:
        raise InputError(f"follows: given starts from {starts[0]} to {starts[-1]}; allowed: from 0 to the {followers.size:,} followers there are")
    if not 0 <= probability <= 1:
        raise InputError(f"probability: given {probability}; allowed: 0 to 1")
    chosen = np.unique(_whole_numbers("seeds", seeds))
    if not chosen.size or chosen[0] < 0 or chosen[-1] >= people:
        given = "nobody" if not chosen.size else str(chosen[0] if chosen[0] < 0 else chosen[-1])
        raise InputError(f"seeds: given {given}; allowed: at least one row, 0 to {people - 1}")
    known = None if names is None else _whole_numbers("names", names)
    if known is not None and (known.size != people or known.min() < 0):
        given = f"{known.size:,} names" if known.size != people else str(known.min())
        raise InputError(f"names: given {given}; allowed: one whole number of 0 or more for each of the {people:,} people")
    padded = followers if followers.size >= LANES else np.concatenate((followers, np.zeros(LANES, dtype=followers.dtype)))
    padded = np.ascontiguousarray(padded)
    return _Work(np.ascontiguousarray(starts), padded, padded if known is None else _named(known, padded, follows), known, chosen,
                 np.uint64(max(0.0, np.ceil(probability / UNIT - 0.5))))


def _whole_numbers(what: str, values: Any) -> NDArray[np.int64]:
    column = np.asarray(values)
    if column.ndim != 1 or (column.size and column.dtype.kind not in "iu"):
        raise InputError(f"{what}: given {column.ndim} dimensions of {column.dtype}; allowed: one dimension of whole numbers")
    return column.astype(np.int64)


def _named(names: NDArray[np.int64], followers: NDArray[Any], follows: FollowArrays) -> NDArray[np.int64]:
    """Names of the followers."""
    if followers.size and not 0 <= followers.min() <= followers.max() < names.size:
        raise _broken(follows)
    return np.asarray(names[followers])


def _broken(follows: FollowArrays) -> InputError:
    """What is wrong with ties that a cascade could not follow."""
    starts, followers = follows
    people = starts.size - 1
    back = np.flatnonzero(starts[1:] < starts[:-1])
    if back.size:
        return InputError(f"follows: given row {back[0]}, which ends before it starts; allowed: starts that never fall")
    strange = followers[(followers < 0) | (followers >= people)]
    return InputError(f"follows: given follower {strange[0]}; allowed: rows of people, 0 to {people - 1}")
