"""The whole analysis of one outcome of a study: each part that its table allows, and why the others are missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from simulation.errors import InputError
from simulation.inputs.design import Design
from simulation.measures.intervals import INTERVAL
from simulation.studies.sensitivity.box import Box, box
from simulation.studies.sensitivity.dependence import dependence
from simulation.studies.sensitivity.effects import Effect, effects, heat, two_keys
from simulation.studies.sensitivity.emulator import Emulator, emulator, errors_of_groups
from simulation.studies.sensitivity.indices import FEWEST, Indices, indices
from simulation.studies.sensitivity.table import StudyTable
from simulation.studies.sensitivity.variance import Explained, Part, explained_by_crossing, explained_by_errors, mean_squares, split

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Sensitivity:
    """
    What a study says about one outcome.

    Attributes
    ----------
    variance : parts of the variance by source; empty where the design allows none
    indices : sensitivity indices, one entry a method
    effects : the outcome at both ends of each key, largest change first
    heat : the two keys that do most (across, up) and the mean outcome over both; None with one key
    emulator : the regression, with its held-out error; None without scikit-learn or with too few points
    curves : partial dependence by key
    box : where the outcome is most often of interest
    missing : why a part is missing, by its name
    """

    table: StudyTable
    variance: list[Part]
    indices: list[Indices]
    effects: list[Effect]
    heat: tuple[int, int, pd.DataFrame] | None
    emulator: Emulator | None
    curves: dict[str, pd.DataFrame]
    box: Box | None
    missing: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """All of it as JSON can hold it; null where undefined."""
        table = self.table
        return {"schema_version": SCHEMA_VERSION, "outcome": table.outcome, "world": table.world, "method": table.method, "points": len(table.points),
                "replications": table.values.shape[1], "left_out": table.left_out, "interval": INTERVAL, "mean": _plain(table.means.mean()),
                "variance": [_cells(part._asdict()) for part in self.variance],
                "indices": [{"method": each.method, "points": each.used, "floor": _cells(each.floor), "values": [_cells(index._asdict()) for index in each.indices]}
                            for each in self.indices],
                "effects": [_cells(effect._asdict()) for effect in self.effects],
                "emulator": _emulator(self.emulator),
                "dependence": {key: [_cells({str(name): value for name, value in row.items()}) for row in curve.to_dict("records")] for key, curve in self.curves.items()},
                "box": None if self.box is None else _cells(self.box._asdict()) | {"limits": [_cells(limit._asdict()) for limit in self.box.limits]},
                "missing": dict(self.missing)}


def analyse(table: StudyTable, design: Design, above: float | None = None) -> Sensitivity:
    """
    Analyse one outcome of a study.

    Parameters
    ----------
    above : the outcome is of interest above this; left out, see `box.threshold_of`
    """
    missing: dict[str, str] = {}
    if not table.keys or np.ptp(table.values) == 0:
        return Sensitivity(table, [], [], [], None, None, {}, None, {"everything": "the outcome is the same on all points" if table.keys else "no key takes two values"})

    def tried[T](name: str, make: Callable[[], T]) -> T | None:
        try:
            return make()
        except InputError as error:
            missing[name] = str(error)
            return None

    ranked = effects(table)
    pair = two_keys(ranked, table.keys)
    fitted = None if table.method == "one_at_a_time" else tried("emulator", lambda: emulator(table))
    found = indices(table, design) if table.method != "one_at_a_time" else []
    if not found and table.method != "one_at_a_time":
        missing["indices"] = f"{len(table.points)} points are too few; at least {FEWEST} for any table"
    parts = split(table, _explained(table, fitted))
    if not table.samples:
        missing["variance"] = f"the points of {table.method} do not stand for all that could be; use latin_hypercube, sobol or grid"
    curves = {} if fitted is None else {key.name: dependence(fitted, number) for number, key in enumerate(fitted.keys)}
    drawn = None if pair is None or table.method == "one_at_a_time" else (*pair, heat(table, *pair))
    peeled = tried("box", lambda: box(table, above)) if table.samples else None
    return Sensitivity(table, parts, found, ranked, drawn, fitted, curves, peeled, missing)


def _explained(table: StudyTable, fitted: Emulator | None) -> Explained | None:
    """What levers and uncertainties explain: exactly in a grid, elsewhere by regressions that see the one, the other, or both."""
    groups = {role: [number for number, key in enumerate(table.keys) if key.role == role] for role in ("lever", "uncertainty")}
    if not all(groups.values()) or not table.samples:
        return None
    exact = explained_by_crossing(table)
    if exact is not None or fitted is None:
        return exact
    own = fitted.table
    noise = mean_squares(own.values)[2] / own.values.shape[1] if own.values.shape[1] > 1 else 0.0
    return explained_by_errors(own.means, errors_of_groups(fitted, groups), noise, own.block)


def _emulator(fitted: Emulator | None) -> dict[str, Any] | None:
    return None if fitted is None else {"kind": fitted.kind, "held_out": _cells(fitted.error._asdict()), "margins": list(fitted.margins)}


def _plain(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return value.item() if isinstance(value, np.generic) else value


def _cells(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}
