"""Calibration: the sampler against a closed form, conflicts named, evidence edited, and planted parameters found again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from simulation.compiling import use_threads
from simulation.errors import InputError
from simulation.inputs.evidence import FILE, Evidence, load_evidence
from simulation.inputs.parameters import Scenario
from simulation.inputs.posterior import FILE as SHIPPED
from simulation.inputs.posterior import load_posterior
from simulation.society.luck import Luck
from simulation.studies.calibration import Bank, Study, check_conflict, draw_bank, sequential
from simulation.studies.posterior import calibrate, study_of
from simulation.studies.priors import priors, scenario_values
from simulation.studies.questions import questions
from simulation.studies.recovery import COMBINATIONS, Recovered, recover, report, surveyed

SMALL = {"bank": 2000, "draws": 160, "sweeps": 3}

Edit = Callable[..., Evidence]


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """The shipped evidence with lines of some figures replaced, read from a file of its own."""
    def edit(**lines: str) -> Evidence:
        text = FILE.read_text(encoding="utf-8")
        for key, line in lines.items():
            head, tail = text.split(f"[{key.replace('_', '-')}]\n", 1)
            table, rest = tail.split("\n\n", 1)
            name = line.split(" = ")[0]
            kept = [each for each in table.splitlines() if not each.startswith(f"{name} = ")]
            text = head + f"[{key.replace('_', '-')}]\n" + "\n".join([*kept, line]) + "\n\n" + rest
        path = tmp_path / "evidence.toml"
        path.write_text(text, encoding="utf-8")
        load_evidence.cache_clear()
        return load_evidence(path)

    return edit


class Line:
    """A study with a closed form: what is answered is a sum of normal scores, the prior is standard normal."""

    def __init__(self, weights: list[float], observed: float, sd: float) -> None:
        self._weights, self._observed, self._sd = np.array(weights), observed, sd

    def answered(self, scores: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        return {"sum": scores @ self._weights}

    def distance(self, answered: dict[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        return ((answered["sum"] - self._observed) / self._sd) ** 2


def test_draws_have_the_mean_and_spread_of_the_closed_form() -> None:
    """A normal prior and a normal answer give a normal posterior; 2,000 draws worth some 400 independent ones, within four standard errors."""
    weights, observed, sd = np.array([1.0, 0.5, 0.0]), 2.5, 0.05
    study: Any = Line(weights.tolist(), observed, sd)
    scores = np.stack([np.random.default_rng(place).normal(size=8000) for place in range(3)], axis=1)
    found = sequential(study, Bank(scores, study.answered(scores)), 2000, Luck(5), 10)
    gain = weights / (weights @ weights + sd**2)
    mean, covariance = gain * observed, np.eye(3) - np.outer(gain, weights)
    assert found.widths[0] > 1.0
    assert found.widths[-1] == 1.0
    for place in range(3):
        spread = np.sqrt(covariance[place, place])
        assert found.scores[:, place].mean() == pytest.approx(mean[place], abs=4 * spread / 20)
        assert found.scores[:, place].std() == pytest.approx(spread, rel=4 / np.sqrt(2 * 400))
    total = found.scores @ weights
    exact = np.sqrt(weights @ covariance @ weights)
    assert total.std() == pytest.approx(exact, rel=4 / np.sqrt(2 * 400))
    assert np.corrcoef(found.scores[:, 0], found.scores[:, 1])[0, 1] == pytest.approx(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]), abs=0.1)


def test_a_bank_knows_no_published_answer(study: Study, edited: Edit) -> None:
    other = study_of(edited(altimeter_2016_consumers_liked="value = 0.35"))
    one, two = (draw_bank(each, 100, Luck(3)) for each in (study, other))
    assert np.array_equal(one.scores, two.scores)
    assert np.array_equal(one.answers["liked"], two.answers["liked"])
    assert not np.array_equal(study.distance(one.answers), other.distance(one.answers))


def test_the_same_seed_gives_the_same_posterior_on_any_number_of_threads() -> None:
    found = []
    for threads in (1, 2):
        use_threads(threads)
        found.append(calibrate(load_evidence(), bank=400, draws=40, sweeps=2))
    use_threads(1)
    assert found[0] == found[1]
    assert calibrate(load_evidence(), seed=9, bank=400, draws=40, sweeps=2)["draws"] != found[0]["draws"]


def test_an_edited_figure_changes_the_calibration_and_nothing_else_needs_editing(edited: Edit) -> None:
    before, after = (calibrate(evidence, **SMALL) for evidence in (load_evidence(), edited(altimeter_2016_consumers_liked="value = 0.4")))

    def answered(contents: dict[str, Any]) -> tuple[float, list[float]]:
        return next((each["observed"], each["answer_range"]) for each in contents["questions"] if each["name"] == "liked")

    assert answered(before)[0] == 0.21
    assert answered(before)[1][0] < 0.21 < answered(before)[1][2]
    assert answered(after)[0] == 0.4
    assert answered(after)[1][0] < 0.4 < answered(after)[1][2]
    assert answered(after)[1][0] > answered(before)[1][2]
    assert before["evidence_sha256"] != after["evidence_sha256"]


def test_an_edited_log_moves_its_prior(edited: Edit) -> None:
    usual = {prior.key: prior for prior in priors(load_evidence())}
    moved = {prior.key: prior for prior in priors(edited(uci_facebook_2014_likes_per_reach="value = 0.02"))}
    half = np.array([0.5])
    assert moved["platforms.facebook.like_rate"].quantile(half)[0] > 1.3 * usual["platforms.facebook.like_rate"].quantile(half)[0]


def test_a_figure_that_was_recovered_is_heard(edited: Edit) -> None:
    """The report's percentage of those who feel more connected was not recovered; once it is in the file, it is fitted."""
    assert "connected" not in {question.name for question in questions(load_evidence())}
    contents = calibrate(edited(altimeter_2016_more_connected_and_enthusiastic="value = 0.7"), **SMALL)
    low, middle, high = next(each["posterior_range"] for each in contents["parameters"] if each["key"] == "behaviour.connected_fraction")
    assert 0.6 < low < middle < high < 0.8


def test_contradictory_figures_are_named(edited: Edit) -> None:
    evidence = edited(altimeter_2016_consumers_liked="value = 0.9", altimeter_2016_employees_posted_about_work="value = 0.0")
    with pytest.raises(InputError) as refused:
        calibrate(evidence, **SMALL)
    assert "[altimeter-2016-consumers-liked] value = 0.9 and [altimeter-2016-employees-posted-about-work] value = 0" in str(refused.value)
    assert "in conflict" in str(refused.value)
    assert "linkedin-2017" not in str(refused.value)


def test_a_figure_that_nothing_could_give_is_named_alone(edited: Edit) -> None:
    with pytest.raises(InputError, match=r"given \[altimeter-2016-employees-posted-about-work\] value = 1, which is in conflict with the priors; allowed: what the survey twin can answer"):
        calibrate(edited(altimeter_2016_employees_posted_about_work="value = 1.0"), **SMALL)


@pytest.mark.parametrize(("lines", "message"), [
    ({"altimeter_2016_consumers_liked": "value = 21"}, r"altimeter-2016-consumers-liked\] value: given 21; allowed: a fraction, 0 to 1"),
    ({"altimeter_2016_consumers_shared": "sample_size = 0"}, r"altimeter-2016-consumers-shared\] sample_size: given 0; allowed: 1 or more"),
    ({"linkedin_personal_post_visibility": "low = 0.4"}, r"linkedin-personal-post-visibility\]: given low 0\.4 and high 0\.3; allowed: low below high"),
    ({"uci_facebook_2014_likes_per_reach": "value = 0"}, r"uci-facebook-2014-likes-per-reach\]: given value 0; allowed: a number above 0"),
])
def test_a_figure_that_cannot_be_used_is_refused(edited: Edit, lines: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        study_of(edited(**lines))


def test_planted_parameters_are_found_again(study: Study, bank: Bank) -> None:
    """
    Ten plants on a small bank. Were every interval right, six or fewer of ten would hold the truth once in 78 runs; with three
    combinations, one false alarm in 26 for a random seed (1 - binom.cdf(6, 10, 0.9) is 0.987 each). The seed is fixed.
    """
    assert binom.cdf(6, 10, 0.9) < 1 / 77
    table = report(recover(study, bank, 10, 80, Luck(21), 2))
    assert set(table) == set(COMBINATIONS)
    for name, each in table.items():
        assert each["inside"] > 6, name
        assert each["plants"] == 10


def test_what_is_planted_is_surveyed_person_by_person(study: Study) -> None:
    planted = {prior.key: prior.quantile(np.array([0.5])) for prior in study.priors}
    asked = surveyed(study, planted, Luck(1))
    expected = study.answered(np.zeros((1, len(study.parameters))))
    for question in asked:
        assert abs(question.residual(expected[question.name][0])) < 4.0, question.name
        assert question.observed != next(each.observed for each in study.fitted if each.name == question.name)


def test_a_posterior_that_is_too_narrow_is_told_from_a_right_one() -> None:
    even = [Recovered(dict.fromkeys(COMBINATIONS, (place + 0.5) / 50), {}) for place in range(50)]
    assert all(each["consistent"] and each["even_p_value"] > 0.9 and 44 <= each["inside"] <= 46 for each in report(even).values())
    narrow = [each._replace(ranks={name: min(max(0.5 + 1.4 * (rank - 0.5), 0.0), 1.0) for name, rank in each.ranks.items()}) for each in even]
    assert not any(each["consistent"] for each in report(narrow).values())


def test_no_conflict_is_seen_where_there_is_none(study: Study, bank: Bank) -> None:
    check_conflict(study, bank, Luck(2))


def test_the_shipped_posterior_rests_on_the_shipped_evidence() -> None:
    """Figures that anything rests on are as they were when it was made; else run: advocacy calibrate --out simulation/inputs/posterior.json"""
    contents, evidence = load_posterior(SHIPPED).contents, load_evidence(FILE)
    now = {key: [evidence[key].value, evidence[key].low, evidence[key].high, evidence[key].sample_size] for key in contents["figures"]}
    assert contents["figures"] == now
    assert [each["prior"] for each in contents["parameters"]] == [prior.shape for prior in priors(evidence)]
    assert contents["sampler"]["draws"] >= 1000
    assert contents["sampler"]["effective_size"] >= 200


def test_shipped_answers_are_what_the_twin_says_to_the_shipped_draws(study: Study) -> None:
    contents = load_posterior().contents
    draws = {key: np.array(column) for key, column in contents["draws"].items()}
    per_page = study.twin.scenario.platforms.linkedin.repeats / draws["behaviour.source_multiplier"]  # type: ignore[union-attr]
    for log, key in (("likes_per_impression", "like_rate"), ("reposts_per_impression", "reshare_rate")):
        assert draws[f"platforms.linkedin.{key}"] == pytest.approx(draws[f"logs.linkedin.{log}"] * per_page, rel=1e-4)
    liked = study.twin.features(draws)["liked"]
    said = draws["survey.recall.liked"] * liked + draws["survey.claim.liked"] * (1.0 - liked)
    published = next(each for each in contents["questions"] if each["name"] == "liked")
    assert np.quantile(said, (0.05, 0.5, 0.95)) == pytest.approx(published["answer_range"], rel=0.01)


def test_every_shipped_draw_is_a_scenario() -> None:
    posterior = load_posterior()
    for place in range(0, posterior.size, 50):
        values = posterior.at((place + 0.5) / posterior.size)
        drawn = Scenario().replace(**{key.replace(".", "__"): value for key, value in values.items()})
        assert drawn.behaviour.posting_shape == values["behaviour.posting_shape"]


def test_no_forecast_uses_recall_claims_or_the_window() -> None:
    assert not [key for key in load_posterior().draws if key.startswith(("survey.", "logs."))]
    assert set(scenario_values({prior.key: 1.0 for prior in priors(load_evidence())})) == set(load_posterior().draws)
