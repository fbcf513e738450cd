"""Reads scenarios: YAML files that may extend one another, shipped names, and `--set key=value`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from simulation.errors import InputError, nearest
from simulation.inputs.complaints import complaint
from simulation.inputs.evidence import bases
from simulation.inputs.parameters import Scenario
from simulation.inputs.yaml_text import Key, Origin, read_mapping, read_value, write_mapping

SHIPPED = Path(__file__).resolve().parents[2] / "scenarios"
DEFAULT = "baseline"
MOST_FEW = 10
"""Smallest market."""

FILE_KEYS: tuple[Key, ...] = (("society", "network", "file"), ("society", "network", "attributes"), ("run", "posterior"))


def shipped_names() -> list[str]:
    """Names of the scenarios that come with the program, sorted."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_scenario(scenario: str | Path = DEFAULT, settings: Sequence[str] = (), changes: Mapping[str, tuple[Any, Origin]] | None = None, folder: Path | None = None) -> Scenario:
    """
    A scenario, checked and complete.

    Parameters
    ----------
    scenario : a path, or the name of a shipped scenario
    settings : `key=value` texts that beat the file, such as `paid.budget=20000`
    changes : values of dotted keys that beat the settings, each with the place where it was written
    folder : where a relative path starts; left out: here

    Raises
    ------
    InputError
        Unknown key, wrong type, out of range, missing file, circular `extends`: with file, line and what is allowed.
    """
    path = _find(str(scenario), folder or Path.cwd(), "")
    written, origins = _read_with_parents(path, ())
    values = _merge(Scenario().model_dump(), written)
    for setting in settings:
        _apply(setting, values, origins)
    for dotted, (value, origin) in (changes or {}).items():
        _put(tuple(dotted.split(".")), value, origin, values, origins)
    _resolve_files(values, origins)
    _hold(values, origins)
    try:
        checked = Scenario.model_validate(values)
    except ValidationError as error:
        raise complaint(error, Scenario, origins, str(path)) from None
    return fit_to_network(checked.named(path.stem))


def read_resolved(path: Path, name: str) -> Scenario:
    """A scenario as `scenario_text` wrote it out, every key there; data files that it names need not exist. Raises `InputError`."""
    values, origins = read_mapping(path)
    try:
        return Scenario.model_validate(values).named(name)
    except ValidationError as error:
        raise complaint(error, Scenario, origins, str(path)) from None


def fit_to_network(scenario: Scenario) -> Scenario:
    """The scenario with as many employees, or consumers, as the user's own network has."""
    network = scenario.society.network
    if network.file is None:
        return scenario
    from simulation.inputs.network_file import read_network

    people = len(read_network(network.file, network.attributes).labels)
    if network.nodes == "employees":
        return scenario.replace(society__employees=people)
    consumers = people - scenario.society.employees
    if consumers < MOST_FEW:
        raise InputError(f"society.employees: given {scenario.society.employees:,}; allowed: at most {people - MOST_FEW:,}, so that {MOST_FEW} of the "
                         f"{people:,} people in {Path(network.file).name} are consumers")
    return scenario.replace(market__consumers=consumers, market__contacts_in_market_fraction=1.0)


def read_purposes() -> dict[str, str]:
    """Purpose of every shipped scenario, by name; read without checking, since some need a file of the user's."""
    return {name: str(read_mapping(SHIPPED / f"{name}.yaml")[0].get("purpose", "")) for name in shipped_names()}


def json_schema() -> dict[str, Any]:
    """JSON Schema of scenario files, `extends` included, with units, ranges and bases for editors to show."""
    schema = Scenario.model_json_schema()
    parent = {"extends": {"type": "string", "title": "Extends", "description": "A path beside this file, or the name of a shipped scenario"}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "properties": parent | schema["properties"]}


def scenario_text(scenario: Scenario) -> str:
    """The scenario as YAML with every default written out; reading it back gives the same scenario."""
    return write_mapping(scenario.model_dump())


def nested(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Values of dotted keys as blocks in blocks, as a scenario file has them."""
    blocks: dict[str, Any] = {}
    for dotted, value in settings.items():
        *path, last = dotted.split(".")
        block = blocks
        for part in path:
            block = block.setdefault(part, {})
        block[last] = value
    return blocks


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Blocks in blocks as values of dotted keys."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        found |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) and value else {f"{prefix}{key}": value}
    return found


def scenario_differences(one: Scenario, two: Scenario) -> dict[str, tuple[Any, Any]]:
    """Dotted keys in which two scenarios differ, sorted, with the value of each; None where one has no such key."""
    first, second = (flat(scenario.model_dump(mode="json")) for scenario in (one, two))
    return {key: (first.get(key), second.get(key)) for key in sorted(first.keys() | second.keys()) if first.get(key) != second.get(key)}


def _find(name: str, folder: Path, place: str) -> Path:
    """The file that `name` means: a path from `folder`, else a shipped scenario."""
    prefix = f"{place}: " if place else ""
    beside = folder / name
    if _is_file(beside):
        return beside.resolve()
    if name in shipped_names():
        return SHIPPED / f"{name}.yaml"
    if len(name) < 200 and beside.is_dir():
        raise InputError(f"{prefix}'{name}' is a folder; give a scenario file in it")
    guess = nearest(Path(name).stem, shipped_names())
    hint = f" Did you mean '{guess}'?" if guess else ""
    raise InputError(f"{prefix}no scenario file '{name[:200]}', and no shipped scenario of that name. Shipped: {', '.join(shipped_names())}.{hint}")


def _read_with_parents(path: Path, below: tuple[Path, ...]) -> tuple[dict[str, Any], dict[Key, Origin]]:
    """Values and origins of a file, laid over those of the scenario that it extends."""
    values, origins = read_mapping(path)
    if "extends" not in values:
        return values, origins
    file, line = origins[("extends",)]
    place = f"{file}:{line}"
    parent = values.pop("extends")
    if not isinstance(parent, str):
        raise InputError(f"{place}: extends: given {parent}; allowed: a path beside this file, or the name of a shipped scenario")
    parent_path = _find(parent, path.parent, f"{place}: extends")
    chain = (*below, path)
    if parent_path in chain:
        circle = " -> ".join(step.name for step in (*chain[chain.index(parent_path):], parent_path))
        raise InputError(f"{place}: extends: '{parent}' goes round in a circle ({circle}); allowed: a chain that ends")
    inherited, inherited_origins = _read_with_parents(parent_path, chain)
    return _merge(inherited, values), inherited_origins | origins


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Maps are merged key by key; anything else in `over` replaces what is in `base`."""
    merged = dict(base)
    for key, value in over.items():
        both_maps = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both_maps else value
    return merged


def _apply(setting: str, values: dict[str, Any], origins: dict[Key, Origin]) -> None:
    """Put one `key=value` over the values."""
    dotted, equals, text = setting.partition("=")
    key = tuple(part.strip() for part in dotted.split("."))
    if not equals or not all(key):
        raise InputError(f"--set: given '{setting}'; allowed: key=value, such as paid.budget=20000")
    _put(key, read_value(text), ("--set", 0), values, origins)


def _put(key: Key, value: Any, origin: Origin, values: dict[str, Any], origins: dict[Key, Origin]) -> None:
    """Put a value at its key, and note where it was written."""
    block = values
    for part in key[:-1]:
        if not isinstance(block.get(part), dict):
            block[part] = {}
        block = block[part]
    block[key[-1]] = value
    origins.update({key[:length]: origin for length in range(1, len(key) + 1)})


def _hold(values: dict[str, Any], origins: dict[Key, Origin]) -> None:
    """Note in `run.held` which uncertain parameters were written; a file that has `run.held` itself, such as a resolved one, speaks for its own values."""
    run, speaks = values.get("run"), origins.get(("run", "held"), ("", 0))[0]
    uncertain = {tuple(key.split(".")) for key, basis in bases() if basis["role"] == "uncertainty"}
    written = {".".join(key) for key in origins if key in uncertain and origins[key][0] != speaks}
    if isinstance(run, dict) and isinstance(run.get("held"), list):
        run["held"] = sorted({str(key) for key in run["held"]} | written)


def _resolve_files(values: dict[str, Any], origins: dict[Key, Origin]) -> None:
    """Make paths to data files absolute: beside the file that names them, or from here when given by `--set`."""
    for key in FILE_KEYS:
        block: Any = values
        for part in key[:-1]:
            block = block.get(part) if isinstance(block, dict) else None
        name = block.get(key[-1]) if isinstance(block, dict) else None
        if not isinstance(name, str):
            continue
        file, line = origins.get(key, ("--set", 0))
        folder = Path.cwd() if file == "--set" else Path(file).parent
        path = folder / name
        if not _is_file(path):
            place = f"{file}:{line}" if line else file
            raise InputError(f"{place}: {'.'.join(key)}: no file '{name[:200]}'; "
                             f"allowed: a path from {'here' if file == '--set' else 'the folder of the scenario'}, or an absolute one")
        block[key[-1]] = str(path.resolve())


def _is_file(path: Path) -> bool:
    """Whether there is such a file; a name that no system could hold is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
