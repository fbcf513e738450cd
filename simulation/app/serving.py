"""Serves the page on this machine alone: no outside address, no telemetry, no watching of files."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
import webbrowser
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from simulation.app.sides import Side, scenarios_of
from simulation.errors import InputError

SCRIPT = Path(__file__).parent / "script" / "advocacy_page.py"
LOOPBACK = "127.0.0.1"
PORT, PORTS = 8501, 50
"""First port that is tried, and how many."""

UPLOAD_MB = 2
ACCENT = {"light": "#005A8C", "dark": "#5BB8EE"}
"""Blue of the programme, dark and light enough for text."""

given: tuple[Side, ...] = ()
"""What new windows open with; empty for the usual sides."""


def needs_streamlit() -> None:
    """Refuse to go on without the extra. Raises `InputError`."""
    if find_spec("streamlit") is None:
        raise InputError("advocacy app needs Streamlit, which is not installed; allowed: after  pip install 'advocacy-reach[app]'  (in a checkout: uv sync --extra app)")


def free_port(host: str, wanted: int | None) -> int:
    """The port asked for, else the first free one from 8501 on. Raises `InputError` where there is none."""
    for port in [wanted] if wanted else range(PORT, PORT + PORTS):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                if wanted:
                    raise InputError(f"--port: {host}:{port} cannot be used ({(error.strerror or str(error)).lower()}); allowed: a free port above 1023") from None
                continue
            return port
    raise InputError(f"--port: no free port from {PORT} to {PORT + PORTS - 1}; allowed: another one")


def options(host: str, port: int) -> dict[str, object]:
    """Streamlit's settings: only here, nothing told to anybody, in light or dark as the system has it."""
    themes = {f"theme.{mode}.primaryColor": colour for mode, colour in ACCENT.items()}
    return {"server.address": host, "server.port": port, "server.headless": True, "server.fileWatcherType": "none", "server.runOnSave": False,
            "server.maxUploadSize": UPLOAD_MB, "browser.gatherUsageStats": False, "browser.serverAddress": host, "browser.serverPort": port,
            "client.toolbarMode": "minimal", "client.showErrorDetails": "none", "global.developmentMode": False, **themes}


def stay_inside() -> None:
    """Keep Streamlit from looking up the machine's outside address, which it does when a page of another site knocks."""
    from streamlit import net_util

    net_util.get_external_ip = lambda: None


def serve(sides: Sequence[Side], host: str, port: int, browser: bool) -> None:
    """Serve until interrupted; the processes that play are warmed up meanwhile."""
    global given
    given = tuple(sides)
    from streamlit.web import bootstrap

    from simulation.app.backstage import backstage
    from simulation.app.desk import USUAL

    stay_inside()
    stage = backstage()
    stage.warm_up(scenarios_of(given or USUAL))
    if browser:
        threading.Thread(target=_open_when_up, args=(address(host, port),), daemon=True).start()
    flags = {name.replace(".", "_"): value for name, value in options(host, port).items()}
    bootstrap.load_config_options(flags)
    try:
        bootstrap.run(str(SCRIPT), False, [], flags)
    finally:
        stage.close()


def address(host: str, port: int) -> str:
    """The address to open in a browser."""
    shown = {"0.0.0.0": LOOPBACK, "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"


def _open_when_up(url: str) -> None:
    """Open a browser once somebody answers there."""
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                webbrowser.open(url)
                return
        except OSError:
            time.sleep(0.25)
