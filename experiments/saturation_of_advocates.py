"""How much does each further advocate add? Enrolment against reach, on common luck.

Followers are summed by most tools; people are not. Run `python -m experiments.saturation_of_advocates [REPLICATIONS] [CONSUMERS]`;
20 replications of the baseline take about ten minutes on two cores. Writes `results/saturation_of_advocates.csv`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from simulation import compare, load_scenario

ENROLMENTS = (0.1, 0.2, 0.4, 0.8)


def main(replications: int = 20, consumers: int = 300_000, folder: Path = Path("results")) -> pd.DataFrame:
    """One row per enrolment: advocates' summed followers, people really reached, and the ratio of the two."""
    rows = []
    for enrolment in ENROLMENTS:
        scenario = load_scenario("baseline", [f"programme.enrolment_fraction={enrolment}", f"run.replications={replications}", f"market.consumers={consumers}"])
        summary = compare(scenario).summary()
        potential, reach = summary["potential_reach"]["mean"], summary["channels"]["both"]["programme"]["reach"]["mean"]
        cost = summary["cost_per_incremental_person"]["programme"]["median"]
        per_follower = reach / potential if potential else None
        rows.append({"enrolment": enrolment, "potential_reach": potential, "reach": reach, "people_per_follower": per_follower, "cost_per_added_person": cost})
    table = pd.DataFrame(rows)
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "saturation_of_advocates.csv", index=False)
    return table


if __name__ == "__main__":
    replications, consumers = (*map(int, sys.argv[1:3]), *(20, 300_000)[len(sys.argv) - 1 :])
    print(main(replications, consumers).to_string(index=False))
