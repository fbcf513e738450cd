"""`advocacy evidence`: the published figures as a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulation.cli.options import QuietOption, tell


def evidence(
    to: Annotated[Path | None, typer.Option("--to", metavar="FILE.md", help="Write the page to a file instead of printing it.")] = None,
    quiet: QuietOption = False,
) -> None:
    """Every published figure that defaults rest on or that the model is held against, as a page in Markdown."""
    from simulation.inputs.evidence import load_evidence
    from simulation.presentation.evidence_page import page
    from simulation.presentation.folder import check_page, write_text

    if to is not None:
        check_page(to)
    text = page(load_evidence())
    if to is None:
        print(text, end="", flush=True)
        return
    write_text(to, text)
    tell(quiet, f"The page is {to}")
