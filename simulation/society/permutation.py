"""Keyed permutations of 0..n-1 that need no memory: where a number goes, and where it came from, by arithmetic alone.

A generalised Feistel network on the cells of an a x b table (Black and Rogaway 2002), walking on where a cell lies beyond
n. Foci are blocks of permuted positions, so the members of a focus can be listed without any index.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.society.luck import fold

ROUNDS = 4
LARGEST = 65_535**2
ROUND_FIRST, ROUND_SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)
_15, _16 = np.uint32(15), np.uint32(16)

Halves = NDArray[np.uint32]


class Permutation:
    """A permutation of 0..size-1 (at most `LARGEST` numbers) drawn by `key`. Forward and backward take columns and return columns."""

    def __init__(self, size: int, key: int) -> None:
        self.size = size
        self.rows = max(1, math.isqrt(size))
        self.columns = -(-size // self.rows)
        self._rows, self._columns = np.uint32(self.rows), np.uint32(self.columns)
        self._keys = [np.uint32(fold(key, number) >> 32) for number in range(ROUNDS)]

    def forward(self, numbers: NDArray[Any]) -> NDArray[np.int64]:
        """Where each number goes."""
        return self._walk(numbers, self._encrypt)

    def backward(self, numbers: NDArray[Any]) -> NDArray[np.int64]:
        """Which number went there."""
        return self._walk(numbers, self._decrypt)

    def _walk(self, numbers: NDArray[Any], once: Any) -> NDArray[np.int64]:
        """Apply `once` until every cell lies below `size`; the table is hardly larger, so one more turn is rare."""
        placed: NDArray[np.int64] = once(np.asarray(numbers, dtype=np.int64))
        beyond = np.flatnonzero(placed >= self.size)
        while beyond.size:
            placed[beyond] = once(placed[beyond])
            beyond = beyond[placed[beyond] >= self.size]
        return placed

    def _encrypt(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        row, column = self._cell(numbers)
        for turn, key in enumerate(self._keys):
            if turn % 2 == 0:
                row = _turned(row + _jump(column, key, self._rows), self._rows)
            else:
                column = _turned(column + _jump(row, key, self._columns), self._columns)
        return self._number(row, column)

    def _decrypt(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        row, column = self._cell(numbers)
        for turn, key in reversed(list(enumerate(self._keys))):
            if turn % 2 == 0:
                row = _turned(row + self._rows - _jump(column, key, self._rows), self._rows)
            else:
                column = _turned(column + self._columns - _jump(row, key, self._columns), self._columns)
        return self._number(row, column)

    def _cell(self, numbers: NDArray[np.int64]) -> tuple[Halves, Halves]:
        row = numbers // self.columns
        return row.astype(np.uint32), (numbers - row * self.columns).astype(np.uint32)

    def _number(self, row: Halves, column: Halves) -> NDArray[np.int64]:
        return row.astype(np.int64) * self.columns + column


def _turned(half: Halves, size: np.uint32) -> Halves:
    """`half` modulo `size`, for a half below twice the size."""
    return half - size * (half >= size)


def _jump(half: Halves, key: np.uint32, size: np.uint32) -> Halves:
    """A keyed number below `size` for each half; 32-bit mixing keeps the processor's lanes full and is enough for a round."""
    words = half * ROUND_FIRST
    words += key
    words ^= words >> _15
    words *= ROUND_SECOND
    words >>= _16
    words *= size
    words >>= _16
    return words
