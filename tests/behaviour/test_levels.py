"""Levels that are solved: an average post is seen, and an average firm shares, as much as the scenario says."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.behaviour.exposure import appeal, attention, coarse, level_for, once_fraction, seen_fraction
from simulation.behaviour.willingness import (
    OFFERED,
    UNPROMPTED,
    enrolment_chances,
    offered_logits,
    posting_rates,
    segment_fractions,
    silent_chance,
    traits,
    unprompted_rates,
)
from simulation.errors import InputError
from simulation.inputs.parameters import SEGMENTS, Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.recipe import solve_recipe
from simulation.society.society import Society

FIRMS = [[], ["society.region=europe", "society.managers_span=2"], ["behaviour.privacy_penalty=0", "behaviour.manager_lift=0"], ["programme.enrolment_fraction=1"],
         ["behaviour.privacy_fraction=1", "behaviour.manager_lift=4"], ["behaviour.segments={eager: 1, persuadable: 0, loud_mixed: 0, critical: 0, inert: 0}"]]

EVEN = (np.ones(1), np.ones(1))


def expected(scenario: Scenario, of: dict[str, list[float]]) -> float:
    """Mean over segments (`of` gives weights and values of each) and over managers and private people, by plain loops."""
    manager, private = 1 / scenario.society.managers_span, scenario.privacy_fraction
    total = 0.0
    for name, leads, keeps in itertools.product(SEGMENTS, (False, True), (False, True)):
        weight, kind = of[name][0], 2 * keeps + leads
        total += weight * (manager if leads else 1 - manager) * (private if keeps else 1 - private) * of[name][1 + kind]
    return total


def push(scenario: Scenario, leads: bool, keeps: bool) -> float:
    """Logit units of being a manager, and of keeping work and private life apart."""
    return scenario.behaviour.manager_lift * leads - scenario.behaviour.privacy_penalty * keeps


KINDS = [(leads, keeps) for keeps in (False, True) for leads in (False, True)]


@pytest.mark.parametrize("firm", FIRMS, ids=str)
@pytest.mark.parametrize("target", [0.002, 0.05, 0.4])
def test_offered_items_are_shared_as_often_as_the_scenario_says(firm: list[str], target: float) -> None:
    scenario = load_scenario("baseline", [*firm, f"behaviour.offered_share_probability={target}"])
    logits = offered_logits(scenario)
    of = {name: [scenario.behaviour.segments[name], *(1 / (1 + math.exp(-base - push(scenario, *kind))) for kind in KINDS)]
          for name, base in zip(SEGMENTS, logits, strict=True)}
    assert expected(scenario, of) == pytest.approx(target, rel=1e-6)
    assert logits - logits[0] == pytest.approx([OFFERED[name] - OFFERED[SEGMENTS[0]] for name in SEGMENTS])


@pytest.mark.parametrize("firm", FIRMS, ids=str)
@pytest.mark.parametrize("target", [0.001, 0.03, 0.2])
def test_unprompted_sharers_are_as_many_as_the_scenario_says(firm: list[str], target: float) -> None:
    scenario = load_scenario("baseline", [*firm, f"behaviour.monthly_sharers_fraction={target}"])
    rates = unprompted_rates(scenario)
    weeks, users = 365.25 / 12 / 7, 0.36
    of = {name: [scenario.behaviour.segments[name], *(1 - math.exp(-rate * weeks * math.exp(push(scenario, *kind))) for kind in KINDS)]
          for name, rate in zip(SEGMENTS, rates, strict=True)}
    assert users * expected(scenario, of) == pytest.approx(target, rel=1e-6)
    assert rates / rates[0] == pytest.approx([UNPROMPTED[name] / UNPROMPTED[SEGMENTS[0]] for name in SEGMENTS])


@pytest.mark.parametrize("shape", [0.1, 0.7, 3.0])
@pytest.mark.parametrize("target", [0.003, 0.04])
def test_unprompted_sharers_are_as_many_however_unequal_they_are(shape: float, target: float) -> None:
    """Summed over 20,000 equal parts of the gamma, without the cut at two posts a day."""
    scenario = load_scenario("baseline", [f"behaviour.monthly_sharers_fraction={target}", f"behaviour.posting_shape={shape}"])
    own = posting_rates(0.01, (np.arange(20_000) + 0.5) / 20_000, shape) / 0.01
    assert own.mean() == pytest.approx(1.0, abs=0.02)
    weeks, users = 365.25 / 12 / 7, 0.36
    of = {name: [scenario.behaviour.segments[name], *(float(np.mean(-np.expm1(-rate * own * weeks * math.exp(push(scenario, *kind))))) for kind in KINDS)]
          for name, rate in zip(SEGMENTS, unprompted_rates(scenario), strict=True)}
    assert users * expected(scenario, of) == pytest.approx(target, rel=2e-3)


@given(st.floats(0, 50), st.floats(0.05, 50))
def test_silence_is_likelier_the_more_unequal_people_are(expected_posts: float, shape: float) -> None:
    assert math.exp(-expected_posts) * (1 - 1e-12) <= silent_chance(expected_posts, shape) <= silent_chance(expected_posts, shape / 2) * (1 + 1e-12) <= 1 + 1e-12
    assert silent_chance(expected_posts, 1e9) == pytest.approx(silent_chance(expected_posts, None), rel=1e-5)


def test_nobody_posts_more_than_twice_a_day() -> None:
    assert posting_rates(5.0, np.array([0.001, 0.9999]), 0.2).tolist() == pytest.approx([0.0, 14.0], abs=1e-9)
    assert posting_rates(5.0, np.array([0.3]), None) == 5.0


def test_a_firm_that_never_shares_has_no_rate() -> None:
    assert unprompted_rates(load_scenario("baseline", ["behaviour.monthly_sharers_fraction=0"])).tolist() == [0.0] * len(SEGMENTS)


def test_more_sharers_than_users_are_refused() -> None:
    """Only 10% use LinkedIn for work, so 30% cannot share there."""
    with pytest.raises(InputError, match=r"monthly_sharers_fraction: given 0\.3; allowed: at most 0\.08"):
        unprompted_rates(load_scenario("baseline", ["behaviour.monthly_sharers_fraction=0.3", "platforms.linkedin.advocate_fraction=0.1"]))


def test_posts_that_would_travel_far_are_refused_by_name() -> None:
    far = load_scenario("baseline", ["platforms.facebook.reshare_rate=0.05", "behaviour.hop_damping=0.5", "market.consumers=2000", "society.employees=10"])
    with pytest.raises(InputError, match=r"platforms\.facebook\.reshare_rate: given 0\.05.*fewer than 0\.5"):
        Society(far, Luck(1))


@pytest.mark.parametrize("firm", FIRMS, ids=str)
def test_fractions_of_a_firm_add_up(firm: list[str]) -> None:
    scenario = load_scenario("baseline", firm)
    assert traits(scenario)[0].sum() == pytest.approx(1)
    assert segment_fractions(scenario).sum() == pytest.approx(1)
    chances = enrolment_chances(scenario)
    assert float(segment_fractions(scenario) @ chances) == pytest.approx(scenario.programme.enrolment_fraction)


@settings(max_examples=40)
@given(visibility=st.floats(1e-4, 0.95), shape=st.floats(0.25, 1), log_sd=st.floats(0, 2), spread=st.floats(0, 1.5))
def test_the_level_shows_an_average_post_to_the_fraction_asked_for(visibility: float, shape: float, log_sd: float, spread: float) -> None:
    attentions, weights = np.exp(np.array([-spread, 0.0, spread])), np.array([0.25, 0.5, 0.25])
    level = level_for(visibility, shape, attentions, weights, log_sd)
    assert seen_fraction(level, shape, attentions, weights, log_sd) == pytest.approx(visibility, rel=1e-6)


@pytest.mark.parametrize("log_sd", [0.0, 1.1, 2.0])
@pytest.mark.parametrize("level", [0.05, 0.7, 20.0])
def test_the_seen_fraction_is_that_of_a_simulated_crowd(log_sd: float, level: float) -> None:
    # Fixed seed 5, 1,000,000 followers of a post each: the fraction seen has standard error below 0.0005; tolerance 0.0025,
    # 9 cases, 2 fractions: false alarm 1e-5
    rng, shape, attentions = np.random.default_rng(5), 0.5, np.array([0.4, 2.0])
    count = 1_000_000
    rates = level * attentions[rng.integers(0, 2, count)] * appeal(rng.uniform(1e-12, 1, count), log_sd) * rng.gamma(shape, 1 / shape, count)
    deliveries = rng.poisson(rates)
    distribution = (level, shape, attentions, np.array([0.5, 0.5]), log_sd)
    assert seen_fraction(*distribution) == pytest.approx(float((deliveries > 0).mean()), abs=0.0025)
    assert once_fraction(*distribution) == pytest.approx(float((deliveries == 1).mean()), abs=0.0025)


def test_one_plain_crowd_sees_what_the_closed_form_says() -> None:
    """One kind of follower, posts all alike, shape 1: seen = level / (1 + level)."""
    assert seen_fraction(3.0, 1.0, *EVEN, 0.0) == pytest.approx(0.75)
    assert level_for(0.75, 1.0, *EVEN, 0.0) == pytest.approx(3.0)


@pytest.mark.parametrize("visibility", [1e-12, 1e-15, 1e-300])
def test_a_hardly_visible_platform_still_has_a_level(visibility: float) -> None:
    assert 0 <= level_for(visibility, 0.5, *EVEN, 1.1) < 1e-9


def test_the_level_is_nothing_for_nothing_and_rises_with_visibility() -> None:
    levels = [level_for(visibility, 0.5, *EVEN, 1.1) for visibility in (0.0, 0.01, 0.1, 0.5, 0.95)]
    assert levels[0] == 0
    assert levels == sorted(set(levels))


def test_merging_neighbours_keeps_weight_and_mean() -> None:
    values = np.exp(np.linspace(-4, 4, 4096))
    weights = np.full(values.size, 1 / values.size)
    fewer, mass = coarse(values, weights)
    assert fewer.size == mass.size <= 256
    assert mass.sum() == pytest.approx(1)
    assert float(mass @ fewer) == pytest.approx(float(weights @ values))
    assert [part.tolist() for part in coarse(np.ones(3), np.full(3, 1 / 3))] == [[1.0], [pytest.approx(1.0)]]


@pytest.mark.parametrize("name", ["facebook", "linkedin", "twitter"])
@pytest.mark.parametrize("exponent", [0.0, 1.0, 1.5])
def test_every_shipped_platform_can_be_levelled(name: str, exponent: float) -> None:
    platform = dict(Scenario().platforms.items())[name]
    following = solve_recipe(platform, 100_000, 0.6).expected_following
    attentions, weights = attention(following.mean(), following, exponent), np.full(following.size, 1 / following.size)
    level = level_for(platform.visibility_fraction, 0.5, *coarse(attentions, weights), 1.1)
    assert seen_fraction(level, 0.5, attentions, weights, 1.1) == pytest.approx(platform.visibility_fraction, rel=1e-3)
