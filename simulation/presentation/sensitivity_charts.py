"""All charts of an analysis."""

from __future__ import annotations

from simulation.presentation.chart_influence import influence, tornado
from simulation.presentation.chart_sources import box_chart, variance_chart
from simulation.presentation.chart_surface import dependence_chart, heat_map
from simulation.presentation.sensitivity_words import Study
from simulation.presentation.style import Chart
from simulation.studies.sensitivity.analysis import Sensitivity


def sensitivity_charts(found: Sensitivity, study: Study) -> list[Chart]:
    """Every chart that an analysis allows; their names begin with that of the outcome."""
    table = found.table
    charts = [influence(table, study, each) for each in found.indices]
    charts += [tornado(table, study, found.effects)] if found.effects else []
    charts += [heat_map(table, study, *found.heat)] if found.heat is not None else []
    charts += [dependence_chart(found.emulator, study, found.curves)] if found.emulator is not None and found.curves else []
    charts += [variance_chart(table, study, found.variance)] if found.variance else []
    charts += [box_chart(table, study, found.box)] if found.box is not None else []
    prefix = table.outcome.removeprefix("comparison.").replace(".", "_") + ("" if table.outcome.startswith("comparison.") else f"_{table.world}")
    return [chart._replace(name=f"{prefix}_{chart.name}") for chart in charts]
