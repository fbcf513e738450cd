"""`advocacy app`: what it refuses before anything starts, and what it tells Streamlit."""

from __future__ import annotations

import importlib
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from simulation.app import serving
from simulation.app.sides import Side
from simulation.cli import app
from simulation.errors import InputError


def started(monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[Any, ...]:
    """What would be served."""
    served: list[tuple[Any, ...]] = []
    monkeypatch.setattr(serving, "serve", lambda *given: served.append(given))
    done = CliRunner().invoke(app, ["app", *words], catch_exceptions=False)
    assert done.exit_code == 0
    assert "Open http://" in done.stderr
    return served[0]


def refused(*words: str) -> str:
    done = CliRunner().invoke(app, ["app", *words])
    assert isinstance(done.exception, InputError)
    return str(done.exception)


def test_without_the_extra_it_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "find_spec", lambda name: None if name == "streamlit" else find_spec(name))
    assert "pip install 'advocacy-reach[app]'" in refused()


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "find_spec", lambda name: True)


@pytest.mark.usefixtures("installed")
def test_scenarios_of_files_and_names_are_served_on_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text("extends: europe\ntitle: Ours\npaid: {budget: 5000.0}\n", encoding="utf-8")
    sides, host, port, browser = started(monkeypatch, str(file), "europe")
    assert sides[1] == Side("europe")
    assert sides[0].scenario().title == "Ours"
    assert (host, browser) == ("127.0.0.1", False)
    assert port >= 8501


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(("words", "says"), [
    (("nowhere",), "no scenario file 'nowhere'"),
    (("baseline", "europe", "ads_only", "page_only"), "given 4 scenarios; allowed: up to 3"),
    (("paid.budget=5",), "looks like a setting"),
])
def test_bad_input_is_refused_before_anything_starts(words: tuple[str, ...], says: str) -> None:
    assert says in refused(*words)


@pytest.mark.usefixtures("installed")
def test_a_port_in_use_is_refused_or_stepped_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert f"127.0.0.1:{taken} cannot be used" in refused("--port", str(taken))
        monkeypatch.setattr(serving, "PORT", taken)
        assert serving.free_port("127.0.0.1", None) > taken


@pytest.mark.usefixtures("installed")
def test_listening_to_others_is_said_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "serve", lambda *given: None)
    done = CliRunner().invoke(app, ["app", "--host", "0.0.0.0"], catch_exceptions=False)
    assert "others on the network may open the page; there is no password" in done.stderr
    assert "Open http://127.0.0.1:" in done.stderr


def test_a_page_of_another_site_is_turned_away_without_asking_anybody(monkeypatch: pytest.MonkeyPatch) -> None:
    net_util = pytest.importorskip("streamlit.net_util", reason="the extra app is not installed")
    server_util = importlib.import_module("streamlit.web.server.server_util")
    asked: list[str] = []
    monkeypatch.setattr(net_util, "get_external_ip", lambda: asked.append("outside"))
    assert not server_util.is_url_from_allowed_origins("http://elsewhere.example")
    assert asked == ["outside"], "left to itself, Streamlit looks the outside address up"
    asked.clear()
    serving.stay_inside()
    assert not server_util.is_url_from_allowed_origins("http://elsewhere.example")
    assert server_util.is_url_from_allowed_origins("http://127.0.0.1:8501")
    assert asked == []


def test_streamlit_is_told_to_listen_here_and_to_report_to_nobody() -> None:
    told = serving.options("127.0.0.1", 8600)
    assert (told["server.address"], told["browser.gatherUsageStats"], told["server.fileWatcherType"]) == ("127.0.0.1", False, "none")
    config = pytest.importorskip("streamlit.config", reason="the extra app is not installed")
    known = config.get_config_options()
    assert [name for name in told if name not in known] == [], "every option is one of this Streamlit"
