"""`advocacy scenario`: make, check, show, diff and describe scenario files."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import JsonOption, SetOption, tell
from simulation.errors import InputError

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
    """Print the keys in which two scenarios differ; titles, purposes and sources too."""
    from simulation.inputs.scenario import load_scenario, scenario_differences

    one, two = load_scenario(first), load_scenario(second)
    changed = scenario_differences(one, two)
    if as_json:
        typer.echo(json.dumps(changed, indent=2, ensure_ascii=False))
        return
    for key, (before, after) in changed.items():
        typer.echo(f"{key}: {json.dumps(before, ensure_ascii=False)} -> {json.dumps(after, ensure_ascii=False)}")
    if not changed:
        typer.echo(f"{one.name} and {two.name} are the same")


@scenarios.command()
def new(
    file: Annotated[Path, typer.Argument(metavar="[FILE]", help="The file to write; - prints it.")] = Path("our_firm.yaml"),
    answers: Annotated[list[str] | None, typer.Option("--answer", metavar="NAME=VALUE", help="Answer a question beforehand, as in --answer employees=300; "
                                                      "repeat it. Nothing is asked then, and what is left out is not known.")] = None,
    title: Annotated[str, typer.Option("--title", help="A few words.")] = "Our firm",
    yes: Annotated[bool, typer.Option("--yes", help="Replace a file that is there, without asking.")] = False,
) -> None:
    """Make a scenario from your own numbers: eight questions, each of which may be answered with "don't know"."""
    from simulation.inputs.own.file import scenario_file, unknowns, warnings
    from simulation.inputs.own.questions import read_answers
    from simulation.presentation.folder import check_page, write_text

    asking = not answers and somebody_there()
    if not answers and not asking:
        raise InputError("scenario new: nobody can be asked here; allowed: --answer NAME=VALUE, repeated, as in --answer employees=300")
    printed = str(file) == "-"
    if not printed:
        check_page(file, "our_firm.yaml", "scenario new")
        check_free(file, asking, yes)
    texts = ask() if asking else given(answers or [])
    text, known = scenario_file(texts, title), read_answers(texts)
    if printed:
        typer.echo(text, nl=False)
        return
    write_text(file, text)
    tell(False, *(f"not known: {question.name}. {instead}" for question, instead in unknowns(known)), *(f"mind: {warning}" for warning in warnings(known)))
    typer.echo(f"{file} is written. Play it: advocacy compare {shlex.quote(str(file))}")


def somebody_there() -> bool:
    """Whether there is a terminal at which somebody may answer."""
    return sys.stdin.isatty()


def check_free(file: Path, asking: bool, yes: bool) -> None:
    """Refuse to replace a file, unless whoever is there agrees."""
    if file.exists() and not yes and not (asking and typer.confirm(f"{file} is there already. Replace it?", err=True)):
        raise InputError(f"scenario new: '{file}' is there already; allowed: another name, or --yes to replace it")


def given(answers: list[str]) -> dict[str, str]:
    """`NAME=VALUE` texts by name."""
    texts = {}
    for answer in answers:
        name, equals, value = answer.partition("=")
        if not equals:
            raise InputError(f"--answer: given '{answer}'; allowed: NAME=VALUE, such as employees=300")
        texts[name.strip()] = value
    return texts


def ask() -> dict[str, str]:
    """Answers of whoever sits there; a wrong one is asked again, and none is lost."""
    from simulation.inputs.own.questions import QUESTIONS, read_answers

    typer.echo("Eight questions. Leave empty what you don't know.", err=True)
    texts: dict[str, str] = {}
    for question in QUESTIONS:
        while True:
            texts[question.name] = typer.prompt(f"{question.asks} ({question.unit})", default="", show_default=False, err=True)
            try:
                read_answers(texts)
            except InputError as error:
                typer.echo(str(error), err=True)
            else:
                break
    return texts
