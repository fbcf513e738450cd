"""Partial dependence: the outcome over one key, the others averaged, with a band."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

from simulation.measures.intervals import INTERVAL
from simulation.studies.sensitivity.effects import luck_of_mean
from simulation.studies.sensitivity.emulator import Emulator
from simulation.studies.sensitivity.table import Reals, one_thread

STEPS = 21
ROWS = 200
"""Points over which the other keys are averaged."""
SEED = 2016


def dependence(emulator: Emulator, number: int) -> pd.DataFrame:
    """
    Mean outcome over a key (Friedman 2001, doi:10.1214/aos/1013203451).

    Returns
    -------
    rows of `value` (of the key), `place` (0 to 1), `mean`, `low`, `high`. The band is a delete-a-group jackknife over the regressions that left out a tenth
    of the points each (Efron and Stein 1981), widened by the luck that all points have in common where there are several replications
    """
    table, key = emulator.table, emulator.keys[number]
    chosen = np.random.default_rng(SEED).permutation(len(table.points))[:ROWS]
    places = np.unique(table.places[:, number]) if key.words or (key.levels is not None and len(key.levels) <= 5) else np.linspace(0, 1, STEPS)
    with one_thread():
        whole = _curve(emulator, emulator.whole, table.places[chosen], number, places)
        parts = np.array([_curve(emulator, model, table.places[chosen], number, places) for model in emulator.folds])
    groups = len(parts)
    variance = (groups - 1) / groups * ((parts - parts.mean(axis=0)) ** 2).sum(axis=0) + luck_of_mean(table)
    half = student.ppf((1 + INTERVAL) / 2, groups - 1) * np.sqrt(variance)
    return pd.DataFrame({"value": [key.at(float(place)) for place in places], "place": places, "mean": whole, "low": whole - half, "high": whole + half})


def _curve(emulator: Emulator, model: object, rows: Reals, number: int, places: Reals) -> Reals:
    """Mean prediction with the key at each place, the other keys as in the rows."""
    many = np.repeat(rows[None], len(places), axis=0)
    many[:, :, number] = places[:, None]
    found = np.asarray(model.predict(emulator.table.features(many.reshape(-1, rows.shape[1]))))  # type: ignore[attr-defined]
    return np.asarray(found.reshape(len(places), len(rows)).mean(axis=1))
