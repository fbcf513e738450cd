"""`advocacy app`: the local web page."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from simulation.cli.options import check_names, tell
from simulation.errors import InputError

MOST = 3


def app(
    scenarios: Annotated[list[str] | None, typer.Argument(metavar="[SCENARIO]...", help="Up to three scenario files or shipped names; left out: baseline and maturity_5.")] = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on. Another than this machine's own lets others in: there is no password.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535, help="Port; left out: the first free one from 8501 on.")] = None,
    browser: Annotated[bool | None, typer.Option("--browser/--no-browser", help="Open a browser; left out: yes, from a terminal.")] = None,
) -> None:
    """Open a page on this machine: scenarios side by side, levers to move, results with intervals."""
    from simulation.app.serving import address, free_port, needs_streamlit, serve

    needs_streamlit()
    from simulation.app.sides import side_of
    from simulation.inputs.scenario import load_scenario

    names = check_names(scenarios or [])
    if len(names) > MOST:
        raise InputError(f"app: given {len(names)} scenarios; allowed: up to {MOST} side by side")
    sides = [side_of(load_scenario(name)) for name in names]
    chosen = free_port(host, port)
    tell(False, f"Open {address(host, chosen)} - Ctrl-C ends it. The first start after an installation compiles for about a minute.")
    if host not in ("127.0.0.1", "::1", "localhost"):
        tell(False, f"Mind: listening on {host}, so others on the network may open the page; there is no password.")
    serve(sides, host, chosen, sys.stdout.isatty() if browser is None else browser)
