"""`advocacy calibrate`: what it prints and writes, what it refuses, and that a cancelled one leaves nothing."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import simulation.studies.calibration
import simulation.studies.posterior
from simulation.cli import app
from simulation.errors import InputError
from simulation.inputs.scenario import load_scenario
from simulation.studies.drawing import held_keys

SMALL = {"bank": 1000, "draws": 40, "sweeps": 1}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A calibration of seconds, in a folder of its own."""
    monkeypatch.setattr(simulation.studies.posterior, "calibrate", partial(simulation.studies.posterior.calibrate, **SMALL))
    monkeypatch.setattr(simulation.studies.calibration, "BANK", 1000)
    monkeypatch.chdir(tmp_path)


def called(*words: str) -> Any:
    return CliRunner().invoke(app, ["calibrate", *words])


def test_it_prints_diagnostics_and_writes_a_posterior_that_forecasts_can_use(tmp_path: Path) -> None:
    result = called()
    assert result.exit_code == 0, result.output
    for words in ("liked a post by an employee", "survey.window_months", "Window and rate: correlation", "Surveys against logs", "They contradict each other", "independent ones"):
        assert words in result.stdout
    contents = json.loads((tmp_path / "posterior.json").read_text(encoding="utf-8"))
    assert len(contents["draws"]["survey.window_months"]) == 40
    assert held_keys(load_scenario("baseline", ["run.posterior=posterior.json"])) == []
    assert not list(tmp_path.glob(".*"))
    again = called("--out", "posterior.json", "--json", "--quiet")
    assert again.exit_code == 0
    assert json.loads(again.stdout) == {key: value for key, value in contents.items() if key != "draws"}
    assert again.stderr == ""


def test_recovery_counts_what_was_found_again(tmp_path: Path) -> None:
    result = called("--recovery", "2", "--out", "recovery.json")
    assert result.exit_code == 0, result.output
    assert "rate times window" in result.stdout
    table = json.loads((tmp_path / "recovery.json").read_text(encoding="utf-8"))["combinations"]
    assert all(sum(each["rank_counts"]) == each["plants"] == 2 for each in table.values())


@pytest.mark.parametrize(("words", "message"), [
    (["--out", "."], "is a folder; allowed: a file"), (["--out", "nowhere/p.json"], "no folder 'nowhere'"), (["--out", "thesis.json"], "holds something else than a posterior"),
    (["--evidence", "none.toml"], "cannot be read"), (["--evidence", "thesis.json"], "not valid TOML"),
])
def test_a_place_or_file_that_cannot_be_used_is_refused_and_nothing_is_lost(tmp_path: Path, words: list[str], message: str) -> None:
    (tmp_path / "thesis.json").write_text('{"mine": 1}', encoding="utf-8")
    result = called(*words)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.json"]
    assert (tmp_path / "thesis.json").read_text(encoding="utf-8") == '{"mine": 1}'


def test_a_cancelled_calibration_leaves_the_earlier_posterior(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "posterior.json").write_text('{"evidence_sha256": "before"}', encoding="utf-8")

    def stopped(*given: Any, **named: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(simulation.studies.posterior, "draw_bank", stopped)
    result = called()
    assert result.exit_code != 0
    assert [path.name for path in tmp_path.iterdir()] == ["posterior.json"]
    assert "before" in (tmp_path / "posterior.json").read_text(encoding="utf-8")
