"""Native charts of the workbook, drawn by the spreadsheet program from cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import BarChart, Reference, Series
from openpyxl.chart.data_source import NumDataSource, NumRef
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.worksheet.worksheet import Worksheet

from simulation.presentation.showing import Showing
from simulation.presentation.style import LOOKS
from simulation.presentation.workbook_cells import header, put

ORDER = ("errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr")
"""Of the parts of error bars in the schema; openpyxl's own order has minus before plus, which Excel would mend."""
FIRST = 12
"""Column in which the cells behind the chart begin."""
NAMES = ("for the chart", "Programme", "down to low", "up to high", "Paid ads", "down to low", "up to high")


def people_added(sheet: Worksheet, shown: Sequence[Showing]) -> BarChart:
    """Bars of people added by programme and ads in each scenario, with intervals; the cells behind them are written beside the table."""
    header(sheet, 1, NAMES, FIRST)
    for row, each in enumerate(shown, 2):
        put(sheet.cell(row, FIRST), each.scenario.title)
        for place, side in enumerate(("programme", "paid")):
            value = each.summary()["added_reach"][side]
            for column, number in enumerate((value["mean"], value["mean"] - value["low"], value["high"] - value["mean"])):
                put(sheet.cell(row, FIRST + 1 + 3 * place + column), number, "#,##0")
    chart = BarChart()
    chart.type, chart.title, chart.height, chart.width = "bar", "People added to what happens anyway, with intervals", 8, 22
    last = len(shown) + 1
    for place, side in enumerate(("programme", "paid")):
        column = FIRST + 1 + 3 * place
        series: Any = Series(Reference(sheet, min_col=column, min_row=2, max_row=last), title=LOOKS[side].label)
        series.graphicalProperties.solidFill = LOOKS[side].colour.removeprefix("#")
        series.errBars = ErrorBars(errDir=None, errBarType="both", errValType="cust", minus=_cells(sheet, column + 1, last), plus=_cells(sheet, column + 2, last))
        series.errBars.__elements__ = ORDER
        chart.series.append(series)
    chart.set_categories(Reference(sheet, min_col=FIRST, min_row=2, max_row=last))
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.number_format, chart.y_axis.title = "#,##0", "People"
    return chart


def _cells(sheet: Worksheet, column: int, last: int) -> NumDataSource:
    return NumDataSource(numRef=NumRef(f=str(Reference(sheet, min_col=column, min_row=2, max_row=last))))
