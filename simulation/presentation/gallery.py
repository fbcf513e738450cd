"""The folder of charts: everything that can be drawn of results, each as PNG, SVG and PDF with its data and its words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simulation.errors import InputError
from simulation.presentation.animation import Film, save_film
from simulation.presentation.chart_network import network_picture
from simulation.presentation.charts import save
from simulation.presentation.folder import CHARTS_MARK, write_folder, write_json
from simulation.presentation.showing import Showing, SideBySide
from simulation.studies.one_post import best_post, society_of

Say = Callable[[str], None]


def fill_folder(results: Showing | SideBySide, folder: Path, say: Say) -> None:
    """Write a folder of charts, one below it for each scenario where there are several; what cannot be drawn is said."""
    shown = results.results if isinstance(results, SideBySide) else [results]

    def fill(place: Path) -> None:
        for each in shown:
            own = place / each.scenario.name if isinstance(results, SideBySide) else place
            own.mkdir(exist_ok=True)
            for chart in each.charts():
                save(chart, own, pdf=True)
            _society(each, own, say)
        write_json(place / CHARTS_MARK, {"scenarios": [each.scenario.name for each in shown], **shown[0].provenance()})

    write_folder(folder, fill, "--to", "charts", CHARTS_MARK)


def _society(each: Showing, place: Path, say: Say) -> None:
    """The network and a post spreading through it; both need the society, which is built again."""
    name = each.scenario.name
    try:
        society = society_of(each.scenario)
    except InputError as error:
        say(f"{name}: no picture of the network, as its society cannot be built: {error}")
        return
    save(network_picture(society), place, pdf=True)
    post = best_post(society)
    if post is None:
        say(f"{name}: no animation, as no offered post reached anybody")
        return
    for line in save_film(Film(society, post), place):
        say(f"{name}: {line}")


