"""How fast an emulator is fitted and answers, and how wrong it is, on a function of six keys: `uv run python benchmarks/emulator.py`."""

from __future__ import annotations

import statistics
import time

import numpy as np

from simulation.studies.sensitivity.emulator import emulator
from simulation.studies.sensitivity.table import Key, StudyTable


def table(points: int) -> StudyTable:
    """Points drawn at random, three replications, with luck."""
    rng = np.random.default_rng(1)
    where = rng.random((points, 6))
    values = 3 * where[:, 0] ** 2 + where[:, 1] * where[:, 2] + np.sin(6 * where[:, 3]) + 0.3 * where[:, 4]
    keys = tuple(Key(f"key_{number}", "lever", 0.0, 1.0) for number in range(6))
    numbers = np.arange(points)
    return StudyTable("total.reach", "both", "latin_hypercube", keys, where, values[:, None] + 0.1 * rng.standard_normal((points, 3)), numbers, 0, numbers, np.ones(points, dtype=bool))


def main() -> None:
    """One line for each size: seconds to fit with ten folds, milliseconds for an answer (median of 200), variance explained of points not seen."""
    print(f"{'points':>6}  {'kind':18}{'fit, s':>8}{'answer, ms':>12}{'held out':>10}")
    for points in (60, 150, 250, 600, 2_000):
        began = time.perf_counter()
        found = emulator(table(points))
        fitted = time.perf_counter() - began
        point, times = {key.name: 0.5 for key in found.keys}, []
        for _ in range(200):
            began = time.perf_counter()
            found.predict(point)
            times.append(time.perf_counter() - began)
        print(f"{points:>6}  {found.kind:18}{fitted:>8.1f}{1000 * statistics.median(times):>12.2f}{found.error.explained:>10.0%}")


if __name__ == "__main__":
    main()
