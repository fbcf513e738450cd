"""Results as files for people: report, slides, charts, workbook. One door for the command line, the app and Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from simulation.errors import InputError
from simulation.inputs.brand import Brand, load_brand
from simulation.presentation.branding import theme_of, warnings
from simulation.presentation.folder import CHARTS_MARK, check_page, check_place, write_bytes
from simulation.presentation.showing import Showing, SideBySide
from simulation.presentation.stored import read_results
from simulation.presentation.style import HOUSE, Theme, themed

type Shown = Showing | SideBySide
type Say = Callable[[str], None]

ALLOWED = "report.html, deck.pptx, results.xlsx, or a folder such as charts/"


class Target(NamedTuple):
    """What is wanted where."""

    kind: str
    """`html`, `pptx`, `xlsx` or `charts`."""
    place: Path


def export(results: str | Path | Shown, targets: str | Path | Sequence[str | Path], *, brand: str | Path | Brand | None = None,
           template: str | Path | None = None, say: Say = lambda line: None) -> list[Path]:
    """
    Write results as a report, slides, charts or a workbook; nothing is played again.

    Parameters
    ----------
    results : a folder written by `compare` or `run`, or a result of either
    targets : where to; the ending says what: `.html`, `.pptx`, `.xlsx`, or a folder for charts
    brand : colours, font, logo and name: a file, or what `load_brand` returned
    template : a PowerPoint file whose slide master is used
    say : told what is worth knowing, a line each

    Returns
    -------
    the files and folders that were written, in the order of the targets

    Raises
    ------
    InputError
        A folder without results, an ending that is not known, a place that cannot be written to, a brand or template that cannot be used.
    """
    wanted = [target_of(target) for target in ([targets] if isinstance(targets, str | Path) else targets)]
    _check(wanted, template)
    shown = read_results(results) if isinstance(results, str | Path) else results
    theme = theme_of(load_brand(brand) if isinstance(brand, str | Path) else brand)
    if theme is not HOUSE:
        for line in warnings(theme):
            say(line)
    for target in wanted:
        _write(shown, target, theme, Path(template) if template is not None else None, say)
    return [target.place for target in wanted]


def html_report(results: Shown, theme: Theme = HOUSE) -> str:
    """The report as one page of HTML that needs nothing else."""
    from simulation.presentation.page.writing import page

    with themed(theme):
        return page(results)


def deck(results: Shown, theme: Theme = HOUSE, template: Path | None = None) -> bytes:
    """The slides as a PowerPoint file. Raises `InputError` where the template cannot be used."""
    from simulation.presentation.deck.writing import slides

    with themed(theme):
        return slides(results, template)


def workbook(results: Shown) -> bytes:
    """The figures as an Excel file."""
    from simulation.presentation.workbook import sheets

    return sheets(results)


def charts_folder(results: Shown, folder: Path, theme: Theme = HOUSE, say: Say = lambda line: None) -> None:
    """All charts as PNG, SVG and PDF with their data and alt text, the network and a post spreading through it, in a folder."""
    from simulation.presentation.gallery import fill_folder

    with themed(theme):
        fill_folder(results, folder, say)


def target_of(given: str | Path) -> Target:
    """What a target asks for, by its ending. Raises `InputError`."""
    place = Path(given)
    kind = {".html": "html", ".htm": "html", ".pptx": "pptx", ".xlsx": "xlsx", "": "charts"}.get(place.suffix.lower())
    if str(given).endswith(("/", os.sep)) or (place.is_dir() and kind is None):
        kind = "charts"
    if kind is None or not str(given):
        raise InputError(f"--to: given {str(given)!r}; allowed: {ALLOWED}")
    return Target(kind, place)


def _check(wanted: Iterable[Target], template: str | Path | None) -> None:
    """Refuse what cannot be done before anything is done."""
    targets = list(wanted)
    if not targets:
        raise InputError(f"--to: nothing given; allowed: {ALLOWED}")
    if len({target.place for target in targets}) < len(targets):
        raise InputError("--to: the same place is given twice; allowed: different ones")
    if template is not None and not any(target.kind == "pptx" for target in targets):
        raise InputError(f"--template: given {template}, but no slides are asked for; allowed: together with --to deck.pptx")
    for target in targets:
        if target.kind == "charts":
            check_place(target.place, "--to", "charts", CHARTS_MARK)
        else:
            check_page(target.place, f"report.{target.kind}")


def _write(shown: Shown, target: Target, theme: Theme, template: Path | None, say: Say) -> None:
    match target.kind:
        case "html":
            write_bytes(target.place, html_report(shown, theme).encode("utf-8"))
        case "pptx":
            write_bytes(target.place, deck(shown, theme, template))
        case "xlsx":
            write_bytes(target.place, workbook(shown))
        case _:
            charts_folder(shown, target.place, theme, say)
