"""Luck, society and parameters: the nested design finds the parts that were put in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.inputs.scenario import load_scenario
from simulation.measures.comparison import ReplicationResult
from simulation.studies import sources as module
from simulation.studies.sources import sources

SCENARIO = load_scenario("baseline")
FIXED = load_scenario("baseline", ["run.parameters=fixed"])


def played(number: int, value: float) -> ReplicationResult:
    return ReplicationResult(number, {}, {"value": value})


def plays(spreads: dict[str, float], replications: int, pairs: int, seed: int) -> Any:
    """Replications that are a sum of three independent normal numbers, and their further plays."""
    draw = np.random.default_rng(seed).normal
    first, again = [], []
    for number in range(replications):
        parameters, society, luck = (draw(scale=spreads[name]) for name in ("parameters", "society", "luck"))
        first.append(played(number, parameters + society + luck))
        if number < pairs:
            again.append(("luck", played(number, parameters + society + draw(scale=spreads["luck"]))))
            again.append(("society", played(number, parameters + draw(scale=spreads["society"]) + draw(scale=spreads["luck"]))))
    return first, again


@pytest.fixture(autouse=True)
def _one_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEASURES", {"value": lambda result: result.comparison["value"]})


def test_parts_are_those_that_were_put_in() -> None:
    """Standard deviations 1, 2 and 3 make parts of 1, 4 and 9 in 14; 4,000 pairs know a variance to 2.2%, so 0.03 is above four standard errors of each part."""
    first, again = plays({"luck": 1.0, "society": 2.0, "parameters": 3.0}, 4000, 4000, 1)
    found = sources(SCENARIO, first, again)
    assert found is not None
    for name, part in (("luck", 1 / 14), ("society", 4 / 14), ("parameters", 9 / 14)):
        assert found["value"][name]["part"] == pytest.approx(part, abs=0.06)
        assert found["value"][name]["low"] <= part + 0.03
        assert found["value"][name]["high"] >= part - 0.03


def test_few_pairs_say_how_little_they_know() -> None:
    """The truth lies in the intervals of 20 replications and 5 pairs nine times in ten; 75 of 100 or fewer would be a false alarm once in 100,000 (binomial)."""
    truth, inside = {"luck": 1 / 14, "society": 4 / 14, "parameters": 9 / 14}, dict.fromkeys(("luck", "society", "parameters"), 0)
    for seed in range(100):
        found = sources(SCENARIO, *plays({"luck": 1.0, "society": 2.0, "parameters": 3.0}, 20, 5, seed))
        assert found is not None
        for name, part in truth.items():
            inside[name] += found["value"][name]["low"] <= part <= found["value"][name]["high"]
    assert min(inside.values()) > 75


def test_fixed_parameters_have_no_part() -> None:
    first, again = plays({"luck": 1.0, "society": 1.0, "parameters": 0.0}, 400, 400, 2)
    found = sources(FIXED, first, [each for each in again if each[0] == "luck"])
    assert found is not None
    assert found["value"]["parameters"] == {"part": 0.0, "low": 0.0, "high": 0.0}
    assert found["value"]["luck"]["part"] == pytest.approx(0.5, abs=0.15)


def test_what_never_varies_has_no_parts() -> None:
    first, again = plays(dict.fromkeys(("luck", "society", "parameters"), 0.0), 8, 3, 3)
    assert sources(SCENARIO, first, again) == {"value": None}


def test_a_cancelled_study_without_pairs_is_not_split() -> None:
    first, again = plays({"luck": 1.0, "society": 1.0, "parameters": 1.0}, 8, 3, 4)
    assert sources(SCENARIO, first, again[:1]) is None
    assert sources(SCENARIO, first[:4], again) is None
