"""From a brand to a theme: inks dark enough to read, and a warning where colours look alike to some people. Needs the extra `report`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from itertools import combinations
from pathlib import Path

from matplotlib import font_manager

from simulation.errors import InputError, nearest
from simulation.inputs.brand import FONTS, Brand
from simulation.presentation.style import HOUSE, HOUSE_LOOKS, Look, Theme

CONTRAST = 4.5
"""Of text against its background, WCAG 2.2 level AA."""
APART = 10.0
"""CIEDE2000 distance below which two areas of colour are hard to tell apart."""
VISIONS = {"": "everybody", "protan": "people without red cones", "deutan": "people without green cones", "tritan": "people without blue cones"}
STEP = 0.02


def needed(package: str) -> InputError:
    """What is said where the extra is not installed."""
    return InputError(f"--to: needs {package}, which is not installed; install the extra: pip install 'advocacy-reach[report]'")


def theme_of(brand: Brand | None) -> Theme:
    """The theme of a brand; that of the house without one. Raises `InputError` where its font is not to be found."""
    if brand is None:
        return HOUSE
    own = brand.colours.model_dump(exclude_none=True)
    looks: dict[str, Look] = {}
    for channel, look in HOUSE_LOOKS.items():
        colour = own.get(channel, look.colour)
        looks[channel] = look if colour == look.colour else look._replace(colour=colour, ink=readable(colour))
    accent = readable(own["accent"]) if "accent" in own else HOUSE.accent
    return Theme(looks, accent, _font(brand.font) if brand.font else HOUSE.font, Path(brand.logo) if brand.logo else None, brand.name)


def readable(colour: str, paper: str = "#FFFFFF", ratio: float = CONTRAST) -> str:
    """The colour, darker or lighter until text in it can be read on the paper."""
    try:
        from coloraide import Color
    except ImportError:
        raise needed("coloraide") from None
    found, back = Color(colour), Color(paper)
    step = -STEP if back.luminance() > 0.18 else STEP
    while found.contrast(back) < ratio and 0.0 < found.convert("oklch")["lightness"] < 1.0:
        found = found.convert("oklch").set("lightness", lambda value: value + step).convert("srgb").fit()
    return str(found.convert("srgb").to_string(hex=True, fit=True)).upper()


def distances(colours: Mapping[str, str], vision: str = "") -> dict[tuple[str, str], float]:
    """CIEDE2000 distance of each pair of colours, as seen by people of a vision in `VISIONS`, or printed in `grey`."""
    from coloraide import Color

    def seen(colour: str) -> Color:
        if vision == "grey":
            return Color("srgb-linear", [Color(colour).luminance()] * 3)
        return Color(colour).filter(vision) if vision else Color(colour)

    shown = {name: seen(colour) for name, colour in colours.items()}
    return {(one, other): float(shown[one].delta_e(shown[other], method="2000")) for one, other in combinations(shown, 2)}


def warnings(theme: Theme) -> list[str]:
    """Pairs of channels whose colours some people cannot tell apart; labels, dashes and hatches still do."""
    colours = {channel: look.colour for channel, look in theme.looks.items() if channel != "any"}
    said = []
    for vision, who in VISIONS.items():
        close = [f"{one} and {other}" for (one, other), distance in distances(colours, vision).items() if distance < APART]
        if close:
            said.append(f"brand: colours of {', '.join(close)} look alike to {who}; labels, dashes and hatches still tell them apart")
    return said


def _font(name: str) -> str:
    """The font's family as Matplotlib knows it. Raises `InputError` with the nearest name."""
    if name.lower().endswith(FONTS):
        try:
            font_manager.fontManager.addfont(name)
            return str(font_manager.FontProperties(fname=name).get_name())
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(f"--brand: font: given {name}, which cannot be read as a font ({error}); allowed: a .ttf or .otf file") from None
    known = _installed()
    if name.lower() not in known:
        for file in set(font_manager.findSystemFonts()) - {entry.fname for entry in font_manager.fontManager.ttflist}:
            with suppress(OSError, RuntimeError, ValueError):  # Matplotlib remembers fonts; one that was installed since is looked for here
                font_manager.fontManager.addfont(file)
        known = _installed()
    if name.lower() not in known:
        guess = nearest(name, known.values())
        raise InputError(f"--brand: font: given '{name}', which is not installed here; allowed: an installed font, or a .ttf or .otf file"
                         + (f". Did you mean '{guess}'?" if guess else ""))
    return known[name.lower()]


def _installed() -> dict[str, str]:
    """Names of the fonts that Matplotlib knows, by their names in small letters."""
    return {entry.name.lower(): entry.name for entry in font_manager.fontManager.ttflist}
