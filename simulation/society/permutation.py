"""Keyed permutations of 0..n-1 that need no memory: where a number goes, and where it came from, by arithmetic alone.

A generalised Feistel network on the cells of an a x b table (Black and Rogaway 2002), walking on where a cell lies beyond
n. Foci are blocks of permuted positions, so the members of a focus can be listed without any index. Rounds are 32-bit, which
keeps the processor's lanes full.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import kernel, rule
from simulation.society.luck import fold

ROUNDS = 4
LARGEST = 65_535**2
ROUND_FIRST, ROUND_SECOND = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)
_15, _16 = np.uint32(15), np.uint32(16)


class Cells(NamedTuple):
    """A permutation as compiled code sees it: a table of `rows` x `columns` cells, of which the first `size` are numbers."""

    size: np.uint32
    rows: np.uint32
    columns: np.uint32
    per_column: float
    """1 / columns."""
    keys: tuple[np.uint32, ...]
    """One for each round."""


class Permutation:
    """A permutation of 0..size-1 (at most `LARGEST` numbers) drawn by `key`. Forward and backward take columns and return columns."""

    def __init__(self, size: int, key: int) -> None:
        self.size = size
        rows = max(1, math.isqrt(size))
        columns = max(1, -(-size // rows))
        self.cells = Cells(np.uint32(size), np.uint32(rows), np.uint32(columns), 1.0 / columns, tuple(np.uint32(fold(key, number) >> 32) for number in range(ROUNDS)))

    def forward(self, numbers: NDArray[Any]) -> NDArray[np.int64]:
        """Where each number goes."""
        return _forward_column(self.cells, np.asarray(numbers, dtype=np.int64))

    def backward(self, numbers: NDArray[Any]) -> NDArray[np.int64]:
        """Which number went there."""
        return _backward_column(self.cells, np.asarray(numbers, dtype=np.int64))


@rule
def forward_once(cells: Any, number: Any) -> Any:
    """The cell that a cell goes to, perhaps beyond the last number."""
    row = np.uint32((number + 0.5) * cells.per_column)
    column = np.uint32(number - row * cells.columns)
    row = _turned(row + _jump(column, cells.keys[0], cells.rows), cells.rows)
    column = _turned(column + _jump(row, cells.keys[1], cells.columns), cells.columns)
    row = _turned(row + _jump(column, cells.keys[2], cells.rows), cells.rows)
    column = _turned(column + _jump(row, cells.keys[3], cells.columns), cells.columns)
    return np.uint32(row * cells.columns + column)


@rule
def backward_once(cells: Any, number: Any) -> Any:
    """The cell that goes to a cell, perhaps beyond the last number."""
    row = np.uint32((number + 0.5) * cells.per_column)
    column = np.uint32(number - row * cells.columns)
    column = _turned(column + cells.columns - _jump(row, cells.keys[3], cells.columns), cells.columns)
    row = _turned(row + cells.rows - _jump(column, cells.keys[2], cells.rows), cells.rows)
    column = _turned(column + cells.columns - _jump(row, cells.keys[1], cells.columns), cells.columns)
    row = _turned(row + cells.rows - _jump(column, cells.keys[0], cells.rows), cells.rows)
    return np.uint32(row * cells.columns + column)


@rule
def forward(cells: Any, number: Any) -> Any:
    """Where one number goes: walk on until a cell is a number; the table is hardly larger, so one more turn is rare."""
    placed = forward_once(cells, np.uint32(number))
    while placed >= cells.size:
        placed = forward_once(cells, placed)
    return placed


@rule
def backward(cells: Any, number: Any) -> Any:
    """Which number goes there."""
    placed = backward_once(cells, np.uint32(number))
    while placed >= cells.size:
        placed = backward_once(cells, placed)
    return placed


@rule
def _turned(half: Any, size: Any) -> Any:
    """`half` modulo `size`, for a half below twice the size."""
    half = np.uint32(half)
    return np.uint32(half - size) if half >= size else half


@rule
def _jump(half: Any, key: Any, size: Any) -> Any:
    """A keyed number below `size` for each half."""
    word = np.uint32(np.uint32(half * ROUND_FIRST) + key)
    word = np.uint32(word ^ np.uint32(word >> _15))
    word = np.uint32(word * ROUND_SECOND)
    word = np.uint32(np.uint32(word >> _16) * size)
    return np.uint32(word >> _16)


@kernel
def _forward_column(cells: Any, numbers: Any) -> Any:
    placed = np.empty(numbers.size, np.int64)
    for place in range(numbers.size):
        placed[place] = forward(cells, numbers[place])
    return placed


@kernel
def _backward_column(cells: Any, numbers: Any) -> Any:
    placed = np.empty(numbers.size, np.int64)
    for place in range(numbers.size):
        placed[place] = backward(cells, numbers[place])
    return placed
