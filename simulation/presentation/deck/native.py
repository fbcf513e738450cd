"""What python-pptx does not set on native charts: intervals as error bars, logarithmic axes, room for labels, hatches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE, MSO_PATTERN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Pt

from simulation.presentation.deck.canvas import SMALL, rgb
from simulation.presentation.style import FAINT, GREY, Look

HATCHES = {"//": MSO_PATTERN.WIDE_UPWARD_DIAGONAL, "..": MSO_PATTERN.SMALL_CONFETTI, "xx": MSO_PATTERN.OUTLINED_DIAMOND}
WHITE = RGBColor(0xFF, 0xFF, 0xFF)


def intervals(series: Any, down: Sequence[float], up: Sequence[float], colour: str, *, width: float = 1.75) -> None:
    """
    Intervals as error bars of a series of bars.

    Parameters
    ----------
    down, up : distance from each value to the ends of its interval, 0 or more
    width : of the bars in points
    """
    def numbers(values: Sequence[float]) -> str:
        points = "".join(f'<c:pt idx="{place}"><c:v>{max(float(value), 0.0):.6g}</c:v></c:pt>' for place, value in enumerate(values))
        return f'<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numLit>'

    ink = f'<a:solidFill><a:srgbClr val="{colour.removeprefix("#")}"/></a:solidFill>'
    bars = parse_xml(
        f'<c:errBars {nsdecls("c", "a")}><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/><c:plus>{numbers(up)}</c:plus>'
        f'<c:minus>{numbers(down)}</c:minus><c:spPr><a:ln w="{round(width * 12_700)}" cap="flat">{ink}</a:ln></c:spPr></c:errBars>')
    series._element.find(qn("c:cat")).addprevious(bars)


def faint_range(series: Any, colour: str) -> None:
    """A thick faint line without markers, from one end of an interval to the other."""
    series.marker.style = XL_MARKER_STYLE.NONE
    line = series.format.line
    line.color.rgb, line.width = rgb(colour), Pt(6)
    line.fill._xPr.find(qn("a:solidFill"))[0].append(parse_xml(f'<a:alpha {nsdecls("a")} val="45000"/>'))


def logarithmic(axis: Any, low: float, high: float) -> None:
    """Tens on the axis, from one power of ten or other number to another."""
    axis.minimum_scale, axis.maximum_scale = low, high
    axis._element.find(qn("c:scaling")).insert(0, parse_xml(f'<c:logBase {nsdecls("c")} val="10"/>'))


def inner(chart: Any, left: float, top: float, width: float, height: float) -> None:
    """Where the plot lies in the chart's frame, by fractions: room for labels around it."""
    area = chart._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    places = "".join(f'<c:{name} val="{value:.4g}"/>' for name, value in (("x", left), ("y", top), ("w", width), ("h", height)))
    modes = '<c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
    area.insert(0, parse_xml(f'<c:layout {nsdecls("c")}><c:manualLayout>{modes}{places}</c:manualLayout></c:layout>'))


def axis(of: Any, scale: float, *, title: str = "", grid: bool = False, number_format: str = "", shown: bool = True, line: bool = True) -> None:
    """An axis in the house style: thin, grey, without marks."""
    of.has_major_gridlines = grid
    of.major_tick_mark = of.minor_tick_mark = XL_TICK_MARK.NONE
    if grid:
        of.major_gridlines.format.line.color.rgb = rgb(FAINT)
        of.major_gridlines.format.line.width = Pt(0.75)
    if line:
        of.format.line.color.rgb = rgb(GREY)
    else:
        of.format.line.fill.background()
    of.tick_labels.font.size = Pt(SMALL * scale)
    of.tick_labels.font.color.rgb = rgb(GREY)
    if number_format:
        of.tick_labels.number_format, of.tick_labels.number_format_is_linked = number_format, False
    if not shown:
        of.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    of.has_title = bool(title)
    if title:
        frame = of.axis_title.text_frame
        frame.text = title
        font = frame.paragraphs[0].runs[0].font
        font.size, font.bold, font.color.rgb = Pt(SMALL * scale), False, rgb(GREY)


def draw_line(series: Any, look: Look, width: float = 3.0, dotted: bool = False) -> None:
    """A line in a channel's colour and dash, or dotted; without markers and not smoothed."""
    series.smooth = False
    series.marker.style = XL_MARKER_STYLE.NONE
    series.format.line.color.rgb, series.format.line.width = rgb(look.colour), Pt(width)
    series.format.line.dash_style = MSO_LINE.ROUND_DOT if dotted else MSO_LINE.SOLID if look.line == "solid" else MSO_LINE.DASH


def fill(of: Any, look: Look) -> None:
    """An area in a channel's colour and hatch, so that it is told apart in grey as well."""
    if look.hatch in HATCHES:
        of.fill.patterned()
        of.fill.pattern = HATCHES[look.hatch]
        of.fill.fore_color.rgb, of.fill.back_color.rgb = WHITE, rgb(look.colour)
    else:
        of.fill.solid()
        of.fill.fore_color.rgb = rgb(look.colour)


def label(point: Any, words: str, colour: str, position: Any, size: float, bold: bool = True) -> None:
    """A label of one's own beside a point; it moves with the point when the figures are edited."""
    frame = point.data_label.text_frame
    frame.word_wrap = False
    frame.text = words
    font = frame.paragraphs[0].runs[0].font
    font.size, font.bold, font.color.rgb = Pt(size), bold, rgb(colour)
    point.data_label.position = position


