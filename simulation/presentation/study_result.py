"""What came of a study: its table, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from simulation.presentation.study_folder import TABLE, StudyFolder


class StudyResult:
    """
    A finished study.

    Attributes
    ----------
    folder : where it is kept
    failures : errors of the runs that failed, one each
    """

    def __init__(self, kept: StudyFolder) -> None:
        self.folder: Path = kept.place
        self.failures = list(kept.failures)
        self._runs, self._points = kept.plan.runs, len(kept.plan.points)

    def to_dataframe(self) -> pd.DataFrame:
        """One row for each point, replication and world, sorted by these."""
        return pd.read_parquet(self.folder / TABLE)

    def answer(self) -> str:
        """What was played, and what failed."""
        said = f"{self._points:,} {'point' if self._points == 1 else 'points'}, {self._runs:,} {'run' if self._runs == 1 else 'runs'} of four worlds: {self.folder / TABLE}"
        if not self.failures:
            return said
        first = self.failures[0].splitlines()[0]
        return f"{said}\n{len(self.failures):,} of {self._runs:,} runs failed; column 'error' says why. The first: {first}"
