"""The house style: a 16:9 slide with a title that states the finding, and how a chart becomes files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.image import imread
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from simulation.inputs.parameters import Scenario
from simulation.measures.intervals import INTERVAL

SIZE = (13.333, 7.5)
DPI = 150
LEFT, RIGHT = 0.05, 0.95
TOP, BOTTOM = 0.68, 0.175
"""Where a chart may draw, as fractions of the slide; axes and labels stay inside."""
INK, GREY, FAINT = "#1F2328", "#5B626B", "#D9DDE2"
BODY, SMALL, SUBTITLE, TITLE, SOURCE = 15.0, 14.0, 16.0, 26.0, 11.0
FONT = "DejaVu Sans"
"""Comes with matplotlib, so a chart looks the same everywhere."""
LINE = 1.28
"""Height of a line of text, as a multiple of the font size."""

STYLE: Any = {
    "font.family": FONT,
    "font.size": BODY,
    "text.color": INK,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "axes.labelsize": BODY,
    "axes.labelcolor": GREY,
    "axes.edgecolor": GREY,
    "axes.linewidth": 1.0,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "ytick.major.size": 0.0,
    "ytick.minor.size": 0.0,
    "grid.color": FAINT,
    "grid.linewidth": 0.9,
    "lines.linewidth": 2.8,
    "hatch.linewidth": 1.0,
    "hatch.color": "white",
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.hashsalt": "advocacy-reach",
    "svg.fonttype": "path",
}


class Chart(NamedTuple):
    """A figure, exactly what it draws, and what it says to those who cannot see it."""

    name: str
    figure: Figure
    data: pd.DataFrame
    alt_text: str


class Look(NamedTuple):
    """How a channel is drawn, everywhere. Colours are those of Okabe and Ito; `ink` is dark enough for text."""

    label: str
    colour: str
    ink: str
    line: Any
    hatch: str


HOUSE_LOOKS = {
    "page": Look("Brand page", "#009E73", "#00704F", (0, (7, 2, 1.5, 2)), ".."),
    "natural": Look("Unprompted shares", "#E69F00", "#8A5F00", (0, (1.2, 1.3)), "xx"),
    "programme": Look("Programme", "#0072B2", "#005A8C", "solid", ""),
    "paid": Look("Paid ads", "#D55E00", "#B04E00", (0, (5, 1.6)), "//"),
    "any": Look("Any channel", INK, INK, "solid", ""),
}

class Theme(NamedTuple):
    """How everything is drawn: the house's own way, or that of a brand."""

    looks: Mapping[str, Look]
    accent: str
    """Colour of rules and headings, dark enough for text."""
    font: str
    logo: Path | None
    name: str


HOUSE = Theme(HOUSE_LOOKS, "#005A8C", FONT, None, "")
_THEME: ContextVar[Theme] = ContextVar("theme", default=HOUSE)


class _Looks(Mapping[str, Look]):
    """Looks of the channels in the theme of the moment."""

    def __getitem__(self, channel: str) -> Look:
        return _THEME.get().looks[channel]

    def __iter__(self) -> Iterator[str]:
        return iter(_THEME.get().looks)

    def __len__(self) -> int:
        return len(_THEME.get().looks)


LOOKS: Mapping[str, Look] = _Looks()
_LOCK = RLock()


def theme() -> Theme:
    """The theme of the moment, in this thread."""
    return _THEME.get()


@contextmanager
def themed(wanted: Theme) -> Iterator[None]:
    """Draw everything in a theme, in this thread."""
    token = _THEME.set(wanted)
    try:
        yield
    finally:
        _THEME.reset(token)


@contextmanager
def house_style() -> Iterator[None]:
    """Matplotlib's settings as the house or the brand wants them, put back afterwards; one thread at a time, since they are global."""
    with _LOCK, mpl.rc_context({**STYLE, "font.family": [theme().font, FONT] if theme().font != FONT else FONT}):
        yield


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width of a line of text as a fraction of the slide."""
    width = text_to_path.get_text_width_height_descent(text, FontProperties(family=theme().font, weight=weight, size=size), False)[0]
    return float(width) / (SIZE[0] * 72.0)


def wrapped(text: str, size: float, weight: str = "normal", width: float = RIGHT - LEFT) -> list[str]:
    """Text broken into lines no wider than a fraction of the slide."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def fitted(text: str, sizes: Sequence[float], weight: str = "normal", most: int = 2, width: float = RIGHT - LEFT) -> tuple[float, list[str]]:
    """The largest size at which text takes no more than so many lines, else the smallest; and these lines."""
    size = next((size for size in sizes if len(wrapped(text, size, weight, width)) <= most), sizes[-1])
    return size, wrapped(text, size, weight, width)


def height(size: float, lines: int = 1) -> float:
    """Height of lines of text as a fraction of the slide."""
    return size * LINE * lines / (SIZE[1] * 72.0)


def source(scenario: Scenario, replications: int) -> str:
    """The line at the foot of every chart."""
    luck = f"{replications} replications; intervals hold {INTERVAL:.0%} of replications" if replications > 1 else "1 replication, so no intervals"
    return f"Advocacy Reach, scenario {scenario.name}, {luck}; survey figures: Altimeter 2016 and others, inputs/evidence.toml"


def slide(title: str, subtitle: str, foot: str) -> Figure:
    """An empty slide: bold title, grey subtitle and source line, all on the left margin."""
    figure = Figure(figsize=SIZE, dpi=DPI)
    size, lines, top = *fitted(title, (TITLE, 24.0, 22.0, 20.0), "bold"), 0.955
    figure.text(LEFT, top, "\n".join(lines), size=size, weight="bold", va="top", linespacing=LINE, gid="title")
    top -= height(size, len(lines)) + 0.012
    size, lines = fitted(subtitle, (SUBTITLE, 15.0, 14.0))
    figure.text(LEFT, top, "\n".join(lines), size=size, color=GREY, va="top", linespacing=LINE, gid="subtitle")
    room = _draw_logo(figure)
    size, lines = fitted(foot, (SOURCE, 10.0, 9.0, 8.0), most=1, width=RIGHT - LEFT - room)
    figure.text(LEFT, 0.028, "\n".join(lines), size=size, color=GREY, va="bottom", linespacing=LINE, gid="source")
    return figure


def _draw_logo(figure: Figure) -> float:
    """The brand's logo at the foot, flush right; and the width that it takes."""
    logo = theme().logo
    if logo is None:
        return 0.0
    picture = imread(logo)
    up, most = 0.05, 0.12
    across = min(float(picture.shape[1] / picture.shape[0]) * up * SIZE[1] / SIZE[0], most)
    place: Axes = figure.add_axes((RIGHT - across, 0.016, across, up), anchor="E", label="logo")
    place.imshow(picture)
    place.set_axis_off()
    return across + 0.02


def panel(figure: Figure, left: float = 0.0, right: float = 0.0, top: float = TOP, bottom: float = BOTTOM) -> Axes:
    """Axes inside the margins, with room of its own on the left and right."""
    axes: Axes = figure.add_axes((LEFT + left, bottom, RIGHT - right - LEFT - left, top - bottom))
    return axes


def name_axes(figure: Figure, axes: Axes, across: str, up: str) -> None:
    """Name both axes with their units; the vertical one is written above its ticks, on the slide's left margin."""
    axes.set_xlabel(across, loc="left", labelpad=8)
    axes.set_ylabel(up, rotation=0, ha="left", va="bottom")
    axes.yaxis.set_label_coords(LEFT, axes.get_position().y1 + 0.018, transform=figure.transFigure)


def key(figure: Figure, entries: Sequence[tuple[str, str]], top: float = TOP + 0.022) -> None:
    """A line of swatches with words, flush right, in place of a legend box."""
    swatch, gap = 0.022, 0.03
    left = RIGHT - sum(swatch + 0.008 + text_width(words, BODY) for _, words in entries) - gap * (len(entries) - 1)
    for channel, words in entries:
        look = LOOKS[channel]
        figure.add_artist(
            Rectangle(
                (left, top), swatch, 0.026, transform=figure.transFigure, facecolor=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0
            )
        )
        figure.text(left + swatch + 0.008, top + 0.013, words, size=BODY, color=look.ink, va="center_baseline")
        left += swatch + 0.008 + text_width(words, BODY) + gap


def leader_line(figure: Figure, points: Sequence[tuple[float, float]], colour: str = GREY) -> None:
    """A thin line on the slide from a mark to its label."""
    across, up = zip(*points, strict=True)
    figure.add_artist(Line2D(across, up, transform=figure.transFigure, color=colour, linewidth=1.1, solid_joinstyle="round"))


def save(chart: Chart, folder: Path, *, pdf: bool = False) -> list[Path]:
    """Write a chart as PNG, SVG, CSV and alt text, and as PDF where asked; each file appears whole or not at all."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    about = {"Title": chart.name, "Description": chart.alt_text}

    def draw(path: Path, **options: Any) -> None:
        with house_style():
            chart.figure.savefig(path, **options)

    written = [
        _write(folder / f"{chart.name}.png", lambda path: draw(path, format="png", dpi=DPI, metadata={**about, "Software": None})),
        _write(folder / f"{chart.name}.svg", lambda path: draw(path, format="svg", metadata={**about, "Date": None})),
        _write(folder / f"{chart.name}.csv", lambda path: chart.data.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")),
        _write(folder / f"{chart.name}.txt", lambda path: path.write_text(chart.alt_text + "\n", encoding="utf-8", newline="\n")),
    ]
    if pdf:
        kept = {"Title": chart.name, "Subject": chart.alt_text, "Creator": None, "Producer": None, "CreationDate": None}
        written.append(_write(folder / f"{chart.name}.pdf", lambda path: draw(path, format="pdf", metadata=kept)))
    return written


def _write(path: Path, write: Callable[[Path], object]) -> Path:
    """Write through a temporary name in the same folder."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        write(temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return path
