"""How long the README's command takes, and where: one replication stage by stage, then the whole command.

Run `uv run python benchmarks/default_compare.py`. Figures are of this machine; compare ratios, not seconds.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from itertools import pairwise

from simulation.engines.flights import plan_flights
from simulation.engines.run import play_worlds
from simulation.engines.world import WORLDS
from simulation.inputs.scenario import load_scenario
from simulation.measures.comparison import compare_worlds, world_result
from simulation.measures.equivalent import Ladder
from simulation.society.luck import Luck
from simulation.society.society import Society


def stages(number: int) -> dict[str, float]:
    """Seconds of each stage of one baseline replication."""
    scenario = load_scenario()
    luck = Luck(scenario.run.seed).replication(number)
    marks = [("", time.perf_counter())]
    society = Society(scenario, luck)
    for platform in scenario.platforms.names():
        society.page_audience(platform)
    marks.append(("society and audiences", time.perf_counter()))
    flights = plan_flights(scenario, society)
    marks.append(("flights", time.perf_counter()))
    records = play_worlds(scenario, WORLDS, luck, society, flights)
    marks.append(("worlds", time.perf_counter()))
    measured = {name: world_result(scenario, society, record) for name, record in records.items()}
    marks.append(("measures", time.perf_counter()))
    ladder = Ladder(flights, scenario.horizon.weeks * 7, scenario.market.consumers)
    compare_worlds(scenario, society, ladder, records, {name: each[0] for name, each in measured.items()}, {name: each[1] for name, each in measured.items()})
    marks.append(("comparison", time.perf_counter()))
    return {name: now - before for (_, before), (name, now) in pairwise(marks)}


def main() -> None:
    """Print the stages of one replication, then the whole command."""
    stages(100)
    for name, seconds in stages(101).items():
        print(f"{name:24} {seconds:6.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        command = [sys.executable, "-u", "-m", "simulation", "compare", "--out", f"{folder}/results"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        print(f"{'compare, answer printed':24} {time.perf_counter() - started:6.2f} s")
        process.stdout.read()
        process.wait()
        print(f"{'compare, files written':24} {time.perf_counter() - started:6.2f} s")


if __name__ == "__main__":
    main()
