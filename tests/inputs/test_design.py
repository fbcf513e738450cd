"""Designs: what they accept, and what they refuse with file, line and the nearest name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from simulation.errors import InputError
from simulation.inputs.design import Design, Range, load_design, shipped_designs, whole_key

GOOD = """\
scenario: baseline
settings: {market.consumers: 2000}
method: grid
replications: 2
vary:
  programme.enrolment_fraction: {low: 0.1, high: 0.9, steps: 3}
  behaviour.hop_damping: [0.05, 0.1]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "study.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> str:
    with pytest.raises(InputError) as caught:
        load_design(written(folder, text))
    return str(caught.value)


def test_levers_and_uncertainties_are_told_apart_and_uncertainties_held(tmp_path: Path) -> None:
    study = load_design(written(tmp_path, GOOD))
    assert study.roles == {"programme.enrolment_fraction": "lever", "behaviour.hop_damping": "uncertainty"}
    assert "behaviour.hop_damping" in study.base.run.held
    assert (study.name, study.base.market.consumers, study.base.run.replications) == ("study", 2000, 2)
    assert study.scenario_at({"behaviour.hop_damping": 0.1}).behaviour.hop_damping == 0.1


def test_the_scenario_lies_beside_the_design(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("extends: baseline\nmarket: {consumers: 1234}\n", encoding="utf-8")
    assert load_design(written(tmp_path, "scenario: mine.yaml\nvary: {programme.stage: [1, 2]}\n")).base.market.consumers == 1234


@pytest.mark.parametrize(("old", "new", "line", "words"), [
    ("method: grid", "methd: grid", 3, "methd: not a known key. Allowed here: levels, method,"),
    ("method: grid", "method: gird", 3, "Did you mean 'grid'?"),
    ("enrolment_fraction", "enrolment_fracton", 6, "not a known key of a scenario. Allowed here: cost, displacement_fraction"),
    ("enrolment_fraction", "enrolment_fracton", 6, "Did you mean 'enrolment_fraction'?"),
    ("low: 0.1", "low: 0.9", 6, "an empty range, 0.9 to 0.9"),
    ("low: 0.1", "low: 1.0", 6, "an empty range, 1 to 0.9"),
    ("low: 0.1", "low: -0.1", 6, "given -0.1; allowed: a number, 0 to 1"),
    ("low: 0.1", "low: .nan", 6, "an empty range"),
    ("steps: 3", "stpes: 3", 6, "Did you mean 'steps'?"),
    ("steps: 3", "scale: log, low_: 1", 6, "not a known key. Allowed here: high, integer"),
    ("steps: 3", "steps: 1", 6, "given 1; allowed:"),
    ("high: 0.9, steps: 3", "steps: 3", 6, "high is missing"),
    ("[0.05, 0.1]", "[]", 7, "an empty list of values"),
    ("[0.05, 0.1]", "[0.05, lots]", 7, "given 'lots'; allowed: a number, 0 to 1"),
    ("[0.05, 0.1]", "{low: 0.0, high: 0.1, scale: log}", 7, "on a log scale; allowed: more than 0"),
    ("behaviour.hop_damping", "run.seed", 7, "cannot be varied; the design says it by seed"),
    ("behaviour.hop_damping", "title", 7, "cannot be varied"),
    ("behaviour.hop_damping", "programme.cost", 7, "allowed: a key in it: seat_per_month"),
    ("behaviour.hop_damping", "market.consumers", 2, "is also varied"),
    ("behaviour.hop_damping: [0.05, 0.1]", "horizon.weeks: {low: 1.5, high: 3}", 7, "given 1.5; allowed: a whole number"),
    ("behaviour.hop_damping: [0.05, 0.1]", "paid.budget: {low: 0.2, high: 0.8, integer: true}", 7, "no whole number from 0.2 to 0.8"),
    ("market.consumers: 2000", "market.consumer: 2000", 2, "Did you mean 'consumers'?"),
    ("market.consumers: 2000", "market.consumers: few", 2, "given 'few'; allowed: a whole number"),
    ("replications: 2", "replications: 0", 4, "given 0; allowed: a whole number"),
])
def test_what_cannot_be_used_is_refused_at_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    message = refused(tmp_path, GOOD.replace(old, new))
    assert words in message
    assert message.startswith(f"{tmp_path / 'study.yaml'}:{line}: ")


@pytest.mark.parametrize(("text", "words"), [
    ("method: sobol\nvary: {programme.stage: [1, 2]}\n", "points is missing; method sobol needs it"),
    ("method: morris\nvary: {programme.stage: [1, 2]}\n", "trajectories is missing"),
    ("method: morris\ntrajectories: 4\nlevels: 3\nvary: {programme.stage: [1, 2]}\n", "levels is 3; allowed: an even number"),
    ("points: 4\nvary: {programme.stage: [1, 2]}\n", "points is given, but method is grid; it belongs to latin_hypercube, sobol"),
    ("method: table\n", "table is missing"), ("method: grid\n", "vary is missing or empty"), ("", "vary is missing or empty"),
    ("method: table\ntable: none.csv\n", "cannot be read"), ("scenario: basline\nvary: {programme.stage: [1, 2]}\n", "Did you mean 'baseline'?"), ("vary: [", "not valid YAML"),
])
def test_what_the_method_needs_is_named(tmp_path: Path, text: str, words: str) -> None:
    assert words in refused(tmp_path, text)


@pytest.mark.parametrize(("table", "line", "words"), [
    ("programme.stage,paid.budget\n1,2000\n9,3000\n", 3, "programme.stage: given 9; allowed: 1, 2, 3, 4, 5"), ("programme.stge\n1\n", 1, "Did you mean 'stage'?"),
    ("programme.stage,paid.budget\n1\n", 2, "1 cells; allowed: 2"), ("programme.stage,programme.stage\n1,1\n", 1, "is given twice"), ("programme.stage\n", None, "a table without points"),
])
def test_a_table_is_refused_at_its_own_line(tmp_path: Path, table: str, line: int | None, words: str) -> None:
    (tmp_path / "points.csv").write_text(table, encoding="utf-8")
    message = refused(tmp_path, "method: table\ntable: points.csv\n")
    assert words in message
    assert message.startswith(f"{tmp_path / 'points.csv'}:{line}: " if line else f"{tmp_path / 'points.csv'}: ")


def test_a_table_gives_typed_points(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("programme.stage,paid.budget,paid.enabled\n1,2000.5,true\n\n2,3000,false\n", encoding="utf-8")
    study = load_design(written(tmp_path, "method: table\ntable: points.csv\n"))
    assert study.rows == [{"programme.stage": 1, "paid.budget": 2000.5, "paid.enabled": True}, {"programme.stage": 2, "paid.budget": 3000, "paid.enabled": False}]


def test_designs_are_made_in_python_too() -> None:
    contents: dict[str, Any] = {"scenario": "baseline", "vary": {"programme.stage": [1, 2]}}
    made = load_design(Design(vary={"programme.stage": Range(values=[1, 2])}))
    assert made.roles == load_design(contents).roles == {"programme.stage": "lever"}
    with pytest.raises(InputError, match="design: vary"):
        load_design({**contents, "vary": {"programme.stage": []}})


@pytest.mark.parametrize("name", shipped_designs())
def test_shipped_designs_can_be_loaded_and_have_a_purpose(name: str) -> None:
    assert load_design(name).design.purpose


def test_an_unknown_design_names_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'participation_and_budget'"):
        load_design("participation_and_budgets")


@pytest.mark.parametrize(("key", "whole"), [("horizon.weeks", True), ("programme.stage", True), ("paid.budget", False), ("page.followers", True), ("run.engine", False),
                                            ("paid.cpm.linkedin", False), ("horizon.start_date", False), ("platforms.linkedin.repeats", False)])
def test_keys_that_need_whole_numbers_are_known(key: str, whole: bool) -> None:
    assert whole_key(key) is whole
