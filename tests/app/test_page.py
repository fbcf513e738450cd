"""The page without a browser: levers move figures, bad input stays a message, undo, load, links, own numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Any

import pytest

pytest.importorskip("streamlit", reason="the extra app is not installed")

from streamlit.testing.v1 import AppTest

import simulation.app.backstage as backstage_module
from simulation.app import serving
from simulation.app.backstage import Backstage
from simulation.app.serving import SCRIPT
from simulation.app.sides import Side
from simulation.app.views import refining

NEVER, AT_ONCE = 1e9, -1.0
"""Seconds of rest after which whole scenarios are played."""


def compare_page() -> None:
    from simulation.app.views.compare import show

    show()


def own_page() -> None:
    from simulation.app.views.own_numbers import show

    show()


def watch_page() -> None:
    from simulation.app.views.watch import show

    show()


@pytest.fixture(scope="module")
def shared(at_once: Callable[[int, int], Executor]) -> Iterator[Backstage]:
    """One for all tests, so that a preview is played once."""
    stage = Backstage(2, at_once)
    yield stage
    stage.close()


@pytest.fixture(autouse=True)
def opened_with(small: Side, shared: Backstage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backstage_module, "_standing", shared)
    monkeypatch.setattr(refining, "CALM_SECONDS", NEVER)
    monkeypatch.setattr(serving, "given", (small, small.with_change("paid.budget", 800.0)))


def run(page: Callable[[], None] = compare_page, **params: str) -> AppTest:
    test = AppTest.from_function(page, default_timeout=60)
    for name, value in params.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, test.exception
    return test


def texts(test: AppTest) -> str:
    """All that the page's own HTML says."""
    return " ".join(element.proto.body for element in test.get("html"))


def lever(test: AppTest, key: str) -> Any:
    return next(widget for widget in [*test.slider, *test.select_slider] if widget.key == key)


def test_the_script_draws_the_comparison() -> None:
    test = AppTest.from_file(str(SCRIPT), default_timeout=60).run()
    assert not test.exception
    assert "reach more people than ads?" in test.title[0].value
    assert [header.value for header in test.header][:2] == ["A: Baseline, changed", "B: Baseline, changed"]
    assert "Preview: 2 replications" in texts(test) or "Whole scenario: 2 replications" in texts(test)
    assert "People added to what happens anyway" in texts(test)


def test_a_lever_moves_the_figures_and_the_link_and_undo_brings_them_back() -> None:
    test = run()
    before = texts(test)
    lever(test, "lever/0/programme.enrolment_fraction").set_value(90.0).run()
    assert texts(test) != before
    assert test.query_params["a.programme.enrolment_fraction"] in ("0.9", ["0.9"])
    assert lever(test, "lever/1/programme.enrolment_fraction").value == 30.0
    test.button(key="undo").click().run()
    assert texts(test) == before
    assert lever(test, "lever/0/programme.enrolment_fraction").value == 30.0
    assert test.button(key="undo").disabled


def test_a_link_opens_what_it_says_and_complains_of_the_rest() -> None:
    test = run(a="europe", **{"a.programme.enrolment_fraction": "0.55", "a.market.consumers": "3000", "a.society.employees": "20", "a.horizon.weeks": "2", "a.paid.bugdet": "5"})
    assert test.header[0].value == "A: Europe, changed"
    assert lever(test, "lever/0/programme.enrolment_fraction").value == 55.0
    assert "Did you mean 'budget'?" in test.error[0].value
    assert "paid.bugdet" not in " ".join(test.query_params)


def test_bad_input_stays_a_message_and_loses_nothing() -> None:
    test = run()
    lever(test, "lever/0/programme.enrolment_fraction").set_value(60.0).run()
    before = texts(test)
    test.text_input(key="any-text/0").set_value("paid.budgt=5")
    test.button(key="FormSubmitter:any/0-Set in A").click().run()
    assert "Did you mean 'budget'?" in test.error[0].value
    assert texts(test) == before
    test.text_input(key="any-text/0").set_value("paid.budget=600")
    test.button(key="FormSubmitter:any/0-Set in A").click().run()
    assert not test.error
    assert texts(test) != before


def test_a_scenario_that_the_model_refuses_says_so_beside_the_other() -> None:
    test = run()
    test.text_input(key="any-text/0").set_value("platforms.linkedin.reshare_rate=0.2")
    test.button(key="FormSubmitter:any/0-Set in A").click().run()
    test.text_input(key="any-text/0").set_value("behaviour.hop_damping=1")
    test.button(key="FormSubmitter:any/0-Set in A").click().run()
    assert "Scenario A cannot be played" in test.error[0].value
    assert "People added to what happens anyway" in texts(test), "the other side is still there"
    titles = [each.value for each in test.subheader if ": Baseline" in each.value]
    assert titles
    assert all(title.startswith("B: ") for title in titles), "charts keep the letter of their side"
    assert lever(test, "lever/0/programme.enrolment_fraction").value == 30.0


def test_what_is_not_known_can_be_set_and_left_alone_again() -> None:
    test = run()
    key = "market.contacts_in_market_fraction"
    assert not any(widget.key == f"lever/0/{key}" for widget in test.slider)
    test.toggle(key=f"own/0/{key}").set_value(True).run()
    assert lever(test, f"lever/0/{key}").value == 30.0
    test.toggle(key=f"own/0/{key}").set_value(False).run()
    assert not any(widget.key == f"lever/0/{key}" for widget in test.slider)
    test.toggle(key="own/0/paid.budget").set_value(False).run()
    assert not any(widget.key == "lever/0/paid.budget" for widget in test.select_slider)
    test.toggle(key="own/0/paid.budget").set_value(True).run()
    assert lever(test, "lever/0/paid.budget").value > 0


def test_sides_come_and_go_and_start_from_others() -> None:
    test = run()
    test.button(key="add").click().run()
    assert [header.value[0] for header in test.header][:3] == ["A", "B", "C"]
    assert test.button(key="add").disabled
    test.button(key="remove/0").click().run()
    test.button(key="remove/0").click().run()
    assert [header.value for header in test.header] == ["A: Baseline, changed", "Charts"]
    test.selectbox(key="base/0").set_value("ads_only").run()
    assert test.header[0].value == "A: Ads only"
    test.button(key="reset").click().run()
    assert len([header for header in test.header if header.value[1] == ":"]) == 2


def test_a_whole_scenario_replaces_the_preview(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refining, "CALM_SECONDS", AT_ONCE)
    test = run()
    test.run()
    assert "Whole scenario: 2 replications, 20 employees, 3,000 people in the market." in texts(test)
    assert "From baseline_changed_a to baseline_changed_b, on common luck:" in " ".join(markdown.value for markdown in test.markdown)
    assert test.selectbox(key="export-of").options == ["All side by side", "Scenario A", "Scenario B"]


def test_own_numbers_become_a_side() -> None:
    test = run(own_page)
    assert "Everything else as in baseline" in test.code[0].value
    test.text_input(key="own/employees").set_value("many").run()
    assert "allowed: a number" in test.error[0].value
    test.text_input(key="own/employees").set_value("25")
    test.text_input(key="own/market").set_value("4k")
    test.text_input(key="own/currency").set_value("EUR").run()
    assert not test.error
    assert "not converted" in test.warning[0].value
    assert "employees: 25" in test.code[0].value
    next(button for button in test.button if button.label == "Use in the comparison").click().run()
    scenario = test.session_state["desk"].sides[0].scenario()
    assert (scenario.title, scenario.society.employees, scenario.market.consumers, scenario.currency) == ("Our firm", 25, 4000, "EUR")


def test_the_watched_model_steps_and_begins_anew() -> None:
    test = run(watch_page)
    assert "Day 0 of" in test.markdown[1].value
    test.button(key="watch/step").click().run()
    test.button(key="watch/week").click().run()
    assert "Day 8 of" in test.markdown[1].value
    test.slider(key="watch/employees").set_value(10).run()
    assert "Day 0 of" in test.markdown[1].value
    test.button(key="watch/week").click().run()
    test.button(key="watch/reset").click().run()
    assert "Day 0 of" in test.markdown[1].value


def test_a_click_is_not_lost_when_a_scenario_is_done_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    test = run()
    monkeypatch.setattr(refining, "CALM_SECONDS", AT_ONCE)
    test.text_input(key="any-text/0").set_value("nonsense")
    test.button(key="FormSubmitter:any/0-Set in A").click().run()
    assert "allowed: key=value" in test.error[0].value
