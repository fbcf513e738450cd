"""Results are read back as they were, drawn again without being played, and anything else is refused by name."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.presentation.result import Comparison, Result
from simulation.presentation.stored import StoredComparison, StoredResult, read_results


def test_a_stored_result_says_and_draws_what_the_played_one_does(compared: tuple[Result, StoredResult]) -> None:
    played, stored = compared
    assert stored.scenario == played.scenario
    assert stored.answer() == played.answer()
    assert stored.command == "advocacy compare small.yaml"
    drawn, again = played.charts(), stored.charts()
    assert [chart.name for chart in again] == [chart.name for chart in drawn] == ["reach_over_time", "reach_by_group", "frequency_distribution", "cost_per_person", "verdict"]
    for one, other in zip(drawn, again, strict=True):
        pd.testing.assert_frame_equal(one.data, other.data)
        assert one.alt_text == other.alt_text


def test_several_scenarios_are_read_back(side_by_side: tuple[Comparison, StoredComparison]) -> None:
    played, stored = side_by_side
    assert json.dumps(stored.summary()) == json.dumps(played.summary())
    assert stored.answer() == played.answer()


def test_a_run_as_written_is_read_back(as_written: tuple[Result, StoredResult]) -> None:
    assert not as_written[1].compared
    assert as_written[1].answer() == as_written[0].answer()
    assert as_written[1].verdict() is None


def test_results_of_a_network_file_that_is_gone_can_still_be_drawn(compared: tuple[Result, StoredResult], tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    shutil.copytree(compared[1].folder, folder)
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    (folder / "scenario.yaml").write_text(text.replace("    family: foci\n    file:\n", "    family: file\n    file: /nowhere/ties.csv\n"), encoding="utf-8")
    found = read_results(folder)
    assert isinstance(found, StoredResult)
    assert found.scenario.society.network.file == "/nowhere/ties.csv"
    assert len(found.charts()) == 5


@pytest.mark.parametrize(("spoil", "said"), [
    (lambda folder: shutil.rmtree(folder), "which does not exist; allowed: a folder written by advocacy compare"),
    (lambda folder: (folder / "provenance.json").unlink(), "holds no results (provenance.json or summary.json is missing)"),
    (lambda folder: (folder / "plan.json").write_text("{}"), "holds a study of advocacy sweep"),
    (lambda folder: (folder / "daily.parquet").unlink(), "daily.parquet is missing"),
    (lambda folder: (folder / "daily.parquet").write_bytes(b"PAR1"), "daily.parquet: cannot be read as Parquet"),
    (lambda folder: (folder / "summary.json").write_text("{"), "summary.json: cannot be read as JSON"),
    (lambda folder: (folder / "summary.json").write_text("[]"), "summary.json: holds no mapping"),
    (lambda folder: (folder / "summary.json").write_text('{"schema_version": 99, "worlds": {"both": {}}}'), "schema_version: given 99; allowed: 1"),
    (lambda folder: (folder / "scenario.yaml").write_text("title: 3\n"), "scenario.yaml:1: title: given 3; allowed: text"),
])
def test_what_is_no_results_folder_is_refused_by_name(compared: tuple[Result, StoredResult], tmp_path: Path, spoil: object, said: str) -> None:
    folder = tmp_path / "small"
    shutil.copytree(compared[1].folder, folder)
    spoil(folder)  # type: ignore[operator]
    with pytest.raises(InputError) as refused:
        read_results(folder).charts()
    assert said in str(refused.value)


def test_a_file_and_a_mistyped_name_are_refused_with_the_nearest(compared: tuple[Result, StoredResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(compared[1].folder, tmp_path / "results" / "our_firm")
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="given file, which is a file"):
        read_results("file")
    with pytest.raises(InputError, match="Did you mean 'results/our_firm'"):
        read_results("results/our_frim")
