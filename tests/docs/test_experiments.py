"""Every experiment runs small, leaves its figure and table, and keeps under its length; `python -m experiments` lists all with a time."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import plumbing
from experiments.__main__ import NAMES, main

LONGEST = 60
EXTRA = {"sensitivity_of_the_winner": "sklearn"}


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_small(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name in EXTRA:
        pytest.importorskip(EXTRA[name], reason=f"{EXTRA[name]} is not installed (extra analysis)")
        monkeypatch.setattr("simulation.studies.sensitivity.box.FEWEST", 10_000)  # spares the slow import of the workbench, which other tests take
    table = import_module(f"experiments.{name}").main("small", tmp_path)
    assert isinstance(table, pd.DataFrame)
    assert len(table)
    if name == "saturation_of_advocates":
        assert list(table["enrolment"]) == [0.05, 1.0]
        assert table["potential_reach"].is_monotonic_increasing
        assert (table["reach"] < table["potential_reach"]).all()
    assert np.isfinite(table.select_dtypes("number").to_numpy()).any()
    for ending in (".png", ".svg", ".csv", ".txt", "_table.csv"):
        assert (tmp_path / f"{name}{ending}").stat().st_size > 30
    assert "nan" not in (tmp_path / f"{name}.txt").read_text(encoding="utf-8").split()


def test_all_are_listed_with_their_time(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(NAMES)
    assert all("minutes" in line for line in lines)
    files = {path.stem for path in (repository / "experiments").glob("*.py")} - {"__init__", "__main__", "plumbing"}
    assert files == set(NAMES)


def test_one_command_runs_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["twenty_one_per_cent", "--size", "small", "--out", str(tmp_path)])
    assert (tmp_path / "twenty_one_per_cent.png").is_file()
    assert "figure:" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["twenty_two_per_cent"])


def test_scripts_stay_short(repository: Path) -> None:
    for name in NAMES:
        assert len((repository / "experiments" / f"{name}.py").read_text(encoding="utf-8").splitlines()) < LONGEST


def test_relative_figures_cancel_common_luck() -> None:
    table = pd.DataFrame({"world": "both", "replication": [0, 1, 0, 1], "lever.a": [1, 1, 2, 2], "total.reach": [10.0, 100.0, 5.0, 50.0]})
    found = plumbing.against_first(table, "lever.a", "total.reach")
    assert found[["mean", "low", "high"]].to_numpy().tolist() == [[1.0, 1.0, 1.0], [0.5, 0.5, 0.5]]
