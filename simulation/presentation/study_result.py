"""What came of a study: its table, what is said about it, and its analysis."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simulation.errors import InputError
from simulation.inputs.design import Design
from simulation.inputs.yaml_text import read_mapping
from simulation.presentation.folder import write_json
from simulation.presentation.sensitivity_words import Study
from simulation.presentation.study_folder import PLAN, TABLE
from simulation.studies.sensitivity.analysis import Sensitivity, analyse
from simulation.studies.sensitivity.table import StudyTable, outcomes, study_table
from simulation.studies.sweep.table import failures_in

if TYPE_CHECKING:
    import xarray

    from simulation.presentation.style import Chart
    from simulation.studies.sensitivity.emulator import Emulator


class StudyResult:
    """
    A finished study.

    Attributes
    ----------
    folder : where it is kept
    design : as it was played
    failures : errors of the runs that failed, one each

    Raises
    ------
    InputError
        The folder holds no finished study.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._plan = _plan(self.folder)
        values, _ = read_mapping(self.folder / "design.yaml")
        self.design = Design.model_validate(values)
        self.failures = failures_in((self.folder / TABLE).read_bytes())

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each point, replication and world, sorted by these."""
        return pd.read_parquet(self.folder / TABLE)

    def to_xarray(self) -> xarray.Dataset:
        """
        The table by point, replication and world, as labelled arrays.

        The keys that were varied are coordinates of `point`. Figures that compare all four worlds have no dimension `world`.

        Raises
        ------
        InputError
            xarray is not installed.
        """
        from simulation.presentation.labelled import labelled

        return labelled(self._frame, self.about)

    def outcomes(self) -> list[str]:
        """Names of the figures that can be analysed, sorted."""
        return outcomes(self._frame)

    def table(self, outcome: str | None = None, world: str | None = None) -> StudyTable:
        """One outcome by point and replication, as analysis reads it; raises `InputError` for an unknown one."""
        return study_table(self._frame, self.design, outcome, world)

    def sensitivity(self, outcome: str | None = None, world: str | None = None, above: float | None = None) -> Sensitivity:
        """
        Analyse one outcome.

        Parameters
        ----------
        outcome : name of a figure, or its end; left out: how many more people the programme adds than ads
        world : left out: the one with both campaigns
        above : for the box: the outcome is of interest above this

        Raises
        ------
        InputError
            An outcome or world that is not known.
        """
        return analyse(self.table(outcome, world), self.design, above)

    def emulator(self, outcome: str | None = None, world: str | None = None) -> Emulator:
        """A regression that answers between the points within milliseconds; raises `InputError` where there are too few, or without scikit-learn."""
        from simulation.studies.sensitivity.emulator import emulator

        return emulator(self.table(outcome, world))

    def charts(self, found: Sensitivity | None = None) -> list[Chart]:
        """All charts of an analysis; left out, that of the default outcome."""
        from simulation.presentation.sensitivity_charts import sensitivity_charts

        return sensitivity_charts(found or self.sensitivity(), self.about)

    def save(self, found: Sensitivity) -> list[Path]:
        """Write charts and numbers of an analysis into the folder: `charts/` and `sensitivity.json`."""
        from simulation.presentation.style import save

        write_json(self.folder / "sensitivity.json", found.to_dict())
        return [path for chart in self.charts(found) for path in save(chart, self.folder / "charts")]

    def explain(self, found: Sensitivity) -> str:
        """An analysis in words and short tables."""
        from simulation.presentation.sensitivity_answer import sensitivity_answer

        return sensitivity_answer(found, self.about)

    def answer(self) -> str:
        """What was played, and what failed."""
        points, runs = self._plan["points"], self._plan["points"] * self._plan["replications"]
        said = f"{points:,} {'point' if points == 1 else 'points'}, {runs:,} {'run' if runs == 1 else 'runs'} of four worlds: {self.folder / TABLE}"
        if not self.failures:
            return said
        first = self.failures[0].splitlines()[0]
        return f"{said}\n{len(self.failures):,} of {runs:,} runs failed; column 'error' says why. The first: {first}"

    @cached_property
    def about(self) -> Study:
        """Name, title and currency, for charts."""
        scenario, _ = read_mapping(self.folder / "scenario.yaml")
        return Study(self.folder.resolve().name, self.design.title, str(scenario.get("currency", "USD")), int(scenario.get("price_year", 2016)))

    @cached_property
    def _frame(self) -> pd.DataFrame:
        return self.to_dataframe()

    def _repr_html_(self) -> str:
        from simulation.presentation.notebook import study_page

        return study_page(self.about, self.answer(), self._frame)


def _plan(folder: Path) -> dict[str, Any]:
    """What a folder says of its study. Raises `InputError` where it holds none that is finished."""
    if not (folder / PLAN).is_file():
        raise InputError(f"'{folder}' holds no study ({PLAN} is missing); allowed: the folder that advocacy sweep left, such as results/NAME")
    if not (folder / TABLE).is_file():
        raise InputError(f"'{folder}' holds an unfinished study ({TABLE} is missing); go on with: advocacy sweep DESIGN --resume --out {folder}")
    try:
        found = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        return {"points": int(found["points"]), "replications": int(found["replications"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"'{folder / PLAN}' cannot be read ({error}); allowed: as advocacy sweep wrote it") from None
