"""Keyed permutations of 0..n-1 that need no memory: where a number goes, and where it came from, by arithmetic alone.

A generalised Feistel network on the cells of an a x b table (Black and Rogaway 2002), walking on where a cell lies beyond
n. Foci are blocks of permuted positions, so the members of a focus can be listed without any index.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.society.luck import fold, mix_words

ROUNDS = 4


class Permutation:
    """A permutation of 0..size-1 drawn by `key`. Forward and backward take columns and return columns."""

    def __init__(self, size: int, key: int) -> None:
        self.size = size
        self.rows = max(1, math.isqrt(size))
        self.columns = -(-size // self.rows)
        self._keys = [np.uint64(fold(key, number)) for number in range(ROUNDS)]

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
        row, column = np.divmod(numbers, self.columns)
        for turn, key in enumerate(self._keys):
            if turn % 2 == 0:
                row = (row + self._jump(column, key, self.rows)) % self.rows
            else:
                column = (column + self._jump(row, key, self.columns)) % self.columns
        return row * self.columns + column

    def _decrypt(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        row, column = np.divmod(numbers, self.columns)
        for turn, key in reversed(list(enumerate(self._keys))):
            if turn % 2 == 0:
                row = (row - self._jump(column, key, self.rows)) % self.rows
            else:
                column = (column - self._jump(row, key, self.columns)) % self.columns
        return row * self.columns + column

    @staticmethod
    def _jump(half: NDArray[np.int64], key: np.uint64, size: int) -> NDArray[np.int64]:
        words = mix_words(half.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + key)
        return ((words >> np.uint64(32)) * np.uint64(size) >> np.uint64(32)).astype(np.int64)
