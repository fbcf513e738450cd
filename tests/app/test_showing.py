"""What is drawn and said of an outcome: charts that are whole, words that agree with the figures, a network that steps."""

from __future__ import annotations

import copy
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest

from simulation.app.conditions import conditions, headline, word
from simulation.app.drawings import cost, frequency, overlap, reach_over_time
from simulation.app.outcome import Outcome, full_outcome, preview_outcome
from simulation.app.playing import play_preview
from simulation.app.sides import Side
from simulation.app.watching import FAMILIES, SEEN, Watch, small_world
from simulation.app.watching_picture import alt_text, counts_table, picture
from simulation.behaviour.planning import ad_budget
from simulation.engines.world import PAID, PROGRAMME
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.studies.pool import Task

DRAWN = (reach_over_time, overlap, frequency, cost)


@pytest.fixture(scope="session")
def outcome(small: Side) -> Outcome:
    scenario = small.scenario("small").replace(run__engine="compiled")
    return preview_outcome(scenario, scenario, 1.0, [play_preview(Task(scenario, number, True)) for number in range(3)])


@pytest.fixture(scope="session")
def alone(small: Side) -> Outcome:
    """Of a scenario without ads."""
    scenario = small.scenario("alone").replace(run__engine="compiled", paid__enabled=False, programme__enabled=False, page__enabled=False)
    return preview_outcome(scenario, scenario, 1.0, [play_preview(Task(scenario, number, True)) for number in range(2)])


@pytest.mark.parametrize("draw", DRAWN)
def test_a_chart_has_its_data_and_its_words(draw: Any, outcome: Outcome, alone: Outcome) -> None:
    for one, others in ((outcome, [outcome, alone]), (alone, [alone])):
        drawing = draw(one, others)
        spec = drawing.chart.to_dict()
        assert spec["layer"]
        assert one.scenario.title in drawing.alt_text
        assert drawing.alt_text.endswith(".")
    rows = next(iter(draw(outcome).chart.to_dict()["datasets"].values()))
    assert rows
    assert all(row.get("low", 0) <= row.get("mean", row.get("middle")) + 1e-9 for row in rows)


def test_charts_side_by_side_have_one_scale(outcome: Outcome, alone: Outcome) -> None:
    def domain(drawing: Any) -> Any:
        return drawing.chart.to_dict()["layer"][0]["encoding"]["y"]["scale"]["domain"]

    assert domain(reach_over_time(outcome, [outcome, alone])) == domain(reach_over_time(alone, [outcome, alone])) != domain(reach_over_time(alone))


def with_summary(outcome: Outcome, **changes: Any) -> Outcome:
    return outcome._replace(summary={**copy.deepcopy(outcome.summary), **changes})


def quantile(median: float | None, attainable: float = 1.0) -> dict[str, float | None]:
    return {"median": median, "low": median, "high": median, "attainable": attainable}


@pytest.mark.parametrize(("changes", "place", "says", "holds"), [
    ({"break_even_price_multiple": quantile(10.0)}, 0, "10 times today's price", True),
    ({"break_even_price_multiple": quantile(0.5)}, 0, "0.5 times today's price", False),
    ({"break_even_price_multiple": quantile(None, 0.2)}, 0, "no ad price, however low", False),
    ({"break_even_seat_price": quantile(5.0)}, 1, "a seat costs more than $5.00 a month", True),
    ({"break_even_seat_price": quantile(50.0)}, 1, "a seat costs more than $50.00 a month", False),
    ({"break_even_seat_price": quantile(None, 0.2)}, 1, "in 20% of replications some price would turn it", True),
    ({"break_even_advocates": quantile(12.0)}, 2, "fewer than 12 advocates", None),
    ({"break_even_advocates": quantile(None, 0.0)}, 2, "an advocate costs more than ads", True),
    ({"break_even_month": quantile(2.0)}, 3, "ends before month 2", True),
    ({"break_even_month": quantile(None, 0.0)}, 3, "never becomes the cheaper one", True),
    ({"equivalent_paid_budget_3plus": quantile(None, 0.1)}, 4, "no ad budget reaches as many", False),
])
def test_a_break_even_in_words(outcome: Outcome, changes: dict[str, Any], place: int, says: str, holds: bool | None) -> None:
    found = conditions(with_summary(outcome, **changes))[place]
    assert says in found.asks
    assert found.holds is holds
    assert word(found) == {True: "holds", False: "does not hold", None: "open"}[holds]


def test_who_wins_is_counted_in_replications(outcome: Outcome, alone: Outcome) -> None:
    figure = {"mean": 10.0, "low": 1.0, "high": 20.0}
    ads = with_summary(outcome, added_reach={"programme": figure, "paid": {**figure, "mean": 11.0}}, probability_programme_reaches_more=1 / 3)
    programme = with_summary(outcome, added_reach={"programme": figure, "paid": {**figure, "mean": 9.0}}, probability_programme_reaches_more=2 / 3)
    assert headline(ads) == "At these settings ads add more people, in 2 of 3 replications."
    assert headline(programme) == "At these settings the programme adds more people, in 2 of 3 replications."
    assert "nothing to win" in headline(alone)
    assert conditions(alone) == []


# The network that is watched

@pytest.fixture(scope="module")
def world() -> Scenario:
    return small_world(load_scenario("baseline"), 12, 60, "watts_strogatz")


def test_a_small_world_has_as_much_money_per_person(world: Scenario) -> None:
    baseline = load_scenario("baseline")
    assert (world.society.employees, world.market.consumers, world.engine) == (12, 60, "agents")
    assert ad_budget(world) / 60 == pytest.approx(ad_budget(baseline) / baseline.market.consumers)


@pytest.mark.parametrize("family", list(FAMILIES))
def test_each_network_can_be_drawn(family: str) -> None:
    watch = Watch(small_world(load_scenario("europe"), 8, 50, family), True, True)
    root = ElementTree.fromstring(picture(watch))
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert tags.count("circle") == 50
    assert tags.count("rect") == 8
    assert watch.places.shape == (58, 2)
    assert watch.places.min() >= 0
    assert watch.places.max() <= 1
    assert len(watch.ties) > 58


def test_steps_agree_with_the_model_and_reset_begins_anew(world: Scenario) -> None:
    watch = Watch(world, True, True)
    assert watch.counts() == dict.fromkeys(SEEN, 0) | {"nobody": 60}
    said = []
    for _ in range(20):
        watch.step()
        said.append(alt_text(watch))
    assert watch.day == 20
    counts = watch.counts()
    assert sum(counts.values()) == 60
    assert 60 - counts["nobody"] == watch.model.reach() > 0
    assert counts["paid"] + counts["both"] == watch.model.reach("paid")
    assert counts["programme"] + counts["both"] == watch.model.reach("programme")
    assert f"<td>{counts['nobody']}</td>" in counts_table(watch)
    assert len(set(said)) == 20
    watch.reset()
    assert watch.day == 0
    watch.step(20)
    assert alt_text(watch).partition("shared now")[2] == said[-1].partition("shared now")[2], "the same luck"


def test_what_happens_now_is_marked(world: Scenario) -> None:
    watch = Watch(world, True, False)
    days = 0
    while not (watch.shared_now and watch.reached_now.any()) and days < 90:
        watch.step()
        days += 1
    assert watch.shared_now, "somebody shares within a campaign"
    plain = picture(Watch(world, True, False)).count("<circle")
    assert picture(watch).count("<circle") == plain + watch.reached_now.sum()
    assert picture(watch).count('width="32"') == sum(watch.shared())


def test_it_ends_with_the_campaign_and_a_world_without_ads_shows_none(world: Scenario) -> None:
    watch = Watch(world, True, False)
    watch.step(10_000)
    assert watch.over
    assert not watch.model.impressions[PAID].any()
    assert Watch(world, False, True).enrolled() == [False] * 12
    assert not Watch(world, False, True).model.impressions[PROGRAMME].any()


def test_a_whole_outcome_knows_its_result(outcome: Outcome) -> None:
    import datetime

    results = [play_preview(Task(outcome.scenario, number, True)) for number in range(2)]
    whole = full_outcome(outcome.scenario, results, [], datetime.datetime.now(datetime.UTC))
    assert (whole.preview, outcome.preview) == (False, True)
    assert whole.result is not None
    assert whole.result.answer()
