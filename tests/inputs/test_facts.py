"""The catalogue of facts: complete, consistent with the evidence, and helpful about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulation.errors import InputError
from simulation.inputs.evidence import bases
from simulation.inputs.facts import Facts, load_facts

GOOD = '''
[setups.page]
observation = "page_posts"
says = "a page"
[facts.one]
title = "One"
topic = "Posts"
figure = "uci-facebook-2014-log-sd"
setup = "page"
measure = "reach_log_sd"
within = 0.1
band = "a tenth"
'''


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def test_every_validation_target_that_the_model_can_show_is_there(facts: Facts) -> None:
    assert {fact.target for fact in facts} >= {"V1", "V3", "V6", "V7", "V9", "V10", "V11", "V14"}
    assert len(facts) > 40


def test_bands_have_an_inside_and_published_values_are_what_the_evidence_says(facts: Facts) -> None:
    for fact in facts:
        low, high = facts.limits(fact)
        assert low < high, fact.key
        figure = facts.source(fact)
        assert facts.published(fact) == (figure.value if fact.per is None else figure.value / facts.evidence[fact.per].value), fact.key  # type: ignore[operator]


def test_a_fact_is_held_out_only_if_no_default_rests_on_its_figure(facts: Facts) -> None:
    direct = {key for _, basis in bases() for key in basis["evidence"]}
    held_out = {fact.key for fact in facts if facts.held_out(fact)}
    assert not {fact.key for fact in facts if fact.figure in direct or fact.chosen_with} & held_out
    assert "page-nonfans" not in held_out  # out_of_network rests on a figure that was derived from it
    assert {"friends-of-a-month", "degeneracy-100", "naive-lift", "three-percent"} <= held_out
    assert {fact.key for fact in facts if facts.source(fact).held_out} <= held_out | {fact.key for fact in facts if fact.chosen_with}


def test_free_settings_are_scenario_keys_or_conditions_of_the_setup(facts: Facts) -> None:
    keys = {key for key, _ in bases()} | {key.replace("NAME", name) for key, _ in bases() for name in ("facebook", "linkedin", "twitter")}
    for fact in facts:
        for free in fact.free:
            assert free.setting in keys or free.setting in facts.setups[fact.setup].conditions, (fact.key, free.setting)
    for name, setup in facts.setups.items():
        assert set(setup.settings) <= keys, name


def test_folklore_that_can_be_assumed(facts: Facts) -> None:
    assert set(facts.claims) == {"561%", "24x", "8x", "135 advocates", "21% per view"}
    assert all(facts.evidence[claim.figure].folklore for name, claim in facts.claims.items() if claim.figure and name != "21% per view")
    with pytest.raises(InputError, match="Did you mean '561%'"):
        facts.claim("561")


@pytest.mark.parametrize(("change", "complaint"), [
    (("within = 0.1", "within = 0.1\nfactor = 2.0"), "one band"),
    (("within = 0.1\n", ""), "one band"),
    (("within = 0.1", "within = 'wide'"), "facts.one"),
    (("uci-facebook-2014-log-sd", "uci-facebook-2014-log"), "Did you mean 'uci-facebook-2014-log-sd'"),
    (('setup = "page"', 'setup = "pages"'), "Did you mean 'page'"),
    (("band = ", "bandwidth = "), "facts.one"),
    (("[facts.one]", "[fact.one]"), "Did you mean 'facts'"),
    (("[facts.one]", "[facts.one"), "not valid TOML"),
    (("within = 0.1", 'within = 0.1\nfree = [{ setting = "x", low = 2, high = 1, why = "" }]'), "low below high"),
])
def test_a_mistake_in_the_catalogue_names_file_entry_and_what_is_allowed(change: tuple[str, str], complaint: str, tmp_path: Path) -> None:
    file = tmp_path / "facts.toml"
    file.write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(InputError, match="(?s)" + complaint) as found:
        load_facts(file)
    assert "facts.toml" in str(found.value) or "evidence" in str(found.value)
    file.write_text(GOOD, encoding="utf-8")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_facts(tmp_path / "none.toml")
