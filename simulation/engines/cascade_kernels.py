"""Independent Cascade in compiled code: who passes on, tie by tie, 32 ties at a time.

Rows of followers are short and lie anywhere in memory. So the hash of 32 followers is computed at once and without a
branch, only ties that are hit look at anybody's flag, and rows that will be read soon are fetched ahead. Nothing is
checked before the start: places and rows are checked as they are met, so that a cascade costs what it reaches.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from simulation.compiling import kernel, rule
from simulation.society.hashing import fold_word
from simulation.society.luck_kernels import folded

LANES = 32
"""Ties that are hashed at once; arrays of followers must be at least this long."""

AHEAD = 6
"""Authors between the one at work and the one whose row is fetched."""

FEW = 16
"""From one person in so many reached, all flags are cleared instead of theirs."""

UNUSED_BITS = 12
"""Lowest bits of a key, which a uniform number does not use."""

_ALL, _ONE, _64, _LAST_LANE = np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64(1), np.uint64(64), np.uint64(LANES - 1)
_WORD, _BIT = ir.IntType(64), ir.IntType(1)
_WORDS = ir.VectorType(_WORD, LANES)

emitted: Callable[[Any], Any] = intrinsic
"""Turns a function of types, and what it says to emit, into an instruction for kernels."""


class Lanes:
    """Many 64-bit words in the making: operators emit vector instructions, so that the rule of hashing can be applied to it as it stands."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder = builder
        self.value = value

    @classmethod
    def of_one(cls, builder: Any, word: Any) -> Lanes:
        """The same word in every lane."""
        nothing = ir.Constant(_WORDS, ir.Undefined)
        first = builder.insert_element(nothing, word, ir.Constant(ir.IntType(32), 0))
        return cls(builder, builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)))

    def __add__(self, other: Any) -> Lanes:
        return Lanes(self.builder, self.builder.add(self.value, self._value(other)))

    def __mul__(self, other: Any) -> Lanes:
        return Lanes(self.builder, self.builder.mul(self.value, self._value(other)))

    def __xor__(self, other: Any) -> Lanes:
        return Lanes(self.builder, self.builder.xor(self.value, self._value(other)))

    def __rshift__(self, other: Any) -> Lanes:
        return Lanes(self.builder, self.builder.lshr(self.value, self._value(other)))

    def below(self, other: Lanes) -> Any:
        """A word with one bit for each lane that is smaller than the other's."""
        flags = self.builder.icmp_unsigned("<", self.value, other.value)
        return self.builder.zext(self.builder.bitcast(flags, ir.IntType(LANES)), _WORD)

    @staticmethod
    def _value(other: Any) -> Any:
        return other.value if isinstance(other, Lanes) else ir.Constant(_WORDS, [int(other)] * LANES)


@emitted
def hits(_: Any, names: Any, place: Any, key: Any, threshold: Any) -> Any:
    """Bit j is set if the uniform number of `key` and `names[place + j]` lies below `threshold` numbers of 2^52; `LANES` bits."""
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        width = ir.IntType(signature.args[0].dtype.bitwidth)
        data = context.make_array(signature.args[0])(context, builder, value=arguments[0]).data
        pointer = builder.bitcast(builder.gep(data, [arguments[1]]), ir.VectorType(width, LANES).as_pointer())
        loaded = builder.load(pointer, align=width.width // 8)
        name = Lanes(builder, loaded if width.width == 64 else builder.zext(loaded, _WORDS))
        drawn: Any = fold_word(cast("Any", Lanes.of_one(builder, arguments[2])), cast("Any", name)) >> UNUSED_BITS
        return drawn.below(Lanes.of_one(builder, arguments[3]))

    return types.uint64(names, types.int64, types.uint64, types.uint64), emit


@emitted
def lowest(_: Any, word: Any) -> Any:
    """Place of the lowest bit that is set; 64 if none is."""
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(_BIT, 0))

    return types.uint64(types.uint64), emit


@emitted
def fetch(_: Any, array: Any, place: Any) -> Any:
    """Bring `array[place]` near without waiting for it; any place is allowed."""
    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, value=arguments[0]).data
        pointer = builder.bitcast(builder.gep(data, [arguments[1]]), ir.IntType(8).as_pointer())
        number = ir.IntType(32)
        function = ir.FunctionType(ir.VoidType(), [pointer.type, number, number, number])
        builder.call(builder.module.declare_intrinsic("llvm.prefetch", [pointer.type], function), [pointer, number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, types.int64), emit


@rule
def join(follower: Any, hit: Any, queue: Any, size: Any, reached: Any) -> Any:
    """Put a follower who is hit, and reached for the first time, at the end of the queue; its new size."""
    if np.uint64(follower) >= np.uint64(reached.size):
        raise IndexError
    queue[size] = follower
    new = np.uint8(hit) & (reached[follower] ^ np.uint8(1))
    reached[follower] |= np.uint8(hit)
    return size + np.int64(new)


@rule
def pass_on(starts: Any, followers: Any, heard: Any, names: Any, threshold: Any, key: Any, queue: Any, first: Any, size: Any, reached: Any) -> Any:
    """Let those in `queue[first:size]` pass on to their followers, who join the queue when reached for the first time; its new size."""
    ties = np.int64(starts[-1])
    for turn in range(first, size):
        if turn + 2 * AHEAD < size:
            fetch(starts, np.int64(queue[turn + 2 * AHEAD]))
        if turn + AHEAD < size:
            row = np.int64(starts[queue[turn + AHEAD]])
            fetch(heard, row)
            fetch(heard, row + LANES // 2)
            fetch(heard, row + LANES - 1)
        author = queue[turn]
        begin, end = np.int64(starts[author]), np.int64(starts[author + 1])
        if begin < 0 or begin > end or end > ties:
            raise IndexError
        author_key = folded(folded(key, author if names is None else names[author]), 1)
        while begin < end:
            place: Any = min(begin, heard.size - LANES)
            own: Any = min(end - begin, LANES)
            bits = hits(heard, place, author_key, threshold) & ((_ALL >> (_64 - np.uint64(own))) << np.uint64(begin - place))
            # most often nobody or one is hit: taking the first in either case spares a branch that cannot be predicted
            size = join(followers[place + np.int64(lowest(bits) & _LAST_LANE)], bits != 0, queue, size, reached)
            bits &= bits - _ONE
            while bits:
                size = join(followers[place + np.int64(lowest(bits))], True, queue, size, reached)
                bits &= bits - _ONE
            begin += LANES
    return size


@rule
def start(seeds: Any, queue: Any, reached: Any) -> Any:
    """Put the seeds, each once, into the queue; how many they are."""
    for place in range(seeds.size):
        queue[place] = seeds[place]
        reached[seeds[place]] = 1
    return seeds.size


@kernel
def reach_counts(starts: Any, followers: Any, heard: Any, names: Any, seeds: Any, threshold: Any, keys: Any) -> Any:
    """
    Number of people reached, one for each key of a replication. IndexError: met a row outside the ties or a follower outside the people.

    Parameters
    ----------
    starts, followers : rows of followers, by place; at least `LANES` followers
    heard : the followers again, by the names that their luck knows them by
    names : the names of all people, or None if these are their places
    seeds : places of those who start, each once
    threshold : ties are hit by numbers below it, of 2^52
    keys : luck of the shares of each replication
    """
    queue, reached = np.empty(starts.size, dtype=np.uint32), np.zeros(starts.size - 1, dtype=np.uint8)
    counts = np.empty(keys.size, dtype=np.int64)
    for number in range(keys.size):
        first, size = 0, start(seeds, queue, reached)
        while first < size:
            first, size = size, pass_on(starts, followers, heard, names, threshold, keys[number], queue, first, size, reached)
        counts[number] = size
        if size * FEW > reached.size:
            reached[:] = 0
        else:
            for place in queue[:size]:
                reached[place] = 0
    return counts


@kernel
def reach_in_order(starts: Any, followers: Any, heard: Any, names: Any, seeds: Any, threshold: Any, key: Any) -> Any:
    """People in the order in which they are reached, and the step of each, of one replication."""
    queue, reached = np.empty(starts.size, dtype=np.uint32), np.zeros(starts.size - 1, dtype=np.uint8)
    steps = np.zeros(starts.size, dtype=np.int32)
    first, size, step = 0, start(seeds, queue, reached), 0
    while first < size:
        steps[first:size] = step
        first, size, step = size, pass_on(starts, followers, heard, names, threshold, key, queue, first, size, reached), step + 1
    return queue[:size].copy(), steps[:size].copy()
