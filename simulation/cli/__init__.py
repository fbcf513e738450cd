"""The command `advocacy`: one file a command, heavy imports inside them."""

from __future__ import annotations

import sys
import traceback
from importlib.metadata import version
from typing import Annotated

import typer

from simulation.cli.advocates import advocates
from simulation.cli.app import app as page
from simulation.cli.cache import cache
from simulation.cli.calibrate import calibrate
from simulation.cli.compare import compare
from simulation.cli.evidence import evidence
from simulation.cli.facts import facts
from simulation.cli.import_ import import_
from simulation.cli.options import BAD_INPUT, CANCELLED, OUR_BUG
from simulation.cli.plan import plan
from simulation.cli.report import report
from simulation.cli.run import run
from simulation.cli.scenario import scenarios
from simulation.cli.sensitivity import sensitivity
from simulation.cli.society import society
from simulation.cli.sweep import sweep
from simulation.cli.weekly import weekly
from simulation.errors import InputError

app = typer.Typer(name="advocacy", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
                  help="Do employees who share posts reach more people than ads, and at what cost?")
app.command()(compare)
app.command()(run)
app.command()(report)
app.command()(society)
app.command()(sweep)
app.command()(advocates)
app.command()(plan)
app.command()(sensitivity)
app.command()(weekly)
app.command()(calibrate)
app.command()(facts)
app.command()(evidence)
app.command("import")(import_)
app.command("app")(page)
app.add_typer(scenarios, name="scenario")
app.add_typer(cache, name="cache")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"advocacy-reach {version('advocacy-reach')}")
        raise typer.Exit


@app.callback()
def options(show_version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")] = False) -> None:
    """Do employees who share posts reach more people than ads, and at what cost?"""


def main() -> None:
    """Run the command line; a user's mistake is one plain message, a fault of ours says how to report it."""
    try:
        app()
    except InputError as error:
        print(f"advocacy: {error}", file=sys.stderr)
        sys.exit(BAD_INPUT)
    except KeyboardInterrupt:
        print("advocacy: cancelled", file=sys.stderr)
        sys.exit(CANCELLED)
    except MemoryError:
        print("advocacy: not enough memory for this society; lower market.consumers or run.workers", file=sys.stderr)
        sys.exit(BAD_INPUT)
    except Exception:
        traceback.print_exc()
        print("advocacy: this is a fault of the program, not of your input. Please report the lines above, with your scenario and "
              f"'advocacy --version' ({version('advocacy-reach')}), where you got the program from.", file=sys.stderr)
        sys.exit(OUR_BUG)
