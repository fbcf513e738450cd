"""`advocacy scenario`: check, show, diff and describe scenario files."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from simulation.cli.options import JsonOption, SetOption

scenarios = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Check, show and describe scenario files.")

Name = Annotated[str, typer.Argument(metavar="SCENARIO", help="A scenario file or a shipped name.")]


@scenarios.command()
def check(scenario: Name, settings: SetOption = None) -> None:
    """Say whether a scenario can be played; exit 2 and one message if not."""
    from simulation.inputs.scenario import load_scenario

    loaded = load_scenario(scenario, settings or ())
    typer.echo(f"{loaded.name}: fine. {loaded.purpose}")


@scenarios.command()
def show(scenario: Name = "baseline", settings: SetOption = None, as_json: JsonOption = False) -> None:
    """Print a scenario with every default written out."""
    from simulation.inputs.scenario import load_scenario, scenario_text

    loaded = load_scenario(scenario, settings or ())
    typer.echo(json.dumps(loaded.model_dump(mode="json"), indent=2, ensure_ascii=False) if as_json else scenario_text(loaded).rstrip())


@scenarios.command("list")
def list_shipped(as_json: JsonOption = False) -> None:
    """List the shipped scenarios with their purpose."""
    from simulation.inputs.scenario import read_purposes

    purposes = read_purposes()
    if as_json:
        typer.echo(json.dumps(purposes, indent=2, ensure_ascii=False))
        return
    width = max(map(len, purposes))
    for name, purpose in purposes.items():
        typer.echo(f"{name.ljust(width)}  {purpose}")


@scenarios.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from simulation.inputs.scenario import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@scenarios.command()
def diff(first: Name, second: Name, as_json: JsonOption = False) -> None:
    """Print the keys in which two scenarios differ."""
    from simulation.inputs.scenario import load_scenario

    one, two = (_flat(load_scenario(name).model_dump(mode="json")) for name in (first, second))
    changed = {key: [one.get(key), two.get(key)] for key in sorted(one.keys() | two.keys()) if one.get(key) != two.get(key)}
    if as_json:
        typer.echo(json.dumps(changed, indent=2, ensure_ascii=False))
        return
    for key, (before, after) in changed.items():
        typer.echo(f"{key}: {json.dumps(before, ensure_ascii=False)} -> {json.dumps(after, ensure_ascii=False)}")


def _flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as dotted keys."""
    flat: dict[str, Any] = {}
    for key, value in values.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) and value else {f"{prefix}{key}": value}
    return flat
