"""What came of some replications: numbers, tables, charts, words, files."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import scenario_text
from simulation.measures.comparison import ReplicationResult
from simulation.presentation.charts import all_charts, save
from simulation.presentation.folder import write_csv, write_folder, write_json, write_parquet, write_text
from simulation.presentation.provenance import provenance
from simulation.presentation.showing import Showing, SideBySide
from simulation.studies.differences import differences
from simulation.studies.pool import Redraw
from simulation.studies.summary import daily_frame, frequency_frame, summarise, summary_frame, verdict_frame


class Result(Showing):
    """What some replications of one scenario showed."""

    def __init__(self, scenario: Scenario, replications: Sequence[ReplicationResult], started: datetime.datetime,
                 again: Sequence[tuple[Redraw, ReplicationResult]] = ()) -> None:
        self.scenario = scenario
        self.complete = len(replications) == scenario.run.replications
        self._replications = list(replications)
        self._again = list(again)
        self._started = started

    def provenance(self) -> dict[str, Any]:
        """The contents of `provenance.json`, finished now."""
        return provenance(self.scenario, self._started, self.command)

    def summary(self) -> dict[str, Any]:
        """The contents of `summary.json`."""
        return self._summary

    def to_dataframe(self) -> pd.DataFrame:
        """The daily table: one row per replication, world, platform, channel and day."""
        return daily_frame(self.scenario, self._replications)

    def frequency(self) -> pd.DataFrame:
        """People at each number of impressions, per replication, world and channel."""
        return frequency_frame(self.scenario, self._replications)

    def verdict(self) -> pd.DataFrame | None:
        """Added reach by enrolment and ad price, of the replications that played it; None where none did."""
        return verdict_frame(self._replications)

    def save(self, folder: str | Path, command: str = "") -> None:
        """Write all files of the contract into a folder; earlier results there are replaced, anything else is refused."""
        write_folder(Path(folder), lambda place: self.fill(place, command))

    def fill(self, folder: Path, command: str = "") -> None:
        """Write all files into an existing folder."""
        write_json(folder / "summary.json", self._summary)
        write_csv(folder / "summary.csv", summary_frame(self.scenario, self._replications, self._summary))
        daily, frequency, verdict = self.to_dataframe(), self.frequency(), self.verdict()
        write_parquet(folder / "daily.parquet", daily)
        write_parquet(folder / "frequency.parquet", frequency)
        if verdict is not None:
            write_parquet(folder / "verdict.parquet", verdict)
        write_text(folder / "scenario.yaml", scenario_text(self.scenario))
        charts = folder / "charts"
        charts.mkdir(exist_ok=True)
        for chart in all_charts(self.scenario, self._summary, daily, frequency, verdict):
            save(chart, charts)
        write_json(folder / "provenance.json", provenance(self.scenario, self._started, command))

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return summarise(self.scenario, self._replications, self.complete, self._again)


class Comparison(SideBySide):
    """Several scenarios side by side, on the same luck."""

    def __init__(self, results: Sequence[Result]) -> None:
        super().__init__(results)
        self._results = list(results)

    def differences(self) -> list[dict[str, Any]]:
        """Each further scenario's differences from the first, replication by replication."""
        return [differences(self._results[0].scenario.name, self._results[0]._replications, other.scenario.name, other._replications)
                for other in self._results[1:]]

    def save(self, folder: str | Path, command: str = "") -> None:
        """Write `FOLDER/NAME/` for each scenario and a common `summary.json`."""

        def fill(place: Path) -> None:
            for result in self._results:
                (place / result.scenario.name).mkdir()
                result.fill(place / result.scenario.name, command)
            write_json(place / "summary.json", self.summary())
            write_json(place / "provenance.json", provenance(self._results[0].scenario, self._results[0]._started, command))

        write_folder(Path(folder), fill)
