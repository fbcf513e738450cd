"""The pages of the site that come from the code cover all of it; the site itself is built by docs/build.py."""

from __future__ import annotations

import importlib
import importlib.util
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

import simulation
from simulation.cli import app
from simulation.inputs.evidence import bases, load_evidence
from simulation.inputs.yaml_text import read_mapping


@pytest.fixture
def making(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a maker of pages, as docs/build.py does."""
    monkeypatch.syspath_prepend(str(repository / "docs"))
    return lambda name: importlib.import_module(f"making.{name}")


def test_the_page_of_commands_has_every_command_and_every_option_that_help_shows(making: Any) -> None:
    page, shown = making("commands").page(), CliRunner()
    names = [name for name, _ in making("commands").commands()]
    assert {"advocacy compare", "advocacy scenario new", "advocacy cache show"} <= set(names)
    for name in names:
        section = page.split(f"{{program}} {name}\n")[1].split("\n## ")[0]
        words = shown.invoke(app, [*name.split()[1:], "--help"], env={"COLUMNS": "400", "TERM": "dumb"}).stdout
        options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", words.split("Options:")[-1])) - {"--help"}
        missing = {option for option in options if not re.search(rf"\{{option\}}[^\n]*(?<![\w-]){option}(?![\w-])", section)}
        assert missing == set(), name
    listed = shown.invoke(app, ["--help"], env={"COLUMNS": "400", "TERM": "dumb"}).stdout.split("Commands:")[-1]
    assert {line.split()[0] for line in listed.splitlines() if line.strip()} == {name.split()[1] for name in names}


def test_the_page_of_keys_has_every_key_with_type_default_unit_range_and_source(making: Any) -> None:
    page = making("keys").page()
    declared = {re.sub(r"^platforms\.(linkedin|facebook|twitter)\.", "platforms.NAME.", key): basis for key, basis in bases()}
    entries = dict(re.findall(r"^```\{confval\} (\S+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL))
    assert set(declared) <= set(entries)
    assert set(entries) - set(declared) >= {"title", "currency", "paid.flights.weight", "paid.bursts.weeks"}
    for key, basis in declared.items():
        assert ":type: " in entries[key], key
        assert re.search(r":default: .", entries[key]), key
        assert basis["role"].capitalize() in entries[key], key
        for figure in basis["evidence"]:
            assert figure in entries[key], key
    for key, basis in bases():
        if key.startswith("platforms."):
            assert all(figure in page for figure in basis["evidence"]), key
    assert "allowed: 10 to 100,000,000" in entries["market.consumers"]
    assert "unit: people" in entries["market.consumers"]
    assert ":default: 300000" in entries["market.consumers"]
    assert re.search(r":default: facebook 2\.0; linkedin 10\.0;", entries["platforms.NAME.half_life_hours"])


def test_sources_on_the_page_of_keys_lead_to_the_page_of_evidence(making: Any, repository: Path) -> None:
    linked = set(re.findall(r"evidence\.html#([\w-]+)", making("keys").page()))
    anchors = set(re.findall(r'<a id="([\w-]+)">', (repository / "docs/evidence.md").read_text(encoding="utf-8")))
    assert len(linked) > 40
    assert linked <= anchors
    assert linked <= {figure.key for figure in load_evidence()}


def test_the_page_of_python_names_has_all_of_them(making: Any) -> None:
    page = making("python_names").page()
    assert {name for name in simulation.__all__ if f"simulation.{name}" not in page} == set()


def test_the_gallery_has_a_picture_of_every_stored_chart_with_its_words(making: Any, repository: Path, tmp_path: Path) -> None:
    gallery, drawn = making("gallery"), {}
    for room in gallery.ROOMS:
        drawn[room.name] = tmp_path / room.name
        drawn[room.name].mkdir()
        (drawn[room.name] / "chart.png").write_bytes(b"")
        (drawn[room.name] / "chart.txt").write_text("Dot chart. Ads win.\n", encoding="utf-8")
    page = gallery.page(drawn, repository / "docs/images", tmp_path / "pictures")
    assert page.count(":alt: Dot chart. Ads win.") == len(gallery.ROOMS)
    for picture in (repository / "docs/images").glob("*.png"):
        assert picture.name in page or picture.name == "reach_over_time.png"
    assert len(list((tmp_path / "pictures").iterdir())) == len(gallery.ROOMS)


@pytest.mark.parametrize(("text", "finding"), [
    ("Dot chart of costs on a scale. A person costs $1.50 against $2. Means: 1; 2.", "A person costs $1.50 against $2."),
    ("Curves of reach: measured, 0.5; model, " + "0.4; " * 60, "Curves of reach."),
    ("Dot chart. Friends: published 1, ours 1, holds; Foes: published 2, ours 3, cannot say.", "Of 2 published facts 1 hold, 0 break, and on 1 nothing can be said."),
    ("What the 21% implies", "What the 21% implies"),
])
def test_the_finding_is_taken_from_the_words_of_a_chart(making: Any, text: str, finding: str) -> None:
    assert making("gallery").finding(text) == finding


def test_requests_to_outside_are_found_and_links_are_none(repository: Path, tmp_path: Path, making: Any) -> None:
    spec = importlib.util.spec_from_file_location("site_build", repository / "docs/build.py")
    assert spec is not None
    assert spec.loader is not None
    making("commands")
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    (tmp_path / "page.html").write_text('<a href="https://a.example">x</a><script src="https://b.example/x.js"></script><img src="pictures/x.png">', encoding="utf-8")
    (tmp_path / "site.css").write_text("body { background: url(https://c.example/x.png) }", encoding="utf-8")
    assert build.requests_to_outside(tmp_path) == ["page.html: https://b.example/x.js", "site.css: url(http"]


def test_every_page_is_in_the_table_of_contents(repository: Path) -> None:
    docs = repository / "docs"
    listed = set(re.findall(r"^([\w/-]+)$", "\n".join(re.findall(r"```\{toctree\}\n(.*?)```", (docs / "index.md").read_text(encoding="utf-8"), re.DOTALL)), re.MULTILINE))
    assert {page.relative_to(docs).with_suffix("").as_posix() for page in docs.rglob("*.md")} - {"index"} <= listed
    assert {"reference/commands", "reference/keys", "reference/python", "gallery", "changelog", "contributing"} <= listed


def test_the_citation_says_what_the_package_says(repository: Path) -> None:
    from importlib.metadata import version

    citation, _ = read_mapping(repository / "CITATION.cff")
    jsonschema.validate(citation, {"required": ["cff-version", "message", "title", "authors"], "properties": {"cff-version": {"const": "1.2.0"}, "authors": {"minItems": 1}}})
    assert citation["version"] == version("advocacy-reach")
    assert citation["license"] == "Apache-2.0"
