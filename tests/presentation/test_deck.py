"""The slides: valid for Office, native and editable, with words for those who cannot see and for those who speak."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openxml_audit import OpenXmlValidator
from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE_TYPE
from pptx.util import Inches

from simulation.errors import InputError
from simulation.inputs.brand import Brand, Colours
from simulation.presentation.branding import theme_of
from simulation.presentation.exports import deck
from simulation.presentation.result import Comparison, Result
from simulation.presentation.stored import StoredComparison, StoredResult


def opened(contents: bytes) -> Any:
    return Presentation(io.BytesIO(contents))


def complaints(contents: bytes, folder: Path) -> list[str]:
    """What the schemas of Office have against a file."""
    file = folder / "deck.pptx"
    file.write_bytes(contents)
    return [str(error) for error in OpenXmlValidator(max_errors=50).validate(str(file)).errors]


@pytest.fixture(scope="module")
def made(compared: tuple[Result, StoredResult]) -> bytes:
    return deck(compared[1])


@pytest.fixture(scope="module")
def decks(made: bytes, side_by_side: tuple[Comparison, StoredComparison], as_written: tuple[Result, StoredResult]) -> dict[str, bytes]:
    return {"compared": made, "side by side": deck(side_by_side[1]), "as written": deck(as_written[1])}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A firm's 4:3 template, with a slide of its own."""
    file = tmp_path_factory.mktemp("template") / "firm.pptx"
    firm = Presentation()
    firm.slides.add_slide(firm.slide_layouts[1]).shapes.title.text = "an old slide"
    firm.save(str(file))
    return file


def test_office_has_nothing_against_any_deck(decks: dict[str, bytes], tmp_path: Path) -> None:
    for name, contents in decks.items():
        assert complaints(contents, tmp_path) == [], name


def test_a_planted_fault_is_found(made: bytes, tmp_path: Path) -> None:
    broken = opened(made)
    chart = next(shape for slide in broken.slides for shape in slide.shapes if shape.has_chart)
    chart.chart._chartSpace.xpath("//c:axId")[0].set("val", "-5")
    written = io.BytesIO()
    broken.save(written)
    assert complaints(written.getvalue(), tmp_path)


def test_there_are_six_to_eight_slides_and_each_title_says_something(decks: dict[str, bytes]) -> None:
    counts = {name: len(opened(contents).slides) for name, contents in decks.items()}
    assert counts == {"compared": 8, "side by side": 8, "as written": 5}
    for contents in decks.values():
        titles = [slide.shapes.title.text_frame.text for slide in opened(contents).slides]
        assert all(len(title) > 15 for title in titles)
        assert max(Counter(titles).values()) == 1


def test_charts_are_native_and_hold_the_figures(made: bytes, compared: tuple[Result, StoredResult]) -> None:
    slides = list(opened(made).slides)
    assert not any(shape.shape_type == MSO_SHAPE_TYPE.PICTURE for slide in slides for shape in slide.shapes)
    charts = [shape.chart for slide in slides for shape in slide.shapes if shape.has_chart]
    assert len(charts) >= 4
    assert sum(shape.has_table for slide in slides for shape in slide.shapes) == 2
    drawn = {chart.name: chart.data for chart in compared[0].charts()}
    lines = {series.name: list(series.values) for series in charts[0].plots[0].series}
    last = drawn["reach_over_time"].groupby("channel").last()
    for side, name in (("paid", "Paid ads"), ("programme", "Programme")):
        ends = [lines[f"{name}{part}"][-1] for part in ("", ", low end", ", high end")]
        assert ends == pytest.approx(last.loc[side, ["mean", "low", "high"]].tolist())
    groups = [series.values[0] for series in charts[1].plots[0].series]
    assert groups == pytest.approx(drawn["reach_by_group"]["mean"].tolist())
    assert sum(groups) == pytest.approx(4000)
    bars = {series.name: list(series.values) for series in charts[2].plots[0].series}
    frequency = drawn["frequency_distribution"]
    assert bars["Programme"] == pytest.approx(frequency[frequency["channel"] == "programme"]["mean"].tolist())


def test_intervals_are_drawn_on_every_bar(made: bytes, compared: tuple[Result, StoredResult]) -> None:
    charts = [shape.chart for slide in opened(made).slides for shape in slide.shapes if shape.has_chart]
    frequency = next(chart.data for chart in compared[0].charts() if chart.name == "frequency_distribution")
    own = frequency[frequency["channel"] == "paid"]
    up = [float(value.text) for value in charts[2].plots[0].series[1]._element.xpath("./c:errBars/c:plus//c:v")]
    assert up == pytest.approx((own["high"] - own["mean"]).tolist(), rel=1e-4, abs=1e-6)


def test_every_shape_has_words_and_every_slide_notes_with_sources(decks: dict[str, bytes]) -> None:
    for contents in decks.values():
        for slide in opened(contents).slides:
            for shape in slide.shapes:
                assert shape._element.xpath(".//p:cNvPr")[0].get("descr", "").strip(), shape.name
            notes = slide.notes_slide.notes_text_frame.text
            assert "Sources: " in notes
            assert "(A" in notes
            assert "Reproduce: " in notes


def test_shapes_stay_on_the_slide_and_nothing_is_left_to_fill_in(decks: dict[str, bytes]) -> None:
    for contents in decks.values():
        presentation = opened(contents)
        for slide in presentation.slides:
            numbers = [shape.shape_id for shape in slide.shapes]
            assert len(numbers) == len(set(numbers))
            assert all(placeholder.text_frame.text for placeholder in slide.placeholders)
            for shape in slide.shapes:
                assert shape.left >= 0
                assert shape.top >= 0
                assert shape.left + shape.width <= presentation.slide_width
                assert shape.top + shape.height <= presentation.slide_height


def test_a_template_of_ones_own_gives_its_master_and_keeps_its_slides_out(compared: tuple[Result, StoredResult], template: Path, tmp_path: Path) -> None:
    contents = deck(compared[1], template=template)
    presentation = opened(contents)
    assert (presentation.slide_width, presentation.slide_height) == (Inches(10), Inches(7.5))
    assert len(presentation.slides) == 8
    assert {slide.slide_layout.name for slide in presentation.slides} == {"Title Only"}
    assert not any("an old slide" in shape.text_frame.text for slide in presentation.slides for shape in slide.shapes if shape.has_text_frame)
    assert complaints(contents, tmp_path) == []


def test_a_brand_colours_slides_and_puts_its_logo_on_each(compared: tuple[Result, StoredResult], tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (60, 20), "#6A1B9A").save(tmp_path / "logo.png")
    own = theme_of(Brand(name="Example", logo=str(tmp_path / "logo.png"), colours=Colours(programme="#6A1B9A")))
    contents = deck(compared[1], own)
    slides = list(opened(contents).slides)
    assert all(any(shape.shape_type == MSO_SHAPE_TYPE.PICTURE for shape in slide.shapes) for slide in slides)
    line = next(shape.chart for slide in slides for shape in slide.shapes if shape.has_chart).plots[0].series
    assert str({series.name: series for series in line}["Programme"].format.line.color.rgb) == "6A1B9A"
    assert complaints(contents, tmp_path) == []


@pytest.mark.parametrize(("contents", "said"), [(None, "which is no file"), (b"PK no slides", "cannot be read as a PowerPoint file"), (b"", "cannot be read as a PowerPoint file")])
def test_what_is_no_template_is_refused(compared: tuple[Result, StoredResult], tmp_path: Path, contents: bytes | None, said: str) -> None:
    file = tmp_path / "firm.pptx"
    if contents is not None:
        file.write_bytes(contents)
    with pytest.raises(InputError, match=said):
        deck(compared[1], template=file)


def test_a_template_without_a_title_is_refused(compared: tuple[Result, StoredResult], tmp_path: Path) -> None:
    firm = Presentation()
    for layout in list(firm.slide_layouts)[:-1]:
        if layout.name != "Blank":
            firm.slide_layouts.remove(layout)
    firm.slide_layouts.remove(next(layout for layout in firm.slide_layouts if layout.name != "Blank"))
    firm.save(str(tmp_path / "blank.pptx"))
    with pytest.raises(InputError, match="no slide layout with a title"):
        deck(compared[1], template=tmp_path / "blank.pptx")
