"""One slide under the hand: text, tables and charts at places, each with its alt text, and what the speaker says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Inches, Pt

from simulation.presentation.deck.template import FOOT, HEIGHT, TITLES, WIDTH, slide_font
from simulation.presentation.style import FAINT, GREY, INK, Theme

BODY, SMALL, TINY = 16.0, 13.0, 10.0
"""Font sizes in points on a slide of full width."""
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's own table style without lines and fills."""
TALL_TITLE = 58
"""Characters of a title from which it is set smaller."""


class Box(NamedTuple):
    """A place on a slide, in English metric units."""

    left: int
    top: int
    width: int
    height: int

    def part(self, left: float = 0.0, top: float = 0.0, right: float = 1.0, bottom: float = 1.0) -> Box:
        """A part of it, by fractions of its width and height."""
        return Box(int(self.left + left * self.width), int(self.top + top * self.height), int((right - left) * self.width), int((bottom - top) * self.height))


class Run(NamedTuple):
    """A piece of text in one form."""

    text: str
    size: float = BODY
    colour: str = INK
    bold: bool = False


class Canvas:
    """
    A slide that was just added: title in place, empty below.

    Attributes
    ----------
    room : what is free between title and foot
    """

    def __init__(self, presentation: Any, layout: Any, theme: Theme, title: str, own_template: bool) -> None:
        self.slide = presentation.slides.add_slide(layout)
        self.theme = theme
        self.scale = min(presentation.slide_width / WIDTH, presentation.slide_height / HEIGHT)
        self._font = None if own_template else slide_font(theme)
        self._clear()
        heading = self.slide.shapes.title
        heading.text_frame.word_wrap = True
        heading.text = title
        if len(title) > TALL_TITLE:
            for run in heading.text_frame.paragraphs[0].runs:
                run.font.size = Pt(round((24 if len(title) <= 110 else 20) * self.scale))
        describe(heading, f"Title: {title}")
        below = heading.top + heading.height + int(Inches(0.05) * self.scale)
        most = presentation.slide_height - int(2 * FOOT * self.scale)
        below = min(below, most // 2)
        left = min(heading.left, presentation.slide_width // 8)
        self.room = Box(left, below, presentation.slide_width - 2 * left, most - below)
        self._foot = Box(left, presentation.slide_height - int(FOOT * self.scale * 1.25), presentation.slide_width - 2 * left, int(FOOT * self.scale * 0.8))

    def text(self, box: Box, paragraphs: Sequence[Sequence[Run]], says: str, *, align: Any = PP_ALIGN.LEFT, anchor: Any = MSO_ANCHOR.TOP, fill: str | None = None) -> Any:
        """Paragraphs of runs in a box; `says` is the alt text."""
        shape = self.slide.shapes.add_textbox(*box)
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size, frame.vertical_anchor = True, MSO_AUTO_SIZE.NONE, anchor
        inset = int(Inches(0.12) * self.scale) if fill else 0
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = inset
        if fill:
            shape.fill.solid()
            shape.fill.fore_color.rgb = rgb(fill)
        for number, runs in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if not number else frame.add_paragraph()
            paragraph.alignment = align
            paragraph.space_after = Pt(4 * self.scale)
            for run in runs:
                self._add_run(paragraph, run)
        describe(shape, says)
        return shape

    def chart(self, kind: XL_CHART_TYPE, box: Box, data: CategoryChartData | XyChartData, alt_text: str) -> Any:
        """A native chart without legend or title, in the slide's font."""
        frame = self.slide.shapes.add_chart(kind, *box, data)
        describe(frame, alt_text)
        chart = frame.chart
        chart.has_legend = chart.has_title = False
        chart.font.size, chart.font.color.rgb = Pt(SMALL * self.scale), rgb(GREY)
        if self._font:
            chart.font.name = self._font
        for named in chart._chartSpace.xpath("//c:axId | //c:crossAx"):
            named.set("val", str(abs(int(named.get("val")))))  # python-pptx writes negative ones, which the schema forbids
        return chart

    def table(self, box: Box, rows: Sequence[Sequence[str]], widths: Sequence[float], alt_text: str, *, size: float = SMALL, row_height: float = 0.36) -> Any:
        """A native table, first row as header; widths as parts of the box."""
        frame = self.slide.shapes.add_table(len(rows), len(rows[0]), box.left, box.top, box.width, int(Inches(row_height) * self.scale * len(rows)))
        describe(frame, alt_text)
        table = frame.table
        _plain(frame)
        for column, width in enumerate(widths):
            table.columns[column].width = Emu(int(box.width * width / sum(widths)))
        for place, row in enumerate(rows):
            table.rows[place].height = Emu(int(Inches(row_height) * self.scale))
            for column, words in enumerate(row):
                self.cell(table.cell(place, column), words, size, bold=not place)
        return table

    def cell(self, cell: Any, words: str, size: float, *, bold: bool = False, colour: str = INK, fill: str | None = None, align: Any = PP_ALIGN.LEFT) -> None:
        """Words in a cell of a table."""
        cell.margin_left = cell.margin_right = int(Inches(0.06) * self.scale)
        cell.margin_top = cell.margin_bottom = int(Inches(0.03) * self.scale)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        paragraph = cell.text_frame.paragraphs[0]
        paragraph.alignment = align
        self._add_run(paragraph, Run(words, size, colour, bold))
        if fill:
            cell.fill.solid()
            cell.fill.fore_color.rgb = rgb(fill)
        else:
            line = f'<a:lnB {nsdecls("a")} w="9525"><a:solidFill><a:srgbClr val="{FAINT.removeprefix("#")}"/></a:solidFill></a:lnB>'
            cell._tc.get_or_add_tcPr().insert(0, parse_xml(line))

    def foot(self, source: str, number: int) -> None:
        """Source line, number of the slide, and the logo of the brand."""
        box, right = self._foot, 0.94
        if self.theme.logo is not None:
            picture = self.slide.shapes.add_picture(str(self.theme.logo), 0, 0, height=int(Inches(0.34) * self.scale))
            picture.left, picture.top = int(box.left + box.width * 0.94 - picture.width), int(box.top + (box.height - picture.height) / 2)
            describe(picture, self.theme.name or "Logo")
            right = (picture.left - box.left) / box.width - 0.01
        words = f"{self.theme.name}. {source}" if self.theme.name else source
        self.text(box.part(right=right), [[Run(words, TINY, GREY)]], f"Source: {source}", anchor=MSO_ANCHOR.MIDDLE)
        shape = self.text(box.part(left=0.945), [[]], f"Slide {number}", align=PP_ALIGN.RIGHT, anchor=MSO_ANCHOR.MIDDLE)
        field = (f'<a:fld {nsdecls("a")} id="{{7B8E1D52-6A3C-4B0E-9C55-0D6E0A7C1F10}}" type="slidenum"><a:rPr lang="en-GB" sz="{round(TINY * self.scale * 100)}">'
                 f'<a:solidFill><a:srgbClr val="{GREY.removeprefix("#")}"/></a:solidFill></a:rPr><a:t>{number}</a:t></a:fld>')
        shape.text_frame.paragraphs[0]._p.insert_element_before(parse_xml(field), "a:endParaRPr")

    def notes(self, words: str) -> None:
        """What the speaker says and where it comes from."""
        self.slide.notes_slide.notes_text_frame.text = words
        for shape in self.slide.notes_slide.shapes:
            describe(shape, "Speaker notes" if shape.has_text_frame else "Picture of the slide")

    def _add_run(self, paragraph: Any, run: Run) -> None:
        added = paragraph.add_run()
        added.text = run.text
        added.font.size, added.font.bold, added.font.color.rgb = Pt(run.size * self.scale), run.bold, rgb(run.colour)
        if self._font:
            added.font.name = self._font

    def _clear(self) -> None:
        """Take away every placeholder but the title: an empty one would ask to be filled in."""
        for placeholder in list(self.slide.placeholders):
            if placeholder.placeholder_format.type not in TITLES:
                placeholder.element.getparent().remove(placeholder.element)


def describe(shape: Any, words: str) -> None:
    """Give a shape its alt text."""
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def rgb(colour: str) -> RGBColor:
    """A colour as slides take it."""
    return RGBColor.from_string(colour.removeprefix("#"))


def _plain(frame: Any) -> None:
    """Only thin rules between rows, in place of the template's banded style."""
    properties = frame._element.find(f".//{qn('a:tblPr')}")
    properties.attrib.pop("bandRow", None)
    properties.find(qn("a:tableStyleId")).text = NO_STYLE
