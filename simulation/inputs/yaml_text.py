"""YAML 1.2 in and out, with the line of every key, so that errors can point at it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from simulation.errors import InputError

Key = tuple[str, ...]
Origin = tuple[str, int]
"""Where a value was written: file (or `--set`) and line, 0 where there is none."""


ODDITIES = (YAMLError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
"""What the parser raises on text that is no YAML, or on tags and numbers that only look like some."""


def read_mapping(path: Path) -> tuple[dict[str, Any], dict[Key, Origin]]:
    """The mapping in a YAML file and the origin of each of its keys. Raises `InputError` naming file and line."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a text file in UTF-8 (byte {error.start}); a scenario is YAML text") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({(error.strerror or str(error)).lower()})") from None
    origins: dict[Key, Origin] = {}
    try:
        loaded = YAML().load(text)
        if isinstance(loaded, dict):
            return _plain(loaded, str(path), (), origins), origins
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        problem = str(error.problem or error.context).splitlines()[0]
        raise InputError(f"{path}:{line}: not valid YAML: {problem}") from None
    except ODDITIES as error:
        raise InputError(f"{path}: not valid YAML: {_first_line(error)}") from None
    if loaded is None:
        return {}, {}
    raise InputError(f"{path}:1: a scenario is a mapping of keys to values; given: {_kind(loaded)}")


def read_value(text: str) -> Any:
    """The value that a piece of YAML stands for, as in `--set key=value`."""
    try:
        return _plain(YAML().load(text), "--set", (), {})
    except ODDITIES as error:
        raise InputError(f"--set: '{text[:80]}' is not a YAML value: {_first_line(error)}") from None


def write_mapping(mapping: dict[str, Any]) -> str:
    """YAML text of a mapping, keys in their order, stable to the byte."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 120
    stream = io.StringIO()
    yaml.dump(mapping, stream)
    return stream.getvalue()


def _plain(node: Any, place: str, path: Key, origins: dict[Key, Origin]) -> Any:
    """A node without the parser's own classes, its keys' lines noted in `origins`."""
    if isinstance(node, dict):
        result = {}
        for key, value in node.items():
            name = (*path, str(key))
            lines = (node.lc.data or {}) if isinstance(node, CommentedMap) else {}
            if key in lines:
                origins[name] = (place, lines[key][0] + 1)
            result[str(key)] = _plain(value, place, name, origins)
        return result
    if isinstance(node, list):
        return [_plain(value, place, path, origins) for value in node]
    for kind in (bool, int, float, str):
        if isinstance(node, kind):
            return node if kind is bool else kind(node)
    return node


def _first_line(error: Exception) -> str:
    """The first line of an error's text, or its name where it has none."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _kind(value: Any) -> str:
    """What a value is, in a word a person would use."""
    kinds = {bool: "yes or no", int: "a whole number", float: "a number", str: "text", list: "a list", dict: "a mapping", type(None): "nothing"}
    return next((word for kind, word in kinds.items() if isinstance(value, kind)), type(value).__name__)
