"""The society of a replication, built again, is the one that was played; and a post is followed to everybody whom it reached."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.api import compare
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.studies.one_post import PostSpread, best_post, society_of

SMALL = ("society.employees=40", "market.consumers=5000", "horizon.weeks=2", "programme.items_per_week=0.5", "programme.enrolment_fraction=1", "run.replications=2", "run.workers=1")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("baseline", SMALL)


@pytest.fixture(scope="module")
def post(scenario: Scenario) -> PostSpread:
    found = best_post(society_of(scenario))
    assert found is not None
    return found


def test_the_only_item_reaches_whom_the_programme_reached_in_the_replication(scenario: Scenario, post: PostSpread) -> None:
    """With one item offered, its people are the programme's reach in the world without ads, in the results of the same replication."""
    daily = compare(scenario).to_dataframe()
    rows = daily[(daily["replication"] == 0) & (daily["world"] == "advocacy") & (daily["channel"] == "programme") & (daily["platform"] == "all")]
    assert post.items == 1
    assert post.person.size == rows["new_reach"].sum() > 0


def test_everybody_is_reached_once_after_somebody_shared(post: PostSpread) -> None:
    assert np.unique(post.person).size == post.person.size
    assert (np.diff(post.hours) >= 0).all()
    assert post.hours[0] >= 0
    assert post.shared[0] == 0
    assert (np.diff(post.shared) >= 0).all()
    assert np.isin(post.root, post.author).all()


def test_without_a_programme_there_is_no_post(scenario: Scenario) -> None:
    assert best_post(society_of(scenario.replace(programme__enabled=False))) is None
