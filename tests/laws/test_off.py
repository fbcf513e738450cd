"""What is switched off, or given nothing, reaches nobody and costs nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from simulation.engines.record import Record
from simulation.engines.world import NATURAL, PAGE, PAID, PROGRAMME
from simulation.inputs.parameters import Scenario
from simulation.measures.cost import paid_spend, programme_spend

Play = Callable[..., Record]
People = Callable[..., set[int]]
Rows = Callable[[Record], object]

PROGRAMME_OFF = [{"programme__enabled": False}, {"programme__enrolment_fraction": 0.0}, {"programme__items_per_week": 0.0},
                 {"behaviour__offered_share_probability": 1e-12}, {"platforms__facebook__advocate_fraction": 0.0, "platforms__linkedin__advocate_fraction": 0.0,
                                                                   "platforms__twitter__advocate_fraction": 0.0}]


@pytest.mark.parametrize("changes", PROGRAMME_OFF, ids=str)
def test_a_programme_that_cannot_run_reaches_nobody(changes: dict[str, object], firm: Scenario, play: Play, reached: People) -> None:
    assert reached(play(firm, "advocacy"), PROGRAMME)
    record = play(firm.replace(**changes), "advocacy")
    assert reached(record, PROGRAMME) == set()
    assert not np.any(record.shares.channel == PROGRAMME)


def test_a_disabled_programme_costs_nothing_and_leaves_the_world_without_it(firm: Scenario, play: Play, delivered: Rows, reacted: Rows) -> None:
    off = firm.replace(programme__enabled=False, paid__budget=1530.0)
    record, without = play(off, "advocacy"), play(firm, "neither")
    assert programme_spend(off, record) == 0
    assert (record.enrolled, record.world.programme) == (0, False)
    assert delivered(record) == delivered(without)
    assert reacted(record) == reacted(without)


def test_nobody_enrolled_displaces_nothing(firm: Scenario, play: Play, delivered: Rows) -> None:
    nobody = firm.replace(programme__enrolment_fraction=0.0)
    assert delivered(play(nobody, "advocacy")) == delivered(play(nobody, "neither"))


@pytest.mark.parametrize("changes", [{"paid__budget": 0.0}, {"paid__enabled": False}, {"paid__budget": 1500.0}, {"paid__cost__platform_minimum": 11.0}], ids=str)
def test_ads_without_money_reach_nobody_and_cost_nothing(changes: dict[str, object], firm: Scenario, play: Play, reached: People) -> None:
    """The ads themselves cost 1,500, so a budget of 1,500 leaves no media; 10 a platform is below a minimum of 11."""
    scenario = firm.replace(**changes)
    record = play(scenario, "paid")
    assert reached(record, PAID) == set()
    assert paid_spend(scenario, record) == 0
    assert record.media_spend.sum() == 0


@pytest.mark.parametrize("changes", [{"page__enabled": False}, {"page__posts_per_week": 0.0}, {"page__followers": 0}], ids=str)
def test_a_page_without_posts_or_followers_reaches_nobody(changes: dict[str, object], firm: Scenario, play: Play, reached: People) -> None:
    assert reached(play(firm, "neither"), PAGE)
    assert reached(play(firm.replace(**changes), "neither"), PAGE) == set()


def test_a_firm_that_never_posts_unprompted_has_no_natural_reach(firm: Scenario, play: Play, reached: People) -> None:
    assert reached(play(firm, "neither"), NATURAL)
    assert reached(play(firm.replace(behaviour__monthly_sharers_fraction=0.0), "neither"), NATURAL) == set()


def test_invisible_posts_reach_nobody(firm: Scenario, play: Play, reached: People) -> None:
    unseen = firm.replace(**{f"platforms__{name}__{kind}": 0.0 for name in firm.platforms.names() for kind in ("visibility_fraction", "page_visibility_fraction")})
    assert reached(play(unseen, "advocacy")) == set()


def test_ads_that_nobody_can_see_still_cost(firm: Scenario, play: Play, reached: People) -> None:
    unseen = firm.replace(paid__viewable_fraction=0.0)
    record = play(unseen, "paid")
    assert reached(record, PAID) == set()
    assert paid_spend(unseen, record) == paid_spend(firm, play(firm, "paid")) > 0
