"""The file that slides are made in: the house's 16:9 master in the theme's colours, or a template of one's own."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn
from pptx.util import Inches

from simulation.errors import InputError
from simulation.presentation.style import FONT, GREY, INK, Theme

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
SIDE, TOP, TITLE = Inches(0.65), Inches(0.42), Inches(1.05)
"""Margins left and right, above the title, and the title's height."""
FOOT = Inches(0.45)
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
BODIES = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.CHART, PP_PLACEHOLDER.TABLE, PP_PLACEHOLDER.PICTURE, PP_PLACEHOLDER.SUBTITLE)
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)


def opened(template: Path | None, theme: Theme) -> tuple[Any, Any]:
    """
    An empty presentation and the layout of its slides: a title, and room below it.

    Raises
    ------
    InputError
        The template is missing, no PowerPoint file, or has no layout with a title.
    """
    if template is None:
        presentation = _house(theme)
        return presentation, presentation.slide_layouts[0]
    if not template.is_file():
        raise InputError(f"--template: given {template}, which is no file; allowed: a PowerPoint file (.pptx)")
    try:
        presentation = Presentation(BytesIO(template.read_bytes()))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, etree.XMLSyntaxError):
        raise InputError(f"--template: given {template}, which cannot be read as a PowerPoint file; allowed: a .pptx file, saved by PowerPoint or LibreOffice") from None
    layout = _layout(presentation)
    if layout is None:
        raise InputError(f"--template: {template} has no slide layout with a title; allowed: a template with a layout such as 'Title Only'")
    _drop_slides(presentation)
    return presentation, layout


def _layout(presentation: Any) -> Any:
    """The layout with a title and as little else as possible; one called Title Only first."""
    def kinds(layout: Any) -> list[Any]:
        return [placeholder.placeholder_format.type for placeholder in layout.placeholders]

    titled = [layout for master in presentation.slide_masters for layout in master.slide_layouts if any(kind in TITLES for kind in kinds(layout))]
    return min(titled, key=lambda layout: (sum(kind in BODIES for kind in kinds(layout)), layout.name.lower() != "title only"), default=None)


def _drop_slides(presentation: Any) -> None:
    """A template may come with slides of its own; only its master is wanted."""
    listed = presentation.slides._sldIdLst
    for entry in list(listed):
        presentation.part.drop_rel(entry.rId)
        listed.remove(entry)


def _house(theme: Theme) -> Any:
    """The house's own template, built from the plain one of python-pptx."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = WIDTH, HEIGHT
    master, layouts = presentation.slide_master, presentation.slide_layouts
    wanted = next(layout for layout in layouts if layout.name == "Title Only")
    for layout in list(layouts):
        if layout is not wanted and layout.name != "Title Only":
            layouts.remove(layout)
    for part in (master, wanted):
        _place(part)
    _style_titles(master)
    _colour(master, theme)
    _rule(wanted)
    return presentation


def _place(part: Any) -> None:
    """Title on the left margin; date and footer are not used; the number stands at the foot on the right."""
    for placeholder in list(part.placeholders):
        kind = placeholder.placeholder_format.type
        if kind in TITLES:
            placeholder.left, placeholder.top, placeholder.width, placeholder.height = SIDE, TOP, WIDTH - 2 * SIDE, TITLE
        elif kind in BODIES:
            placeholder.left, placeholder.top, placeholder.width, placeholder.height = SIDE, TOP + TITLE, WIDTH - 2 * SIDE, HEIGHT - TOP - TITLE - 2 * FOOT
        elif kind == PP_PLACEHOLDER.SLIDE_NUMBER:
            placeholder.left, placeholder.top, placeholder.width, placeholder.height = WIDTH - SIDE - Inches(0.6), HEIGHT - FOOT - Inches(0.05), Inches(0.6), Inches(0.3)
        else:
            placeholder.element.getparent().remove(placeholder.element)


def _style_titles(master: Any) -> None:
    """Titles are bold, dark and start on the left, at the top of their box."""
    level = master.element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    level.set("algn", "l")
    text = level.find(qn("a:defRPr"))
    text.set("sz", "2600")
    text.set("b", "1")
    for placeholder in master.placeholders:
        if placeholder.placeholder_format.type in TITLES:
            body = placeholder.text_frame._txBody.bodyPr
            body.set("anchor", "t")
            for side in ("lIns", "rIns", "tIns", "bIns"):
                body.set(side, "0")


def _colour(master: Any, theme: Theme) -> None:
    """The theme's colours and font, where PowerPoint looks for them: new charts and texts take them too."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    root = etree.fromstring(part.blob)
    looks = theme.looks
    colours = {"dk1": INK, "dk2": theme.accent, "lt1": "#FFFFFF", "lt2": "#F2F4F6", "accent1": looks["programme"].colour, "accent2": looks["paid"].colour,
               "accent3": looks["page"].colour, "accent4": looks["natural"].colour, "accent5": theme.accent, "accent6": GREY, "hlink": theme.accent, "folHlink": GREY}
    scheme = root.find(f".//{{{DRAWING}}}clrScheme")
    for name, colour in colours.items():
        entry = scheme.find(f"{{{DRAWING}}}{name}")
        for child in list(entry):
            entry.remove(child)
        etree.SubElement(entry, f"{{{DRAWING}}}srgbClr", val=colour.removeprefix("#"))
    for font in root.iterfind(f".//{{{DRAWING}}}fontScheme/*/{{{DRAWING}}}latin"):
        font.set("typeface", slide_font(theme))
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def slide_font(theme: Theme) -> str:
    """Font of slides: the brand's, else one that every PowerPoint has."""
    return "Arial" if theme.font == FONT else theme.font


def _rule(layout: Any) -> None:
    """A bar of the accent colour along the upper edge, drawn once for all slides."""
    bar = (f'<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="{DRAWING}"><p:nvSpPr><p:cNvPr id="90" name="Rule" descr="A coloured rule"/>'
           f'<p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{WIDTH}" cy="{Inches(0.12)}"/></a:xfrm>'
           '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="accent5"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>')
    layout.shapes._spTree.insert_element_before(parse_xml(bar), "p:extLst")
