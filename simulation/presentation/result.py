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
from simulation.presentation.answer import answer, differences_answer, run_answer
from simulation.presentation.charts import Chart, all_charts, save
from simulation.presentation.folder import write_csv, write_folder, write_json, write_parquet, write_text
from simulation.presentation.provenance import provenance
from simulation.studies.differences import differences
from simulation.studies.pool import Redraw
from simulation.studies.summary import daily_frame, frequency_frame, summarise, summary_frame, verdict_frame


class Result:
    """
    What some replications of one scenario showed.

    Attributes
    ----------
    scenario : as it was played, every default filled in
    complete : whether all replications were played
    """

    def __init__(self, scenario: Scenario, replications: Sequence[ReplicationResult], started: datetime.datetime,
                 again: Sequence[tuple[Redraw, ReplicationResult]] = ()) -> None:
        self.scenario = scenario
        self.complete = len(replications) == scenario.run.replications
        self._replications = list(replications)
        self._again = list(again)
        self._started = started

    def summary(self) -> dict[str, Any]:
        """The contents of `summary.json`."""
        return self._summary

    def to_dataframe(self) -> pd.DataFrame:
        """The daily table: one row per replication, world, platform, channel and day."""
        return daily_frame(self.scenario, self._replications)

    def frequency(self) -> pd.DataFrame:
        """People at each number of impressions, per replication, world and channel."""
        return frequency_frame(self.scenario, self._replications)

    def charts(self) -> list[Chart]:
        """All charts that make sense for this result, as Matplotlib figures with their data and alt text."""
        return all_charts(self.scenario, self._summary, self.to_dataframe(), self.frequency(), verdict_frame(self._replications))

    def answer(self) -> str:
        """The answer in words and a short table."""
        return run_answer(self.scenario, self._summary) if "as_written" in self._summary["worlds"] else answer(self.scenario, self._summary)

    def _repr_html_(self) -> str:
        from simulation.presentation.notebook import text_page

        return text_page(self.answer())

    def save(self, folder: str | Path, command: str = "") -> None:
        """Write all files of the contract into a folder; earlier results there are replaced, anything else is refused."""
        write_folder(Path(folder), lambda place: self.fill(place, command))

    def fill(self, folder: Path, command: str = "") -> None:
        """Write all files into an existing folder."""
        write_json(folder / "summary.json", self._summary)
        write_csv(folder / "summary.csv", summary_frame(self.scenario, self._replications, self._summary))
        write_parquet(folder / "daily.parquet", self.to_dataframe())
        write_parquet(folder / "frequency.parquet", self.frequency())
        write_text(folder / "scenario.yaml", scenario_text(self.scenario))
        charts = folder / "charts"
        charts.mkdir(exist_ok=True)
        for chart in self.charts():
            save(chart, charts)
        write_json(folder / "provenance.json", provenance(self.scenario, self._started, command))

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return summarise(self.scenario, self._replications, self.complete, self._again)


class Comparison:
    """Several scenarios side by side, on the same luck."""

    def __init__(self, results: Sequence[Result]) -> None:
        self.results = list(results)

    def summary(self) -> dict[str, Any]:
        """The contents of the top `summary.json`: each scenario's, and each one's differences from the first."""
        pairs = [differences(self.results[0].summary()["scenario"], self.results[0]._replications, other.summary()["scenario"], other._replications)
                 for other in self.results[1:]]
        return {"scenarios": [result.summary() for result in self.results], "differences": pairs}

    def to_dataframe(self) -> pd.DataFrame:
        """The daily tables of all scenarios, one under the other."""
        return pd.concat([result.to_dataframe() for result in self.results], ignore_index=True)

    def charts(self) -> list[Chart]:
        """The charts of all scenarios, in turn."""
        return [chart for result in self.results for chart in result.charts()]

    def answer(self) -> str:
        """The answers of all scenarios, in turn."""
        return "\n\n\n".join([*(result.answer() for result in self.results), differences_answer(self.summary()["differences"])])

    def _repr_html_(self) -> str:
        from simulation.presentation.notebook import text_page

        return "".join([*(result._repr_html_() for result in self.results), text_page("\n\n".join(("Differences", differences_answer(self.summary()["differences"]))))])

    def save(self, folder: str | Path, command: str = "") -> None:
        """Write `FOLDER/NAME/` for each scenario and a common `summary.json`."""

        def fill(place: Path) -> None:
            for result in self.results:
                (place / result.scenario.name).mkdir()
                result.fill(place / result.scenario.name, command)
            write_json(place / "summary.json", self.summary())
            write_json(place / "provenance.json", provenance(self.results[0].scenario, self.results[0]._started, command))

        write_folder(Path(folder), fill)
