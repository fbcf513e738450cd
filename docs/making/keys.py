"""The page of scenario keys, from the models that check scenarios."""

from __future__ import annotations

import html
import types
import typing
from collections.abc import Iterator
from typing import Any, NamedTuple

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from making.markdown import directive, plain, sentence
from simulation.inputs.evidence import Evidence, load_evidence
from simulation.inputs.parameters import Scenario
from simulation.inputs.platforms import Platform, Platforms

HEAD = """# Scenario keys

Every key of a scenario file, written from the models that check it. In a file, `paid.budget` is the key `budget` in the block `paid`;
on the command line it is `--set paid.budget=20000`.

A *lever* is what one chooses; its default is an example. An *uncertainty* is what one cannot choose: its default rests on published figures, or on an assumption with its reason.
Some uncertainties are drawn anew for each replication from the [posterior](../calibration.md), unless a scenario sets them. A misspelt key is refused with the nearest name.
"""
ANY_PLATFORM = "platforms.NAME."
LISTS = ("paid.flights.", "paid.bursts.")
WORDS = {bool: "yes or no", int: "whole number", float: "number", str: "text"}


class Key(NamedTuple):
    """A key, the field that declares it, and the block in which it stands."""

    name: str
    field: FieldInfo
    block: type[BaseModel]


def keys(block: type[BaseModel] = Scenario, prefix: str = "") -> Iterator[Key]:
    """Every key that a scenario can set, in the order of the file; those of a platform once, as `platforms.NAME.KEY`."""
    if block is Platforms:
        yield from keys(Platform, ANY_PLATFORM)
        return
    for name, field in block.model_fields.items():
        inner = _block_in(field.annotation)
        if inner is None or isinstance(field.json_schema_extra, dict):
            yield Key(f"{prefix}{name}", field, block)
        if inner is not None:
            yield from keys(inner, f"{prefix}{name}.")


def page() -> str:
    """The page in Markdown, block by block."""
    blocks: dict[str, list[Key]] = {}
    for key in keys():
        blocks.setdefault(key.name.rpartition(".")[0], []).append(key)
    figures, parts = load_evidence(), [HEAD]
    for name, members in blocks.items():
        parts.append(f"## {plain(name) or 'The scenario itself'}\n\n{plain(_about(members[0]))}\n")
        parts += [_entry(key, figures) for key in members]
    return "\n".join(parts)


def _about(key: Key) -> str:
    text = sentence((key.block.__doc__ or "").strip().split("\n\n")[0].replace("\n", " "))
    if key.block is Platform:
        return f"{text} NAME is linkedin, facebook, twitter, or a platform of your own; null leaves one out."
    return f"{text} The key holds a list; each of its entries has these keys." if key.name.startswith(LISTS) else text


def _entry(key: Key, figures: Evidence) -> str:
    basis, words = basis_of(key.field), kind(key.field.annotation)
    unit = basis.get("unit") if "number" in words else None
    facts = [basis.get("role"), unit and f"unit: {unit}", limits(key.field) and f"allowed: {limits(key.field)}"]
    lines = [plain(sentence(key.field.description or "")), plain(sentence(" · ".join(str(fact) for fact in facts if fact)).rstrip(".")), *_sources(key, figures)]
    return directive("confval", key.name, "\n\n".join(filter(None, lines)), {"type": words, "default": default_of(key)})


def _sources(key: Key, figures: Evidence) -> list[str]:
    """What a default rests on; for a key of platforms, of each platform that differs from the others."""
    if key.block is not Platform:
        return [_first_up(_source(key.field, figures))]
    name = key.name.removeprefix(ANY_PLATFORM)
    each = {platform: _source(type(settings).model_fields[name], figures) for platform, settings in Platforms().items()} | {"any other": _source(key.field, figures)}
    if len(set(each.values())) == 1:
        return [_first_up(each["any other"])]
    return ["\n".join(f"- {platform}: {source}" for platform, source in each.items() if source)]


def _first_up(text: str) -> str:
    return text.replace("*rests", "*Rests", 1) if text.startswith("*rests") else text.replace("*assumed", "*Assumed", 1)


def _source(field: FieldInfo, figures: Evidence) -> str:
    basis, parts = basis_of(field), []
    if basis.get("evidence"):
        parts.append("*rests on* " + ", ".join(f'<a href="../evidence.html#{each}">{html.escape(figures[each].title)}</a>' for each in basis["evidence"]))
    if basis.get("assumed") and basis["assumed"] != "the user's choice":
        parts.append(f"*assumed*: {plain(str(basis['assumed']))}")
    return "; ".join(parts) + "." if parts else ""


def basis_of(field: FieldInfo) -> dict[str, Any]:
    """Role, unit, evidence and assumption of a value; empty for those that are only words."""
    return dict(field.json_schema_extra) if isinstance(field.json_schema_extra, dict) else {}


def default_of(key: Key) -> str:
    """The default as a file would have it; for a key of platforms, that of each."""
    if key.block is not Platform:
        return _value(key.field.get_default(call_default_factory=True))
    name = key.name.removeprefix(ANY_PLATFORM)
    each = {platform: _value(getattr(settings, name)) for platform, settings in Platforms().items()} | {"any other": _value(key.field.get_default(call_default_factory=True))}
    if len(set(each.values())) == 1:
        return each["any other"]
    return "; ".join(f"{platform} {value}" for platform, value in each.items())


def kind(annotation: Any) -> str:
    """A type in words."""
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return ", or ".join(kind(each) if each is not type(None) else "left out" for each in inner)
    if origin is typing.Literal:
        return "one of " + ", ".join(str(each) for each in inner)
    if origin is list:
        return f"list ({kind(inner[0])})"
    if origin is dict:
        return f"names, each with a value ({kind(inner[1])})"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "block of keys"
    return WORDS.get(annotation, getattr(annotation, "__name__", str(annotation)))


def limits(field: FieldInfo) -> str:
    """What is allowed, in words; empty where nothing is said."""
    low = next((f"{_number(each.ge)}" for each in field.metadata if isinstance(each, Ge)), "")
    above = next((f"above {_number(each.gt)}" for each in field.metadata if isinstance(each, Gt)), "")
    high = next((_number(each.le) for each in field.metadata if isinstance(each, Le)), "")
    if high:
        return f"{low} to {high}" if low else f"{above}, up to {high}" if above else f"up to {high}"
    return f"{low} or more" if low else above


def _number(value: Any) -> str:
    mark = "," if abs(value) >= 10_000 else ""
    return f"{value:{mark}}" if isinstance(value, int) else f"{value:{mark}.12g}"


def _value(value: Any) -> str:
    if value is None:
        return "left out"
    if isinstance(value, BaseModel):
        return _value(value.model_dump())
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_value(each)}" for name, each in value.items()) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if value != "" else "empty"


def _block_in(annotation: Any) -> type[BaseModel] | None:
    """The block of keys that a value holds, alone, in a list, or left out."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for each in typing.get_args(annotation) if (found := _block_in(each)) is not None), None)
