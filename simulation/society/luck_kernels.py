"""Keyed luck inside compiled code: the hash, on one 64-bit word at a time."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.compiling import kernel, rule
from simulation.society.hashing import fold_word, mix_words, to_unit

for registered in (mix_words, fold_word, to_unit):
    rule(registered)


@rule
def folded(key: Any, name: Any) -> Any:
    """`luck.fold` of one name that is not negative."""
    return fold_word(np.uint64(key), np.uint64(name))


@rule
def uniform(key: Any, name: Any) -> Any:
    """A uniform number in (0, 1) for the event that `key` and one more name stand for."""
    return to_unit(fold_word(np.uint64(key), np.uint64(name)))


@kernel
def folded_column(key: Any, names: Any) -> Any:
    """One key that has taken in each of `names`."""
    found = np.empty(names.size, np.uint64)
    for place in range(names.size):
        found[place] = folded(key, names[place])
    return found


@kernel
def folded_each(keys: Any, names: Any) -> Any:
    """Keys that have taken in one of `names` each."""
    found = np.empty(names.size, np.uint64)
    for place in range(names.size):
        found[place] = folded(keys[place], names[place])
    return found


@kernel
def uniform_column(key: Any, names: Any) -> Any:
    """Uniform numbers in (0, 1), one for each of `names`."""
    found = np.empty(names.size)
    for place in range(names.size):
        found[place] = uniform(key, names[place])
    return found
