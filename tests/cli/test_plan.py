"""`advocacy plan`: what it prints, writes and refuses, and that a kill loses no evaluation."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from simulation.cli import app
from simulation.errors import InputError
from simulation.inputs.scenario import load_scenario
from simulation.presentation.stored import read_results
from simulation.studies.decisions.evaluating import followed

SETTINGS = ("society.employees=24", "society.departments=2", "market.consumers=800", "horizon.weeks=2", "run.workers=1", "run.engine=compiled",
            "platforms.facebook=null", "platforms.twitter=null", "programme.cost.coordinator_per_month=300")
SMALL = ["--budget", "4000", "--population", "6", "--generations", "0", "--search-draws", "1", "--draws", "8", *(word for setting in SETTINGS for word in ("--set", setting))]


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["plan", *SMALL, "--quiet", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("plan") / "out"
    return folder, run("--out", str(folder))


def test_it_says_how_to_split_and_leaves_everything(planned: tuple[Path, str]) -> None:
    folder, said = planned
    assert "$4,000 for programme and ads" in said
    assert "draws that the search did not see" in said
    assert "Worth knowing first" in said
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["menu"][summary["chosen"]]["goal"]["mean"] == max(row["goal"]["mean"] for row in summary["menu"])
    assert all(row["planned_programme_cost"] + row["planned_paid_cost"] <= 4000 * (1 + 1e-6) for row in summary["menu"])
    table = pd.read_csv(folder / "decisions.csv")
    assert len(table) == len(summary["menu"]) * 8
    assert {path.stem for path in (folder / "charts").glob("*.png")} == {"frontier", "returns"}
    for row in summary["worth"]["parameters"]:
        assert row["value"] <= summary["worth"]["perfect_information"] * 1.5 + 1


def test_another_goal_uses_what_was_played(planned: tuple[Path, str]) -> None:
    folder, _ = planned
    before = len(list((folder / "evaluations").glob("*.json")))
    first = run("--out", str(folder), "--resume", "--json")
    assert len(list((folder / "evaluations").glob("*.json"))) == before
    assert json.loads(first) == json.loads((folder / "summary.json").read_text())
    other = json.loads(run("--out", str(folder), "--resume", "--json", "--goal", "engagements", "--risk", "regret"))
    assert (other["goal"], other["risk"]) == ("engagements", "regret")
    assert other["menu"][other["chosen"]]["largest_regret"] == min(row["largest_regret"] for row in other["menu"])


def test_a_killed_plan_goes_on_where_it_was_and_ends_as_if_never_killed(planned: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = planned
    summary = json.loads((folder / "summary.json").read_text())
    place = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-m", "simulation", "plan", *SMALL, "--quiet", "--out", str(place)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and len(list((place / "evaluations").glob("[0-9a-f]*.json"))) < 4 and process.poll() is None:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    there = len(list((place / "evaluations").glob("[0-9a-f]*.json")))
    assert there >= 4
    assert not (place / "summary.json").exists()
    with pytest.raises(InputError, match="unfinished plan; add --resume"):
        run("--out", str(place))
    ended = json.loads(run("--out", str(place), "--resume", "--json"))
    if summary["goal"] == "reach":
        assert ended == summary
    assert ended["menu"]


@pytest.mark.parametrize(("words", "said"), [
    (("--goal", "reech"), "Did you mean 'reach'"), (("--budget", "50"), "which pays neither"), (("--budget", "0"), "given 0"), (("--draws", "1"), "--draws: given 1; allowed: 2"),
    (("--value-of-one", "-1"), "--value-of-one: given -1"),
])
def test_mistakes_are_told_and_leave_nothing(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=None) as refused:
        run("--out", str(tmp_path / "out"), *words)
    assert said in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_market_whose_likes_spread_ads_is_followed_whole() -> None:
    large = load_scenario("baseline", ["market.consumers=200000"])
    assert followed(large).market.sample_fraction < 1
    assert followed(large.replace(paid__spill_over=0.5)).market.sample_fraction == 1


@pytest.mark.parametrize("more", [[], ["--yes"], ["--resume"]])
def test_plans_and_studies_do_not_take_each_others_folders(planned: tuple[Path, str], tmp_path: Path, more: list[str]) -> None:
    design = tmp_path / "tiny.yaml"
    design.write_text("settings: {market.consumers: 300, society.employees: 10, society.departments: 2, horizon.weeks: 1, run.engine: agents}\n"
                      "vary:\n  programme.enrolment_fraction: [0.2]\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds a plan of advocacy plan"):
        CliRunner().invoke(app, ["sweep", str(design), "--out", str(planned[0]), "--quiet", *more], catch_exceptions=False)
    assert (planned[0] / "summary.json").is_file()
    assert CliRunner().invoke(app, ["sweep", str(design), "--out", str(tmp_path / "study"), "--quiet", "--no-analysis"], catch_exceptions=False).exit_code == 0
    with pytest.raises(InputError, match="holds a study of advocacy sweep"):
        run("--out", str(tmp_path / "study"), *more)
    assert (tmp_path / "study" / "results.parquet").is_file()
    with pytest.raises(InputError, match="holds a plan of advocacy plan"):
        read_results(planned[0])


def test_another_scenario_is_not_mixed_in(planned: tuple[Path, str]) -> None:
    with pytest.raises(InputError, match="another scenario"):
        run("--out", str(planned[0]), "--resume", "--seed", "5")
