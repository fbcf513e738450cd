"""Scenarios: what reads back, what beats what, and what every refusal says."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario, scenario_text, shipped_names

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a scenario file and returns its path."""

    def put(text: str, name: str = "mine.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return put


def refusal(scenario: Path | str, *settings: str) -> str:
    """The message with which a scenario is refused."""
    with pytest.raises(InputError) as caught:
        load_scenario(scenario, settings)
    return str(caught.value)


# What reads back

@pytest.mark.parametrize("name", [name for name in shipped_names() if name != "real_workplace"])
def test_a_shipped_scenario_reads_back_the_same(name: str, write: Write) -> None:
    scenario = load_scenario(name)
    again = load_scenario(write(scenario_text(scenario), f"{name}.yaml"))
    assert again == scenario
    assert scenario_text(again) == scenario_text(scenario)


def test_every_kind_of_setting_reads_back_the_same(write: Write) -> None:
    settings = ["platforms.twitter=null", "platforms.mastodon={repeats: 2.5, composition: {groups: 0.3}}", "paid.cap=null", "paid.budget=1e-3",
                "paid.split={linkedin: 1}", "title='NO: 1e3'", "horizon.start_date=2020-02-29", "sources=['2016-04-04', 'null', '1']",
                "society.region=europe", "run.seed=9223372036854775807"]
    scenario = load_scenario("baseline", settings)
    assert load_scenario(write(scenario_text(scenario))).model_dump() == scenario.model_dump()


# U+FEFF is left out: at the head of a file it is a byte-order mark
READABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=40)


@given(title=READABLE, purpose=READABLE, budget=st.floats(0, 1e12), seed=st.integers(0, 2**63 - 1))
def test_any_text_and_number_reads_back_the_same(title: str, purpose: str, budget: float, seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    scenario = Scenario().replace(title=title, purpose=purpose, paid__budget=budget, run__seed=seed)
    path = tmp_path_factory.getbasetemp() / "reads-back.yaml"
    path.write_text(scenario_text(scenario), encoding="utf-8", newline="")
    assert load_scenario(path).model_dump() == scenario.model_dump()


def test_yaml_is_of_version_1_2(write: Write) -> None:
    path = write("title: NO\npurpose: on\nsources: [yes, off]\npaid:\n  budget: 1e-3\nrun:\n  replications: 010\n")
    scenario = load_scenario(path)
    assert (scenario.title, scenario.purpose, scenario.sources) == ("NO", "on", ["yes", "off"])
    assert (scenario.paid.budget, scenario.run.replications) == (0.001, 10)
    assert "true or false" in refusal(write("paid:\n  enabled: yes\n"))


def test_an_empty_file_is_the_default_under_its_own_name(write: Write) -> None:
    scenario = load_scenario(write("# nothing yet\n", "quiet.yaml"))
    assert scenario.name == "quiet"
    assert scenario.model_dump() == Scenario().model_dump()


# What beats what

def test_extends_merges_mappings_and_replaces_lists(write: Write) -> None:
    write("title: Parent\nsources: [a, b]\nhorizon: {weeks: 5, tail_days: 3}\npaid: {cpm: {linkedin: 20, twitter: 4}}\n", "parent.yaml")
    scenario = load_scenario(write("extends: parent.yaml\nsources: [c]\nhorizon: {weeks: 7}\npaid: {cpm: {linkedin: 30}}\n"))
    assert (scenario.title, scenario.sources) == ("Parent", ["c"])
    assert (scenario.horizon.weeks, scenario.horizon.tail_days) == (7, 3)
    assert scenario.paid.cpm == {"facebook": 6.33, "linkedin": 30.0, "twitter": 4.0}


def test_extends_goes_on_through_grandparents_and_folders(write: Write) -> None:
    write("extends: baseline\nhorizon: {weeks: 5}\n", "far/grandparent.yaml")
    write("extends: far/grandparent.yaml\nhorizon: {tail_days: 9}\n", "parent.yaml")
    scenario = load_scenario(write("extends: ../parent.yaml\nrun: {seed: 3}\n", "near/child.yaml"))
    assert (scenario.title, scenario.horizon.weeks, scenario.horizon.tail_days, scenario.run.seed) == ("Baseline", 5, 9, 3)


def test_settings_beat_the_file_and_later_ones_earlier_ones(write: Write) -> None:
    path = write("horizon: {weeks: 5, tail_days: 3}\n")
    assert load_scenario(path, ["horizon.weeks=6"]).horizon.model_dump() == {**load_scenario(path).horizon.model_dump(), "weeks": 6}
    assert load_scenario(path, ["horizon.weeks=6", "horizon.weeks=8"]).horizon.weeks == 8
    assert load_scenario(path, [" horizon.start_date = 2017-01-02"]).horizon.start_date == datetime.date(2017, 1, 2)


def test_null_leaves_a_platform_out(write: Write) -> None:
    scenario = load_scenario(write("platforms: {twitter: null}\n"))
    assert scenario.platforms.names() == ["facebook", "linkedin"]
    assert sorted(scenario.bought_platforms) == ["facebook", "linkedin"]


def test_a_new_platform_gets_the_general_defaults(write: Write) -> None:
    platforms = dict(load_scenario(write("platforms: {mastodon: {repeats: 3}}\n")).platforms.items())
    assert list(platforms) == ["facebook", "linkedin", "mastodon", "twitter"]
    assert (platforms["mastodon"].repeats, platforms["mastodon"].followers_median, platforms["mastodon"].follows) == (3.0, 150.0, "mutual")


@pytest.mark.parametrize("key", ["file", "attributes"])
def test_paths_are_found_beside_the_file_that_names_them(key: str, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    table = write("a,b\n", "data/ties.csv")
    parent = write("society: {network: {family: file, file: ties.csv, attributes: ties.csv}}\n", "data/parent.yaml")
    child = write("extends: data/parent.yaml\n", "child.yaml")
    write("", "elsewhere/here")
    monkeypatch.chdir(tmp_path / "elsewhere")
    for path in (parent, child):
        assert getattr(load_scenario(path).society.network, key) == str(table)
    assert "no file 'ties.csv'" in refusal(parent, f"society.network.{key}=ties.csv")
    monkeypatch.chdir(tmp_path / "data")
    assert getattr(load_scenario(child, [f"society.network.{key}=ties.csv"]).society.network, key) == str(table)


# What is refused, and how

@pytest.mark.parametrize(("text", "line", "parts"), [
    ("title: A\npaid:\n  bugdet: 3\n", 3, ["paid.bugdet", "not a known key", "creative_days", "'budget'"]),
    ("pad: {}\n", 1, ["pad", "not a known key", "programme", "'paid'"]),
    ("platforms:\n  mastodon:\n    repeatz: 3\n", 3, ["platforms.mastodon.repeatz", "'repeats'"]),
    ("paid:\n  cap:\n    day: 3\n", 3, ["paid.cap.day", "impressions", "'days'"]),
    ("\nhorizon:\n  weeks: many\n", 3, ["horizon.weeks", "'many'", "a whole number, 1 to 104 (weeks)"]),
    ("run: {replications: 2.5}\n", 1, ["run.replications", "2.5", "a whole number"]),
    ("paid:\n  budget: -3\n", 2, ["paid.budget", "-3", "a number or null, 0 to 1e+12"]),
    ("paid: {budget: .nan}\n", 1, ["paid.budget", "nan", "a number"]),
    ("market:\n  contacts_in_market_fraction: 0\n", 2, ["contacts_in_market_fraction", "given 0", "0.001 to 1"]),
    ("society: {region: north_americo}\n", 1, ["society.region", "'north_americo'", "europe", "Did you mean 'north_america'"]),
    ("horizon: {start_date: soon}\n", 1, ["horizon.start_date", "'soon'", "a date such as"]),
    ("programme: 3\n", 1, ["programme", "given 3", "a mapping"]),
    ("programme: {cost: [3]}\n", 1, ["programme.cost", "[3]", "a mapping"]),
    ("behaviour: {segments: {eager: 0.5, persuadable: 0.5, loud_mixed: 0.5, critical: 0, inert: 0}}\n", 1, ["segments", "add up to 1", "1.5"]),
    ("behaviour: {segments: {eager: 1}}\n", 1, ["segments", "add up to 1", "1.79"]),
    ("platforms: {linkdin: {repeats: 2}}\n", 1, ["'linkdin'", "'linkedin'"]),
    ("platforms: {facebook: {composition: {colege: 0.2}}}\n", 1, ["composition", "'colege'", "neighbours", "'college'"]),
    ("platforms: {facebook: {composition: {college: 0.7, groups: 0.7}}}\n", 1, ["composition", "1.94", "at most 1"]),
    ("platforms: {facebook: null, linkedin: null, twitter: null}\n", 1, ["platforms", "at least one"]),
    ("society: {network: {family: file}}\n", 1, ["society.network.file", "--set society.network.file=PATH"]),
    ("society:\n  network:\n    family: file\n    file: gone.csv\n", 4, ["society.network.file", "'gone.csv'", "folder of the scenario"]),
    ("paid: {budget: null, match_programme_cost: false}\n", 1, ["paid.budget", "match_programme_cost"]),
    ("title: a\ntitle: b\n", 2, ["duplicate key", "title"]),
    ("run:\n  seed: 1\n  seed: 2\n", 3, ["duplicate key", "seed"]),
    ("title: [a\n", 2, ["not valid YAML"]),
    ("- title\n- b\n", 1, ["mapping", "a list"]),
    ("just words\n", 1, ["mapping", "text"]),
    ("extends: basline\n", 1, ["extends", "'basline'", "Did you mean 'baseline'"]),
    ("title: a\nextends: .\n", 2, ["extends", "folder"]),
    ("extends: 3\n", 1, ["extends", "given 3", "a path"]),
    ("extends: mine.yaml\n", 1, ["extends", "circle", "mine.yaml -> mine.yaml"]),
])
def test_a_refusal_names_file_line_key_and_what_is_allowed(text: str, line: int, parts: list[str], write: Write) -> None:
    path = write(text)
    message = refusal(path)
    assert message.startswith(f"{path}:{line}: ")
    for part in parts:
        assert part in message


def test_a_circle_of_three_is_drawn(write: Write) -> None:
    write("extends: c.yaml\n", "b.yaml")
    last = write("title: c\nextends: a.yaml\n", "c.yaml")
    message = refusal(write("extends: b.yaml\n", "a.yaml"))
    assert message.startswith(f"{last}:2: extends")
    assert "a.yaml -> b.yaml -> c.yaml -> a.yaml" in message


def test_a_fault_of_a_parent_is_found_in_the_parent(write: Write) -> None:
    parent = write("title: x\nhorizon:\n  weeks: 0\n", "parent.yaml")
    assert refusal(write("extends: parent.yaml\n")).startswith(f"{parent}:3: horizon.weeks")
    assert "gone" in refusal(write("extends: gone.yaml\n", "orphan.yaml"))


@pytest.mark.parametrize(("content", "part"), [(b"\xff\xfet", "UTF-8"), ("title: \xe9".encode("latin-1"), "UTF-8"), (b"title: \x00", "not valid YAML")])
def test_a_file_that_is_not_text_is_refused(content: bytes, part: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    assert part in (message := refusal(path))
    assert message.startswith(str(path))


def test_a_scenario_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)
    message = refusal("basline")
    assert "'basline'" in message
    assert "Did you mean 'baseline'" in message


@pytest.mark.parametrize(("setting", "parts"), [
    ("paid.bugdet=3", ["paid.bugdet", "'budget'"]), ("paid.budget=-3", ["paid.budget", "-3", "0 to 1e+12"]), ("paid.budget=lots", ["'lots'", "a number"]),
    ("paid", ["'paid'", "key=value"]), ("=3", ["'=3'", "key=value"]), ("paid..budget=3", ["paid..budget", "key=value"]),
    ("run={", ["'{'", "not a YAML value"]), ("title.x=3", ["title"]), ("platforms.linkdin.repeats=2", ["'linkdin'", "'linkedin'"]),
])
def test_a_bad_setting_is_refused_as_one(setting: str, parts: list[str]) -> None:
    message = refusal("baseline", setting)
    assert message.startswith("--set")
    for part in parts:
        assert part in message
