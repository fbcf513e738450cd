"""Small results, played once and kept in folders: a comparison, two scenarios side by side, and a run as written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulation.api import compare, run
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.presentation.result import Comparison, Result
from simulation.presentation.stored import StoredComparison, StoredResult, read_results

SMALL = ("society.employees=12", "society.departments=3", "market.consumers=4000", "horizon.weeks=2", "run.replications=2", "run.workers=1")
NASTY = '=HYPERLINK("http://evil") <script>alert(1)</script> & "Zoë"'
"""A title that a page, a slide or a spreadsheet could take for something else."""


@pytest.fixture(scope="session", autouse=True)
def _folders_without_drawings() -> Iterator[None]:
    """Results are kept without their drawings, which other tests look at and which take longest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("simulation.presentation.result.save", lambda chart, folder: None)
        yield


def small(name: str, *settings: str) -> Scenario:
    """A firm of 12 and a market of 4,000, played by the compiled engine."""
    return load_scenario("baseline", [*SMALL, *settings]).named(name)


@pytest.fixture(scope="session")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, StoredResult]:
    """A comparison as it was played and as it is read back; its title is nasty."""
    result = compare(small("small").replace(title=NASTY))
    folder = tmp_path_factory.mktemp("results") / "small"
    assert isinstance(result, Result)
    result.save(folder, "advocacy compare small.yaml")
    found = read_results(folder)
    assert isinstance(found, StoredResult)
    return result, found


@pytest.fixture(scope="session")
def side_by_side(tmp_path_factory: pytest.TempPathFactory) -> tuple[Comparison, StoredComparison]:
    """Two scenarios on common luck."""
    result = compare(small("first"), small("second", "programme.enrolment_fraction=0.9"))
    folder = tmp_path_factory.mktemp("results") / "both"
    assert isinstance(result, Comparison)
    result.save(folder, "advocacy compare first.yaml second.yaml")
    found = read_results(folder)
    assert isinstance(found, StoredComparison)
    return result, found


@pytest.fixture(scope="session")
def as_written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, StoredResult]:
    """A run of ads alone."""
    result = run(small("alone", "programme.enabled=false"))
    folder = tmp_path_factory.mktemp("results") / "alone"
    result.save(folder)
    found = read_results(folder)
    assert isinstance(found, StoredResult)
    return result, found
