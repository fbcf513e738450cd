"""Each rule: the same for a number and a column, within its bounds, in the right direction, and as computed by hand."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.behaviour import advertising, engagement, exposure, sharing

UNIT = st.floats(1e-12, 1 - 1e-12)
PART = st.floats(0, 1)
LOGITS = st.floats(-8, 8)
POSITIVE = st.floats(1e-3, 1e3)
DAYS = st.floats(0, 400)
RANK, SHAPE = st.floats(0.001, 0.99), st.floats(1.05, 20)

ARGUMENTS: dict[Callable[..., Any], list[st.SearchStrategy[Any]]] = {
    advertising.opportunity_rate: [st.floats(0, 500), st.floats(0, 100)],
    advertising.served_per_day: [st.floats(0, 1e9), st.floats(0.01, 1e5)],
    advertising.counts: [UNIT, PART, PART],
    advertising.media_budget: [st.floats(0, 1e9), st.floats(0, 1e6), PART],
    advertising.competing_price: [RANK, POSITIVE, SHAPE],
    advertising.win_fraction: [POSITIVE, POSITIVE, SHAPE],
    advertising.price_up_to: [RANK, POSITIVE, SHAPE],
    advertising.mean_price: [RANK, POSITIVE, SHAPE],
    advertising.scale_for: [POSITIVE, RANK, SHAPE],
    advertising.worn_response: [st.floats(0, 1000), st.floats(0, 1000), PART],
    engagement.response: [st.integers(1, 50), PART],
    engagement.topic_factor: [st.booleans(), st.integers(1, 50), st.floats(1, 10)],
    engagement.reaction_chance: [PART, st.floats(0, 4), st.floats(0, 50), st.floats(1, 6), PART],
    engagement.reshare_rate: [PART, PART, st.integers(0, 20)],
    exposure.attention: [POSITIVE, POSITIVE, st.floats(0, 1.5)],
    exposure.reception: [st.booleans(), POSITIVE, POSITIVE],
    exposure.intensity: [POSITIVE, POSITIVE, st.floats(0, 1e3)],
    exposure.outside_level: [st.floats(0, 20), POSITIVE, POSITIVE],
    exposure.offspring: [st.floats(0, 1), POSITIVE, st.floats(0, 1)],
    exposure.clock: [UNIT],
    exposure.delivery_hours: [st.floats(0, 0.999), st.floats(1, 1e3), st.floats(0.1, 336)],
    exposure.showings: [UNIT, st.floats(1, 20)],
    exposure.appeal: [UNIT, st.floats(0, 2)],
    exposure.items_missed: [PART, PART, st.integers(0, 200)],
    exposure.stream_missed: [PART, st.floats(0, 200)],
    sharing.share_probability: [LOGITS] * 9,
    sharing.unprompted_probability: [LOGITS, LOGITS, LOGITS],
    sharing.faded: [st.floats(0, 100), DAYS, st.floats(0.1, 3650)],
    sharing.habit_after: [PART, st.integers(0, 20), DAYS, st.floats(0.1, 365)],
}
"""Every elementwise rule, with what its arguments may be."""

SETTINGS: dict[Callable[..., Any], tuple[int, ...]] = {engagement.topic_factor: (1, 2)}
"""Arguments that are settings, the same for everybody, and need not be columns."""

BOUNDS = {
    advertising.media_budget: (0, math.inf), advertising.competing_price: (0, math.inf), advertising.win_fraction: (0, 1), advertising.price_up_to: (0, math.inf), advertising.mean_price: (0, math.inf),
    advertising.scale_for: (0, math.inf), advertising.worn_response: (0, 1), engagement.response: (0, 1), engagement.topic_factor: (0, 50),
    engagement.reaction_chance: (0, math.inf), engagement.reshare_rate: (0, 1), exposure.attention: (0, math.inf), exposure.clock: (0, math.inf),
    exposure.delivery_hours: (0, math.inf), exposure.showings: (1, math.inf), exposure.appeal: (0, math.inf), exposure.items_missed: (0, 1), exposure.stream_missed: (0, 1),
    sharing.share_probability: (0, 1),
    sharing.unprompted_probability: (0, 1), sharing.faded: (0, 100), sharing.habit_after: (0, 1),
}

DIRECTIONS = {
    engagement.reaction_chance: [1, 1, 1, 1, 1], engagement.reshare_rate: [1, 1, -1], engagement.response: [1, 1], exposure.attention: [1, -1, 0],
    exposure.reception: [1, 1, 1], exposure.intensity: [1, 1, 1], exposure.outside_level: [1, -1, -1], exposure.offspring: [1, 1, 1], exposure.clock: [1],
    exposure.delivery_hours: [1, -1, 1], exposure.showings: [-1, 1], exposure.appeal: [1, 0], exposure.items_missed: [1, -1, -1], exposure.stream_missed: [1, -1],
    sharing.share_probability: [1, 1, 1, 1, -1, 1, 1, 1, -1], sharing.unprompted_probability: [1, -1, 1], sharing.faded: [1, -1, 1],
    sharing.habit_after: [1, 1, 0, 0], advertising.opportunity_rate: [1, 1], advertising.served_per_day: [1, -1], advertising.counts: [-1, 1, -1],
    advertising.media_budget: [1, -1, -1], advertising.competing_price: [1, 1, 0], advertising.win_fraction: [1, -1, 0], advertising.price_up_to: [1, 1, 0], advertising.mean_price: [1, 1, 0],
    advertising.scale_for: [1, -1, 0], advertising.worn_response: [-1, 1, -1],
}
"""Which way the result goes as each argument grows; 0 where it depends."""


def named(rule: Callable[..., Any]) -> str:
    return rule.__name__


def test_no_elementwise_rule_is_left_out() -> None:
    """A rule takes numbers or columns, so all of its parameters are `Any`; solvers say what they take."""
    rules = {rule for module in (advertising, engagement, exposure, sharing) for _, rule in inspect.getmembers(module, inspect.isfunction)
             if rule.__module__ == module.__name__ and {parameter.annotation for parameter in inspect.signature(rule).parameters.values()} == {"Any"}}
    assert rules == set(ARGUMENTS)
    assert all(len(inspect.signature(rule).parameters) == len(arguments) for rule, arguments in ARGUMENTS.items())


@pytest.mark.parametrize("rule", ARGUMENTS, ids=named)
@given(data=st.data())
def test_a_number_and_a_column_agree(rule: Callable[..., Any], data: st.DataObject) -> None:
    same = {place: data.draw(ARGUMENTS[rule][place]) for place in SETTINGS.get(rule, ())}
    arguments = [st.just(same[place]) if place in same else values for place, values in enumerate(ARGUMENTS[rule])]
    rows = data.draw(st.lists(st.tuples(*arguments), min_size=1, max_size=8))
    column = rule(*(same.get(place, np.array(values)) for place, values in enumerate(zip(*rows, strict=True))))
    assert np.shape(column) == (len(rows),)
    for row, value in zip(rows, column, strict=True):
        assert float(rule(*row)) == pytest.approx(float(value), rel=1e-12, abs=1e-300)


@pytest.mark.parametrize("rule", BOUNDS, ids=named)
@given(data=st.data())
def test_a_rule_stays_within_its_bounds(rule: Callable[..., Any], data: st.DataObject) -> None:
    low, high = BOUNDS[rule]
    assert low <= float(rule(*data.draw(st.tuples(*ARGUMENTS[rule])))) <= high


@pytest.mark.parametrize(("rule", "place"), [(rule, place) for rule, signs in DIRECTIONS.items() for place, sign in enumerate(signs) if sign],
                         ids=lambda value: named(value) if callable(value) else str(value))
@given(data=st.data())
def test_a_rule_goes_the_right_way(rule: Callable[..., Any], place: int, data: st.DataObject) -> None:
    arguments = list(data.draw(st.tuples(*ARGUMENTS[rule])))
    low, high = sorted((arguments[place], data.draw(ARGUMENTS[rule][place])))
    before, after = (float(rule(*arguments[:place], value, *arguments[place + 1 :])) for value in (low, high))
    assert DIRECTIONS[rule][place] * (after - before) >= -1e-9 * max(1.0, abs(before))


@pytest.mark.parametrize(("rule", "arguments", "expected"), [
    (advertising.opportunity_rate, (30.0, 0.5), 15.0),
    (advertising.served_per_day, (63.3, 6.33), 10_000.0),
    (advertising.counts, (0.53, 0.54, 0.0), True),
    (advertising.counts, (0.54, 0.54, 0.0), False),
    (advertising.counts, (0.3, 0.5, 0.5), False),
    (advertising.media_budget, (12_500.0, 1_500.0, 0.1), 10_000.0),
    (advertising.media_budget, (1_000.0, 1_500.0, 0.1), 0.0),
    (engagement.response, (1, 0.7), 0.7),
    (engagement.response, (2, 0.7), 1.0),
    (engagement.response, (9, 0.7), 1.0),
    (engagement.topic_factor, (True, 4, 2.0), 2.0),
    (engagement.topic_factor, (False, 4, 2.0), 2.0 / 3.0),
    (engagement.topic_factor, (False, 4, 9.0), 0.0),
    (engagement.topic_factor, (True, 1, 2.0), 1.0),
    (engagement.reaction_chance, (0.01, 2.0, 1.5, 2.0, 0.7), 0.042),
    (engagement.reaction_chance, (0.01, 2.0, 1.5, 0.0, 0.7), 0.0),
    (engagement.reshare_rate, (0.004, 0.5, 0), 0.004),
    (engagement.reshare_rate, (0.004, 0.5, 3), 0.0005),
    (exposure.items_missed, (0.5, 0.5, 2), 0.5625),
    (exposure.items_missed, (0.2, 1.0, 3), 0.008),
    (exposure.stream_missed, (0.5, 4.0), math.exp(-2.0)),
    (exposure.attention, (300.0, 150.0, 1.0), 2.0),
    (exposure.attention, (300.0, 75.0, 0.5), 2.0),
    (exposure.attention, (300.0, 7.0, 0.0), 1.0),
    (exposure.reception, (True, 3.0, 0.25), 0.75),
    (exposure.reception, (False, 3.0, 0.25), 0.0),
    (exposure.intensity, (0.5, 2.0, 0.75), 0.75),
    (exposure.outside_level, (0.45, 0.01, 150.0), 0.3),
    (exposure.clock, (0.5,), math.log(2)),
    (exposure.delivery_hours, (0.0, 2.0, 6.0), 0.0),
    (exposure.delivery_hours, (1.0, 2.0, 6.0), 6.0),
    (exposure.delivery_hours, (1.5, 2.0, 6.0), 12.0),
    (exposure.showings, (0.3, 2.0), 2),
    (exposure.showings, (0.2, 2.0), 3),
    (exposure.showings, (1e-9, 1.0), 1),
    (exposure.appeal, (0.5, 1.0), math.exp(-0.5)),
    (exposure.appeal, (0.9, 0.0), 1.0),
    (sharing.share_probability, (-2.0, 1.0, 0.5, 0.8, 0.0, 0.25, 0.0, 0.0, 0.55), 0.5),
    (sharing.share_probability, (-math.log(3), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 0.25),
    (sharing.share_probability, (0.0, 0.0, 0.0, 0.0, math.log(4), 0.0, 0.0, 0.0, 0.0), 0.2),
    (sharing.unprompted_probability, (0.0, 0.0, 0.0), 1 / sharing.HEADROOM),
    (sharing.unprompted_probability, (math.log(4), math.log(2), 0.0), 2 / sharing.HEADROOM),
    (sharing.unprompted_probability, (9.0, 0.0, 0.0), 1.0),
    (sharing.faded, (0.8, 14.0, 14.0), 0.4),
    (sharing.faded, (0.8, 0.0, 14.0), 0.8),
    (sharing.habit_after, (0.5, 0, 21.0, 21.0), 0.25),
    (sharing.habit_after, (0.0, 1, 7.0, 7.0), 0.5),
    (sharing.habit_after, (0.9, 9, 1.0, 21.0), 1.0),
], ids=lambda value: named(value) if callable(value) else None)
def test_a_rule_gives_what_the_hand_computes(rule: Callable[..., Any], arguments: tuple[Any, ...], expected: float) -> None:
    assert float(rule(*arguments)) == pytest.approx(float(expected), rel=1e-12)


@given(topics=st.integers(1, 50), lift=st.floats(1, 10))
def test_topic_factors_average_to_one(topics: int, lift: float) -> None:
    own, other = (float(engagement.topic_factor(match, topics, lift)) for match in (True, False))
    assert (own + (topics - 1) * other) / topics == pytest.approx(1, abs=1e-12)
    assert own >= 1 - 1e-12
    assert own == pytest.approx(min(lift, topics))


@given(topics=st.integers(2, 50), lift=st.floats(1, 10), rate=PART)
def test_ones_own_topic_is_never_liked_less(topics: int, lift: float, rate: float) -> None:
    own, other = (engagement.reaction_chance(rate, 1.0, engagement.topic_factor(match, topics, lift), 1.0, 1.0) for match in (True, False))
    assert own >= other - 1e-12


MIDDLES = (np.arange(200_000) + 0.5) / 200_000


@pytest.mark.parametrize("repeats", [1.0, 1.01, 1.73, 4.0, 20.0])
def test_showings_are_as_many_as_repeats_on_average(repeats: float) -> None:
    # No luck: 200,000 equally spaced uniforms, whose tail costs less than 1%
    assert exposure.showings(MIDDLES, repeats).mean() == pytest.approx(repeats, rel=0.002)


@pytest.mark.parametrize("log_sd", [0.0, 0.5, 1.1, 2.0])
def test_appeal_has_mean_one_and_its_spread(log_sd: float) -> None:
    values = exposure.appeal(MIDDLES, log_sd)
    assert values.mean() == pytest.approx(1, abs=0.01)
    assert np.log(values).std() == pytest.approx(log_sd, abs=0.001)


def test_clocks_are_exponential_and_finite() -> None:
    clocks = exposure.clock(MIDDLES)
    assert clocks.mean() == pytest.approx(1, abs=1e-4)
    assert clocks.std() == pytest.approx(1, abs=1e-3)
    assert math.isfinite(exposure.clock(1 - 2.0**-53))


@pytest.mark.parametrize("intensity", [0.01, 1.0, 3.0])
def test_first_deliveries_fill_the_life_of_a_share(intensity: float) -> None:
    """Reached with 1 - exp(-intensity); half of the intensity is spent by the half-life, three quarters by twice that."""
    clocks = exposure.clock(MIDDLES)
    hours = exposure.delivery_hours(clocks[clocks < intensity], intensity, 6.0)
    assert hours.size / MIDDLES.size == pytest.approx(-math.expm1(-intensity), abs=1e-4)
    assert hours.min() >= 0
    for halves in (1, 2, 3):
        by_then = np.count_nonzero(hours <= 6.0 * halves) / MIDDLES.size
        assert by_then == pytest.approx(-math.expm1(-intensity * (1 - 2.0**-halves)), abs=1e-4)


@given(clock=st.floats(0, 5), low=st.floats(5.1, 50), more=st.floats(1, 10), half_life=st.floats(0.1, 336))
def test_more_intensity_only_makes_deliveries_earlier(clock: float, low: float, more: float, half_life: float) -> None:
    assert exposure.delivery_hours(clock, low * more, half_life) <= exposure.delivery_hours(clock, low, half_life) + 1e-9


@given(amount=st.floats(0, 100), first=DAYS, second=DAYS, half_life=st.floats(0.5, 365))
def test_fading_does_not_depend_on_the_length_of_a_step(amount: float, first: float, second: float, half_life: float) -> None:
    at_once = sharing.faded(amount, first + second, half_life)
    assert sharing.faded(sharing.faded(amount, first, half_life), second, half_life) == pytest.approx(at_once, rel=1e-9, abs=1e-300)


def test_a_share_a_week_makes_a_full_habit() -> None:
    habit = 0.0
    for _ in range(60):
        assert habit <= (habit := float(sharing.habit_after(habit, 1, 7.0, 21.0)))
    assert habit == pytest.approx(1, abs=1e-5)
