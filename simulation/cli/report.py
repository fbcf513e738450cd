"""`advocacy report`: stored results as a report, slides, charts or a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import QuietOption, tell

ResultsArgument = Annotated[Path, typer.Argument(metavar="[RESULTS]", help="A folder written by compare or run.")]
ToOption = Annotated[list[str], typer.Option("--to", metavar="PLACE", help="report.html, deck.pptx, results.xlsx, or charts/ for all charts; repeat it for each one.")]
BrandOption = Annotated[Path | None, typer.Option("--brand", metavar="FILE.yaml", help="Name, colours, font and logo to draw in.")]
TemplateOption = Annotated[Path | None, typer.Option("--template", metavar="FILE.pptx", help="Slides of your own: their master and layouts are used.")]


def report(
    to: ToOption,
    results: ResultsArgument = Path("results/baseline"),
    brand: BrandOption = None,
    template: TemplateOption = None,
    quiet: QuietOption = False,
) -> None:
    """Results as a report, slides, charts or a workbook; nothing is played again."""
    from simulation.presentation.exports import export

    for place in export(results, to, brand=brand, template=template, say=lambda line: tell(quiet, line)):
        tell(quiet, f"Written: {place}")
