"""Memberships as compiled code sees them: packed into records and read again, nothing is lost."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.society.luck import Luck
from simulation.society.memberships import BLOCKS, Blocks, Memberships, foci_of, focus_of, members_of, packed, unpacked
from simulation.society.permutation import Cells
from simulation.society.recipe import KINDS


@numba.njit  # type: ignore[untyped-decorator]
def opened(records: Any, kind: Any) -> Any:
    return unpacked(records[kind])


@numba.njit  # type: ignore[untyped-decorator]
def there_and_back(records: Any, kind: Any, rank: Any) -> Any:
    """Focus of a rank, and the ranks of its members, from a record."""
    blocks = unpacked(records[kind])
    focus = focus_of(blocks, rank)
    ranks = np.empty(blocks.size, np.uint32)
    count = members_of(blocks, focus, ranks, np.empty((2, blocks.size), np.uint32))
    return focus, ranks[:count]


def every_kind(people: int, assortment: float, seed: int) -> list[Memberships]:
    return [Memberships(kind, people, assortment, Luck(seed)) for kind in KINDS]


def plain(value: Any) -> Any:
    """Tuples and numbers of Python."""
    return tuple(plain(each) for each in value) if isinstance(value, tuple) else value.item() if isinstance(value, np.generic) else value


@settings(max_examples=60)
@given(people=st.integers(1, 5000) | st.integers(10**6, 4 * 10**9), tenths=st.integers(0, 9), seed=st.integers(0, 2**64 - 1))
def test_a_record_gives_back_what_was_packed(people: int, tenths: int, seed: int) -> None:
    memberships = every_kind(people, tenths / 10, seed)
    records = packed(memberships)
    assert records.shape == (len(KINDS),)
    assert records.dtype == BLOCKS
    for kind, each in enumerate(memberships):
        found = opened(records, kind)
        assert plain(tuple(found)) == plain(tuple(each.blocks))
        assert found._fields == Blocks._fields
        assert [part._fields for part in found if isinstance(part, tuple)] == [Cells._fields] * 3


def test_records_have_a_field_for_each_field() -> None:
    assert BLOCKS.names == Blocks._fields
    assert all(BLOCKS[name].names == Cells._fields for name in ("within", "within_last", "movers"))


@pytest.mark.parametrize(("people", "assortment"), [(1, 0.6), (37, 0.0), (640, 0.95), (2011, 0.6), (100_003, 0.3)])
def test_foci_and_members_are_the_same_from_records(people: int, assortment: float) -> None:
    memberships = every_kind(people, assortment, 5)
    records, ranks = packed(memberships), np.unique(np.linspace(0, people - 1, 40).astype(np.int64))
    foci = foci_of(records, ranks)
    assert foci.shape == (len(KINDS), ranks.size)
    for kind, each in enumerate(memberships):
        assert np.array_equal(foci[kind], each.focus(ranks))
        rows = each.members(foci[kind])
        for place, rank in enumerate(ranks.tolist()):
            focus, members = there_and_back(records, kind, rank)
            assert focus == foci[kind, place]
            assert rank in members
            assert members.tolist() == rows[place][rows[place] >= 0].tolist()
