"""The estimate of memory against what a fresh process really took."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from simulation.inputs.scenario import load_scenario
from simulation.measures import equivalent
from simulation.studies import memory
from simulation.studies.memory import needed

SMALL = ["run.engine=compiled", "society.employees=20", "market.consumers=5000", "horizon.weeks=2"]
LARGER = ["run.engine=compiled", "society.employees=600", "market.consumers=300000", "horizon.weeks=4", "paid.budget=60000"]
CODE = """
import json, sys
sys.path.insert(0, "benchmarks")
from memory import measured
print(json.dumps([measured(settings) for settings in json.loads(sys.argv[1])]))
"""
FACTOR = 1.5


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
def test_the_estimate_is_near_the_peak_of_a_fresh_process(repository: Path) -> None:
    """The whole, and what a larger firm, market and budget add to a small one, whatever the libraries take."""
    done = subprocess.run([sys.executable, "-c", CODE, json.dumps([SMALL, LARGER])], cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    small, larger = json.loads(done.stdout.splitlines()[-1])
    for found in (small, larger):
        assert 1 / FACTOR < found["estimate"] / found["peak"] < FACTOR
    added = (larger["estimate"] - small["estimate"]) / (larger["peak"] - small["peak"])
    assert 1 / FACTOR < added < FACTOR


@pytest.mark.parametrize(("setting", "part"), [
    ("society.employees=3000", "audiences"), ("horizon.weeks=26", "audiences"), ("market.consumers=600000", "people"), ("paid.budget=200000", "ads"),
    ("society.network.family=watts_strogatz", "network"),
])
def test_more_of_a_thing_needs_more_of_its_part(setting: str, part: str) -> None:
    before, after = (needed(load_scenario("baseline", settings)) for settings in ((), (setting,)))
    assert getattr(after, part) > 1.2 * getattr(before, part)


def test_a_budget_that_is_tried_grows_as_measures_let_it_grow() -> None:
    assert memory.GROWTH == equivalent.GROWTH


def test_without_ads_there_is_still_memory_for_the_budget_that_is_tried() -> None:
    without: Any = needed(load_scenario("baseline", ["paid.enabled=false"]))
    assert without.ads > needed(load_scenario("baseline")).ads
