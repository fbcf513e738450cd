"""What a study costs beside its runs, and what it gains from using a society again.

`uv run python benchmarks/sweep.py [--points 12] [--consumers 10000]` plays the same points three ways in one process, interleaved: each
run by itself with a society of its own, each with the society used again, and as a study with its files. Medians of `--turns`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from simulation import api
from simulation.inputs.design import load_design
from simulation.studies.pool import Task
from simulation.studies.replication import Reusing, replicate
from simulation.studies.sweep.plan import plan_of
from simulation.studies.sweep.playing import play_chunk


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--points", type=int, default=12)
    parser.add_argument("--consumers", type=int, default=10_000)
    parser.add_argument("--employees", type=int, default=300)
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    plan = plan_of(load_design({"settings": {"market.consumers": asked.consumers, "society.employees": asked.employees}, "method": "latin_hypercube", "points": asked.points,
                                "vary": {"programme.enrolment_fraction": {"low": 0.1, "high": 0.9}, "paid.budget": {"low": 2000, "high": 20000}}}))
    scenarios = [plan.study.scenario_at(point) for point in plan.points]
    play_chunk(plan.chunk(0))
    taken: dict[str, list[float]] = {"own": [], "again": [], "study": []}
    for turn in range(asked.turns):
        reusing = Reusing()
        began = time.perf_counter()
        for scenario in scenarios:
            replicate(Task(scenario, 0, True), verdicts=0)
        middle = time.perf_counter()
        for scenario in scenarios:
            replicate(Task(scenario, 0, True), reusing, verdicts=0)
        taken["own"].append(middle - began)
        taken["again"].append(time.perf_counter() - middle)
        with tempfile.TemporaryDirectory() as place:
            began = time.perf_counter()
            api.sweep(plan, Path(place) / "out", workers=1)
            taken["study"].append(time.perf_counter() - began)
        print(f"turn {turn + 1}: " + ", ".join(f"{name} {1e3 * values[-1] / plan.runs:.1f} ms a run" for name, values in taken.items()), flush=True)
    own, again = (statistics.median(taken[name]) for name in ("own", "again"))
    gain = statistics.median(one / two for one, two in zip(taken["own"], taken["again"], strict=True))
    over = statistics.median(study - played for study, played in zip(taken["study"], taken["again"], strict=True))
    print(f"{plan.runs} runs of four worlds, {plan.chunks} pieces: society of its own {1e3 * own / plan.runs:.1f} ms a run, used again {1e3 * again / plan.runs:.1f} ms "
          f"(ratio {gain:.2f}); a study takes {1e3 * over / plan.runs:+.1f} ms a run beside the runs (folder, pieces, table)")


if __name__ == "__main__":
    main()
