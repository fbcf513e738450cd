"""What tests share: small scenarios, the folder of real data, and Hypothesis without clocks or a database."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario

REPOSITORY = Path(__file__).resolve().parents[1]

settings.register_profile("repeatable", deadline=None, derandomize=True, database=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder that holds `simulation/`, `scenarios/` and `tests/`."""
    return REPOSITORY


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """Real data sets: `$ADVOCACY_DATA`, else `../shared/data` beside the repository; tests are skipped without them."""
    folder = Path(os.environ.get("ADVOCACY_DATA") or REPOSITORY.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no data folder at {folder}; set ADVOCACY_DATA to one")
    return folder


@pytest.fixture(scope="session")
def tiny() -> Scenario:
    """A firm of 20, a market of 2,000, two weeks, two replications."""
    return load_scenario("baseline", ["society.employees=20", "society.departments=4", "market.consumers=2000",
                                      "horizon.weeks=2", "run.replications=2", "run.workers=1"])
