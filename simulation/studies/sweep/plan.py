"""What a study will play: its points, in which pieces, for about how long, and what makes it the same study."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from simulation.errors import InputError
from simulation.inputs.design import Study
from simulation.inputs.parameters import Scenario
from simulation.inputs.posterior import FILE
from simulation.inputs.scenario import scenario_text
from simulation.keeping import digest_of_sources
from simulation.studies.memory import needed
from simulation.studies.sweep.points import Point, point_count, points_of

MOST_RUNS = 5_000
"""Runs (a point in one replication, four worlds) that are played without asking."""
MOST_POINTS = 2_000_000
CHUNK_SECONDS, CHUNK_RUNS = 8.0, 64
"""Time that a piece of work should take, which is what a killed worker loses; and its most runs."""
LEAST_CHUNKS = 16
"""Pieces of a small study, so that several workers have something to do until the end; the number of workers decides nothing."""

# Constants of a run's time were fitted to a few scenarios on two cores of one machine; progress tells the time left from what was played.
SECONDS, PER_WEEK, PER_TIE_AND_WEEK, PER_PERSON_AND_WEEK = 0.15, 0.01, 1.5e-7, 4e-7

PROGRAM_PARTS = ("errors.py", "compiling.py", "inputs", "behaviour", "society", "engines", "measures", "studies")
"""What decides the numbers of a study; the same on all machines that play it."""


class Chunk(NamedTuple):
    """A piece of work: some runs, ordered by replication, so that runs next to each other can share a society."""

    study: str
    """A name that no other study has, so that a worker knows which societies it may use again."""
    base: Scenario
    roles: dict[str, str]
    kinds: dict[str, str]
    runs: tuple[tuple[int, int, Point], ...]
    """Point, replication, and the values of the point."""


@dataclass(frozen=True)
class Plan:
    """
    A study, laid out.

    Attributes
    ----------
    size : runs in each piece of work, the last one may have fewer
    largest : scenario of the point that needs most memory
    seconds : estimated processor time of all runs
    """

    study: Study
    points: list[Point]
    kinds: dict[str, str]
    size: int
    largest: Scenario
    seconds: float

    @property
    def runs(self) -> int:
        """Points times replications."""
        return len(self.points) * self.study.design.replications

    @property
    def chunks(self) -> int:
        """Pieces of work."""
        return math.ceil(self.runs / self.size)

    def chunk(self, number: int) -> Chunk:
        """A piece of work. Runs are ordered by replication, then point."""
        count = len(self.points)
        places = range(number * self.size, min((number + 1) * self.size, self.runs))
        return Chunk(self._name, self.study.base, dict(self.study.roles), self.kinds, tuple((place % count, place // count, self.points[place % count]) for place in places))

    @cached_property
    def _name(self) -> str:
        return json.dumps(self.identity())

    def runs_in(self, number: int) -> int:
        """Runs in a piece of work."""
        return min((number + 1) * self.size, self.runs) - number * self.size

    def identity(self) -> dict[str, Any]:
        """What must not change for a study to be resumed, by name."""
        study = self.study
        texts = {"points": json.dumps(self.points, sort_keys=True, default=str), "base scenario": scenario_text(study.base)}
        digests = {name: text_digest(text) for name, text in texts.items()}
        return {"replications": study.design.replications, "seed": study.design.seed, **digests, **origin_of(study.base)}


def text_digest(text: str) -> str:
    """A name for a text."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def origin_of(base: Scenario) -> dict[str, str | None]:
    """What decides the outcomes of a scenario beside its keys, by name: the program, and the files that the scenario names."""
    run, network = base.run, base.society.network
    files = {"posterior": (run.posterior or str(FILE)) if run.parameters == "posterior" else None, "network": network.file, "attributes": network.attributes}
    return {"program": program_digest(), **{name: None if file is None else hashlib.blake2b(Path(file).read_bytes(), digest_size=16).hexdigest() for name, file in files.items()}}


def program_digest() -> str:
    """A name for the code that plays; workers elsewhere must have the same."""
    return digest_of_sources(parts=PROGRAM_PARTS)


def plan_of(study: Study) -> Plan:
    """
    Lay out a study.

    Raises
    ------
    InputError
        More points than could ever be played.
    """
    count = point_count(study)
    if count > MOST_POINTS:
        raise InputError(f"{study.name}: {count:,} points; allowed: {MOST_POINTS:,}. Take fewer steps, or method latin_hypercube")
    points = points_of(study)
    largest, most, seconds = study.base, -1.0, 0.0
    for scenario in _different(study, points):
        need = needed(scenario).total
        seconds += seconds_of(scenario)
        if need > most:
            largest, most = scenario, need
    mean = seconds / max(1, len(points))
    size = max(1, min(CHUNK_RUNS, round(CHUNK_SECONDS / mean), math.ceil(count * study.design.replications / LEAST_CHUNKS)))
    return Plan(study, points, kinds_of(study, points), size, largest, seconds * study.design.replications)


def seconds_of(scenario: Scenario) -> float:
    """Processor time of one run, about: ties and people followed, week by week."""
    followers = (platform.followers_median * math.exp(platform.followers_log_sd**2 / 2) for _, platform in scenario.platforms.items())
    ties = scenario.society.employees * sum(followers)
    people = scenario.market.consumers * scenario.market.sample_fraction
    return SECONDS + scenario.horizon.weeks * (PER_WEEK + PER_TIE_AND_WEEK * ties + PER_PERSON_AND_WEEK * people)


def _different(study: Study, points: Sequence[Point]) -> list[Scenario]:
    """The scenarios of all points; those whose values do not go together are left to fail when their turn comes."""
    heavy = ("market.", "society.", "platforms.", "horizon.")
    if not any(key.startswith(heavy) for key in study.roles):
        return [study.base] * len(points)
    found = []
    for point in points:
        try:
            found.append(study.scenario_at(point))
        except ValidationError:
            found.append(study.base)
    return found


def kinds_of(study: Study, points: Sequence[Point]) -> dict[str, str]:
    """The kind of column that holds the values of each key: bool, int64, float64, or string (JSON where values are of several kinds)."""
    kinds = {}
    for key in study.roles:
        types = {type(point[key]) for point in points} - {type(None)}
        kinds[key] = next((kind for kind, allowed in (("bool", {bool}), ("int64", {int}), ("float64", {int, float}), ("string", {str})) if types <= allowed), "json")
    return kinds
