"""Charts inside a page: vector drawings without their titles, in colours that follow the page's light or dark paper."""

from __future__ import annotations

import io
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from matplotlib.artist import Artist
from matplotlib.figure import Figure

from simulation.inputs.brand import picture_kind
from simulation.presentation.branding import readable
from simulation.presentation.style import FAINT, GREY, INK, LEFT, RIGHT, SIZE, TOP, Chart, Theme, house_style

PAPER, DARK = "#FFFFFF", "#14181D"
"""Background of a light and of a dark page."""
CROP = TOP + 0.075, 0.075
"""Upper and lower edge of what is shown of a chart, as fractions of the slide: what lies beyond are title and source."""
WORDS = ("title", "subtitle", "source")
KEEPS_ITS_PAPER = ("verdict",)
"""Charts that fill areas with shades of colour, on which text is dark; they stay on white paper."""

type Colours = dict[str, tuple[str, str]]


def variables(theme: Theme) -> Colours:
    """Colours of a page by name: on light and on dark paper."""
    named = {"paper": (PAPER, DARK), "ink": (INK, "#E8EBEF"), "grey": (GREY, "#AAB3BD"), "faint": (FAINT, "#39414A"), "accent": (theme.accent, readable(theme.accent, DARK))}
    for channel, look in theme.looks.items():
        if channel != "any":
            named[channel] = (look.colour, readable(look.colour, DARK, 3.0))
            named[f"{channel}-ink"] = (look.ink, readable(look.ink, DARK))
    return named


def drawing(chart: Chart, colours: Colours, name: str) -> str:
    """
    A chart as SVG to be put into a page, with its alt text.

    Parameters
    ----------
    colours : of the page, by name
    name : put before every identifier, so that several drawings can live in one page
    """
    written = io.StringIO()
    with house_style(), _hidden(chart.figure):
        chart.figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    body = written.getvalue()
    body = body[body.index("<svg"):]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    body = re.sub(r"([1-9]\d*\.\d\d)\d+", r"\1", body)
    seen: set[str] = set()

    def own(found: re.Match[str]) -> str:
        """An identifier of this drawing, given once: a name that marks many bars marks the first."""
        first = found[1] not in seen
        seen.add(found[1])
        return f' id="{name}-{found[1]}"' if first else ""

    body = re.sub(r' id="([^"]*)"', own, body)
    body = re.sub(r'href="#', f'href="#{name}-', body).replace("url(#", f"url(#{name}-")
    if chart.name not in KEEPS_ITS_PAPER:
        body = _in_variables(body, colours)
    return _framed(body, chart.alt_text)


def embedded(picture: Path) -> str:
    """A picture as a data address."""
    contents = picture.read_bytes()
    return f"data:image/{picture_kind(contents)};base64,{b64encode(contents).decode('ascii')}"


@contextmanager
def _hidden(figure: Figure) -> Iterator[None]:
    """Title, subtitle, source and logo out of sight: a page has its own."""
    out: list[Artist] = [text for text in figure.texts if text.get_gid() in WORDS]
    out += [axes for axes in figure.axes if axes.get_label() == "logo"]
    for artist in out:
        artist.set_visible(False)
    try:
        yield
    finally:
        for artist in out:
            artist.set_visible(True)


def _in_variables(body: str, colours: Colours) -> str:
    """Colours of a drawing as variables of the page."""
    known = {light.lower(): name for name, (light, _) in reversed(colours.items())}

    def named(found: re.Match[str]) -> str:
        colour = found[0].lower()
        return f"var(--{known[colour]})" if colour in known else colour

    return re.sub(r"(?<=[ :])#[0-9a-fA-F]{6}\b", named, body.replace("white;", "#ffffff;"))


def _framed(body: str, alt_text: str) -> str:
    """The drawing cut to what a page shows of it, named for those who cannot see it."""
    width, height = SIZE[0] * 72, SIZE[1] * 72
    top, bottom = height * (1 - CROP[0]), height * (1 - CROP[1])
    spoken = alt_text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    left, right = width * (LEFT - 0.004), width * (RIGHT + 0.004)
    start = f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="{left:.1f} {top:.1f} {right - left:.1f} {bottom - top:.1f}" role="img" aria-label="{spoken}" class="chart">'
    return re.sub(r"<svg.*?>", lambda _: start, body, count=1, flags=re.DOTALL)
