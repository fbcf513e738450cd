"""What the laws share: a small firm without feedback, and ways to play it and to look at what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from simulation.engines.flights import Flight, plan_flights
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.world import WORLDS
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

Play = Callable[..., Record]
Rows = Counter[tuple[object, ...]]

NO_FEEDBACK = {"behaviour__peer_influence": 0.0, "behaviour__fatigue_per_share": 0.0, "behaviour__habit_gain": 0.0, "behaviour__engagement_per_share": 0.0}


@pytest.fixture(scope="session")
def firm() -> Scenario:
    """A firm of 30 whose programme is busy, a market of 1,500, two weeks, ads without a cap."""
    return load_scenario("baseline", ["society.employees=30", "society.departments=3", "market.consumers=1500", "market.contacts_in_market_fraction=0.5",
                                      "horizon.weeks=2", "paid.budget=1530", "paid.cap=null", "programme.enrolment_fraction=0.6",
                                      "behaviour.offered_share_probability=0.25", "behaviour.monthly_sharers_fraction=0.2", "run.replications=2", "run.workers=1"])


@pytest.fixture(scope="session")
def steady(firm: Scenario) -> Scenario:
    """The same firm, in which nothing that happens changes what employees do later."""
    return firm.replace(**NO_FEEDBACK, programme__displacement_fraction=0.0)


@pytest.fixture(scope="session")
def lively() -> Callable[[Scenario], Scenario]:
    """Makes posts be liked and reshared far more often than in life, so that what follows from it is put to the test; everybody is in the market."""
    def livelier(scenario: Scenario) -> Scenario:
        return scenario.replace(**{f"platforms__{name}__reshare_rate": 0.01 for name in scenario.platforms.names()}, behaviour__hop_damping=0.25,
                                market__contacts_in_market_fraction=1.0)
    return livelier


@pytest.fixture(scope="session")
def play() -> Play:
    """Plays one world by itself, from its own society and flights, and remembers it."""
    played: dict[tuple[str, str, int], Record] = {}
    made: dict[tuple[str, int], tuple[Luck, Society, dict[str, Flight]]] = {}

    def once(scenario: Scenario, world: str = "both", replication: int = 0) -> Record:
        text = scenario.model_dump_json()
        if (text, world, replication) not in played:
            if (text, replication) not in made:
                luck = Luck(scenario.run.seed).replication(replication)
                society = Society(scenario, luck)
                made[text, replication] = luck, society, plan_flights(scenario, society)
            luck, society, flights = made[text, replication]
            model = AdvocacyModel(scenario, WORLDS[world], luck=luck, society=society, flights=flights)
            model.run_model()
            played[text, world, replication] = model.record()
        return played[text, world, replication]

    return once


@pytest.fixture(scope="session")
def delivered() -> Callable[[Record], Rows]:
    """Every delivery by what it is, not by where it stands: author, item, platform, depth, person, hours, showings, outside."""
    def rows(record: Record) -> Rows:
        shares, deliveries = record.shares, record.deliveries
        of = deliveries.share
        return Counter(zip(shares.author[of].tolist(), shares.item[of].tolist(), shares.platform[of].tolist(), shares.depth[of].tolist(),
                           deliveries.person.tolist(), deliveries.hours.tolist(), deliveries.showings.tolist(), deliveries.outside.tolist(), strict=True))
    return rows


@pytest.fixture(scope="session")
def reacted() -> Callable[[Record], Rows]:
    """Every like, click and reshare of a post: action, author, item, platform, depth, person, hours."""
    def rows(record: Record) -> Rows:
        shares, reactions = record.shares, record.reactions
        of = reactions.share
        return Counter(zip(reactions.action.tolist(), shares.author[of].tolist(), shares.item[of].tolist(), shares.platform[of].tolist(),
                           shares.depth[of].tolist(), reactions.person.tolist(), reactions.hours.tolist(), strict=True))
    return rows


@pytest.fixture(scope="session")
def shown() -> Callable[[Record], Rows]:
    """Every ad seen, and every answer to one."""
    def rows(record: Record) -> Rows:
        answers = record.ad_reactions
        return Counter(zip(*(column.tolist() for column in record.ads), strict=True)) + Counter(
            zip(*(column.tolist() for column in answers), strict=True))
    return rows


@pytest.fixture(scope="session")
def reached() -> Callable[..., set[int]]:
    """Consumers with an impression of a channel (its number), or of any; told from the columns of the record alone."""
    def people(record: Record, channel: int | None = None) -> set[int]:
        shares, deliveries = record.shares, record.deliveries
        counts = (deliveries.person < record.consumers) & ~shares.critical[deliveries.share]
        if channel is not None:
            counts &= shares.channel[deliveries.share] == channel
        ads = record.ads.person.tolist() if channel in (None, 3) else []
        return set(np.unique(deliveries.person[counts]).tolist()) | set(ads)
    return people
