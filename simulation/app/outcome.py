"""What the page shows of a scenario: the summary, the tables of its charts, and how far to trust them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from simulation.app.preview import enlarge, enlarge_table
from simulation.inputs.parameters import Scenario
from simulation.measures.comparison import ReplicationResult
from simulation.presentation.chart_frequency import frequency_bars
from simulation.presentation.chart_reach import reach_lines, world_drawn
from simulation.presentation.result import Result
from simulation.studies.pool import Redraw
from simulation.studies.summary import daily_frame, frequency_frame, summarise, verdict_frame


class Outcome(NamedTuple):
    """Results of one scenario, of a preview or of all of it."""

    scenario: Scenario
    summary: dict[str, Any]
    reach: pd.DataFrame
    """Channel, week, mean, low, high: people reached so far."""
    frequency: pd.DataFrame
    """Channel, impressions, mean, low, high: people with so many impressions."""
    verdict: pd.DataFrame | None
    size: float
    """Of the society that was played, as a part of the scenario's."""
    result: Result | None
    """What reports and slides are made of; a preview has none."""

    @property
    def preview(self) -> bool:
        """Whether it is of a small society, or of few replications."""
        return self.result is None

    @property
    def replications(self) -> int:
        """How many were played."""
        return int(self.summary["replications"])


def preview_outcome(scenario: Scenario, small: Scenario, size: float, results: Sequence[ReplicationResult]) -> Outcome:
    """A small society's results, as those of the whole scenario."""
    summary = enlarge(summarise(small, results, complete=True), scenario, size)
    daily = enlarge_table(daily_frame(small, results), size, ("impressions", "new_reach", "likes", "clicks", "reshares", "shares", "cost"))
    return _outcome(scenario, summary, daily, enlarge_table(frequency_frame(small, results), size, ("people",)), None, size, None)


def full_outcome(scenario: Scenario, results: Sequence[ReplicationResult], again: Sequence[tuple[Redraw, ReplicationResult]], started: datetime.datetime) -> Outcome:
    """All of a scenario, or what was played of it before it was cancelled."""
    result = Result(scenario, results, started, again)
    return _outcome(scenario, result.summary(), result.to_dataframe(), result.frequency(), verdict_frame(results), 1.0, result)


def _outcome(scenario: Scenario, summary: dict[str, Any], daily: pd.DataFrame, frequency: pd.DataFrame, verdict: pd.DataFrame | None, size: float,
             result: Result | None) -> Outcome:
    world = world_drawn(summary)
    reach = reach_lines(daily[(daily["world"] == world) & (daily["platform"] == "all")])
    bars = frequency_bars(frequency[(frequency["world"] == world) & (frequency["impressions"] > 0)], frequency["replication"].sort_values().unique())
    return Outcome(scenario, summary, reach, bars, verdict, size, result)
