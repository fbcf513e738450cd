"""Formulas of reach and frequency against published numbers, their limits, and draws."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from simulation.measures.closed_forms import common_activity_union, nbd_at_least, sainsbury
from simulation.measures.frequency_fits import MISFIT, fit_mixture, fit_truncated_nbd, shuffle_distance
from simulation.measures.frequency_forms import BetaBinomial, beta_binomial, capped_level, capped_reach, goerg, nbd_shape, shared_gamma_union, shifted_gamma_poisson

SHAPES = st.floats(0.05, 20.0)
MEANS = st.floats(0.01, 20.0)


def test_goerg_gives_the_published_table() -> None:
    # WFA planning framework, unit tests of its Goerg model: 200 impressions, 100 people.
    curve = goerg(200, 100)
    assert curve.audience == pytest.approx(200)
    assert curve.at_least(100) == pytest.approx(66.67, abs=0.005)
    assert [curve.at_least(200, times) for times in (1, 2, 3)] == pytest.approx([100, 50, 25])


@pytest.mark.parametrize(("alpha", "beta", "bought", "published"), [
    (1.0, 2.0, 5_000 / 30_000, [3745, 933, 230, 55, 12, 2]),
    (1.0, 2.0, 15_000 / 30_000, [7488, 3739, 1864, 927, 459, 225, 108, 50, 21, 7]),
    (5.0, 2.0, 0.4, [9682, 8765, 7353, 5750, 4233]),
])
def test_the_shifted_gamma_poisson_gives_the_published_tables(alpha: float, beta: float, bought: float, published: list[int]) -> None:
    # WFA planning framework, unit tests of its gamma-Poisson model, 10,000 people. Theirs sums to a highest frequency and loses up to 12 people in 10,000.
    ours = [10_000 * shifted_gamma_poisson(bought, alpha, beta, times) for times in range(1, len(published) + 1)]
    assert ours == pytest.approx(published, abs=13)
    assert ours[0] == pytest.approx(10_000 * (1 - (1 - bought) * (1 + beta * bought) ** -alpha))


def test_buying_everything_reaches_everybody() -> None:
    assert shifted_gamma_poisson(1.0, 0.7, 3.0) == pytest.approx(1.0)
    assert shifted_gamma_poisson(0.0, 0.7, 3.0) == 0.0


def test_sainsbury_and_the_beta_binomial_give_the_classic_examples() -> None:
    assert sainsbury(0.3, 0.4, 0.2) == pytest.approx(0.664)
    law = beta_binomial(0.06, 0.103)
    assert (law.a, law.b) == pytest.approx((0.1925, 3.016), abs=0.001)
    assert [100 * law.at_least(posts) for posts in (1, 2, 3, 4, 5, 10)] == pytest.approx([6, 10.3, 13.6, 16.3, 18.5, 26.1], abs=0.05)


@pytest.mark.parametrize(("correlation", "union", "duplication"), [(0.0, 0.726, 1.00), (0.5, 0.673, 1.26), (1.0, 0.610, 1.57)])
def test_shared_activity_gives_the_published_overlap(correlation: float, union: float, duplication: float) -> None:
    one, two = nbd_at_least(1, 3.0, 0.4), nbd_at_least(1, 0.8, 0.4)
    ours = shared_gamma_union(3.0, 0.8, 0.4, correlation)
    assert ours == pytest.approx(union, abs=0.0006)
    assert (one + two - ours) / (one * two) == pytest.approx(duplication, abs=0.006)


@given(MEANS, MEANS, SHAPES)
def test_overlap_lies_between_its_bounds(first: float, second: float, shape: float) -> None:
    one, two = nbd_at_least(1, first, shape), nbd_at_least(1, second, shape)
    assert shared_gamma_union(first, second, shape, 0.0) == pytest.approx(sainsbury(one, two), rel=1e-9)
    if max(one, two) < 0.999:
        assert shared_gamma_union(first, second, shape, 1.0) == pytest.approx(common_activity_union(one, two, shape), rel=1e-6)
    unions = [shared_gamma_union(first, second, shape, correlation) for correlation in (0.0, 0.3, 0.7, 1.0)]
    assert all(a >= b - 1e-12 for a, b in itertools.pairwise(unions))


@given(MEANS, SHAPES)
def test_the_shape_is_found_again(mean: float, shape: float) -> None:
    reach = nbd_at_least(1, mean, shape)
    if reach < 1 - 1e-9 and reach < -np.expm1(-mean) * (1 - 1e-3):
        assert nbd_at_least(1, mean, nbd_shape(mean, reach)) == pytest.approx(reach, rel=1e-9)
        assert nbd_shape(mean, reach) == pytest.approx(shape, rel=1e-3)


def test_at_the_poisson_limit_the_shape_is_infinite_and_above_it_refused() -> None:
    # The limit that Meridian's simulated reach follows: population (1 - exp(-impressions / population)).
    assert nbd_shape(1.3, -np.expm1(-1.3)) == np.inf
    assert nbd_at_least(1, 1.3, np.inf) == pytest.approx(-np.expm1(-1.3))
    assert nbd_at_least(1, 1.3, 1e7) == pytest.approx(-np.expm1(-1.3), rel=1e-6)
    with pytest.raises(ValueError, match="capped or optimised"):
        nbd_shape(1.3, 0.8)


@given(MEANS)
def test_shape_one_is_goerg_with_everybody_as_audience(mean: float) -> None:
    people = 10_000.0
    reach = people * nbd_at_least(1, mean, 1.0)
    curve = goerg(people * mean, reach)
    assert curve.audience == pytest.approx(people, rel=1e-6)
    assert curve.at_least(people * mean * 2, 3) == pytest.approx(people * nbd_at_least(3, 2 * mean, 1.0), rel=1e-6)


def test_a_cap_raises_reach_as_published() -> None:
    # Shape 0.4, cap 3, one impression a head: 47.7% against 39.4% uncapped.
    assert capped_reach(1.0, 0.4, 3) == pytest.approx(0.477, abs=0.0005)
    assert nbd_at_least(1, 1.0, 0.4) == pytest.approx(0.394, abs=0.0005)


@given(st.floats(0.05, 0.9), st.floats(0.2, 20.0))
def test_caps_run_from_one_each_to_none(mean: float, shape: float) -> None:
    assert capped_reach(mean, shape, 1) == pytest.approx(mean, rel=1e-5)
    reaches = [capped_reach(mean, shape, cap) for cap in (1, 2, 4, 8, 200)]
    assert all(a >= b - 1e-9 for a, b in itertools.pairwise(reaches))
    assert reaches[-1] >= nbd_at_least(1, mean, shape) - 1e-9
    level = capped_level(mean, shape, 4)
    assert sum(nbd_at_least(times, level, shape) for times in range(1, 5)) == pytest.approx(mean, rel=1e-8)


@pytest.mark.parametrize("call", [lambda: goerg(100, 100), lambda: goerg(100, 0), lambda: beta_binomial(0.1, 0.2), lambda: beta_binomial(0.1, 0.1),
                                  lambda: capped_reach(3.0, 1.0, 3), lambda: nbd_shape(1.0, 0.0), lambda: fit_truncated_nbd(np.array([5.0, 0.0, 0.0])),
                                  lambda: fit_mixture(np.array([5.0, 1.0]), 3.0)])
def test_what_no_law_can_give_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"needs|must|room|hold"):
        call()  # type: ignore[operator]


def test_the_beta_binomial_of_many_posts_is_negative_binomial() -> None:
    law = BetaBinomial(0.5, 5_000.0)
    mean = 10_000 * 0.5 / 5_000.5
    assert [law.at_least(10_000, times) for times in (1, 2, 5)] == pytest.approx([nbd_at_least(times, mean, 0.5) for times in (1, 2, 5)], rel=0.003)


def drawn(mean: float, shape: float, people: int, last: int, seed: int) -> np.ndarray:
    """People at 1, 2, ... `last` or more impressions."""
    counts = nbinom(shape, shape / (shape + mean)).rvs(people, random_state=seed)
    table = np.bincount(np.minimum(counts, last), minlength=last + 1).astype(float)
    return table[1:]


@pytest.mark.parametrize(("mean", "shape"), [(1.0, 0.4), (3.0, 0.7), (5.0, 2.0)])
def test_the_truncated_fit_covers_the_truth(mean: float, shape: float) -> None:
    # 20 seeds each (0-19), intervals at 90%: P(13 or fewer of 20 cover) = 0.0024 for each of 3 settings; the seeds are fixed.
    fits = [fit_truncated_nbd(drawn(mean, shape, 20_000, 10, seed)) for seed in range(20)]
    assert sum(fit.shape_low <= shape <= fit.shape_high for fit in fits) >= 14
    assert max(fit.distance for fit in fits) < 0.02
    assert np.median([fit.audience for fit in fits]) == pytest.approx(20_000, rel=0.03)


def test_two_kinds_of_people_need_the_free_mixture() -> None:
    # Half see 0.2, half see 8: no gamma has that shape.
    rng = np.random.default_rng(5)
    counts = rng.poisson(np.where(np.arange(40_000) % 2, 0.2, 8.0))
    table = np.bincount(np.minimum(counts, 16), minlength=17).astype(float)[1:]
    nbd, free = fit_truncated_nbd(table), fit_mixture(table, 40_000)
    assert nbd.distance > MISFIT > 0.02 > free.distance
    truth = 0.5 * (-np.expm1(-0.4)) + 0.5 * (-np.expm1(-16.0))
    assert free.at_least(1, scale=2.0) == pytest.approx(truth, abs=0.01)
    assert free.weights.sum() == pytest.approx(1.0)


def test_the_shuffle_distance_is_half_the_difference() -> None:
    assert shuffle_distance(np.array([1.0, 0, 0, 0, 0]), np.array([0, 1.0, 0, 0, 0])) == 1.0
    assert shuffle_distance(np.array([2.0, 2.0]), np.array([3.0, 1.0])) == pytest.approx(0.25)
