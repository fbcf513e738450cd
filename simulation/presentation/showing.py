"""What there is to show of results, whether they were played just now or are read from a folder."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import pandas as pd

from simulation.inputs.parameters import Scenario
from simulation.presentation.answer import answer, differences_answer, run_answer
from simulation.presentation.charts import Chart, all_charts


class Showing(ABC):
    """
    Results of one scenario.

    Attributes
    ----------
    scenario : as it was played, every default filled in
    complete : whether all replications were played
    command : the command that played it, where one did
    """

    scenario: Scenario
    complete: bool
    command: str = ""

    @abstractmethod
    def summary(self) -> dict[str, Any]:
        """The contents of `summary.json`."""

    @abstractmethod
    def to_dataframe(self) -> pd.DataFrame:
        """The daily table: one row per replication, world, platform, channel and day."""

    @abstractmethod
    def frequency(self) -> pd.DataFrame:
        """People at each number of impressions, per replication, world and channel."""

    @abstractmethod
    def verdict(self) -> pd.DataFrame | None:
        """Added reach by enrolment and ad price, of the replications that played it; None where none did."""

    @abstractmethod
    def provenance(self) -> dict[str, Any]:
        """The contents of `provenance.json`."""

    @property
    def compared(self) -> bool:
        """Whether the four worlds were played, rather than the scenario as written."""
        return "as_written" not in self.summary()["worlds"]

    def charts(self) -> list[Chart]:
        """All charts that make sense for this result, as Matplotlib figures with their data and alt text."""
        return all_charts(self.scenario, self.summary(), self.to_dataframe(), self.frequency(), self.verdict())

    def answer(self) -> str:
        """The answer in words and a short table."""
        return answer(self.scenario, self.summary()) if self.compared else run_answer(self.scenario, self.summary())


class SideBySide(ABC):
    """Results of several scenarios, on the same luck."""

    def __init__(self, results: Sequence[Showing]) -> None:
        self.results = list(results)

    @abstractmethod
    def differences(self) -> list[dict[str, Any]]:
        """Each further scenario's differences from the first, replication by replication."""

    def summary(self) -> dict[str, Any]:
        """The contents of the top `summary.json`: each scenario's, and each one's differences from the first."""
        return {"scenarios": [result.summary() for result in self.results], "differences": self.differences()}

    def to_dataframe(self) -> pd.DataFrame:
        """The daily tables of all scenarios, one under the other."""
        return pd.concat([result.to_dataframe() for result in self.results], ignore_index=True)

    def charts(self) -> list[Chart]:
        """The charts of all scenarios, in turn."""
        return [chart for result in self.results for chart in result.charts()]

    def answer(self) -> str:
        """The answers of all scenarios, in turn."""
        return "\n\n\n".join([*(result.answer() for result in self.results), differences_answer(self.differences())])
