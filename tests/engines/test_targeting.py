"""Whom ads are aimed at by interest, and what it does to their answers."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.engines.compiled import CompiledModel
from simulation.engines.world import World
from simulation.errors import InputError
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.population import People

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


@pytest.mark.parametrize(("topics", "said"), [("[4]", "allowed: 0 to 3"), ("[]", "leave it out")])
def test_topics_that_do_not_exist_are_refused(topics: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_scenario("baseline", [f"paid.targeting.topics={topics}"])
