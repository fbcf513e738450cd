"""What `simulation/studies/memory.py` expects a replication to need, against what it takes at its peak, each in a fresh process.

Run `uv run python benchmarks/memory.py`; `--quick` leaves out what needs gigabytes. Memory does not depend on how busy the machine is.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any

from independent_cascade import peak_megabytes
from measuring import Failed, alone, brief

from simulation.compiling import use_threads
from simulation.inputs.scenario import load_scenario
from simulation.studies.memory import Need, needed
from simulation.studies.pool import Task
from simulation.studies.replication import replicate

LATER = 1_000
"""A replication beyond those with the worlds of the verdict chart, which take no more memory."""
SMALL = {
    "tiny": ["society.employees=20", "market.consumers=5000", "horizon.weeks=2"],
    "baseline": [],
    "baseline, no ads": ["paid.enabled=false"],
    "baseline, 200,000 of budget": ["paid.budget=200000"],
    "3,000 employees": ["society.employees=3000"],
    "52 weeks": ["horizon.weeks=52"],
    "watts_strogatz": ["society.network.family=watts_strogatz"],
}
LARGE = {
    "1,000,000 consumers": ["market.consumers=1000000"],
    "1,000,000, no ads": ["market.consumers=1000000", "paid.enabled=false"],
    "10,000 employees, 1,000,000": ["society.employees=10000", "market.consumers=1000000"],
    "the same, no ads": ["society.employees=10000", "market.consumers=1000000", "paid.enabled=false"],
    "1,000,000, sample of 0.05": ["market.consumers=1000000", "market.sample_fraction=0.05"],
    "1,000,000, powerlaw_cluster": ["market.consumers=1000000", "society.network.family=powerlaw_cluster"],
    "10,000,000, sample of 0.05": ["market.consumers=10000000", "market.sample_fraction=0.05"],
}


def measured(settings: list[str]) -> dict[str, Any]:
    """In a fresh process: peak megabytes of one replication, what there was before it, and the estimate by its parts."""
    use_threads(1)
    scenario, started = load_scenario("baseline", ["run.engine=compiled", *settings]), peak_megabytes()
    replicate(Task(scenario, LATER, True))
    need = needed(scenario)
    return {"peak": peak_megabytes(), "started": started, "estimate": need.total / 1e6, **{name: size / 1e6 for name, size in need._asdict().items()}}


def main() -> None:
    """Print a line for each setting: estimate, peak, their ratio, and the estimate's parts."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="only what fits into a gigabyte")
    cases = SMALL if options.parse_args().quick else SMALL | LARGE
    print(f"{'':32}{'peak':>8}{'estimate':>10}{'ratio':>7}{'at start':>10}" + "".join(f"{name:>11}" for name in Need._fields) + "  (MB)", flush=True)
    for name, settings in cases.items():
        try:
            found = alone("memory", "measured", settings=settings)
        except Failed as failure:
            print(f"{name:32}{failure}", file=sys.stderr, flush=True)
            continue
        columns = f"{found['peak']:8,.0f}{found['estimate']:10,.0f}{brief(found['estimate'] / found['peak']):>7}{found['started']:10,.0f}"
        print(f"{name:32}{columns}" + "".join(f"{found[part]:11,.0f}" for part in Need._fields), flush=True)


if __name__ == "__main__":
    main()
