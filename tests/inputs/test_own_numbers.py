"""A scenario from one's own numbers: what is an answer, what the file says of the others, and that it reads back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.inputs.own.file import scenario_file, settings_of, unknowns, warnings
from simulation.inputs.own.questions import QUESTIONS, read_answers
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario

FULL = {"employees": "120", "enrolled": "60", "followers": "4,000", "posts": "2.5", "budget": "$15k", "cpm": "12.50", "market": "1.2m", "currency": "€"}


def loaded(texts: dict[str, str], folder: Path) -> Scenario:
    path = folder / "own.yaml"
    path.write_text(scenario_file(texts), encoding="utf-8")
    return load_scenario(path)


def test_answers_as_people_write_them() -> None:
    assert settings_of(read_answers(FULL)) == {
        "society.employees": 120, "programme.enrolment_fraction": 0.5, "page.followers": 4000, "programme.items_per_week": 2.5, "paid.budget": 15_000.0,
        "paid.cpm.facebook": 12.5, "paid.cpm.linkedin": 12.5, "paid.cpm.twitter": 12.5, "market.consumers": 1_200_000, "currency": "EUR"}


@pytest.mark.parametrize(("text", "fraction"), [("30%", 0.3), ("0.3", 0.3), ("90", 0.3), ("1", 1 / 300), ("0", 0.0), ("100%", 1.0)])
def test_enrolled_is_a_number_or_a_part(text: str, fraction: float) -> None:
    assert settings_of(read_answers({"enrolled": text}))["programme.enrolment_fraction"] == pytest.approx(fraction, abs=1e-6)


@pytest.mark.parametrize("text", ["", "don't know", "Don’t know", " ? ", "unknown"])
def test_not_knowing_is_an_answer(text: str) -> None:
    answers = read_answers(dict.fromkeys(FULL, text))
    assert settings_of(answers) == {}
    assert [question.name for question, _ in unknowns(answers)] == [question.name for question in QUESTIONS]


@pytest.mark.parametrize(("texts", "says"), [
    ({"employees": "12.5"}, "employees: given '12.5'; allowed: a whole number"),
    ({"employees": "many"}, "allowed: a number such as 1500"),
    ({"employees": "1,2"}, "decimals with a point"),
    ({"employees": "1.2.3"}, "allowed: a number"),
    ({"employees": "300", "enrolled": "400"}, "enrolled: given 400; allowed: 0 to 300, the employees, or a percentage"),
    ({"enrolled": "400"}, "the employees of the baseline"),
    ({"enrolled": "130%"}, "allowed: a number of employees, or a percentage"),
    ({"budget": "-1"}, "allowed: 0 to"),
    ({"cpm": "0"}, "allowed: 0.01 to"),
    ({"currency": "dollars"}, "three letters"),
    ({"markt": "10"}, "Did you mean 'market'?"),
])
def test_a_refusal_says_what_is_allowed(texts: dict[str, str], says: str) -> None:
    with pytest.raises(InputError) as caught:
        scenario_file(texts)
    assert says in str(caught.value)


def test_the_file_reads_back_and_says_what_was_not_known(tmp_path: Path) -> None:
    scenario = loaded({"employees": "80", "currency": "EUR"}, tmp_path)
    assert (scenario.society.employees, scenario.currency, scenario.market.consumers) == (80, "EUR", Scenario().market.consumers)
    text = " ".join(line.lstrip("# ") for line in (tmp_path / "own.yaml").read_text(encoding="utf-8").splitlines())
    assert "Not known: market (market.consumers). Instead: 300,000" in text
    assert "Source: Salesforce" in text, "the published prices have a source"
    assert "not converted" in text
    assert "drawn from the calibrated posterior" in text
    assert "Not known: employees" not in text


def test_what_is_not_known_is_not_held(tmp_path: Path) -> None:
    assert loaded({}, tmp_path).run.held == []
    assert loaded({"cpm": "10"}, tmp_path).run.held == ["paid.cpm"]


def test_what_should_be_minded() -> None:
    assert warnings(read_answers({"currency": "USD", "employees": "10", "enrolled": "2"})) == []
    assert len(warnings(read_answers({"currency": "CHF", "enrolled": "2"}))) == 2


@given(st.fixed_dictionaries({}, optional={
    "employees": st.integers(100, 1_000_000), "enrolled": st.integers(0, 100), "followers": st.integers(0, 10**8), "posts": st.floats(0, 50, width=32),
    "budget": st.integers(0, 10**12), "cpm": st.integers(1, 100_000), "market": st.integers(10, 10**8), "currency": st.sampled_from(["USD", "EUR", "NOK"])}))
def test_whatever_is_known_is_in_the_scenario(tmp_path_factory: pytest.TempPathFactory, values: dict[str, Any]) -> None:
    texts = {name: f"{value:.6f}" if isinstance(value, float) else str(value) for name, value in values.items()}
    scenario = loaded(texts, tmp_path_factory.mktemp("own"))
    for question in QUESTIONS:
        found: Any = scenario
        for part in question.key.split("."):
            found = getattr(found, part)
        if question.name not in values:
            default: Any = load_scenario("baseline")
            for part in question.key.split("."):
                default = getattr(default, part)
            assert found == default
        elif question.name == "cpm":
            assert set(found.values()) == {float(values["cpm"])}
        elif question.name == "enrolled":
            assert found == pytest.approx(values["enrolled"] / scenario.society.employees, abs=1e-6) or values["enrolled"] == 0
        else:
            assert found == pytest.approx(values[question.name], abs=1e-6)
