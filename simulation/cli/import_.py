"""`advocacy import`: the user's own reports of ads, pages and members become a clean table and settings of a scenario."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from simulation.cli.options import QuietOption, tell
from simulation.errors import InputError

if TYPE_CHECKING:
    from simulation.studies.agreement import Agreement
    from simulation.studies.ladder import Fit

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports: CSV, TSV or XLSX, also gzipped text; their kind is recognised.")]
OutFolder = Annotated[Path, typer.Option("--out", help="Folder for the table, the scenario and the report.")]
Json = Annotated[bool, typer.Option("--json", help="Print the report as JSON instead of text.")]
Columns = Annotated[Path | None, typer.Option("--columns", help="Own names of columns: a YAML file with lines like 'impressions: Our header'.")]
KindName = Annotated[str | None, typer.Option("--kind", help="Kind of export, where it is not recognised; an unknown one lists them all.")]
PlatformName = Annotated[str | None, typer.Option("--platform", help="Platform of the scenario that the figures belong to, such as facebook or linkedin.")]
Currency = Annotated[str | None, typer.Option("--currency", help="Keep spend in this currency only; also the currency of a file that names none. Three letters.")]
Audience = Annotated[float | None, typer.Option("--audience", help="People whom the ads could reach, where the file does not say; makes the better fits possible.")]
Encoding = Annotated[str | None, typer.Option("--encoding", help="Encoding of the text, where the bytes leave doubt.")]
Decimal = Annotated[str | None, typer.Option("--decimal", help="How decimals are written, where the figures leave doubt: point or comma.")]
Dates = Annotated[str | None, typer.Option("--dates", help="What comes first in dates like 3/4/2024, where they leave doubt: month or day.")]
Rerun = Annotated[bool, typer.Option("--rerun/--no-rerun", help="Whether simulated people are shown the fitted impressions, to hold the program against its formula.")]


def import_(files: Files, out: OutFolder = Path("results/import"), columns: Columns = None, kind: KindName = None, platform: PlatformName = None, currency: Currency = None,
            audience: Audience = None, encoding: Encoding = None, decimal: Decimal = None, dates: Dates = None, rerun: Rerun = True, as_json: Json = False,
            quiet: QuietOption = False) -> None:
    """Read exports of ads, pages and members; leave a clean table, fitted figures and a scenario to extend."""
    from simulation.inputs.exports.headers import read_column_map
    from simulation.inputs.exports.read import Wishes, read_exports
    from simulation.presentation.folder import check_place

    decimal, dates = _one_of("--decimal", decimal, "point", "comma"), _one_of("--dates", dates, "month", "day")
    wishes = Wishes({} if columns is None else read_column_map(columns), kind, _platform(platform), encoding, decimal, None if dates is None else dates == "month",
                    _currency(currency), _audience(audience))
    check_place(out)
    exports = read_exports(files, wishes)
    from simulation.presentation.imported import Imported
    from simulation.studies.export_settings import settings_from
    from simulation.studies.ladder import climb

    fits = [fit for export in exports for fit in climb(export)]
    imported = Imported(exports, fits, settings_from(exports, fits, wishes.audience), _reruns(fits) if rerun else ())
    imported.save(out, shlex.join(["advocacy", *sys.argv[1:]]))
    print(json.dumps(imported.report(), indent=2, ensure_ascii=False, allow_nan=False) if as_json else imported.text(), flush=True)
    tell(quiet, f"Table, dropped rows, report and a scenario to extend are in {out}")


def _reruns(fits: list[Fit]) -> list[Agreement]:
    """Reruns of the fits that have a shape; the compiled engine is loaded only if there is one."""
    if all(fit.mean is None for fit in fits):
        return []
    from simulation.studies.agreement import rerun

    return [agreement for fit in fits if (agreement := rerun(fit)) is not None]


def _one_of(option: str, given: str | None, *allowed: str) -> str | None:
    if given is not None and given not in allowed:
        raise InputError(f"{option}: given '{given}'; allowed: {' or '.join(allowed)}")
    return given


def _platform(name: str | None) -> str | None:
    if name is not None and not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
        raise InputError(f"--platform: given '{name}'; allowed: a name of small letters, digits and underscores, such as facebook")
    return name


def _currency(code: str | None) -> str | None:
    if code is not None and not re.fullmatch(r"[A-Za-z]{3}", code):
        raise InputError(f"--currency: given '{code}'; allowed: three letters, such as USD")
    return None if code is None else code.upper()


def _audience(people: float | None) -> float | None:
    if people is not None and not 1 <= people <= 1e10:
        raise InputError(f"--audience: given {people:g}; allowed: 1 to 10,000,000,000 people")
    return people
