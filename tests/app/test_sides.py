"""Sides: shipped scenarios with changes, as links and as files, there and back."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.app.sides import Side, from_link, offered, scenarios_of, side_of, to_link, write_value
from simulation.errors import InputError
from simulation.inputs.scenario import load_scenario
from simulation.inputs.yaml_text import read_value


def over_the_wire(sides: list[Side]) -> tuple[list[Side], list[str]]:
    return from_link(dict(parse_qsl(urlencode(to_link(sides)), keep_blank_values=True)))


@pytest.mark.parametrize("name", offered())
def test_any_scenario_survives_a_link(name: str) -> None:
    scenario = load_scenario(name).named("mine")
    side = side_of(scenario)
    assert side.scenario("mine") == scenario
    sides, problems = over_the_wire([side, Side(name)])
    assert problems == []
    assert sides == [side, Side(name)]
    assert sides[0].scenario("mine") == scenario


def test_a_shipped_scenario_is_named_in_the_link() -> None:
    assert to_link([side_of(load_scenario("europe")), Side("baseline")]) == {"a": "europe", "b": "baseline"}


def test_files_survive_a_link(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("extends: europe\ntitle: 'Ours: 50%'\nhorizon: {start_date: 2026-01-05}\npaid: {cap: null, split: {linkedin: 2.0}, targeting: {topics: [0, 2]}}\n"
                    "platforms: {mastodon: {visibility_fraction: 0.3}, twitter: null}\nbehaviour: {hop_damping: 0.07}\n", encoding="utf-8")
    scenario = load_scenario(path)
    sides, problems = over_the_wire([side_of(scenario)])
    assert problems == []
    assert sides[0].scenario("mine") == scenario


@given(st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(), st.dates(),
                 st.lists(st.one_of(st.integers(), st.text())), st.dictionaries(st.text(min_size=1), st.integers(), min_size=1)))
def test_any_value_reads_back_from_a_line(value: Any) -> None:
    if isinstance(value, str) and any(ord(mark) < 32 or 0x7F <= ord(mark) <= 0x9F or 0xD800 <= ord(mark) <= 0xDFFF for mark in value):
        return
    text = write_value(value)
    assert "\n" not in text
    if not isinstance(value, list | dict):
        back = read_value(text)
        assert back == value or (isinstance(value, float) and back == pytest.approx(value))
        assert type(back) is type(value) or isinstance(value, float)


def test_dates_and_words_that_look_like_others() -> None:
    for value in (datetime.date(2026, 1, 5), "2026-01-05", "null", "NO", "true", "1e5", "", "a: b", "# no comment"):
        assert read_value(write_value(value)) == value


@pytest.mark.parametrize(("params", "says", "kept"), [
    ({"a": "nowhere"}, "not a scenario that a link can name", [Side("baseline")]),
    ({"a": "../../etc/passwd"}, "not a scenario that a link can name", [Side("baseline")]),
    ({"a": "real_workplace"}, "not a scenario that a link can name", [Side("baseline")]),
    ({"a": "europe", "a.paid.budgt": "5"}, "Did you mean 'budget'?", [Side("europe")]),
    ({"a": "europe", "a.horizon.weeks": "many", "a.paid.budget": "5000"}, "horizon.weeks: given 'many'", [Side("europe", (("paid.budget", 5000),))]),
    ({"a.society.network.file": "/etc/passwd"}, "a link cannot name a file", [Side("baseline")]),
    ({"b": "europe", "z.paid.budget": "5"}, "", [Side("europe")]),
    ({"a.paid.budget": "]["}, "not a YAML value", [Side("baseline")]),
])
def test_a_broken_link_says_so_and_keeps_the_rest(params: dict[str, str], says: str, kept: list[Side]) -> None:
    sides, problems = from_link(params)
    assert sides == kept
    assert any(says in problem for problem in problems) if says else problems == []


def test_a_file_of_this_machine_is_in_no_link() -> None:
    with pytest.raises(InputError, match="a link cannot carry a file"):
        to_link([Side("baseline", (("society.network.file", "/home/me/ties.csv"),))])


def test_changes_beat_each_other_in_order_and_can_be_left() -> None:
    side = Side().with_change("paid.budget", 1000.0).with_change("horizon.weeks", 5).with_change("paid.budget", 2000.0)
    assert side.changed == {"horizon.weeks": 5, "paid.budget": 2000.0}
    assert side.without("paid.budget").changed == {"horizon.weeks": 5}
    assert side.scenario().title == "Baseline, changed"
    assert Side().with_change("title", "Mine").scenario().title == "Mine"


def test_a_lever_that_is_uncertain_is_held_once_it_is_set() -> None:
    assert Side().scenario().run.held == []
    assert Side().with_change("market.contacts_in_market_fraction", 0.3).scenario().run.held == ["market.contacts_in_market_fraction"]


def test_side_by_side_they_have_names_of_their_own_and_common_luck() -> None:
    found = scenarios_of([Side("baseline", (("run.seed", 7),)), Side("baseline", (("paid.budget", 5000.0),)), Side("europe")])
    assert [scenario.name for scenario in found] == ["baseline_changed_a", "baseline_changed_b", "europe"]
    assert {scenario.run.seed for scenario in found} == {7}


def test_the_file_extends_what_it_started_from(tmp_path: Path) -> None:
    side = Side("europe", (("paid.budget", 5000.0), ("title", "Ours")))
    path = tmp_path / "ours.yaml"
    path.write_text(side.text(), encoding="utf-8")
    assert side.text().startswith("extends: europe\n")
    assert load_scenario(path) == side.scenario("ours")
