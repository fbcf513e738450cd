"""Rows of followers inside compiled code: 32-bit codes, sorted, without doubles.

A code is the identity of somebody around the firm, or the number of people plus the position of an employee.
Columns are copied in loops: a slice on the left of `=` makes the compiler build the message of an error too, 2 s more.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiling import kernel, rule
from simulation.society.follows import EMPLOYEES

RADIX = 256
FEW = 24


@rule
def sort_row(row: Any, spare: Any, heap: Any, count: Any) -> None:
    """
    Sort the first `count` codes of a row, by insertion where they are few, else by counting digits from the last.

    Parameters
    ----------
    spare : as long as the row
    heap : `RADIX` whole numbers
    """
    if count < FEW:
        for place in range(1, count):
            code, hole = row[place], place
            while hole > 0 and row[hole - 1] > code:
                row[hole] = row[hole - 1]
                hole -= 1
            row[hole] = code
        return
    for shift in (np.uint32(0), np.uint32(8), np.uint32(16), np.uint32(24)):
        for digit in range(RADIX):
            heap[digit] = 0
        for place in range(count):
            heap[(row[place] >> shift) & np.uint32(RADIX - 1)] += 1
        if heap[(row[0] >> shift) & np.uint32(RADIX - 1)] == count:
            continue
        before = 0
        for digit in range(RADIX):
            heap[digit], before = before, before + heap[digit]
        for place in range(count):
            digit = (row[place] >> shift) & np.uint32(RADIX - 1)
            spare[heap[digit]] = row[place]
            heap[digit] += 1
        for place in range(count):
            row[place] = spare[place]


@rule
def without_doubles(row: Any, count: Any) -> Any:
    """Drop doubles of an ascending row in place; returns how many are left."""
    kept = 0
    for place in range(count):
        if place == 0 or row[place] != row[place - 1]:
            row[kept] = row[place]
            kept += 1
    return kept


@rule
def with_room(found: Any, count: Any, most: Any) -> Any:
    """A buffer with room for `most` more than `count`, in compiled code; twice as large when it has to grow."""
    if count + most <= found.size:
        return found
    grown = np.empty(2 * (count + most), dtype=found.dtype)
    for place in range(count):
        grown[place] = found[place]
    return grown


def enlarged[Column: np.ndarray[Any, Any]](column: Column, count: int, most: int) -> Column:
    """The same as `with_room` outside compiled code, where a loop would take an age."""
    if count + most <= column.size:
        return column
    grown = np.empty_like(column, shape=2 * (count + most))
    grown[:count] = column[:count]
    return grown


@rule
def places_where(true: Any, size: Any, found: Any) -> Any:
    """Write the places of those of the first `size` that are true into `found`, without a branch that could be guessed wrong; returns how many there are."""
    count = 0
    for place in range(size):
        found[count] = place
        count += true[place]
    return count


@kernel
def identities_of(codes: Any, people: Any) -> Any:
    """Identities from codes."""
    found = np.empty(codes.size, np.int64)
    for place in range(codes.size):
        code = np.int64(codes[place])
        found[place] = code if code < people else code - people + EMPLOYEES
    return found
