"""Closed forms of organic reach, their limits, and their fit to real posts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.inputs.evidence import load_evidence
from simulation.measures.closed_forms import nbd_at_least
from simulation.measures.organic_forms import decayed, fit_reach_curve, lognormal_top, organic_reach, top_fraction

shapes = st.floats(0.05, 50.0)
amounts = st.floats(1e-4, 20.0)


@given(amounts, st.floats(1.0, 5.0), shapes)
def test_reach_is_the_negative_binomial_of_deliveries(impressions: float, repeats: float, shape: float) -> None:
    assert organic_reach(np.array([impressions]), repeats, shape)[0] == pytest.approx(nbd_at_least(1, impressions / repeats, shape), rel=1e-9)


@given(amounts, shapes)
def test_more_even_activity_reaches_more_people_up_to_poisson(impressions: float, shape: float) -> None:
    less, more, most = (float(organic_reach(np.array([impressions]), 1.7, k)[0]) for k in (shape, 2 * shape, np.inf))
    assert 0 < less <= more <= most < 1 or most == pytest.approx(1)
    assert most == pytest.approx(-np.expm1(-impressions / 1.7))


@given(amounts, shapes)
def test_each_person_reached_makes_at_least_the_repeats(impressions: float, shape: float) -> None:
    assert impressions / float(organic_reach(np.array([impressions]), 1.73, shape)[0]) >= 1.73 * (1 - 1e-12)


@given(st.floats(1.0, 4.0), st.floats(0.1, 5.0))
def test_a_fit_finds_the_curve_that_made_the_posts(repeats: float, shape: float) -> None:
    impressions = np.geomspace(0.01, 10, 60)
    found = fit_reach_curve(impressions, organic_reach(impressions, repeats, shape))
    assert (found.repeats, found.shape) == (pytest.approx(repeats, rel=1e-3), pytest.approx(shape, rel=1e-2))
    assert found.error < 1e-6


def test_a_fit_needs_posts_that_reached_somebody() -> None:
    with pytest.raises(ValueError, match="three posts"):
        fit_reach_curve(np.array([0.1, 0.0, 0.2]), np.array([0.05, 0.0, 0.1]))


@pytest.mark.parametrize("log_sd", [0.3, 1.1, 1.6])
def test_the_top_tenth_of_lognormal_posts_holds_what_the_closed_form_says(log_sd: float) -> None:
    # Quantiles instead of luck: a million of them; the far tail that they miss is below 1e-3 at a log-sd of 1.6
    from scipy.special import ndtri

    values = np.exp(log_sd * ndtri((np.arange(1_000_000) + 0.5) / 1_000_000))
    assert top_fraction(values, 0.1) == pytest.approx(lognormal_top(0.1, log_sd), abs=2e-3)


def test_the_top_of_equal_values_is_their_number() -> None:
    assert top_fraction(np.ones(45), 0.1) == pytest.approx(0.1)
    assert lognormal_top(0.1, 0.0) == pytest.approx(0.1)


@given(st.floats(0.1, 100.0), st.floats(0.1, 100.0))
def test_what_is_left_halves_with_each_half_life(half_life: float, window: float) -> None:
    assert decayed(half_life, half_life, 60 * half_life) == pytest.approx(0.5)
    assert decayed(window, half_life, window) == pytest.approx(1.0)
    assert 0 < decayed(window / 3, half_life, window) <= 1.0
    assert decayed(window / 3, half_life, window) >= 1 / 3 - 1e-12


# Against real posts

@pytest.fixture(scope="module")
def page(data_folder: Path) -> pd.DataFrame:
    """500 posts of a page: fan impressions and fan reach for each fan, total reach, paid or not."""
    file = data_folder / "uci-facebook-metrics" / "dataset_Facebook.csv"
    if not file.is_file():
        pytest.skip(f"no {file}")
    raw = pd.read_csv(file, sep=";")
    fans = raw["Page total likes"]
    return pd.DataFrame({"impressions": raw["Lifetime Post Impressions by people who have liked your Page"] / fans,
                         "reached": raw["Lifetime Post reach by people who like your Page"] / fans, "fan_reach": raw["Lifetime Post reach by people who like your Page"],
                         "reach": raw["Lifetime Post Total Reach"], "all_impressions": raw["Lifetime Post Total Impressions"], "paid": raw["Paid"]})


@pytest.fixture(scope="module")
def member(data_folder: Path) -> pd.DataFrame:
    file = data_folder / "linkedin-creator-export" / "posts.csv"
    if not file.is_file():
        pytest.skip(f"no {file}")
    return pd.read_csv(file)


def value(key: str) -> float:
    found = load_evidence()[key].value
    assert found is not None
    return found


def test_the_curve_in_the_evidence_is_the_one_that_fits_the_page(page: pd.DataFrame) -> None:
    found = fit_reach_curve(page["impressions"].to_numpy(), page["reached"].to_numpy())
    assert found.repeats == pytest.approx(value("uci-facebook-2014-repeats"), abs=0.01)
    assert found.shape == pytest.approx(value("uci-facebook-2014-shape"), abs=0.01)
    assert found.error == pytest.approx(0.143, abs=0.001)


def test_no_simpler_curve_fits_the_page_nearly_as_well(page: pd.DataFrame) -> None:
    impressions, logs = page["impressions"].to_numpy(), np.log(page["reached"].to_numpy())

    def error(repeats: float, shape: float) -> float:
        return float(np.sqrt(np.mean((np.log(organic_reach(impressions, repeats, shape)) - logs) ** 2)))

    assert error(1.0, np.inf) == pytest.approx(0.590, abs=0.001)
    assert min(error(1.0, shape) for shape in np.geomspace(0.02, 1, 60)) == pytest.approx(0.352, abs=0.002)


def test_spread_and_non_fans_in_the_evidence_are_those_of_the_page(page: pd.DataFrame) -> None:
    assert np.log(page["reach"]).std() == pytest.approx(value("uci-facebook-2014-log-sd"), abs=0.005)
    assert top_fraction(page["reach"].to_numpy(), 0.1) == pytest.approx(value("uci-facebook-2014-top-tenth"), abs=0.005)
    unpaid = page[page["paid"] == 0]
    assert (1 - unpaid["fan_reach"] / unpaid["reach"]).median() == pytest.approx(value("uci-facebook-2014-nonfan-reach"), abs=0.005)
    assert (page["all_impressions"] / page["reach"]).median() == pytest.approx(value("uci-facebook-2014-frequency"), abs=0.01)


def test_what_the_evidence_says_of_the_member_is_in_the_export(member: pd.DataFrame, data_folder: Path) -> None:
    known = member[member["impressions"].notna()]
    assert np.log(known["impressions"]).std() == pytest.approx(value("linkedin-member-export-2024-log-sd"), abs=0.005)
    assert top_fraction(known["impressions"].to_numpy(), 0.1) == pytest.approx(value("linkedin-member-export-2024-top-tenth"), abs=0.02)
    assert known["reposts"].sum() / known["impressions"].sum() == pytest.approx(value("linkedin-member-export-2024-reposts-per-impression"), rel=0.01)
    totals = pd.read_csv(data_folder / "linkedin-creator-export" / "totals.csv").iloc[0]
    assert totals["unique_viewers"] == value("linkedin-member-export-2024-viewers")
    assert totals["total_followers_at_end"] == value("linkedin-member-export-2024-followers")
