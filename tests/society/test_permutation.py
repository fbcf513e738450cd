"""Keyed permutations: one to one, invertible without memory, and without favourite places."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from simulation.society.luck import Luck
from simulation.society.permutation import LARGEST, Permutation

KEYS = st.integers(0, 2**64 - 1)


@pytest.mark.parametrize("key", [0, 1, 2**64 - 1])
def test_every_small_permutation_is_one_to_one(key: int) -> None:
    for size in range(1, 260):
        numbers = np.arange(size)
        permutation = Permutation(size, key)
        placed = permutation.forward(numbers)
        assert np.array_equal(np.sort(placed), numbers), size
        assert np.array_equal(permutation.backward(placed), numbers), size
        assert np.array_equal(permutation.forward(permutation.backward(numbers)), numbers), size


@given(size=st.integers(260, 30_000), key=KEYS)
def test_a_middling_permutation_is_one_to_one(size: int, key: int) -> None:
    placed = Permutation(size, key).forward(np.arange(size))
    assert placed.min() == 0
    assert np.array_equal(np.bincount(placed), np.ones(size))


@given(size=st.integers(10**6, LARGEST), key=KEYS, data=st.data())
def test_backward_inverts_forward_at_any_size(size: int, key: int, data: st.DataObject) -> None:
    numbers = np.array(data.draw(st.lists(st.integers(0, size - 1), min_size=1, max_size=50, unique=True)) + [size - 1, 0])
    permutation = Permutation(size, key)
    placed = permutation.forward(numbers)
    assert placed.min() >= 0
    assert placed.max() < size
    assert np.array_equal(permutation.backward(placed), numbers)
    assert np.array_equal(permutation.forward(permutation.backward(numbers)), numbers)
    assert len(set(placed.tolist())) == len(set(numbers.tolist()))


def test_a_part_is_permuted_as_the_whole_is_and_left_as_it_was() -> None:
    permutation, numbers = Permutation(1000, 3), np.arange(1000)
    assert np.array_equal(permutation.forward(numbers[17:40]), permutation.forward(numbers)[17:40])
    assert np.array_equal(numbers, np.arange(1000))


def test_nothing_and_one_are_permuted_too() -> None:
    assert Permutation(10, 1).forward(np.empty(0, dtype=np.int64)).size == 0
    assert Permutation(1, 9).forward(np.array([0])).tolist() == [0]


def test_neighbouring_keys_permute_differently() -> None:
    # 50 keys, 1,000 numbers: unrelated permutations agree at 1 place on average; 12 or more: below 1e-9 a pair
    placed = [Permutation(1000, key).forward(np.arange(1000)) for key in range(50)]
    assert max(int((first == second).sum()) for first, second in pairwise(placed)) < 12


@pytest.mark.parametrize("size", [10, 60, 64])
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_each_number_goes_everywhere_equally_often(size: int, place: str) -> None:
    # Fixed keys of seed 2016, 6,000 permutations, refused below p = 1e-5, 9 cases: false alarm 9e-5
    number = np.array([{"first": 0, "middle": size // 2, "last": size - 1}[place]])
    luck = Luck(2016)
    places = [int(Permutation(size, luck.key("foci", turn)).forward(number)[0]) for turn in range(6000)]
    assert stats.chisquare(np.bincount(places, minlength=size)).pvalue > 1e-5


@pytest.mark.parametrize("size", [10_000, 99_999, 1_000_003])
def test_blocks_are_scattered_and_neighbours_part(size: int) -> None:
    # Fixed key, `size` numbers: a block of a tenth falls evenly into 50 parts (chi-square, conservative without
    # replacement, p > 1e-5) and neighbours' places are uncorrelated (4.5 standard errors, 7e-6); 3 cases: false alarm 5e-5
    placed = Permutation(size, 2016).forward(np.arange(size))
    parts = np.bincount(placed[: size // 10] * 50 // size, minlength=50)
    assert stats.chisquare(parts).pvalue > 1e-5
    assert abs(np.corrcoef(placed[1:], placed[:-1])[0, 1]) < 4.5 / np.sqrt(size)
