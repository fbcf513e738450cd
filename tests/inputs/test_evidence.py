"""Evidence: every default rests on something that exists, and broken files are refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.errors import InputError
from simulation.inputs.evidence import Evidence, bases, load_evidence
from simulation.inputs.parameters import Scenario

FOUNDING = {
    "brands-pursuing-advocacy": 0.90, "consumers-liked": 0.21, "consumers-shared": 0.08, "employees-posted-about-work": 0.55,
    "brands-expect-return": 0.15, "driver-reach": 0.54, "driver-brand-health": 0.47, "driver-engage-employees": 0.43,
    "driver-customer-experience": 0.43, "driver-customer-support": 0.27, "inappropriate-content": 0.08, "maturity-stages": 5,
    "private-life-europe": 0.44, "private-life-north-america": 0.23, "advocates-managers": 0.77,
}
"""The founding survey's figures; keys begin with `altimeter-2016-`."""

DIRECT = {
    "paid.cpm.facebook": "salesforce-2016-facebook-cpm",
    "paid.cpm.linkedin": "salesforce-2016-linkedin-cpm",
    "paid.cpm.twitter": "salesforce-2016-twitter-cpm",
    "paid.viewable_fraction": "lumen-2017-facebook-looked-at",
    "page.network_ratio": "linkedin-2016-network-ratio",
    "platforms.linkedin.active_fraction": "linkedin-2015-active-accounts",
    "platforms.linkedin.followers_median": "breitbarth-2014-connections-median",
    "platforms.linkedin.followers_log_sd": "linkedin-degree-log-sd",
    "platforms.linkedin.advocate_fraction": "man-2017-linkedin",
    "platforms.linkedin.repeats": "uci-facebook-2014-repeats",
    "platforms.facebook.followers_median": "pew-2014-facebook-friends-median",
    "platforms.facebook.followers_log_sd": "facebook-degree-log-sd",
    "platforms.facebook.advocate_fraction": "man-2017-facebook",
    "platforms.facebook.out_of_network": "uci-facebook-2014-out-of-network",
    "platforms.facebook.composition.coworkers": "pew-2010-friends-coworkers",
    "platforms.facebook.composition.high_school": "pew-2010-friends-high-school",
    "platforms.facebook.composition.extended_family": "pew-2010-friends-extended-family",
    "platforms.facebook.composition.college": "pew-2010-friends-college",
    "platforms.facebook.composition.immediate_family": "pew-2010-friends-immediate-family",
    "platforms.facebook.composition.groups": "pew-2010-friends-groups",
    "platforms.facebook.composition.neighbours": "pew-2010-friends-neighbours",
    "platforms.twitter.followers_median": "twitter-2013-followers-median",
    "platforms.twitter.followers_log_sd": "twitter-degree-log-sd",
    "platforms.twitter.advocate_fraction": "man-2017-twitter",
    "platforms.twitter.half_life_hours": "graffius-2022-twitter-half-life",
    "behaviour.source_multiplier": "linkedin-2016-employee-ctr-ratio",
    "behaviour.monthly_sharers_fraction": "linkedin-2017-employees-sharing",
    "behaviour.critical_fraction": "hrreview-2014-critical-fraction",
    "behaviour.incident_fraction": "altimeter-2016-inappropriate-content",
    "behaviour.segments.eager": "weber-shandwick-2014-proactivists",
    "behaviour.segments.persuadable": "weber-shandwick-2014-preactivists",
    "behaviour.segments.loud_mixed": "weber-shandwick-2014-hyperactives",
    "behaviour.segments.critical": "weber-shandwick-2014-reactivists-detractors",
    "behaviour.segments.inert": "weber-shandwick-2014-inactives",
}
"""Defaults that are a published figure as it stands."""

ROUNDED = {
    "platforms.facebook.like_rate": "uci-facebook-2014-likes-per-reach",
    "platforms.facebook.reshare_rate": "uci-facebook-2014-shares-per-reach",
    "behaviour.activity_shape": "uci-facebook-2014-shape",
}
"""Defaults that are a published figure to about one digit: within a tenth of it."""

GOOD = """[{key}]
title = "A figure"
value = 0.5
unit = "fraction"
question = "?"
population = "people"
source = "somebody"
confidence = "{confidence}"
kind = "{kind}"
verified = {verified}
"""


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return load_evidence()


def default(key: str) -> float:
    """The value at a dotted key of the default scenario."""
    values = Scenario().model_dump()
    for part in key.split("."):
        values = values[part]
    return float(values)  # type: ignore[arg-type]


def figure_text(key: str = "a-figure", confidence: str = "B", kind: str = "measured", verified: bool = True) -> str:
    """An evidence table that is in order unless told otherwise."""
    return GOOD.format(key=key, confidence=confidence, kind=kind, verified=str(verified).lower())


def test_every_evidence_key_of_a_parameter_resolves(evidence: Evidence) -> None:
    named = [(key, name) for key, basis in bases() for name in basis["evidence"]]
    assert len(named) > 50
    assert [(key, name) for key, name in named if name not in {figure.key for figure in evidence}] == []


def test_every_parameter_has_evidence_or_the_reason_of_an_assumption() -> None:
    found = dict(bases())
    assert [key for key, basis in found.items() if not basis["evidence"] and not basis["assumed"]] == []
    assert [key for key, basis in found.items() if not basis["unit"] or basis["role"] not in ("lever", "uncertainty")] == []


def test_bases_cover_every_value_of_the_default_scenario() -> None:
    """No value escapes `bases`: neither one in a nested block, nor one of an optional block or platform."""
    listed = set(dict(bases()))
    plain = {"title", "purpose", "sources", "currency", "price_year"}

    def leaves(values: dict[str, object], prefix: str = "") -> set[str]:
        return {key for name, value in values.items()
                for key in ({prefix + name} if prefix + name in listed or not isinstance(value, dict) else leaves(value, f"{prefix}{name}."))}

    assert leaves(Scenario().model_dump()) - plain <= listed


def test_no_default_rests_on_an_unverified_figure_alone(evidence: Evidence) -> None:
    shaky = [key for key, basis in bases() if basis["evidence"] and not basis["assumed"] and all(not evidence[name].verified for name in basis["evidence"])]
    assert shaky == []


def test_no_default_rests_on_folklore(evidence: Evidence) -> None:
    assert [key for key, basis in bases() for name in basis["evidence"] if evidence[name].folklore] == []


def test_no_default_rests_on_a_figure_that_is_held_out_for_validation(evidence: Evidence) -> None:
    assert [(key, name) for key, basis in bases() for name in basis["evidence"] if evidence[name].held_out] == []


@pytest.mark.parametrize(("name", "value"), FOUNDING.items())
def test_founding_figures_stand_as_published(evidence: Evidence, name: str, value: float) -> None:
    figure = evidence[f"altimeter-2016-{name}"]
    assert figure.value == pytest.approx(value)
    assert figure.verified
    assert figure.kind == "measured"


def test_fractions_lie_between_0_and_1_and_intervals_around_their_value(evidence: Evidence) -> None:
    for figure in evidence:
        if figure.unit.startswith("fraction") and figure.value is not None:
            assert 0 <= figure.value <= 1, figure.key
        if figure.low is not None and figure.high is not None:
            assert figure.low <= figure.high, figure.key
            assert figure.value is None or figure.low <= figure.value <= figure.high, figure.key


def test_only_unverified_figures_are_from_memory(evidence: Evidence) -> None:
    assert {figure.key for figure in evidence if figure.confidence == "C"} == {figure.key for figure in evidence if not figure.verified}


@pytest.mark.parametrize(("key", "name"), DIRECT.items())
def test_a_default_agrees_with_its_figure(evidence: Evidence, key: str, name: str) -> None:
    assert default(key) == pytest.approx(evidence[name].value, rel=1e-9)


@pytest.mark.parametrize(("key", "name"), ROUNDED.items())
def test_a_rounded_default_is_near_its_figure(evidence: Evidence, key: str, name: str) -> None:
    assert default(key) == pytest.approx(evidence[name].value, rel=0.1)


@pytest.mark.parametrize(("region", "name"), [("europe", "private-life-europe"), ("north_america", "private-life-north-america")])
def test_privacy_by_region_is_the_founding_surveys(evidence: Evidence, region: str, name: str) -> None:
    assert Scenario().replace(society__region=region).privacy_fraction == evidence[f"altimeter-2016-{name}"].value


def test_appeal_spreads_as_both_logs_do(evidence: Evidence) -> None:
    logs = [evidence[name].value or 0.0 for name in ("uci-facebook-2014-log-sd", "linkedin-member-export-2024-log-sd")]
    assert min(logs) - 0.1 <= default("behaviour.appeal_log_sd") <= max(logs) + 0.1


def test_an_unknown_key_names_the_nearest(evidence: Evidence) -> None:
    with pytest.raises(InputError, match=r"'man-2017-linkedn'.*Did you mean 'man-2017-linkedin'"):
        evidence["man-2017-linkedn"]


def test_the_digest_changes_with_the_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(figure_text(), encoding="utf-8")
    two.write_text(figure_text() + "# a remark\n", encoding="utf-8")
    assert load_evidence(one).digest != load_evidence(two).digest
    assert load_evidence(one)["a-figure"] == load_evidence(two)["a-figure"]


@pytest.mark.parametrize(("text", "expected"), [
    ("[a-figure\n", ["not valid TOML", "line 1"]),
    (figure_text().replace('unit = "fraction"\n', ""), ["[a-figure]", "unit", "required"]),
    (figure_text().replace("value = 0.5", 'value = "half"'), ["[a-figure]", "value"]),
    (figure_text(confidence="E"), ["[a-figure]", "confidence"]),
    (figure_text(kind="guessed"), ["[a-figure]", "kind"]),
    (figure_text() + "colour = 3\n", ["[a-figure]", "colour"]),
    (figure_text(confidence="C", verified=True), ["[a-figure]", "confidence C means unverified"]),
    (figure_text(confidence="B", verified=False), ["[a-figure]", "only C"]),
    (figure_text(kind="derived"), ["[a-figure]", "formula"]),
    (figure_text() + 'derived_from = ["nowhere"]\n', ["[a-figure]", "derived_from", "'nowhere'"]),
    (figure_text() + figure_text(), ["not valid TOML"]),
    ("loose = 3\n", ["[loose]"]),
    (figure_text() + 'key = "other"\n', ["[a-figure]", "key"]),
])
def test_a_broken_file_is_refused_by_file_and_key(tmp_path: Path, text: str, expected: list[str]) -> None:
    file = tmp_path / "broken.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_evidence(file)
    for part in [str(file), *expected]:
        assert part in str(caught.value)


def test_a_file_in_order_loads(tmp_path: Path) -> None:
    file = tmp_path / "good.toml"
    file.write_text(figure_text() + figure_text(key="from-memory", confidence="C", verified=False), encoding="utf-8")
    assert len(load_evidence(file)) == 2


@pytest.mark.parametrize(("content", "expected"), [(None, "cannot be read"), (b"\xff\xfe", "not valid TOML")])
def test_an_unreadable_file_is_refused(tmp_path: Path, content: bytes | None, expected: str) -> None:
    file = tmp_path / "evidence.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError, match=expected):
        load_evidence(file)
    with pytest.raises(InputError, match=r"folder|directory"):
        load_evidence(tmp_path)
