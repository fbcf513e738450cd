"""Brands: what a file may say, that text stays readable, and that colours can be told apart."""

from __future__ import annotations

import io
from itertools import combinations
from pathlib import Path

import pytest
from coloraide import Color
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from simulation.errors import InputError
from simulation.inputs.brand import Brand, Colours, load_brand
from simulation.presentation.branding import APART, CONTRAST, VISIONS, distances, readable, theme_of, warnings
from simulation.presentation.page.pictures import DARK, PAPER, variables
from simulation.presentation.style import HOUSE, HOUSE_LOOKS, LOOKS, theme, themed

CHANNELS = ("page", "natural", "programme", "paid")


def brand(folder: Path, text: str) -> Path:
    file = folder / "brand.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "#6A1B9A").save(written, format=kind)
    return written.getvalue()


def test_a_whole_brand_is_read(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(picture())
    found = load_brand(brand(tmp_path, "name: Example\nfont: dejavu serif\nlogo: logo.png\ncolours: {programme: '#6a1b9a', accent: '#F9A825'}\n"))
    own = theme_of(found)
    assert (own.name, own.font, own.logo) == ("Example", "DejaVu Serif", (tmp_path / "logo.png").resolve())
    assert own.looks["programme"].colour == "#6A1B9A"
    assert own.looks["paid"] == HOUSE_LOOKS["paid"]


@pytest.mark.parametrize(("text", "said"), [
    ("nam: x", "brand.yaml:1: nam: not a known key. Allowed here: colours, font, logo, name. Did you mean 'name'?"),
    ("colours:\n  programm: '#000000'", "brand.yaml:2: colours.programm: not a known key. Allowed here: accent, natural, page, paid, programme. Did you mean 'programme'?"),
    ("colours:\n  paid: blue", "brand.yaml:2: colours.paid: given 'blue'; allowed: a colour as '#RRGGBB', in quotes"),
    ("colours:\n  paid: #004B87", "brand.yaml:2: colours.paid: given nothing; allowed: a colour as '#RRGGBB', in quotes (without quotes YAML takes # for"),
    ("colours:\n  paid: '#04B'", "given '#04B'; allowed: a colour as '#RRGGBB'"),
    ("name: 3", "brand.yaml:1: name: given 3; allowed: text (at most 60 characters)"),
    ("logo: missing.png", "brand.yaml:1: logo: given missing.png; allowed: a PNG or JPEG file beside this file"),
    ("logo: brand.yaml", "logo: given brand.yaml, which is neither PNG nor JPEG"),
    ("logo: huge.png", "logo: given huge.png of 600 kB; allowed: a PNG or JPEG file beside this file, at most 500 kB"),
    ("font: missing.ttf", "font: given missing.ttf; allowed: a font file beside this file"),
])
def test_what_a_brand_may_not_say_is_refused_with_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "huge.png").write_bytes(picture() + b"\0" * (600_000 - len(picture())))
    with pytest.raises(InputError) as refused:
        load_brand(brand(tmp_path, text))
    assert said in str(refused.value)


def test_a_font_that_is_not_installed_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match=r"given 'DejaVu Sansa', which is not installed here.*Did you mean 'DejaVu Sans'"):
        theme_of(Brand(font="DejaVu Sansa"))


@given(st.text("0123456789ABCDEF", min_size=6, max_size=6), st.sampled_from((PAPER, DARK)))
def test_text_in_any_colour_of_a_brand_can_be_read(digits: str, paper: str) -> None:
    found = readable(f"#{digits}", paper)
    assert Color(found).contrast(paper) >= CONTRAST - 0.05


def test_everything_written_on_a_page_has_contrast_on_light_and_dark_paper() -> None:
    """WCAG 2.2: 4.5 to 1 for text, 3 to 1 for lines that carry meaning."""
    for own in (HOUSE, theme_of(Brand(colours=Colours(programme="#FFEB3B", paid="#111111", accent="#B2EBF2")))):
        named = variables(own)
        for name, colours in named.items():
            if name in ("paper", "faint"):
                continue
            text = name in ("ink", "grey", "accent") or name.endswith("-ink")
            for colour, paper in zip(colours, named["paper"], strict=True):
                if text or paper == DARK:
                    assert Color(colour).contrast(paper) >= (CONTRAST if text else 3.0) - 0.05, (name, colour, paper)


def test_channels_can_be_told_apart_by_everybody() -> None:
    """CIEDE2000 distance of each pair, seen with three kinds of cones missing in turn."""
    colours = {channel: HOUSE_LOOKS[channel].colour for channel in CHANNELS}
    for vision in VISIONS:
        assert min(distances(colours, vision).values()) >= APART, vision
    assert warnings(HOUSE) == []


def test_channels_can_be_told_apart_in_greyscale() -> None:
    """By lightness for the two that are compared; where lightness is close, by hatch and dash."""
    grey = distances({channel: HOUSE_LOOKS[channel].colour for channel in CHANNELS}, "grey")
    assert grey["programme", "paid"] >= 8
    for one, other in combinations(CHANNELS, 2):
        if grey[one, other] < APART:
            assert HOUSE_LOOKS[one].hatch != HOUSE_LOOKS[other].hatch
            assert HOUSE_LOOKS[one].line != HOUSE_LOOKS[other].line


def test_colours_that_look_alike_to_some_are_named() -> None:
    said = warnings(theme_of(Brand(colours=Colours(programme="#D32F2F", paid="#5D7A1F"))))
    assert any("programme and paid look alike to people without red cones" in line or "programme and paid look alike to people without green cones" in line for line in said)


def test_a_theme_holds_only_where_it_is_wanted() -> None:
    own = theme_of(Brand(colours=Colours(programme="#6A1B9A")))
    with themed(own):
        assert LOOKS["programme"].colour == "#6A1B9A"
        assert theme() is own
    assert LOOKS["programme"] == HOUSE_LOOKS["programme"]
    assert list(LOOKS) == list(HOUSE_LOOKS)
