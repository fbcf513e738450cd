"""Everything that can be looked at. Loads the engines, so only workers import it."""

from __future__ import annotations

from collections.abc import Callable

from simulation.inputs.parameters import Scenario
from simulation.society.luck import Luck
from simulation.studies.facts.firm import engagement, naive_report, spread
from simulation.studies.facts.network import firm_audiences, network
from simulation.studies.facts.page import page_posts
from simulation.studies.facts.people import member_posts
from simulation.studies.facts.worlds import Conditions, Values

OBSERVATIONS: dict[str, Callable[[Scenario, Conditions, Luck], Values]] = {
    each.__name__: each for each in (network, firm_audiences, page_posts, member_posts, spread, engagement, naive_report)
}
"""Observations by the name that setups use."""
