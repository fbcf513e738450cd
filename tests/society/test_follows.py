"""Rows of followers: sorting, doubles, room and codes in compiled code, and rows put together, against plain Python."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulation.society.follows import EMPLOYEES, Follows, follows, joined, slices, with_last
from simulation.society.follows_kernels import FEW, RADIX, enlarged, identities_of, sort_row, with_room, without_doubles

LARGEST = 2**32 - 1
CODES = st.integers(0, LARGEST) | st.integers(0, 5) | st.sampled_from([255, 256, 65_535, 65_536, 2**24 - 1, 2**24, 2**31 - 1, 2**31, LARGEST])
"""32-bit codes, many of them close to where another digit begins."""


@numba.njit  # type: ignore[untyped-decorator]
def first_sorted(codes: Any, count: Any) -> Any:
    """Codes with the first `count` of them sorted."""
    row, heap = codes.copy(), np.full(RADIX, -7, np.int64)
    sort_row(row, np.full(codes.size, 77, np.uint32), heap, count)
    return row


@numba.njit  # type: ignore[untyped-decorator]
def first_distinct(codes: Any, count: Any) -> Any:
    """The first `count` codes without doubles."""
    row = codes.copy()
    return row[: without_doubles(row, count)]


@settings(max_examples=200)
@given(codes=st.lists(CODES, max_size=3 * FEW) | st.lists(st.integers(0, 255).map(lambda digit: 2**24 * 7 + 256 * digit), min_size=FEW, max_size=300), data=st.data())
def test_codes_are_sorted_as_python_sorts_them(codes: list[int], data: st.DataObject) -> None:
    """Few and many, also where most digits are the same; what lies behind the row is left alone."""
    count = data.draw(st.integers(0, len(codes)) | st.just(len(codes)))
    assert first_sorted(np.array(codes, dtype=np.uint32), count).tolist() == sorted(codes[:count]) + codes[count:]


@pytest.mark.parametrize("count", [0, 1, 2, FEW - 1, FEW, FEW + 1, RADIX, 5000])
@pytest.mark.parametrize("order", [1, -1, 7919])
def test_any_number_of_codes_is_sorted(count: int, order: int) -> None:
    """Ascending, descending and mixed, over all 32 bits."""
    codes = (np.arange(count, dtype=np.int64) * order % max(count, 1) * (LARGEST // max(count, 1))).astype(np.uint32)
    assert first_sorted(codes, count).tolist() == sorted(codes.tolist())


@settings(max_examples=100)
@given(codes=st.lists(st.integers(0, 9) | CODES, max_size=40).map(sorted), data=st.data())
def test_doubles_are_dropped(codes: list[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(0, len(codes)))
    assert first_distinct(np.array(codes, dtype=np.uint32), count).tolist() == sorted(set(codes[:count]))


@pytest.mark.parametrize("kind", [np.uint32, np.int64, np.float64])
@pytest.mark.parametrize(("size", "count", "most"), [(0, 0, 0), (0, 0, 1), (4, 4, 0), (4, 3, 1), (4, 4, 1), (4, 2, 9), (100, 60, 41)])
def test_room_is_made_where_there_is_too_little(size: int, count: int, most: int, kind: type) -> None:
    for grow in (enlarged, numba.njit(with_room)):
        before: NDArray[Any] = np.arange(size, dtype=kind)
        after = grow(before, count, most)
        assert after.size >= count + most
        assert after.dtype == before.dtype
        assert after[:count].tolist() == before[:count].tolist()
        assert (after is before or after.ctypes.data == before.ctypes.data) == (count + most <= size)
        assert after.size in (size, 2 * (count + most))
        assert before.tolist() == list(range(size))


def test_growing_one_by_one_copies_seldom() -> None:
    column, copies = np.empty(0, dtype=np.int64), 0
    for count in range(10_000):
        grown = enlarged(column, count, 1)
        copies += grown is not column
        column = grown
        column[count] = count
    assert column[:10_000].tolist() == list(range(10_000))
    assert copies <= 15


def test_codes_are_people_or_positions_of_employees() -> None:
    assert identities_of(np.array([0, 99, 100, 101, 4], dtype=np.uint32), 100).tolist() == [0, 99, EMPLOYEES, EMPLOYEES + 1, 4]
    assert identities_of(np.array([LARGEST - 1, LARGEST], dtype=np.uint32), LARGEST).tolist() == [LARGEST - 1, EMPLOYEES]
    assert identities_of(np.empty(0, dtype=np.uint32), 100).tolist() == []


# Rows put together

LISTS = st.lists(st.sets(st.integers(0, 20) | st.integers(EMPLOYEES, EMPLOYEES + 3), max_size=5), max_size=6)


def rows_of(lists: list[set[int]]) -> Follows:
    return Follows(np.array([0, *accumulate(map(len, lists))]), np.array([person for each in lists for person in sorted(each)], dtype=np.int64))


def listed(rows: Follows) -> list[list[int]]:
    assert rows.starts[0] == 0
    assert rows.starts[-1] == rows.followers.size == rows.sizes.sum()
    return [rows.row(place).tolist() for place in range(rows.starts.size - 1)]


@given(pairs=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9) | st.just(EMPLOYEES)), max_size=40))
def test_pairs_become_sorted_rows_without_doubles(pairs: list[tuple[int, int]]) -> None:
    columns = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    assert listed(follows(columns[:, 0], columns[:, 1], 6)) == [sorted({follower for row, follower in pairs if row == place}) for place in range(6)]


@given(parts=st.lists(LISTS, max_size=4))
def test_parts_are_joined_one_after_the_other(parts: list[list[set[int]]]) -> None:
    assert listed(joined([rows_of(part) for part in parts])) == [sorted(row) for part in parts for row in part]


@given(lists=LISTS, data=st.data())
def test_later_followers_are_put_at_the_ends_of_their_rows(lists: list[set[int]], data: st.DataObject) -> None:
    last = [data.draw(st.sets(st.integers(EMPLOYEES + 10, EMPLOYEES + 14), max_size=3)) for _ in lists]
    row = np.repeat(np.arange(len(last)), [len(each) for each in last]).astype(np.int64)
    found = with_last(rows_of(lists), row, np.array([person for each in last for person in sorted(each)], dtype=np.int64))
    assert listed(found) == [sorted(row | more) for row, more in zip(lists, last, strict=True)]


@given(pieces=st.lists(st.tuples(st.integers(0, 50), st.integers(0, 6)), max_size=8))
def test_slices_are_the_places_one_after_the_other(pieces: list[tuple[int, int]]) -> None:
    starts, sizes = (np.array([piece[place] for piece in pieces], dtype=np.int64) for place in (0, 1))
    assert slices(starts, sizes).tolist() == [place for start, size in pieces for place in range(start, start + size)]
