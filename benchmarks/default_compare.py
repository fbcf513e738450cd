"""How long the README's command takes, and where: one replication stage by stage, then the whole command.

Run `uv run python benchmarks/default_compare.py`. Figures are of this machine; compare ratios, not seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from simulation.engines.flights import plan_flights
from simulation.engines.run import play_worlds
from simulation.engines.world import WORLDS
from simulation.inputs.scenario import load_scenario
from simulation.measures.comparison import compare_worlds, world_result
from simulation.measures.equivalent import Ladder
from simulation.society.luck import Luck
from simulation.society.society import Society


class Whole(NamedTuple):
    """Seconds from the start of the command."""

    line: float
    """To the first line, which says what is played and where results go."""
    answer: float
    """To the first line of the answer."""
    written: float
    """To the end, everything written."""


def stages(number: int, settings: Sequence[str] = ()) -> dict[str, float]:
    """Seconds of each stage of one replication of the baseline, with settings of one's own."""
    scenario = load_scenario("baseline", settings)
    luck = Luck(scenario.run.seed).replication(number)
    marks = [("", time.perf_counter())]
    society = Society(scenario, luck)
    marks.append(("society", time.perf_counter()))
    for platform in scenario.platforms.names():
        society.page_audiences(platform)
        society.audiences(platform)
    marks.append(("audiences", time.perf_counter()))
    flights = plan_flights(scenario, society)
    marks.append(("flights", time.perf_counter()))
    records = play_worlds(scenario, WORLDS, luck, society, flights)
    marks.append(("worlds", time.perf_counter()))
    measured = {name: world_result(scenario, society, record) for name, record in records.items()}
    marks.append(("measures", time.perf_counter()))
    ladder = Ladder(flights, society.panel)
    compare_worlds(scenario, society, ladder, records, {name: each[0] for name, each in measured.items()}, {name: each[1] for name, each in measured.items()})
    marks.append(("comparison", time.perf_counter()))
    return {name: now - before for (_, before), (name, now) in pairwise(marks)}


def whole(settings: Sequence[str] = (), cache: str | None = None) -> Whole:
    """
    The command as a user starts it, in a fresh process and an empty folder.

    Parameters
    ----------
    cache : folder of compiled code, left out: the usual one
    """
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-u", "-m", "simulation", "compare", "--out", f"{folder}/results", *(word for setting in settings for word in ("--set", setting))]
        environment = os.environ | ({"ADVOCACY_CACHE": cache} if cache else {})
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stderr.readline()
        line = time.perf_counter() - started
        process.stdout.readline()
        answer = time.perf_counter() - started
        process.stdout.read()
        said += process.stderr.read()
        if process.wait():
            raise RuntimeError(said.strip().splitlines()[-1])
        return Whole(line, answer, time.perf_counter() - started)


def main() -> None:
    """Print the stages of one replication, then the whole command."""
    stages(100)
    for name, seconds in stages(101).items():
        print(f"{name:24} {seconds:6.2f} s")
    found = whole()
    for name, seconds in (("compare, first line", found.line), ("compare, answer printed", found.answer), ("compare, files written", found.written)):
        print(f"{name:24} {seconds:6.2f} s")


if __name__ == "__main__":
    main()
