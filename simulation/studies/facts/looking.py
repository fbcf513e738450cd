"""Looks at the model: a fact's setup and its ends as scenarios, each measured once whoever asks, in worker processes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from simulation.errors import InputError
from simulation.inputs.facts import Claim, Facts, Setup
from simulation.inputs.parameters import Scenario
from simulation.inputs.platforms import Platforms
from simulation.studies.facts.claims import assume
from simulation.studies.pool import do_all

OF_THE_NETWORK = ("network", "firm_audiences")
"""Observations of who knows whom: the dearest ones. They say nothing about the model where the user gave the network."""

CERTAIN: dict[str, Any] = {
    "programme.enabled": True, "programme.enrolment_fraction": 1.0, "programme.encouragement": 5.0, "behaviour.offered_share_probability": 0.9,
    "behaviour.fatigue_per_share": 0.0, "behaviour.privacy_fraction": 0.0, "behaviour.monthly_sharers_fraction": 0.0, "behaviour.critical_fraction": 0.0, "page.enabled": False,
}
"""Settings under which every employee posts all that is offered, and nothing else: members whose posts are counted."""


class Look(NamedTuple):
    """One replication of one observation under one setting."""

    observation: str
    scenario: Scenario
    conditions: tuple[tuple[str, float], ...]
    replication: int

    @property
    def key(self) -> tuple[Any, ...]:
        """What makes two looks the same."""
        return self.observation, self.scenario.model_dump_json(), self.conditions, self.replication


class Seen(NamedTuple):
    """What a look found; where the model refuses the setting, why."""

    values: dict[str, float | None]
    refused: str | None


def look(task: Look) -> Seen:
    """Make one look. The engines are imported here, so that the parent can start workers before it loads them itself."""
    from simulation.society.luck import Luck
    from simulation.studies.facts.observations import OBSERVATIONS

    luck = Luck(task.scenario.run.seed).replication(task.replication)
    try:
        return Seen(OBSERVATIONS[task.observation](task.scenario, dict(task.conditions), luck), None)
    except InputError as error:
        return Seen({}, str(error))


def look_all(tasks: Sequence[Look], workers: int, finished: Callable[[int], None]) -> dict[tuple[Any, ...], Seen]:
    """Make every look once; the dearest observations first, so that no worker is left alone with one."""
    different = {task.key: task for task in tasks}
    ordered = sorted(different.items(), key=lambda pair: pair[1].observation not in OF_THE_NETWORK)
    return dict(zip([key for key, _ in ordered], do_all(look, [task for _, task in ordered], workers, finished), strict=True))


class Setting(NamedTuple):
    """A scenario and the conditions of an observation."""

    scenario: Scenario
    conditions: dict[str, float]


def prepared(scenario: Scenario, setup: Setup, facts: Facts, claim: Claim | None, free: dict[str, float]) -> Setting:
    """
    The scenario under the circumstances of a setup.

    Parameters
    ----------
    claim : made true last, so that it beats the setup
    free : free settings at other values than as set; names without a dot are conditions
    """
    changes: dict[str, Any] = {"paid.enabled": False, "paid.split": None}
    if setup.platform is not None:
        one = {name: getattr(scenario.platforms, name) if name == setup.platform else None for name in Platforms.model_fields}
        scenario = scenario.model_copy(update={"platforms": Platforms(**one)})
    if setup.observation == "member_posts":
        changes |= CERTAIN | {f"platforms.{setup.platform}.advocate_fraction": 1.0}
    changes |= setup.settings | {key: value for key, value in free.items() if "." in key}
    values = {key.replace(".", "__"): int(value) if isinstance(value, float) and value.is_integer() else value for key, value in changes.items()}
    ready = scenario.replace(**values)
    conditions = setup.conditions | {key: value for key, value in free.items() if "." not in key}
    return Setting(assume(ready, claim, facts.evidence)[0] if claim else ready, conditions)
