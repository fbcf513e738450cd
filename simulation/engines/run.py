"""Plays worlds to their end; picks an engine and nothing else."""

from __future__ import annotations

from simulation.engines.campaign import Campaign
from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import Flight
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.world import PAGE, World
from simulation.inputs.parameters import Scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

ENGINES: dict[str, type[Campaign]] = {"agents": AdvocacyModel, "compiled": CompiledModel}


def play(scenario: Scenario, world: World, luck: Luck, society: Society, flights: dict[str, Flight]) -> Record:
    """The record of one world, played from its first step to its last."""
    model = ENGINES[scenario.engine](scenario, world, luck=luck, society=society, flights=flights)
    model.run_model()
    return model.record()


def play_worlds(scenario: Scenario, worlds: dict[str, World], luck: Luck, society: Society, flights: dict[str, Flight]) -> dict[str, Record]:
    """
    The records of several worlds of one replication.

    In this model neither ads nor the programme touch what comes of the page's posts, and what ads earn unpaid goes back to the ads alone.
    So the page and the ads are played once and put into every world that has them; the records are those of playing each
    world by itself, which a test asserts.
    """
    page = play(scenario, World(False, any(world.paid for world in worlds.values())), luck, society, flights)
    page_posts = page.posts_of((PAGE,))
    without_page = scenario.replace(page__enabled=False)
    posts = {False: page.without_ads()}
    if any(world.programme for world in worlds.values()):
        posts[True] = play(without_page, World(True, False), luck, society, {}).joined(page_posts)
    return {name: posts[world.programme].with_ads(page) if world.paid else posts[world.programme] for name, world in worlds.items()}
