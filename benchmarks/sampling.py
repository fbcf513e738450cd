"""How far a weighted sample of the market is from following everybody, on the same luck.

`uv run python benchmarks/sampling.py` thins the baseline's market to several fractions and prints, for each figure, the mean
difference from the full run in percent, with its standard error over replications.
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from simulation.inputs.scenario import load_scenario
from simulation.measures.comparison import ReplicationResult
from simulation.studies.pool import Task
from simulation.studies.replication import replicate

FRACTIONS = (0.5, 0.2, 0.05)


def figures(result: ReplicationResult) -> dict[str, float]:
    comparison, both = result.comparison or {}, result.worlds["both"]
    return {"reach": both.totals["reach"] or 0.0, "reach, 3 times and more": both.totals["reach_3plus"] or 0.0, "impressions": both.totals["impressions"] or 0.0,
            "programme's reach": both.channels["programme"]["reach"] or 0.0, "ads' reach": both.channels["paid"]["reach"] or 0.0,
            "overlap": comparison["groups"]["programme_and_paid"], "only programme": comparison["groups"]["only_programme"],
            "added by ads": comparison["added_reach"]["paid"], "incremental to ads": comparison["incremental_reach"]["programme"],
            "frequency": both.totals["frequency"] or 0.0, "duplication index": comparison["duplication_index"],
            "equivalent ad budget": comparison["equivalent_paid_budget"] or np.nan}


def measured(consumers: int, replications: int) -> list[tuple[float, str, float, float]]:
    """Rows of fraction, figure, mean difference from the full run and its standard error, both in percent."""
    scenario = load_scenario("baseline", [f"market.consumers={consumers}"])
    rows, seconds = [], {}
    played = {}
    for fraction in (1.0, *FRACTIONS):
        started = time.perf_counter()
        played[fraction] = [figures(replicate(Task(scenario.replace(market__sample_fraction=fraction), number, True))) for number in range(replications)]
        seconds[fraction] = (time.perf_counter() - started) / replications
    for fraction in FRACTIONS:
        for name in played[1.0][0]:
            off = np.array([100.0 * (thin[name] / full[name] - 1.0) for thin, full in zip(played[fraction], played[1.0], strict=True)])
            rows.append((fraction, name, float(off.mean()), float(off.std(ddof=1) / np.sqrt(off.size))))
    print(f"{consumers:,} consumers, {replications} replications; seconds a replication: " + ", ".join(f"{fraction:g}: {value:.2f}" for fraction, value in seconds.items()))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--consumers", type=int, default=1_000_000)
    parser.add_argument("--replications", type=int, default=8)
    options = parser.parse_args()
    print(f"{'fraction':>8} {'figure':26} {'difference, %':>14} {'std. error':>11}")
    for fraction, name, mean, error in measured(options.consumers, options.replications):
        print(f"{fraction:8g} {name:26} {mean:14.2f} {error:11.2f}")


if __name__ == "__main__":
    main()
