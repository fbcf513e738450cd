"""Whom ads are aimed at by interest, and what it does to their answers."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.behaviour.planning import media_by_platform
from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import plan_flights
from simulation.engines.world import World
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.closed_forms import paid_reach
from simulation.society.lookalike import alike
from simulation.society.luck import Luck
from simulation.society.population import People
from simulation.society.society import Society
from simulation.studies.pool import Task
from simulation.studies.replication import replicate

SETTINGS = ["society.employees=1", "society.departments=1", "market.consumers=40000", "horizon.weeks=4", "page.enabled=false", "programme.enabled=false", "paid.budget=9000",
            "platforms.linkedin=null", "platforms.twitter=null", "run.engine=compiled"]


@pytest.mark.parametrize("accuracy", [0.0, 0.6, 1.0])
def test_platforms_target_those_whom_they_take_to_care(accuracy: float) -> None:
    # Fixed seed 2, 40,000 people: standard error of a fraction below 0.0025 (0.005 among the quarter targeted); 4 of them: below 1e-4
    scenario = load_scenario("baseline", [*SETTINGS, "paid.targeting.topics=[1]", f"paid.targeting.interest_accuracy={accuracy}", "paid.blocked_fraction=0"])
    people, everybody = People(scenario, Luck(2)), np.arange(40_000)
    sees = people.sees_ads(everybody)
    assert sees.mean() == pytest.approx(scenario.targeted_fraction, abs=0.01)
    assert scenario.targeted_fraction == 0.25
    assert (people.interest(everybody[sees]) == 1).mean() == pytest.approx(accuracy + (1 - accuracy) / 4, abs=0.02)


def test_ads_on_the_topic_that_people_care_for_are_answered_more_often() -> None:
    # Fixed seeds 0-3: some 6,000 answers at each setting; own topics are answered 2 times the average and others 2/3 of it, so with accuracy 0.6 the ratio
    # is 0.7 x 2 + 0.3 x 2/3 = 1.6; relative error of a count below 2%, of the ratio below 3%; tolerance 15% for people who answer once only
    rates = []
    for more in ([], ["paid.targeting.topics=[2]"]):
        scenario = load_scenario("baseline", [*SETTINGS, *more])
        answers, seen = 0, 0
        for seed in range(4):
            model = CompiledModel(scenario, World(False, True), luck=Luck(seed))
            model.run_model()
            record = model.record()
            answers, seen = answers + record.ad_reactions.person.size, seen + np.unique(record.ads.person).size
        rates.append(answers / seen)
    assert rates[1] / rates[0] == pytest.approx(1.6, rel=0.25)
    assert rates[1] > 1.25 * rates[0]


def firm(lookalike: str, *more: str) -> Scenario:
    """Twenty employees in a market of 10,000, ads on Facebook for some two impressions a head."""
    return load_scenario("baseline", ["society.employees=20", "society.departments=2", "market.consumers=10000", "market.contacts_in_market_fraction=1", "horizon.weeks=2",
                                      "paid.budget=1560", "paid.viewable_fraction=1", "platforms.linkedin=null", "platforms.twitter=null", "run.engine=compiled",
                                      f"paid.targeting.lookalike={lookalike}", *more])


def tied_one_by_one(society: Society) -> set[int]:
    """Consumers among the followers of any employee."""
    return {who for audience in society.audiences("facebook") for who in audience.followers.tolist() if who < 10_000}


@pytest.mark.parametrize(("size", "accuracy"), [(0.1, 1.0), (0.1, 0.0), (0.6, 0.5), (0.6, 1.0), (1.0, 0.3)])
def test_an_audience_made_of_contacts_has_its_size_and_the_contacts_that_are_found(size: float, accuracy: float) -> None:
    # Fixed seed 5: sizes are binomial, at most 10,000 with variance of a quarter: 4 standard errors are 200; parts of an audience of 1,000 or more: 4 are 0.063
    scenario = firm(f"{{size: {size}, accuracy: {accuracy}}}")
    society = Society(scenario, Luck(5))
    tied = tied_one_by_one(society)
    audience = set(np.flatnonzero(alike(scenario, society, np.arange(10_000))).tolist())
    assert len(audience) == pytest.approx(size * 10_000, abs=200)
    assert len(tied) == np.count_nonzero(society.tied)
    assert 0.2 < len(tied) / 10_000 < 0.4
    found = accuracy * len(tied)
    others = max(size * 10_000 - found, 0.0) / (10_000 - found)
    contacts = min(found, size * 10_000) + (len(tied) - found) * others
    assert len(audience & tied) / len(audience) == pytest.approx(contacts / (size * 10_000), abs=0.063)
    if (size, accuracy) == (0.1, 1.0):
        assert audience < tied
    assert scenario.targeted_fraction == pytest.approx(size)


@pytest.mark.parametrize("accuracy", [0.0, 1.0])
def test_the_closed_form_holds_on_the_audience_made_of_contacts(accuracy: float) -> None:
    # Fixed seeds 0-5: standard error of the mean of six parts of 10,000 below sqrt(0.21 / 60,000) = 0.0019 (reach 0.15 to 0.3); 4 of them and 0.002 for the size of the audience
    scenario = firm(f"{{size: 0.3, accuracy: {accuracy}}}", "programme.enabled=false")
    for times in (1, 3):
        found = []
        for seed in range(6):
            society = Society(scenario, Luck(seed))
            flight = plan_flights(scenario, society)["facebook"]
            assert np.all(alike(scenario, society, np.unique(flight.place)))
            found.append(np.count_nonzero(np.bincount(flight.place, minlength=10_000) >= times) / 10_000)
        assert np.mean(found) == pytest.approx(paid_reach(scenario, media_by_platform(scenario), times), abs=0.01)
        assert np.mean(found) > 0.05


def test_ads_aimed_at_contacts_reach_more_of_those_whom_the_programme_reaches() -> None:
    overlap = {}
    for accuracy in (0.0, 1.0):
        comparison = replicate(Task(firm(f"{{size: 0.25, accuracy: {accuracy}}}", "programme.enrolment_fraction=0.8"), 0, True), verdicts=0).comparison
        assert comparison is not None
        overlap[accuracy] = comparison["duplication_index"]
    assert overlap[1.0] > 1.5 * overlap[0.0]


@pytest.mark.parametrize(("topics", "said"), [("[4]", "allowed: 0 to 3"), ("[]", "leave it out")])
def test_topics_that_do_not_exist_are_refused(topics: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_scenario("baseline", [f"paid.targeting.topics={topics}"])
