"""
Does the advice of `advocacy plan` depend on the seed?

`uv run python benchmarks/plan_stability.py [--seeds 5] [--budget 35000] [--goal reach]` plans the baseline with several seeds, with less effort than the
command takes, and prints for each the split that it advises and in how many draws it is best; then how often the advice flips: the part of pairs of seeds
whose splits differ by more than a tenth of the budget.
"""

from __future__ import annotations

import argparse
import itertools
import time

from simulation.behaviour.planning import planned_programme_cost
from simulation.inputs.scenario import load_scenario
from simulation.studies.decisions.evaluating import Evaluator, followed
from simulation.studies.decisions.options import Options
from simulation.studies.decisions.splitting import GOALS, NEXT, Effort, split
from simulation.studies.pool import worker_count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else "")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--budget", type=float, help="left out: twice what the programme is planned to cost")
    parser.add_argument("--goal", choices=GOALS, default="reach")
    parser.add_argument("--population", type=int, default=8)
    parser.add_argument("--generations", type=int, default=2)
    parser.add_argument("--search-draws", type=int, default=3)
    parser.add_argument("--draws", type=int, default=8)
    asked = parser.parse_args()
    effort = Effort(asked.population, asked.generations, asked.search_draws, asked.draws)
    parts, same = [], []
    for seed in range(1, asked.seeds + 1):
        began = time.perf_counter()
        base = followed(load_scenario("baseline", [f"run.seed={seed}"]))
        options = Options(base, asked.budget or 2.0 * planned_programme_cost(base), spend_less=asked.goal == "cost_per_person")
        evaluator = Evaluator(base, worker_count(None), {})
        found = split(options, evaluator, asked.goal, "mean", effort)
        chosen = found.menu[found.chosen]
        parts.append(float(found.parts[found.chosen]))
        same.append(max(chosen.get("paid.split", {"": 0.0}), key=lambda name: chosen["paid.split"][name]) if chosen["paid.enabled"] else "none")
        print(f"seed {seed}: {parts[-1]:.0%} to the programme, most ads on {same[-1]}; best in {found.best_in[found.chosen]:.0%} of {asked.draws} draws; "
              f"{evaluator.played} plays, {time.perf_counter() - began:.0f} s", flush=True)
    pairs = list(itertools.combinations(range(len(parts)), 2))
    flips = sum(abs(parts[one] - parts[two]) > NEXT for one, two in pairs)
    platforms = sum(same[one] != same[two] for one, two in pairs)
    print(f"{asked.goal}: the split flips in {flips} of {len(pairs)} pairs of seeds; the platform with most ads differs in {platforms}")


if __name__ == "__main__":
    main()
