"""A whole scenario that is played in the background, and what it is called."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import Literal

from simulation.api import plays
from simulation.app.outcome import Outcome, full_outcome
from simulation.inputs.parameters import Scenario
from simulation.measures.comparison import ReplicationResult

State = Literal["waiting", "playing", "done", "cancelled", "failed"]


def digest(scenario: Scenario) -> str:
    """A name for what a scenario says and is called."""
    return hashlib.blake2b(json.dumps([scenario.name, scenario.model_dump(mode="json")], sort_keys=True).encode(), digest_size=12).hexdigest()


class Job:
    """A whole scenario being played."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.tasks = plays([scenario], compared=True)
        self.done: dict[int, ReplicationResult] = {}
        self.state: State = "waiting"
        self.problem = ""
        self.started = datetime.datetime.now(datetime.UTC)

    @property
    def progress(self) -> float:
        """Part of the plays that is done, 0 to 1."""
        return len(self.done) / len(self.tasks)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "cancelled", "failed")

    def outcome(self) -> Outcome | None:
        """What was played; None before the second replication is done."""
        done = sorted(self.done.items())
        first = [result for place, result in done if not self.tasks[place].redraw]
        again = [(self.tasks[place].redraw, result) for place, result in done if self.tasks[place].redraw]
        return full_outcome(self.scenario, first, again, self.started) if len(first) > 1 else None
