"""Studies of functions whose answers are known, in the shape of a study's table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from simulation.inputs.design import Design
from simulation.studies.sensitivity.table import StudyTable, study_table
from simulation.studies.sweep.points import unit_points


def made_up(method: str, function: Callable[[Any], Any], keys: str, replications: int = 1, common: float = 0.0, own: float = 0.0, seed: int = 0, uncertain: str = "",
            places: Any = None, **own_settings: Any) -> tuple[StudyTable, Design]:
    """A table of `function` at the design's points in the unit cube, with luck common to all points and luck of each point; and its design."""
    design = Design(method=method, vary={key: {"low": 0.0, "high": 1.0} for key in keys}, **own_settings)  # type: ignore[arg-type]
    where = unit_points(design) if places is None else places
    frame = table_of(where, function(where), keys, replications, common, own, seed, uncertain)
    return study_table(frame, design), design


def table_of(where: Any, values: Any, keys: str, replications: int, common: float, own: float, seed: int, uncertain: str) -> pd.DataFrame:
    rng, points = np.random.default_rng(seed), len(where)
    played = values[:, None] + common * rng.standard_normal(replications) + own * rng.standard_normal((points, replications))
    number, replication = (grid.ravel() for grid in np.meshgrid(np.arange(points), np.arange(replications), indexing="ij"))
    inputs = {f"{'uncertainty' if key in uncertain else 'lever'}.{key}": where[number, column] for column, key in enumerate(keys)}
    return pd.DataFrame({"point": number, "replication": replication, "world": "both", **inputs, "error": None, "total.reach": played.ravel()})


def ishigami(where: Any) -> Any:
    """Ishigami and Homma (1990), a = 7, b = 0.1: first-order indices 0.3139, 0.4424, 0; total 0.5576, 0.4424, 0.2437."""
    x = (2 * where - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def linear(where: Any) -> Any:
    """Three times the first, once the second, the others not at all: nine tenths and one tenth of the variance."""
    return 3 * where[:, 0] + where[:, 1]
