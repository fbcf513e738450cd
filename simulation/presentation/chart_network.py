"""The network as a picture that stays readable: departments, bundles of ties between them, and the people whom each knows."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle, PathPatch, Polygon
from matplotlib.path import Path as Outline
from numpy.typing import NDArray

from simulation.inputs.parameters import Scenario
from simulation.presentation.chart_numbers import compact, percent, rounded, spread
from simulation.presentation.network_layout import HIGH, INNER, WIDE, Group, Layout, lay_out, on_ring
from simulation.presentation.style import BODY, GREY, LEFT, LOOKS, RIGHT, SIZE, SMALL, Chart, height, house_style, leader_line, slide, text_width
from simulation.society.society import Society

DOT, KNOWN = "#9AA4AE", "#4A535C"
"""Of people of the market who know one employee, and of those who know several."""
PLACE = (LEFT, 0.115, RIGHT - LEFT, 0.615)
"""Where the network is drawn on the slide."""
TALL = HIGH * 1.02
"""Half the height of what is shown."""
POINTS = PLACE[3] * SIZE[1] * 72 / (2 * TALL)
"""Points on paper for a unit of the layout."""
FILLED = 0.4
"""Part of the space of a dot that it fills."""
WIDEST = 12.0
"""Line of the strongest bundle, in points."""
FAINT_LINE = "#B4BAC1"


def network_picture(society: Society) -> Chart:
    """Employees by department, the people of the market whom they know, and bundles of contacts that departments share."""
    scenario, layout = society.scenario, lay_out(society)
    title = _title(scenario, layout)
    subtitle = (f"Each department with the people of the market who know its employees best: one dot is {_dot(layout)}. "
                "The thicker a line, the more contacts two departments share.")
    with house_style():
        figure = slide(title, subtitle, f"Advocacy Reach, scenario {scenario.name}, society of the first replication; all platforms together")
        axes = stage(figure)
        draw_base(axes, layout)
        label_groups(figure, axes, layout)
        draw_people(axes, layout, np.where(layout.ties > 1, KNOWN, DOT).tolist())
        staff = "" if layout.per_staff_dot < 1.5 else f" (a dot is {layout.per_staff_dot:.0f})"
        key_line(figure, [(LOOKS["programme"].colour, "enrolled employee"), (DOT, f"other employee{staff}, or contact of one"), (KNOWN, "contact of two employees or more")])
    shared = layout.between.sum(axis=1) - np.diag(layout.between)
    table = pd.DataFrame([(group.name, group.employees, group.enrolled, group.contacts, int(count)) for group, count in zip(layout.groups, shared, strict=True)],
                         columns=["department", "employees", "enrolled", "contacts_in_market", "contacts_shared_with_others"])
    spoken = "; ".join(f"{group.name}: {group.employees} employees, {group.enrolled} enrolled, about {group.contacts:,} contacts" for group in layout.groups)
    return Chart("network", figure, table, f"Picture of the network. {title}. {spoken}.")


def stage(figure: Figure) -> Axes:
    """Axes for the network, as wide as the slide, both directions to one scale."""
    axes: Axes = figure.add_axes(PLACE)
    ratio = PLACE[2] * SIZE[0] / (PLACE[3] * SIZE[1])
    axes.set_xlim(-TALL * ratio, TALL * ratio)
    axes.set_ylim(-TALL, TALL)
    axes.set_axis_off()
    return axes


def draw_base(axes: Axes, layout: Layout, bundles: bool = True) -> None:
    """Everything that is no person and does not change: audiences, bundles of shared contacts where wanted, circles."""
    strongest = max(int(layout.between[np.triu_indices(len(layout.groups), 1)].max(initial=0)), 1)
    for group in layout.groups:
        axes.add_patch(Polygon(_sector(group), closed=True, facecolor=LOOKS["programme"].colour, alpha=0.09, linewidth=0, zorder=0))
    for one in range(len(layout.groups)):
        for other in range(one):
            shared = int(layout.between[one, other])
            if shared and bundles:
                start, end = layout.groups[one].centre, layout.groups[other].centre
                curve = Outline([start, (0.25 * (start[0] + end[0]), 0.25 * (start[1] + end[1])), end], [Outline.MOVETO, Outline.CURVE3, Outline.CURVE3])
                axes.add_patch(PathPatch(curve, fill=False, edgecolor=GREY, alpha=0.35, linewidth=max(WIDEST * shared / strongest, 0.3), capstyle="round", zorder=1))
    for group in layout.groups:
        axes.add_patch(Circle(group.centre, group.radius, facecolor="white", edgecolor=GREY, linewidth=1.0, zorder=2))


def draw_people(axes: Axes, layout: Layout, colours: list[str]) -> tuple[PathCollection, PathCollection]:
    """Dots of the market, in these colours, and of the employees; as large as leaves some paper between them."""
    ring = np.pi * WIDE * HIGH * (1 - INNER**2) * POINTS**2
    dot = float(np.clip(FILLED * ring / max(layout.person.size, 1), 0.5, 30.0))
    market = axes.scatter(layout.person_places[:, 0], layout.person_places[:, 1], s=dot, c=colours, linewidths=0, zorder=3, rasterized=True)
    fullest = max(layout.groups, key=lambda group: group.employees)
    inside = np.pi * (fullest.radius * POINTS) ** 2
    enrolled = np.where(layout.enrolled, LOOKS["programme"].colour, DOT).tolist()
    size = float(np.clip(FILLED * inside * layout.per_staff_dot / fullest.employees, 0.4, 60.0))
    employees = axes.scatter(layout.staff_places[:, 0], layout.staff_places[:, 1], s=size, c=enrolled, linewidths=0, zorder=4)
    return market, employees


def label_groups(figure: Figure, axes: Axes, layout: Layout) -> None:
    """Name and sizes of each department left and right of the network, moved apart, tied to its audience by a thin line."""
    to_slide = axes.transData + figure.transFigure.inverted()
    middles = [on_ring(np.array([(group.start + group.stop) / 2]), np.array([1.0]))[0] for group in layout.groups]
    for right in (True, False):
        chosen = [place for place, (across, _) in enumerate(middles) if (across >= 0) == right]
        ends = [to_slide.transform(middles[place]) for place in chosen]
        gap = height(SMALL - 1, 2) + 0.004
        places = spread([float(end[1]) for end in ends], gap, PLACE[1] + gap / 2, PLACE[1] + PLACE[3] - gap / 2)
        column = RIGHT - 0.165 if right else LEFT + 0.165
        for place, end, up in zip(chosen, ends, places, strict=True):
            group, side = layout.groups[place], "left" if right else "right"
            near = column - 0.012 if right else column + 0.012
            leader_line(figure, [(float(end[0]), float(end[1])), (near + (-0.012 if right else 0.012), up), (near, up)], FAINT_LINE)
            figure.text(column, up + 0.001, group.name, size=SMALL - 1, weight="bold", ha=side, va="bottom")
            figure.text(column, up - 0.003, f"{group.employees:,} staff, {compact(rounded(group.contacts, digits=2))} contacts", size=SMALL - 2.5, color=GREY, ha=side, va="top")


def _sector(group: Group) -> NDArray[np.float64]:
    """Outline of a department's audience, tied to its circle."""
    turns = np.linspace(group.start, group.stop, 40)
    outer, inner = on_ring(turns, np.full(40, 1.0)), on_ring(turns[::-1], np.full(40, INNER))
    return np.concatenate((outer, inner[:20], [group.centre], inner[20:]))


def key_line(figure: Figure, entries: list[tuple[str, str]]) -> None:
    """What the dots are, in a line under the picture."""
    left = LEFT
    for colour, words in entries:
        figure.text(left, 0.078, "\u25cf", size=BODY, color=colour, va="center")
        figure.text(left + 0.017, 0.078, words, size=SMALL - 1, va="center")
        left += 0.017 + text_width(words, SMALL - 1) + 0.03


def _dot(layout: Layout) -> str:
    return "one person" if layout.per_dot < 1.5 else f"about {layout.per_dot:.0f} people"


def _title(scenario: Scenario, layout: Layout) -> str:
    known, employees = layout.contacts, scenario.society.employees
    if not known:
        return f"The firm's {employees:,} employees know nobody in the market"
    return (f"{employees:,} employees know {rounded(known)} people, {percent(known / scenario.market.consumers)} of the market; "
            f"{percent(layout.shared_contacts / known)} of these know two employees or more")
