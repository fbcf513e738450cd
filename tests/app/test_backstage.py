"""The backstage: what is known is not played again, what nobody wants is given up, and a failure says what it was."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest

import simulation.app.backstage as module
from simulation.app.backstage import Backstage
from simulation.app.job import digest
from simulation.app.sides import Side
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario

type Slow = tuple[Backstage, dict[int, Any]]


@pytest.fixture(scope="session")
def scenario(small: Side) -> Scenario:
    return small.scenario("small")


def test_a_preview_is_played_once(stage: Backstage, scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = stage.preview(scenario)
    assert outcome.preview
    assert outcome.replications == 2
    monkeypatch.setattr(module, "play_preview", lambda task: pytest.fail("played again"))
    assert stage.preview(scenario.named("small")) is outcome


def test_names_and_values_tell_scenarios_apart(scenario: Scenario) -> None:
    assert digest(scenario) == digest(scenario.replace())
    assert len({digest(scenario), digest(scenario.named("other")), digest(scenario.replace(paid__budget=401.0))}) == 3


def test_a_whole_scenario_is_played_in_the_background(slow: Slow, scenario: Scenario) -> None:
    stage, pools = slow
    stage.want("me", [scenario])
    job = stage.job(scenario)
    assert job is not None
    whole = pools[module.PATIENCE]
    assert len(whole.waiting) == 2, "no more than the processes can begin"
    assert (job.state, job.progress, stage.whole(scenario)) == ("playing", 0.0, None)
    whole.do_one()
    assert job.progress == 0.5
    whole.do_one()
    outcome = stage.whole(scenario)
    assert job.state == "done"
    assert outcome is not None
    assert outcome.result is not None
    assert outcome.summary["complete"]
    assert outcome.verdict is not None
    stage.want("me", [scenario])
    assert whole.waiting == []


def test_what_nobody_wants_any_more_is_given_up(slow: Slow, scenario: Scenario) -> None:
    stage, pools = slow
    first, second = scenario.replace(run__replications=4), scenario.replace(run__replications=4, paid__budget=500.0)
    stage.want("me", [first])
    stage.want("you", [second])
    stage.want("me", [])
    whole = pools[module.PATIENCE]
    assert stage.job(first) is None
    while whole.waiting:
        whole.do_one()
    assert stage.whole(first) is None
    assert stage.whole(second) is not None, "what somebody else wants goes on"


def test_who_does_not_ask_again_is_forgotten(slow: Slow, scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, pools = slow
    stage.want("me", [scenario.replace(run__replications=5)])
    monkeypatch.setattr(module, "GONE_SECONDS", -1.0)
    whole = pools[module.PATIENCE]
    whole.do_one()
    whole.do_one()
    assert whole.waiting == []


def test_cancel_keeps_what_was_played_and_resume_begins_anew(slow: Slow, scenario: Scenario) -> None:
    stage, pools = slow
    many = scenario.replace(run__replications=4)
    stage.want("me", [many])
    whole = pools[module.PATIENCE]
    whole.do_one()
    whole.do_one()
    stage.cancel(many)
    outcome, job = stage.whole(many), stage.job(many)
    assert outcome is not None
    assert job is not None
    assert (outcome.replications, outcome.summary["complete"], job.state) == (2, False, "cancelled")
    while whole.waiting:
        whole.do_one()
    stage.want("me", [many])
    assert whole.waiting == [], "it is not begun again by itself"
    stage.resume(many)
    while whole.waiting:
        whole.do_one()
    found = stage.whole(many)
    assert found is not None
    assert found.summary["complete"]


@pytest.mark.parametrize(("error", "says"), [
    (lambda: InputError("paid.cpm: no"), "paid.cpm: no"), (lambda: BrokenProcessPool("gone"), "for want of memory"), (lambda: ValueError("odd"), "a fault of the program: ValueError: odd")])
def test_a_failure_says_what_it_was(stage: Backstage, scenario: Scenario, monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception], says: str) -> None:
    def fail(task: Any) -> None:
        raise error()

    monkeypatch.setattr(module, "play_whole", fail)
    stage.want("me", [scenario])
    job = stage.job(scenario)
    assert job is not None
    assert job.state == "failed"
    assert says in job.problem
    monkeypatch.setattr(module, "play_preview", fail)
    with pytest.raises(ValueError if says.startswith("a fault") else InputError, match="odd" if says.startswith("a fault") else says):
        stage.preview(scenario)


def test_a_preview_that_failed_can_be_asked_again(stage: Backstage, scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "play_preview", lambda task: (_ for _ in ()).throw(BrokenProcessPool()))
    with pytest.raises(InputError, match="try again"):
        stage.preview(scenario)
    monkeypatch.undo()
    assert stage.preview(scenario).replications == 2


def test_what_is_not_waited_for_any_more_is_not_played(slow: Slow, scenario: Scenario) -> None:
    stage, pools = slow

    def something_else() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stage.preview(scenario, something_else)
    assert [future.cancelled() for future, _ in pools[0].waiting] == [True, True]
    for number in range(module.MOST_ASKED + 2):
        stage.ask(scenario.replace(paid__budget=500.0 + number))
    assert sum(future.cancelled() for future, _ in pools[0].waiting) == 2 + 2 * 2, "the oldest are given up"


def test_a_preview_that_another_window_gave_up_is_played_again(slow: Slow, scenario: Scenario) -> None:
    stage, pools = slow
    calls = []

    def meanwhile() -> None:
        waiting = pools[0].waiting
        calls.append(len(waiting))
        if len(calls) == 1:
            for future, _ in waiting:
                future.cancel()
            waiting.clear()
        else:
            pools[0].do_one()

    assert stage.preview(scenario, meanwhile).replications == 2


def test_a_scenario_too_large_for_the_machine_fails_before_anything_is_played(slow: Slow, scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, pools = slow

    def refuse(scenario: Scenario, workers: int) -> int:
        raise InputError("market.consumers: needs 86 GB")

    monkeypatch.setattr(module, "workers_that_fit", refuse)
    stage.want("me", [scenario])
    job = stage.job(scenario)
    assert job is not None
    assert (job.state, job.problem, pools) == ("failed", "market.consumers: needs 86 GB", {})


def test_old_outcomes_are_forgotten(stage: Backstage, scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    monkeypatch.setattr(module, "preview_outcome", lambda *parts: object())
    monkeypatch.setattr(module, "play_preview", lambda task: None)
    found = [stage.preview(scenario.replace(paid__budget=500.0 + number)) for number in range(3)]
    assert stage.preview(scenario.replace(paid__budget=502.0)) is found[2]
    assert stage.preview(scenario.replace(paid__budget=500.0)) is not found[0]


def test_there_are_two_replications_of_a_preview_for_each_process_within_bounds() -> None:
    assert [Backstage(workers).replications for workers in (1, 2, 4, 64)] == [4, 4, 8, 12]
