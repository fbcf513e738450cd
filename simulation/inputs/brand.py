"""A brand: the name, colours, font and logo in which reports, slides and charts are drawn."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, ValidationError, field_validator

from simulation.errors import InputError
from simulation.inputs.complaints import complaint
from simulation.inputs.quantity import Settings
from simulation.inputs.yaml_text import Key, Origin, read_mapping

COLOUR = "a colour as '#RRGGBB', in quotes"
PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpeg"}
"""First bytes of the pictures that slides, charts and pages all take."""
LARGEST_LOGO = 500_000
"""Bytes; a page that carries its pictures inside it has to stay small."""
FONTS = (".ttf", ".otf")


def _colour(description: str) -> Any:
    return Field(default=None, description=description, json_schema_extra={"unit": COLOUR})


class Colours(Settings):
    """Colours of a brand; what is left out keeps the house colour."""

    model_config = ConfigDict(validate_default=False)

    programme: str | None = _colour("The programme")
    paid: str | None = _colour("Paid ads")
    page: str | None = _colour("The brand page")
    natural: str | None = _colour("Unprompted shares")
    accent: str | None = _colour("Rules and headings of slides and pages")

    @field_validator("*", mode="before")
    @classmethod
    def _is_a_colour(cls, value: Any) -> Any:
        if value is None:
            raise ValueError(f"given nothing; allowed: {COLOUR} (without quotes YAML takes # for the start of a comment)")
        if not isinstance(value, str) or not re.fullmatch(r"#[0-9A-Fa-f]{6}", value):
            raise ValueError(f"given {value!r}; allowed: {COLOUR}, such as '#0072B2'")
        return value.upper()


class Brand(Settings):
    """What a brand file may say."""

    name: str = Field(default="", max_length=60, description="Name of the firm", json_schema_extra={"unit": "at most 60 characters"})
    font: str | None = Field(default=None, description="Font of charts, slides and pages", json_schema_extra={"unit": "name of an installed font, or a .ttf or .otf file"})
    logo: str | None = Field(default=None, description="Picture at the foot of slides and charts", json_schema_extra={"unit": "a PNG or JPEG file"})
    colours: Colours = Field(default=Colours(), description="Colours of a brand")


def load_brand(file: str | Path) -> Brand:
    """
    A brand file, checked; paths in it start beside it and come back absolute.

    Raises
    ------
    InputError
        Unknown key, a colour that is none, a picture or font file that is missing or something else: with file, line and what is allowed.
    """
    path = Path(file)
    if not path.is_file():
        raise InputError(f"--brand: given {path}, which is no file; allowed: a YAML file with name, font, logo and colours")
    values, origins = read_mapping(path)
    try:
        brand = Brand.model_validate(values)
    except ValidationError as error:
        raise complaint(error, Brand, origins, str(path)) from None
    logo = _logo(brand, path, origins)
    font = brand.font
    if font is not None and font.lower().endswith(FONTS):
        if not (path.parent / font).is_file():
            raise _wrong(path, origins, "font", font, "a font file beside this file, or the name of an installed font")
        font = str((path.parent / font).resolve())
    return brand.model_copy(update={"logo": logo, "font": font})


def _logo(brand: Brand, path: Path, origins: dict[Key, Origin]) -> str | None:
    """The logo's absolute path, checked."""
    if brand.logo is None:
        return None
    logo = path.parent / brand.logo
    allowed = f"a PNG or JPEG file beside this file, at most {LARGEST_LOGO // 1000} kB"
    if not logo.is_file():
        raise _wrong(path, origins, "logo", brand.logo, allowed)
    contents = logo.read_bytes()
    if picture_kind(contents) is None:
        raise _wrong(path, origins, "logo", f"{brand.logo}, which is neither PNG nor JPEG", allowed)
    if len(contents) > LARGEST_LOGO:
        raise _wrong(path, origins, "logo", f"{brand.logo} of {len(contents) / 1000:,.0f} kB", allowed)
    return str(logo.resolve())


def picture_kind(contents: bytes) -> str | None:
    """Kind of a picture by its first bytes: png, jpeg, or None."""
    return next((kind for mark, kind in PICTURES.items() if contents.startswith(mark)), None)


def _wrong(path: Path, origins: dict[Key, Origin], key: str, given: str, allowed: str) -> InputError:
    line = origins.get((key,), ("", 0))[1]
    return InputError(f"{path}:{line}: {key}: given {given}; allowed: {allowed}")
