"""Turns what the validator finds wrong into one message: place, key, what was given, what is allowed, nearest name."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from simulation.errors import InputError, nearest
from simulation.inputs.platforms import Platform
from simulation.inputs.yaml_text import Key, Origin

WORDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "text", "date": "a date such as 2016-04-04",
         "NoneType": "null", "dict": "a mapping", "list": "a list"}

YAML_NAMES = {"None": "null", "True": "true", "False": "false"}


def complaint(error: ValidationError, model: type[BaseModel], origins: Mapping[Key, Origin], source: str) -> InputError:
    """The first finding of `error` as an `InputError`, with the number of further ones."""
    found = error.errors(include_url=False)
    first = found[0]
    key = tuple(str(part) for part in first["loc"])
    more = f" ({len(found) - 1} more after this one)" if len(found) > 1 else ""
    return InputError(f"{_place(key, origins, source)}: {_what(first, key, model)}{more}")


def _place(key: Key, origins: Mapping[Key, Origin], source: str) -> str:
    """File and line of the key, or of the nearest block around it."""
    for length in range(len(key), 0, -1):
        if key[:length] in origins:
            file, line = origins[key[:length]]
            return f"{file}:{line}" if line else file
    return source


def _what(found: Any, key: Key, model: type[BaseModel]) -> str:
    dotted = ".".join(key)
    if found["type"] == "extra_forbidden":
        allowed = sorted(block_of(model, key[:-1]))
        guess = nearest(key[-1], allowed)
        hint = f" Did you mean '{guess}'?" if guess else ""
        return f"{dotted}: not a known key. Allowed here: {', '.join(allowed)}.{hint}"
    if found["type"] == "value_error":
        return (f"{dotted}: " if dotted else "") + str(found["ctx"]["error"])
    field = field_of(model, key)
    allowed_text = _allowed(field) if field else str(found["msg"])
    given = found["input"]
    shown = f"'{given}'" if isinstance(given, str) else "a mapping" if isinstance(given, dict) else YAML_NAMES.get(repr(given), str(given))
    hint = ""
    if isinstance(given, str) and field and (guess := nearest(given, _choices(field.annotation))):
        hint = f". Did you mean '{guess}'?"
    return f"{dotted}: given {shown}; allowed: {allowed_text}{hint}"


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The settings blocks that an annotation allows."""
    mapped = typing.get_args(annotation)[1:] if typing.get_origin(annotation) is dict else ()
    options = mapped or (typing.get_args(annotation) if isinstance(annotation, types.UnionType) else (annotation,))
    return [option for option in options if isinstance(option, type) and issubclass(option, BaseModel)]


def block_of(model: type[BaseModel], key: Key) -> dict[str, FieldInfo]:
    """The fields of the block that `key` leads to; of the nearest block around it where it leads nowhere."""
    for part in key:
        field = model.model_fields.get(part)
        if field is not None:
            inner = _models(field.annotation)
        elif "__pydantic_extra__" in model.__annotations__:
            inner = [Platform]
        else:
            inner = []
        if not inner:
            break
        model = inner[0]
    return model.model_fields


def field_of(model: type[BaseModel], key: Key) -> FieldInfo | None:
    """The field that a key, or the nearest key around it, sets."""
    for length in range(len(key), 0, -1):
        field = block_of(model, key[: length - 1]).get(key[length - 1])
        if field is not None:
            return field
    return None


def _choices(annotation: Any) -> list[str]:
    if typing.get_origin(annotation) is typing.Literal:
        return [str(option) for option in typing.get_args(annotation)]
    return [choice for option in typing.get_args(annotation) for choice in _choices(option)]


def _allowed(field: FieldInfo) -> str:
    """Kind, bounds and unit of a field in words."""
    choices = _choices(field.annotation)
    if choices:
        return ", ".join(choices)
    options = typing.get_args(field.annotation) if isinstance(field.annotation, types.UnionType) else (field.annotation,)
    names = [WORDS.get(getattr(typing.get_origin(option) or option, "__name__", ""), "a mapping") for option in options]
    bounds = {type(rule).__name__: rule for rule in field.metadata}
    low = getattr(bounds.get("Ge"), "ge", None)
    above = getattr(bounds.get("Gt"), "gt", None)
    high = getattr(bounds.get("Le"), "le", None)
    floor = f"{low:g} or more" if low is not None else f"more than {above:g}" if above is not None else ""
    span = f"{low:g} to {high:g}" if low is not None and high is not None else f"more than {above:g}, at most {high:g}" if above is not None and high is not None else floor
    extra = field.json_schema_extra
    unit = str(extra.get("unit", "")) if isinstance(extra, dict) else ""
    return " or ".join(names) + (f", {span}" if span else "") + (f" ({unit})" if unit else "")
