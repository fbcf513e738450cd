"""The survey twin: exact chances against people who live through it, tables against the rules they stand for."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import gammainccinv

from simulation.behaviour.exposure import attention, coarse, level_for
from simulation.behaviour.willingness import WEEKS_PER_MONTH, unprompted_rates
from simulation.society.luck import Luck
from simulation.studies.calibration import Study
from simulation.studies.questions import answers, said
from simulation.studies.twin import Twin, Values

PEOPLE = 6000


def settings(study: Study, **changes: float) -> Values:
    """The median of every prior, with some parameters changed; `__` stands for a dot."""
    values = {prior.key: prior.quantile(np.array([0.5])) for prior in study.priors}
    return values | {key.replace("__", "."): np.array([value]) for key, value in changes.items()}


@pytest.mark.parametrize("changes", [
    {},
    {"survey__window_months": 30.0, "behaviour__posting_shape": 0.3, "behaviour__monthly_sharers_fraction": 0.05},
    {"platforms__linkedin__out_of_network": 9.0, "behaviour__source_multiplier": 5.0, "platforms__facebook__reshare_rate": 0.03},
])
def test_exact_chances_are_those_of_people_who_live_through_it(study: Study, changes: dict[str, float]) -> None:
    """Two means of 6,000 people and of the panel, four standard errors and a point in a thousand: one false alarm in 5,000 (6 comparisons)."""
    values = settings(study, **changes)
    exact = study.twin.features(values)
    lived = study.twin.live(values, PEOPLE, Luck(11)).mean(axis=0)
    for name, fraction in zip(("liked", "shared"), lived, strict=True):
        expected = exact[name][0]
        assert fraction == pytest.approx(expected, abs=4.0 * np.sqrt(expected * (1.0 - expected) / PEOPLE) + 0.003), name


def test_employees_who_posted_are_a_mixed_poisson_number(study: Study) -> None:
    """100,000 employees drawn one by one; four standard errors, one false alarm in 16,000."""
    values = settings(study, behaviour__posting_shape=0.5)
    weekly, parts, uses = study.twin.employees(values)
    who, luck = np.arange(100_000), Luck(3)
    kind = np.minimum(np.searchsorted(np.cumsum(parts), luck.uniforms("answer", 0, who=who)), parts.size - 1)
    platforms = sum((luck.uniforms("answer", 1, place, who=who) < part).astype(int) for place, part in enumerate(uses))
    own = gammainccinv(0.5, luck.uniforms("answer", 2, who=who)) / 0.5
    weeks = values["survey.window_months"][0] * WEEKS_PER_MONTH
    posts = np.random.default_rng(5).poisson(platforms * weekly[0, kind] * own * weeks)
    expected = study.twin.features(values)["posted"][0]
    assert np.mean(posts > 0) == pytest.approx(expected, abs=4.0 * np.sqrt(expected * (1 - expected) / who.size))
    often = study.twin.features(values)["often"][0]
    rate = platforms * weekly[0, kind] * own
    assert np.mean(rate >= 1.0 / (values["survey.often_months"][0] * WEEKS_PER_MONTH)) == pytest.approx(often, abs=4.0 * np.sqrt(often * (1 - often) / who.size))


@pytest.mark.parametrize("visibility", [0.03, 0.11, 0.27])
def test_levels_are_those_that_the_rule_solves(study: Study, visibility: float) -> None:
    twin, behaviour = study.twin, study.twin.scenario.behaviour
    for name in twin.platforms:
        every = twin.following(name)
        met = coarse(attention(float(every.mean()), every, behaviour.divided_attention), every / every.sum())
        assert np.exp(twin.log_level(name, np.log(np.array([visibility])))[0]) == pytest.approx(level_for(visibility, behaviour.activity_shape, *met, behaviour.appeal_log_sd), rel=1e-4)


@pytest.mark.parametrize(("sharers", "shape"), [(0.004, 0.25), (0.03, 1.7), (0.09, 4.0)])
def test_rates_are_those_that_the_rule_solves(study: Study, sharers: float, shape: float) -> None:
    weekly, _, _ = study.twin.employees(settings(study, behaviour__monthly_sharers_fraction=sharers, behaviour__posting_shape=shape))
    scenario = study.twin.scenario.replace(behaviour__monthly_sharers_fraction=sharers, behaviour__posting_shape=shape)
    assert weekly[0, ::4] == pytest.approx(unprompted_rates(scenario), rel=2e-3)


def column(study: Study, key: str, points: list[float]) -> Values:
    values = {name: np.repeat(value, len(points)) for name, value in settings(study).items()}
    return values | {key: np.array(points)}


@pytest.mark.parametrize(("key", "points"), [
    ("survey.window_months", [1, 6, 36]), ("behaviour.monthly_sharers_fraction", [0.004, 0.02, 0.09]), ("platforms.facebook.visibility_fraction", [0.1, 0.2, 0.4]),
    ("platforms.facebook.like_rate", [0.004, 0.01, 0.03]), ("platforms.linkedin.out_of_network", [0.5, 2, 10]),
])
def test_more_of_anything_that_shows_posts_makes_more_people_like(study: Study, key: str, points: list[float]) -> None:
    liked = study.twin.features(column(study, key, points))["liked"]
    assert np.all(np.diff(liked) > 0)


def test_only_window_times_rate_matters_where_all_rates_scale(study: Study) -> None:
    """Twice the window at half the rate of every employee is the same survey: liked and posted cannot tell them apart."""
    twin, values = study.twin, settings(study)
    before = twin.features(values)
    half = values | {"survey.window_months": values["survey.window_months"] * 2.0, "behaviour.monthly_sharers_fraction": halved(twin, values)}
    after = twin.features(half)
    for name in ("liked", "shared", "posted"):
        assert after[name][0] == pytest.approx(before[name][0], rel=3e-3)
    assert after["sharers"][0] < 0.6 * before["sharers"][0]


def halved(twin: Twin, values: Values) -> NDArray[np.float64]:
    """The monthly sharers at which everybody posts half as often."""
    from scipy.optimize import brentq

    target = twin.employees(values)[0][0, 0] / 2.0

    def surplus(sharers: float) -> float:
        return float(twin.employees(values | {"behaviour.monthly_sharers_fraction": np.array([sharers])})[0][0, 0] - target)

    return np.array([brentq(surplus, 0.003, 0.1)])


def test_the_panel_is_large_enough(study: Study) -> None:
    values = settings(study)
    large = Twin(respondents=16_384).features(values)
    small = study.twin.features(values)
    assert small["liked"][0] == pytest.approx(large["liked"][0], abs=0.004)
    assert small["shared"][0] == pytest.approx(large["shared"][0], abs=0.003)


def test_answers_mix_those_who_recall_and_those_who_claim(study: Study) -> None:
    assert said(0.25, 0.8, 0.04) == pytest.approx(0.25 * 0.8 + 0.75 * 0.04)
    values = settings(study)
    features = study.twin.features(values)
    answered = answers(study.questions, features, values)
    assert answered["sharers"] == pytest.approx(features["sharers"])
    assert answered["liked"] == pytest.approx(said(features["liked"], values["survey.recall.liked"], values["survey.claim.liked"]))
    assert answered["unprompted"] == pytest.approx(said(features["posted"], values["survey.recall.unprompted"], values["survey.claim.unprompted"]))


def test_views_are_what_people_are_shown(study: Study) -> None:
    """Where likes are rare, liking is views times the chance per view, less what the first delivery lacks (0.7) and what repeated delivery of one post wastes."""
    source, rare = 2.0, 1e-7
    per_impression = rare * source / study.twin.scenario.platforms.linkedin.repeats  # type: ignore[union-attr]
    values = settings(study, behaviour__source_multiplier=source, platforms__facebook__like_rate=rare, platforms__twitter__like_rate=rare,
                      logs__linkedin__likes_per_impression=per_impression)
    views = study.twin.views(values)[0]
    assert 0.4 < study.twin.features(values)["liked"][0] / (views * rare * source) < 1.0
    assert study.twin.views(values | {"survey.window_months": values["survey.window_months"] * 3.0})[0] == pytest.approx(3.0 * views)
