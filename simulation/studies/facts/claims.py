"""Claims without a source, made true: the settings under which the model would agree with each, computed from the scenario and the evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from simulation.inputs.evidence import Evidence
from simulation.inputs.facts import Claim
from simulation.inputs.parameters import Scenario

Changes = dict[str, float]


def assume(scenario: Scenario, claim: Claim, evidence: Evidence) -> tuple[Scenario, Changes]:
    """
    The scenario in which a claim is true, and what was changed, by dotted key.

    Values may lie outside the range that scenarios allow: that a claim needs them to is part of what is wrong with it.
    """
    value = evidence[claim.figure].value if claim.figure else None
    changes = _RULES[claim.name](scenario, value or 0.0, evidence)
    for key, number in changes.items():
        scenario = _forced(scenario, key.split("."), number)
    return scenario, changes


def _further(scenario: Scenario, claimed: float, evidence: Evidence) -> Changes:
    """(1 + 561%) of a page's reach, by 3% of employees with ten times its followers: what is left is how much of the followers a post is shown to."""
    potential = _value(evidence, "linkedin-2017-employees-sharing") * _value(evidence, "linkedin-2016-network-ratio")
    times_as_visible = (1.0 + claimed) / potential
    return {f"platforms.{name}.page_visibility_fraction": platform.visibility_fraction / times_as_visible for name, platform in scenario.platforms.items()}


def _reshared(scenario: Scenario, claimed: float, evidence: Evidence) -> Changes:
    """Persons' reshare rate so many times the page's; it is the product of the common rate and the multiplier of the source."""
    more = claimed / scenario.behaviour.source_multiplier
    return {f"platforms.{name}.reshare_rate": min(1.0, platform.reshare_rate * more) for name, platform in scenario.platforms.items()}


def _answered(scenario: Scenario, claimed: float, evidence: Evidence) -> Changes:
    """All reactions to persons' posts so many times those to a page's."""
    return {"behaviour.source_multiplier": claimed}


def _advocates(scenario: Scenario, claimed: float, evidence: Evidence) -> Changes:
    """As many advocates as claimed, each with the mean number of friends, a third of whom see a post, reach as many as a page with a million fans."""
    if scenario.platforms.facebook is None:
        return {}
    seeing, fans, active = 1.0 / 3.0, 1_000_000.0, scenario.platforms.facebook.active_fraction
    page = claimed * _value(evidence, "pew-2014-facebook-friends-mean") * seeing / fans
    return {"platforms.facebook.visibility_fraction": min(0.95, seeing / active), "platforms.facebook.page_visibility_fraction": page / active}


def _per_view(scenario: Scenario, claimed: float, evidence: Evidence) -> Changes:
    """Persons' like rate as claimed, on the platform where that takes least; the page's stays at what logs say."""
    return {"behaviour.source_multiplier": claimed / max(platform.like_rate for _, platform in scenario.platforms.items())}


def _value(evidence: Evidence, key: str) -> float:
    return evidence[key].value or 0.0


def _forced[Block: BaseModel](block: Block, path: list[str], value: Any) -> Block:
    """A copy with one value changed, without a check of its range."""
    name, *rest = path
    return block.model_copy(update={name: _forced(getattr(block, name), rest, value) if rest else value})


_RULES: dict[str, Callable[[Scenario, float, Evidence], Changes]] = {
    "561%": _further, "24x": _reshared, "8x": _answered, "135 advocates": _advocates, "21% per view": _per_view,
}
"""One rule for each claim of the catalogue."""
