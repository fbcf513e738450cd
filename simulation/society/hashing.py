"""The hash that all luck comes from: 64-bit words in, 64-bit words out, and numbers in (0, 1) from them.

The mixing is the finaliser of SplitMix64 (Steele, Lea, Flood 2014), whose output passes standard batteries when its input is
a counter times an odd constant, as it is here. Functions of words take columns or, compiled, one word.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Reals = NDArray[np.float64]

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB
UNIT = 2.0**-52

_GOLDEN, _FIRST, _SECOND = np.uint64(GOLDEN), np.uint64(FIRST), np.uint64(SECOND)
_ONE, _30, _27, _31, _12 = np.uint64(1), np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)


def mix(word: int) -> int:
    """SplitMix64's finaliser on one Python integer of 64 bits."""
    word = ((word ^ (word >> 30)) * FIRST) & MASK
    word = ((word ^ (word >> 27)) * SECOND) & MASK
    return word ^ (word >> 31)


def mix_words(words: Words) -> Words:
    """The same finaliser on a column or, compiled, on one word."""
    words = words ^ (words >> _30)
    words *= _FIRST
    words ^= words >> _27
    words *= _SECOND
    words ^= words >> _31
    return words


def fold_word(key: Any, name: Any) -> Words:
    """Keys that have taken in a name each; columns or, compiled, one word and one word."""
    return mix_words(key + (name + _ONE) * _GOLDEN)


def to_unit(words: Any) -> Any:
    """Uniform numbers in (0, 1) from keys, by their upper 52 bits and never an end point; columns or, compiled, one word."""
    return (words >> _12) * UNIT + UNIT / 2
