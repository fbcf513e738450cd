"""Every experiment runs small."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_saturation_of_advocates_runs_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from experiments import saturation_of_advocates as experiment

    monkeypatch.setattr(experiment, "ENROLMENTS", (0.1, 0.8))
    table = experiment.main(2, 3_000, tmp_path)
    assert list(table["enrolment"]) == [0.1, 0.8]
    assert table["potential_reach"].is_monotonic_increasing
    assert (tmp_path / "saturation_of_advocates.csv").is_file()
