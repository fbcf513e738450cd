"""Parameters of a replication: drawn for all alike, but never over what the user wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulation.api import compare, notes, plays
from simulation.behaviour.planning import ad_budget
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.posterior import load_posterior
from simulation.inputs.scenario import load_scenario, scenario_text
from simulation.studies.drawing import ATTEMPTS, IN_MARKET, draws, held_keys
from simulation.studies.pool import Task
from simulation.studies.replication import replicate
from simulation.studies.weekly import weekly_panel

VISIBLE = "platforms.linkedin.visibility_fraction"
FIRM = ["society.employees=20", "society.departments=3", "market.consumers=500", "horizon.weeks=1", "run.workers=1"]


def drawn(scenario: Scenario, replication: int = 0) -> Scenario:
    return next(draws(scenario, replication))


def test_a_draw_is_that_of_the_replication_for_every_scenario_and_engine() -> None:
    one, two = load_scenario("baseline"), load_scenario("europe", ["run.engine=agents", "run.workers=7", "programme.stage=5"])
    for replication in (0, 7):
        assert drawn(one, replication).behaviour == drawn(two, replication).behaviour
        assert drawn(one, replication).platforms == drawn(two, replication).platforms
    assert drawn(one, 0).behaviour != drawn(one, 1).behaviour
    assert drawn(one).behaviour != drawn(one.replace(run__seed=1)).behaviour


def test_every_parameter_of_the_posterior_is_drawn() -> None:
    scenario, posterior = load_scenario("baseline"), load_posterior()
    assert held_keys(scenario) == []
    for key, column in posterior.draws.items():
        value: Any = drawn(scenario)
        for part in key.split("."):
            value = getattr(value, part)
        assert value in column, key


def test_fixed_parameters_are_the_scenarios() -> None:
    scenario = load_scenario("baseline", ["run.parameters=fixed"])
    assert list(draws(scenario, 3)) == [scenario]


@pytest.mark.parametrize("value", [0.2, 0.15])
def test_what_the_user_writes_wins_even_if_it_is_the_default(value: float) -> None:
    scenario = load_scenario("baseline", [f"{VISIBLE}={value}"])
    assert held_keys(scenario) == [VISIBLE]
    assert all(drawn(scenario, number).platforms.linkedin.visibility_fraction == value for number in range(5))  # type: ignore[union-attr]
    assert notes(scenario) == (f"baseline: held at the scenario's values instead of drawn from the posterior: {VISIBLE}",)


def test_what_is_changed_in_python_wins() -> None:
    assert held_keys(load_scenario("baseline").replace(behaviour__source_multiplier=3.0)) == ["behaviour.source_multiplier"]


def test_a_resolved_scenario_draws_what_the_first_one_drew(tmp_path: Path) -> None:
    """Every default is written out in it; `run.held` says which values were the user's."""
    first = load_scenario("baseline", [f"{VISIBLE}=0.15"])
    path = tmp_path / "baseline.yaml"
    path.write_text(scenario_text(first), encoding="utf-8")
    again = load_scenario(path)
    assert again == first
    assert drawn(again) == drawn(first)
    assert held_keys(load_scenario(path, ["behaviour.source_multiplier=2.0"])) == ["behaviour.source_multiplier", VISIBLE]
    child = tmp_path / "child.yaml"
    child.write_text("extends: baseline.yaml\nbehaviour: {offered_share_probability: 0.05}\n", encoding="utf-8")
    assert held_keys(load_scenario(child)) == ["behaviour.offered_share_probability", VISIBLE]


def test_money_for_ads_is_planned_not_drawn() -> None:
    scenario = load_scenario("baseline")
    assert {drawn(scenario, number).paid.budget for number in range(4)} == {ad_budget(scenario)}
    assert drawn(load_scenario("baseline", ["paid.budget=9000"])).paid.budget == 9000.0


def test_a_platform_that_is_left_out_stays_out() -> None:
    scenario = load_scenario("baseline", ["platforms.twitter=null", "paid.cpm={facebook: 6.33}"])
    assert drawn(scenario).platforms.twitter is None


def test_the_market_of_ones_own_network_is_no_guess(tmp_path: Path) -> None:
    (tmp_path / "ties.csv").write_text("a,b\nb,c\nc,d\n", encoding="utf-8")
    scenario = load_scenario("baseline", ["society.network.family=file", f"society.network.file={tmp_path / 'ties.csv'}"])
    assert held_keys(scenario) == [IN_MARKET]


def planted(tmp_path: Path, **columns: list[float]) -> str:
    path = tmp_path / "posterior.json"
    path.write_text(json.dumps({"schema_version": 1, "evidence_sha256": "", "draws": {key.replace("__", "."): column for key, column in columns.items()}}), encoding="utf-8")
    return str(path)


def test_a_draw_under_which_posts_travel_far_is_replaced_and_counted(tmp_path: Path) -> None:
    """Half of these draws are refused by the society, whose message names the key."""
    scenario = load_scenario("baseline", [*FIRM, "run.replications=6", f"run.posterior={planted(tmp_path, platforms__facebook__reshare_rate=[0.003, 0.2], behaviour__hop_damping=[0.07, 1.0])}"])
    result = compare(scenario)
    summary = result.summary()
    assert summary["complete"]
    assert 0 < summary["parameters"]["refused_draws"] < 6 * ATTEMPTS
    assert "draws were refused and replaced" in result.answer()


def test_a_campaign_by_week_skips_the_draws_that_a_replication_skips(tmp_path: Path) -> None:
    path = planted(tmp_path, platforms__facebook__reshare_rate=[0.003, 0.2], behaviour__hop_damping=[0.07, 1.0])
    scenario = load_scenario("baseline", [*FIRM, f"run.posterior={path}"])
    skipping = next(number for number in range(20) if replicate(Task(scenario, number, False)).refused)
    assert len(weekly_panel(scenario, skipping)) == 2


def test_a_scenario_that_is_refused_with_every_draw_is_refused_by_name(tmp_path: Path) -> None:
    path = planted(tmp_path, platforms__facebook__reshare_rate=[0.2], behaviour__hop_damping=[1.0])
    with pytest.raises(InputError, match=r"platforms\.facebook\.reshare_rate: given 0\.2, with which a reshare would cause"):
        replicate(Task(load_scenario("baseline", [*FIRM, f"run.posterior={path}"]), 0, True))


@pytest.mark.parametrize(("text", "message"), [
    ("{", "not a posterior file"), ("[]", "no draws of schema version 1"), ('{"schema_version": 1, "draws": {}}', "draws of different length"),
    ('{"schema_version": 1, "draws": {"behaviour.connected_fraction": [0.1], "behaviour.source_multiplier": [2, 3]}}', "draws of different length"),
    ('{"schema_version": 1, "draws": {"behaviour.connected_fraction": ["x"]}}', r"draws\.behaviour\.connected_fraction: not all are numbers"),
    ('{"schema_version": 1, "draws": {"behaviour.conected_fraction": [0.1]}}', "'behaviour.conected_fraction', which is no key of a scenario"),
])
def test_a_posterior_file_that_is_none_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        held_keys(load_scenario("baseline", [f"run.posterior={path}"]))


def test_a_posterior_file_that_is_missing_is_refused() -> None:
    with pytest.raises(InputError, match=r"run\.posterior: no file 'nowhere\.json'"):
        load_scenario("baseline", ["run.posterior=nowhere.json"])


def test_forecasts_are_wider_than_with_fixed_parameters() -> None:
    """Common luck, ten replications; the drawn ones vary in parameters as well."""
    spread = {}
    for kind in ("posterior", "fixed"):
        summary = compare(load_scenario("baseline", [*FIRM, "run.replications=10", "market.consumers=3000", "horizon.weeks=4", f"run.parameters={kind}"])).summary()
        added = summary["added_reach"]["programme"]
        spread[kind] = added["high"] - added["low"]
        sources = summary["interval_sources"]["added_reach_programme"]
        assert sum(part["part"] for part in sources.values()) == pytest.approx(1.0, abs=1e-3)
        assert all(0 <= part["low"] <= part["high"] <= 1 for part in sources.values())
        assert (sources["parameters"]["part"] == 0) == (kind == "fixed")
        assert summary["parameters"]["from"] == {"posterior": "posterior", "fixed": "scenario"}[kind]
    assert spread["posterior"] > spread["fixed"]


def test_few_replications_are_not_split() -> None:
    scenario = load_scenario("baseline", [*FIRM, "run.replications=3"])
    assert [task.redraw for task in plays([scenario], compared=True)] == ["", "", ""]
    assert compare(scenario).summary()["interval_sources"] is None
    assert {task.redraw for task in plays([scenario.replace(run__replications=6)], compared=False)} == {""}
