"""The folder of charts: complete, replaced only if it is ours; the network's picture and the film of a post."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from simulation.errors import InputError
from simulation.inputs.scenario import load_scenario
from simulation.presentation import animation
from simulation.presentation.animation import Film, save_film
from simulation.presentation.chart_network import network_picture
from simulation.presentation.exports import export
from simulation.presentation.network_layout import HIGH, INNER, MOST_DOTS, MOST_GROUPS, WIDE, lay_out
from simulation.presentation.result import Comparison, Result
from simulation.presentation.stored import StoredComparison, StoredResult
from simulation.society.society import Society
from simulation.studies.one_post import PostSpread, best_post, society_of

NAMES = ("reach_over_time", "reach_by_group", "frequency_distribution", "cost_per_person", "verdict", "network")


@pytest.fixture(scope="module")
def society() -> Society:
    return society_of(load_scenario("baseline", ["society.employees=60", "society.departments=20", "market.consumers=20000", "horizon.weeks=2"]))


@pytest.fixture(scope="module")
def post(society: Society) -> PostSpread:
    found = best_post(society)
    assert found is not None
    return found


def test_the_folder_holds_everything_and_may_be_written_again(compared: tuple[Result, StoredResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "FRAMES", 3)
    charts = tmp_path / "charts"
    assert export(compared[1], charts) == [charts]
    assert {path.name for path in charts.iterdir()} >= {f"{name}.{kind}" for name in NAMES for kind in ("png", "svg", "pdf", "csv", "txt")} | {"spread.gif", "spread.txt", "charts.json"}
    assert json.loads((charts / "charts.json").read_text(encoding="utf-8"))["seed"] == compared[0].scenario.run.seed
    assert all((charts / f"{name}.pdf").read_bytes().startswith(b"%PDF") for name in NAMES)
    assert (charts / "spread.mp4").is_file() == (shutil.which("ffmpeg") is not None)
    monkeypatch.setattr("simulation.presentation.gallery.save", lambda chart, folder, pdf: None)
    export(compared[1], charts)
    assert not (charts / "network.png").exists()


def test_neither_results_nor_other_files_are_replaced(compared: tuple[Result, StoredResult], tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"--to: .* holds files that are not charts \(charts.json is missing\)"):
        export(compared[1], compared[1].folder)
    (tmp_path / "photo.png").touch()
    with pytest.raises(InputError, match="holds files that are not charts"):
        export(compared[1], tmp_path)
    assert (compared[1].folder / "summary.json").is_file()


def test_each_scenario_has_a_folder_and_a_missing_society_is_said(side_by_side: tuple[Comparison, StoredComparison], tmp_path: Path,
                                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(scenario: object) -> None:
        raise InputError("no file 'ties.csv'")

    monkeypatch.setattr("simulation.presentation.gallery.society_of", refuse)
    monkeypatch.setattr("simulation.presentation.gallery.save", lambda chart, folder, pdf: None)
    said: list[str] = []
    export(side_by_side[1], tmp_path / "both", say=said.append)
    assert {path.name for path in (tmp_path / "both").iterdir()} == {"first", "second", "charts.json"}
    assert said[0] == "first: no picture of the network, as its society cannot be built: no file 'ties.csv'"


def test_everybody_has_a_place(society: Society, post: PostSpread) -> None:
    layout = lay_out(society, post.person, post.root, post.author)
    assert len(layout.groups) <= MOST_GROUPS
    assert sum(group.employees for group in layout.groups) == 60
    assert sum(group.contacts for group in layout.groups) == layout.contacts
    assert np.isin(post.person, layout.person).all()
    assert (np.diff(layout.person) > 0).all()
    away = np.hypot(layout.person_places[:, 0] / WIDE, layout.person_places[:, 1] / HIGH)
    assert away.min() >= INNER - 1e-9
    assert away.max() <= 1 + 1e-9
    knowing = away[layout.ties > 1].mean()
    assert knowing < away[layout.ties == 1].mean()


def test_departments_neither_overlap_nor_leave_the_inner_ring(society: Society) -> None:
    groups = lay_out(society).groups
    for place, one in enumerate(groups):
        assert np.hypot(one.centre[0] / WIDE, one.centre[1] / HIGH) < INNER
        for other in groups[:place]:
            assert np.hypot(one.centre[0] - other.centre[0], one.centre[1] - other.centre[1]) >= one.radius + other.radius


def test_more_people_than_dots_are_drawn_as_an_even_sample() -> None:
    layout = lay_out(society_of(load_scenario("baseline", ["society.employees=300", "market.consumers=100000"])))
    assert layout.person.size <= MOST_DOTS < layout.contacts
    assert layout.per_dot == pytest.approx(layout.contacts / layout.person.size)


def test_the_picture_counts_contacts_as_the_society_does(society: Society) -> None:
    chart = network_picture(society)
    followers = [society.audiences(name).rows.followers for name in society.scenario.platforms.names()]
    known = np.unique(np.concatenate(followers))
    assert chart.data["contacts_in_market"].sum() == np.count_nonzero(known < 20_000)
    assert chart.data["employees"].sum() == 60
    assert "60 employees know" in chart.alt_text


def test_the_film_begins_with_nobody_and_ends_with_everybody(society: Society, post: PostSpread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "FRAMES", 4)
    film = Film(society, post)
    assert f"{np.unique(post.author).size} employees shared it" in film.alt_text
    colours = [film._market(hours, 1.0)[0] for hours in (-1.0, 1e9)]
    assert np.unique(colours[0], axis=0).shape[0] == 1
    assert (colours[1] != colours[0]).any(axis=1).sum() == post.person.size
    save_film(film, tmp_path)
    picture = Image.open(io.BytesIO((tmp_path / "spread.gif").read_bytes()))
    assert (picture.n_frames, picture.size) == (4, (960, 540))  # type: ignore[attr-defined]
    assert picture.info["loop"] == 1
