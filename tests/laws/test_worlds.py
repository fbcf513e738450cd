"""Four worlds of one replication: they differ by the campaigns alone, and playing them together is playing each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from simulation.engines.flights import plan_flights
from simulation.engines.record import Record
from simulation.engines.run import play_worlds
from simulation.engines.world import WORLDS, World
from simulation.inputs.parameters import Scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

Play = Callable[..., Record]
Rows = Callable[[Record], Counter[tuple[object, ...]]]
People = Callable[..., set[int]]
Livelier = Callable[[Scenario], Scenario]


LIKED = {f"platforms__{name}__ad_like_rate": 0.3 for name in ("facebook", "linkedin", "twitter")}
SPILLING = {"paid__spill_over": 3.0, **LIKED}
"""Ads are liked by many, and each like shows them to many contacts."""


@pytest.mark.parametrize("changes", [{}, SPILLING], ids=["no spill-over", "spill-over"])
@pytest.mark.parametrize("replication", range(2))
def test_whom_both_reach_is_exactly_the_union_of_either(replication: int, changes: dict[str, object], steady: Scenario, lively: Livelier, play: Play, reached: People) -> None:
    scenario = lively(steady).replace(**changes)
    people = {world: reached(play(scenario, world, replication)) for world in WORLDS}
    assert people["both"] == people["advocacy"] | people["paid"]
    assert people["neither"] <= people["advocacy"] & people["paid"]
    assert people["neither"] < people["advocacy"] < people["both"]
    assert people["paid"] < people["both"]


def test_displacement_breaks_the_union_only_by_what_it_takes_away(steady: Scenario, play: Play, reached: People) -> None:
    scenario = steady.replace(programme__displacement_fraction=1.0)
    people = {world: reached(play(scenario, world)) for world in WORLDS}
    assert people["both"] < people["advocacy"] | people["paid"]


def test_every_channel_is_the_same_in_every_world_that_has_it(steady: Scenario, lively: Livelier, play: Play, reached: People) -> None:
    scenario = lively(steady).replace(**SPILLING)
    for channel, worlds in ((0, tuple(WORLDS)), (1, tuple(WORLDS)), (2, ("advocacy", "both")), (3, ("paid", "both"))):
        found = [reached(play(scenario, world), channel) for world in worlds]
        assert found[0]
        assert all(people == found[0] for people in found)


SETTINGS = [{}, {"programme__displacement_fraction": 1.0, "behaviour__peer_influence": 5.0}, {"horizon__step_hours": 5}, {"programme__enabled": False},
            {"paid__enabled": False}, {"page__enabled": False}, {**SPILLING, "paid__budget": 1560.0}]


@pytest.mark.parametrize("changes", SETTINGS, ids=str)
def test_playing_worlds_together_is_playing_each_by_itself(changes: dict[str, object], firm: Scenario, lively: Livelier, play: Play, delivered: Rows,
                                                            reacted: Rows, shown: Rows) -> None:
    scenario = lively(firm).replace(horizon__weeks=1, **changes)
    luck = Luck(scenario.run.seed).replication(1)
    society = Society(scenario, luck)
    together = play_worlds(scenario, WORLDS, luck, society, plan_flights(scenario, society) if scenario.paid.enabled else {})
    assert list(together) == list(WORLDS)
    for name, record in together.items():
        alone = play(scenario, name, 1)
        assert record.world == alone.world or not scenario.paid.enabled
        assert (record.enrolled, record.incident) == (alone.enrolled, alone.incident)
        assert delivered(record) == delivered(alone)
        assert reacted(record) == reacted(alone)
        assert shown(record) == shown(alone)
        assert np.array_equal(record.media_spend, alone.media_spend)
        assert shares_of(record) == shares_of(alone)


def shares_of(record: Record) -> Counter[tuple[object, ...]]:
    """Every share with its original's author, by what it is."""
    shares = record.shares
    assert np.array_equal(shares.root[shares.root], shares.root)
    return Counter(zip(shares.author.tolist(), shares.item.tolist(), shares.platform.tolist(), shares.hours.tolist(), shares.channel.tolist(),
                       shares.depth.tolist(), shares.critical.tolist(), shares.author[shares.root].tolist(), strict=True))


@pytest.mark.parametrize("world", [World(True, True), World(True, False), World(False, True)])
def test_one_world_as_written_is_that_world(world: World, firm: Scenario, play: Play, delivered: Rows, shown: Rows) -> None:
    luck = Luck(firm.run.seed).replication(0)
    society = Society(firm, luck)
    record = play_worlds(firm, {"as_written": world}, luck, society, plan_flights(firm, society))["as_written"]
    name = next(name for name, each in WORLDS.items() if each == world)
    assert record.world == world
    assert delivered(record) == delivered(play(firm, name))
    assert shown(record) == shown(play(firm, name))
