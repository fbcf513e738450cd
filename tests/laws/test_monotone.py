"""More of anything loses nobody: raising an intensity only adds events and only makes them earlier."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from simulation.engines.record import Record
from simulation.engines.world import PAGE, PAID
from simulation.inputs.parameters import Scenario

Play = Callable[..., Record]
People = Callable[..., set[int]]

QUIET = {f"platforms__{name}__out_of_network": 0.0 for name in ("facebook", "linkedin", "twitter")}
"""Nothing is shown around likes: the level there is solved anew when the visibility of posts changes."""

RISING = [
    ("platforms__facebook__visibility_fraction", (0.0, 0.02, 0.2, 0.4)),
    ("platforms__linkedin__visibility_fraction", (0.05, 0.15, 0.4)),
    ("platforms__twitter__page_visibility_fraction", (0.01, 0.08, 0.6)),
    ("platforms__facebook__page_visibility_fraction", (0.01, 0.08, 0.6)),
    ("platforms__facebook__reshare_rate", (0.0, 0.003, 0.02)),
    ("platforms__facebook__advocate_fraction", (0.2, 0.87, 1.0)),
    ("programme__enrolment_fraction", (0.0, 0.2, 0.6, 1.0)),
    ("programme__encouragement", (-1.0, 0.0, 1.0, 3.0)),
    ("programme__items_per_week", (0.5, 3.0, 9.0)),
    ("behaviour__offered_share_probability", (0.01, 0.05, 0.4)),
    ("behaviour__monthly_sharers_fraction", (0.01, 0.1, 0.3)),
    ("page__posts_per_week", (1.0, 3.0, 14.0)),
    ("page__followers", (10, 200, 2000)),
    ("paid__budget", (1501.0, 1510.0, 1560.0, 3000.0)),
    ("paid__viewable_fraction", (0.1, 0.54, 1.0)),
]


@pytest.mark.parametrize(("key", "values"), RISING, ids=[key for key, _ in RISING])
def test_raising_it_loses_nobody(key: str, values: tuple[float, ...], steady: Scenario, play: Play, reached: People) -> None:
    gained = 0
    for replication in range(2):
        found = [reached(play(steady.replace(**QUIET, **{key: value}), "both", replication)) for value in values]
        for fewer, more in itertools.pairwise(found):
            assert fewer <= more
        gained += len(found[-1]) - len(found[0])
    assert gained > 0


def test_more_accounts_in_use_lose_nobody_whom_posts_reach(steady: Scenario, play: Play, reached: People) -> None:
    """Ads are left out: the same money is then spread over more people."""
    found = [reached(play(steady.replace(**QUIET, platforms__facebook__active_fraction=value), "advocacy")) for value in (0.3, 0.75, 1.0)]
    assert found[0] < found[1] < found[2]


@pytest.mark.parametrize("cap", [{"impressions": 1, "days": 7}, {"impressions": 3, "days": 7}, {"impressions": 2, "days": 3}], ids=str)
def test_more_money_under_a_cap_serves_everybody_whom_less_served(cap: dict[str, int], steady: Scenario, play: Play, reached: People) -> None:
    """Of served impressions, all seen; with fewer seen, which of a person's places are bought may change."""
    scenario = steady.replace(**QUIET, paid__cap=cap, paid__viewable_fraction=1.0, page__enabled=False)
    found = [reached(play(scenario.replace(paid__budget=budget), "paid"), PAID) for budget in (1501.0, 1505.0, 1520.0, 1600.0)]
    for fewer, more in itertools.pairwise(found):
        assert fewer < more


def test_a_longer_tail_loses_nobody(steady: Scenario, play: Play, reached: People) -> None:
    slow = steady.replace(**QUIET, horizon__weeks=1, page__followers=1500, **{f"platforms__{name}__half_life_hours": 72.0 for name in steady.platforms.names()})
    found = [reached(play(slow.replace(horizon__tail_days=days), "neither")) for days in (0, 2, 14)]
    assert found[0] < found[1] < found[2]


def test_without_a_cap_plenty_of_money_reaches_everybody_whom_a_cap_reaches(steady: Scenario, play: Play, reached: People) -> None:
    """With money for every place, a cap only takes away. (Capped flights stop looking at a part of what caps allow, so they miss some.)"""
    plenty = steady.replace(**QUIET, page__enabled=False, paid__budget=60_000.0, paid__viewable_fraction=1.0,
                            **{f"platforms__{name}__ad_opportunities_per_day": 2.0 for name in steady.platforms.names()})
    found = [reached(play(plenty.replace(paid__cap=cap), "paid"), PAID) for cap in ({"impressions": 1, "days": 14}, {"impressions": 5, "days": 7}, None)]
    assert found[0] <= found[2]
    assert found[1] <= found[2]
    assert len(found[0]) >= 0.85 * len(found[2])


def test_posts_seen_sooner_are_seen_by_nobody_else(steady: Scenario, play: Play, reached: People) -> None:
    """The half-life moves deliveries in time; without reshares and with a long tail it decides nothing else."""
    calm = steady.replace(**QUIET, horizon__tail_days=60, **{f"platforms__{name}__reshare_rate": 0.0 for name in steady.platforms.names()})
    found = [reached(play(calm.replace(**{f"platforms__{name}__half_life_hours": hours for name in steady.platforms.names()}), "advocacy")) for hours in (0.5, 12.0)]
    assert found[0] == found[1]


@pytest.mark.parametrize("visibility", [(0.02, 0.08), (0.08, 0.6)])
def test_around_likes_a_more_visible_page_still_reaches_more(visibility: tuple[float, float], steady: Scenario, play: Play, reached: People) -> None:
    """The level around likes falls or rises with visibility, so single people may be lost; the number reached still rises."""
    # Two fixed replications, seed 2016, common luck: deterministic. A fair coin for each would pass one time in four.
    for replication in range(2):
        fewer, more = (reached(play(steady.replace(platforms__facebook__page_visibility_fraction=each, page__followers=600), "neither", replication), PAGE)
                       for each in visibility)
        assert len(more) > len(fewer)
