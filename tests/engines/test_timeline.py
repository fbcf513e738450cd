"""Events put into the order of their times: as a stable sort does it."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.engines.timeline import CROWDED, in_time_order
from simulation.society.luck import Luck

TIMES = st.lists(st.floats(24.0, 48.0, exclude_max=True) | st.sampled_from([24.0, 30.0, 47.999, float(np.nextafter(48.0, 0.0))]), max_size=60)


@settings(max_examples=200)
@given(times=TIMES, mixed=st.randoms(use_true_random=False))
def test_time_order_is_that_of_a_stable_sort(times: list[float], mixed: Random) -> None:
    """Any numbers among more, any times, also the same ones; those of one time keep their order."""
    hours, numbers = np.array([*times, *times]), list(range(len(times), 2 * len(times)))
    mixed.shuffle(numbers)
    expected = sorted(numbers, key=lambda number: hours[number])
    assert in_time_order(hours, np.array(numbers, dtype=np.int64), 24.0, 24.0).tolist() == expected


@pytest.mark.parametrize("crowd", [CROWDED - 1, CROWDED, CROWDED + 1, 5000])
@pytest.mark.parametrize("span", [1e-13, 1e-3], ids=["at one time", "close"])
def test_crowded_times_are_ordered_as_well(crowd: int, span: float) -> None:
    """A post makes most of its deliveries at once, so as many as `crowd` may fall into one interval."""
    uniforms = Luck(6).uniforms("delivery", who=np.arange(crowd + 300))
    hours = np.concatenate((24.0 + 24.0 * uniforms[:300], 30.0 + span * uniforms[300:]))
    numbers = np.argsort(Luck(7).uniforms("delivery", who=np.arange(hours.size)), kind="stable")
    assert in_time_order(hours, numbers, 24.0, 24.0).tolist() == sorted(numbers.tolist(), key=lambda number: hours[number])
