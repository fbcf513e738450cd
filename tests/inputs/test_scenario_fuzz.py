"""Whatever stands in a scenario file or after `--set`: it loads, or it is refused as input. Nothing else ever happens."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.inputs.evidence import bases
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario, scenario_text

KEYS = sorted(key for key, _ in bases())
PIECES = st.sampled_from(["title", "paid", "platforms", "linkedin", "extends", "budget", ": ", ":\n  ", "\n", "- ", "[", "]", "{", "}", ", ", "&a ", "*a", "<<", "!!int ",
                          "!!omap ", "!!set ", "!!bool ", "!x ", "|\n ", ">-\n ", "? ", "'", '"', "#", "%YAML 1.1\n", "---\n", "...\n", "~", "null", "1", "-2.5", ".nan", ".inf",
                          "1e999", "2016-02-30", "2016-04-04", "\\ud800", "\t", "\ufeff", "\x85"])
YAMLISH = st.lists(PIECES, max_size=14).map("".join)
VALUES = st.one_of(YAMLISH, st.text(max_size=20), st.integers().map(str), st.floats().map(str))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "mine.yaml"


def loads_or_is_refused(scenario: Path | str, *texts: str) -> None:
    """A scenario that loads can be written; one that does not is refused with one readable message."""
    try:
        loaded = load_scenario(scenario, texts)
    except InputError as error:
        message = str(error)
        assert message
    else:
        assert isinstance(loaded, Scenario)
        scenario_text(loaded).encode()


@settings(max_examples=200)
@given(content=st.binary(max_size=60))
def test_any_bytes_load_or_are_refused(content: bytes, file: Path) -> None:
    file.write_bytes(content)
    loads_or_is_refused(file)


@settings(max_examples=400)
@given(text=YAMLISH | st.text(max_size=40))
def test_any_text_loads_or_is_refused(text: str, file: Path) -> None:
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    loads_or_is_refused(file)


@settings(max_examples=400)
@given(key=st.sampled_from(KEYS) | st.text(max_size=12), value=VALUES)
def test_any_setting_is_taken_or_refused(key: str, value: str) -> None:
    loads_or_is_refused("baseline", f"{key}={value}")


@pytest.mark.parametrize("text", [
    "<<: {title: x}", "paid: &p {budget: 3}\nhorizon: {<<: *p}", "!!omap [title: a]", "title: !!omap [a: 1]", "title: !!bool maybe", "title: !!set {a, b}", "!!set ", "!!int ",
    "title: !!float", "title: 0x__", "paid: &x {budget: *x}",
    "sources: &x [*x]", 'title: "\\ud800"', "a: " + "[" * 3000, "a: " + "{b: " * 3000, f"extends: {'x' * 300}", "extends: 'a\\0b'",
    f"society: {{network: {{family: file, file: {'x' * 300}}}}}", "extends: ~nobody/x", "extends: ''", "? [a, b]\n: 3", "1: 2", "null: 3", "true: x", 'platforms: {"": {}}',
], ids=lambda text: text[:24])
def test_strange_files_load_or_are_refused(text: str, file: Path) -> None:
    file.write_text(text, encoding="utf-8")
    loads_or_is_refused(file)


@pytest.mark.parametrize("name", ["", "x" * 300, "a\0b", "/dev/null", "~nobody/x", "..", "baseline\n", "\ud800"], ids=ascii)
def test_strange_names_are_refused(name: str) -> None:
    loads_or_is_refused(name)


@pytest.mark.parametrize("setting", ["title=!!omap [a: 1]", "title=!!bool maybe", "title={<<: {a: 1}}", "title=\ud800", "title=" + "[" * 3000, "run.seed=" + "9" * 5000,
                                     "society.network.file=" + "x" * 300, "paid.cpm.linkedin=.nan", "behaviour.segments.eager=.nan"], ids=lambda text: ascii(text[:24]))
def test_strange_settings_are_taken_or_refused(setting: str) -> None:
    loads_or_is_refused("baseline", setting)


@pytest.mark.parametrize("setting", ["paid.split={linkedin: 0}", "paid.split={}"])
def test_a_split_without_weight_is_refused_as_a_split(setting: str) -> None:
    """Prices are there; it is the split that spends nothing."""
    with pytest.raises(InputError, match=r"paid\.split"):
        load_scenario("baseline", [setting])


def test_setting_one_price_keeps_the_other_prices() -> None:
    """A default mapping is merged like a mapping in a file: ads on other platforms must not vanish silently."""
    assert sorted(load_scenario("baseline", ["paid.cpm.linkedin=40"]).bought_platforms) == ["facebook", "linkedin", "twitter"]


def test_null_is_shown_as_it_is_written() -> None:
    with pytest.raises(InputError, match="given null"):
        load_scenario("baseline", ["horizon.weeks=null"])
