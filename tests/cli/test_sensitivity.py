"""`advocacy sensitivity` and the analysis at the end of `advocacy sweep`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from simulation import api
from simulation.cli import app
from simulation.errors import InputError

DESIGN: dict[str, Any] = {
    "title": "A <tiny> study", "method": "latin_hypercube", "points": 24, "replications": 2,
    "settings": {"market.consumers": 300, "society.employees": 10, "society.departments": 2, "horizon.weeks": 1, "paid.cap": None, "run.engine": "agents"},
    "vary": {"programme.enrolment_fraction": {"low": 0.1, "high": 0.9}, "market.contacts_in_market_fraction": {"low": 0.2, "high": 0.9}}}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return api.sweep(DESIGN, tmp_path_factory.mktemp("study") / "tiny", workers=1).folder


def called(*words: str) -> Any:
    return CliRunner().invoke(app, ["sensitivity", *words])


def test_it_prints_the_analysis_and_leaves_charts(study: Path) -> None:
    result = called(str(study), "--outcome", "programme.reach")
    assert result.exit_code == 0, result.output
    assert "Reach of the programme (programme.reach, world both; people)" in result.stdout
    assert "Variance: levers" in result.stdout
    assert "Not there, indices: 24 points are too few" in result.stdout
    for name in ("tornado", "heat_map", "variance", "dependence"):
        for ending in ("png", "svg", "csv", "txt"):
            assert (study / "charts" / f"programme_reach_both_{name}.{ending}").stat().st_size > 50
    assert json.loads((study / "sensitivity.json").read_text(encoding="utf-8"))["outcome"] == "programme.reach"


def test_json_is_the_analysis_alone(study: Path) -> None:
    result = called(str(study), "--outcome", "total.reach", "--world", "advocacy", "--json", "--quiet")
    found = json.loads(result.stdout)
    assert (found["outcome"], found["world"], found["points"], found["replications"]) == ("total.reach", "advocacy", 24, 2)
    assert sum(part["part"] for part in found["variance"]) == pytest.approx(1.0)
    assert found["emulator"]["held_out"]["points"] == 24
    assert result.stderr == ""


@pytest.mark.parametrize(("words", "message"), [(("--outcome", "programme.reech"), "Did you mean 'programme.reach'"), (("--outcome", "frequency"), "is the end of several"),
                                                (("--world", "bth"), "Did you mean 'both'"), (("--outcome", "interaction", "--world", "paid"), "compares all four worlds")])
def test_what_is_not_known_is_refused_with_the_nearest(study: Path, words: tuple[str, ...], message: str) -> None:
    result = called(str(study), *words)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)


def test_other_folders_are_refused(tmp_path: Path, study: Path) -> None:
    assert "holds no study" in str(called(str(tmp_path)).exception)
    assert "holds no study" in str(called(str(tmp_path / "nowhere")).exception)
    (tmp_path / "plan.json").write_text((study / "plan.json").read_text(encoding="utf-8"), encoding="utf-8")
    assert "holds an unfinished study" in str(called(str(tmp_path)).exception)


def test_a_sweep_ends_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "few.yaml").write_text("settings: {market.consumers: 300, society.employees: 10, society.departments: 2, horizon.weeks: 1, paid.cap: null, run.engine: agents}\n"
                                       "method: one_at_a_time\nreplications: 2\nvary:\n  programme.enrolment_fraction: [0.1, 0.9]\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["sweep", "few.yaml", "--workers", "1", "--outcome", "programme.reach"])
    assert result.exit_code == 0, result.output
    assert "3 points, 6 runs of four worlds" in result.stdout
    assert "From one end to the other" in result.stdout
    assert Path("results/few/charts/programme_reach_both_tornado.png").is_file()


def test_it_is_the_same_twice(study: Path) -> None:
    result = api.open_study(study)
    assert result.sensitivity("programme.reach").to_dict() == result.sensitivity("programme.reach").to_dict()
