"""All charts of a result, in the house style, and how they become files."""

from __future__ import annotations

from typing import Any

import pandas as pd

from simulation.inputs.parameters import Scenario
from simulation.presentation.chart_cost import cost_per_person
from simulation.presentation.chart_frequency import frequency_distribution
from simulation.presentation.chart_groups import reach_by_group
from simulation.presentation.chart_reach import reach_over_time
from simulation.presentation.chart_verdict import verdict_map
from simulation.presentation.style import Chart, save

__all__ = ["Chart", "all_charts", "cost_per_person", "frequency_distribution", "reach_by_group", "reach_over_time", "save", "verdict_map"]


def all_charts(
    scenario: Scenario, summary: dict[str, Any], daily: pd.DataFrame, frequency: pd.DataFrame, verdict: pd.DataFrame | None = None
) -> list[Chart]:
    """Every chart that makes sense for a result: reach and frequency always, the others where worlds were compared."""
    if not summary["worlds"]:
        return []
    charts = [reach_over_time(scenario, summary, daily)]
    compared = summary["groups"]["neither"] is not None
    if compared:
        charts.append(reach_by_group(scenario, summary))
    charts.append(frequency_distribution(scenario, summary, frequency))
    if compared:
        charts.append(cost_per_person(scenario, summary))
    drawn = verdict_map(scenario, summary, verdict) if compared and verdict is not None and len(verdict) else None
    return [*charts, drawn] if drawn is not None else charts
