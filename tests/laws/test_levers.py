"""Every lever and every uncertainty moves some outcome, in the direction that it should."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pytest

from simulation.behaviour.planning import ad_budget
from simulation.engines.flights import plan_flights
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.world import CHANNELS, NATURAL, PAGE, PROGRAMME, WORLDS
from simulation.inputs.evidence import bases
from simulation.inputs.parameters import Scenario
from simulation.measures.cost import paid_spend, programme_spend
from simulation.measures.reach import advocates, channel_measures, critical_reach, internal_reach, outside_reach, reactions_by_channel
from simulation.measures.tally import tally
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.society import Society

REPLICATIONS = 1
UP, DOWN = 1, -1


class Row(NamedTuple):
    """Raising `key` from `low` to `high`, in a firm changed by `setting`, moves `outcome` up or down."""

    key: str
    low: Any
    high: Any
    outcome: str
    direction: int
    setting: dict[str, Any] = {}


CALM = {"eager": 0.2, "persuadable": 0.2, "loud_mixed": 0.0, "critical": 0.0, "inert": 0.6}
LOUD = {"eager": 0.2, "persuadable": 0.2, "loud_mixed": 0.6, "critical": 0.0, "inert": 0.0}
LONG: dict[str, Any] = {"horizon__weeks": 4, "behaviour__offered_share_probability": 0.4}

CLICKED: dict[str, Any] = {f"platforms__{name}__ad_click_rate": 0.2 for name in ("facebook", "linkedin", "twitter")}
WORN: dict[str, Any] = {**CLICKED, "paid__creative_days": 2}

LEVERS = [
    Row("horizon.weeks", 1, 3, "shares_programme", UP),
    Row("horizon.tail_days", 0, 7, "impressions_page", UP),
    Row("market.consumers", 500, 2000, "frequency_paid", DOWN, {"market__contacts_in_market_fraction": 1.0}),
    Row("market.contacts_in_market_fraction", 0.1, 1.0, "reach_programme", UP),
    Row("society.employees", 15, 45, "reach_programme", UP),
    Row("society.departments", 1, 15, "colleague_ties", DOWN),
    Row("society.region", "europe", "north_america", "private", DOWN),
    Row("society.network.mean_followers", 6.0, 30.0, "reach_programme", UP, {"society__network__family": "barabasi_albert"}),
    Row("society.assortment", 0.0, 0.9, "friends_alike", UP),
    Row("society.shared_circle_fraction", 0.0, 1.0, "audience_overlap", UP),
    Row("society.colleague_fraction", 0.0, 1.0, "colleague_ties", UP),
    Row("society.managers_span", 2, 50, "managers", DOWN),
    Row("programme.enabled", False, True, "reach_programme", UP, {"paid__budget": 1530.0}),
    Row("programme.stage", 1, 5, "shares_programme", UP),
    Row("programme.enrolment_fraction", 0.1, 0.9, "reach_programme", UP),
    Row("programme.items_per_week", 1.0, 6.0, "shares_programme", UP),
    Row("programme.training", 0.0, 1.0, "incident", DOWN, {"behaviour__incident_fraction": 1.0, "behaviour__training_effect": 1.0}),
    Row("programme.encouragement", -2.0, 3.0, "shares_programme", UP),
    Row("programme.displacement_fraction", 0.0, 1.0, "shares_natural", DOWN),
    Row("programme.cost.seat_per_month", 0.0, 50.0, "programme_cost", UP),
    Row("programme.cost.seats", "active", "enrolled", "programme_cost", UP, {"behaviour__offered_share_probability": 0.02}),
    Row("programme.cost.coordinator_per_month", 0.0, 500.0, "programme_cost", UP),
    Row("programme.cost.content_per_item", 0.0, 500.0, "programme_cost", UP),
    Row("programme.cost.minutes_per_share", 0.0, 60.0, "programme_cost", UP),
    Row("programme.cost.wage_per_hour", 0.0, 100.0, "programme_cost", UP),
    Row("programme.cost.incentive_per_advocate", 0.0, 100.0, "programme_cost", UP),
    Row("paid.enabled", False, True, "reach_paid", UP),
    Row("paid.budget", 1505.0, 1560.0, "reach_paid", UP),
    Row("paid.match_programme_cost", False, True, "budget", UP, {"paid__budget": None, "paid__enabled": False}),
    Row("paid.cpm", {"facebook": 2.0, "linkedin": 10.0, "twitter": 2.0}, {"facebook": 9.0, "linkedin": 40.0, "twitter": 9.0}, "reach_paid", DOWN),
    Row("paid.pricing", "flat", "reservation", "impressions_paid", DOWN),
    Row("paid.auction.shape", 1.1, 6.0, "impressions_paid", DOWN, {"paid__pricing": "auction", "paid__auction__reference_per_week": 20.0}),
    Row("paid.auction.reference_per_week", 0.2, 20.0, "impressions_paid", UP, {"paid__pricing": "auction"}),
    Row("paid.auction.bid", {"facebook": 0.5, "linkedin": 0.5, "twitter": 0.5}, None, "impressions_paid", UP, {"paid__pricing": "auction"}),
    Row("paid.reservation.premium", 0.5, 3.0, "impressions_paid", DOWN, {"paid__pricing": "reservation"}),
    Row("paid.reservation.impressions", {"facebook": 50, "linkedin": 10, "twitter": 50}, None, "impressions_paid", UP, {"paid__pricing": "reservation"}),
    Row("paid.wear_out.after", 0, 1000, "clicks_paid", UP, {**WORN, "paid__wear_out__rate": 1.0}),
    Row("paid.wear_out.rate", 0.0, 1.0, "clicks_paid", DOWN, {**WORN, "paid__wear_out__after": 0}),
    Row("paid.targeting.topics", [0], None, "frequency_paid", DOWN),
    Row("paid.targeting.interest_accuracy", 0.0, 1.0, "clicks_paid", UP, {**CLICKED, "paid__targeting__topics": [0], "behaviour__topic_lift": 4.0}),
    Row("paid.targeting.lookalike", {"size": 0.2}, None, "frequency_paid", DOWN),
    Row("paid.targeting.lookalike.size", 0.1, 1.0, "frequency_paid", DOWN, {"paid__targeting__lookalike": {"size": 0.5}}),
    Row("paid.split", {"linkedin": 1.0}, {"twitter": 1.0}, "impressions_paid", UP),
    Row("paid.cap", {"impressions": 1, "days": 14}, None, "frequency_paid", UP),
    Row("paid.cap.impressions", 1, 9, "frequency_paid", UP, {"paid__cap": {"impressions": 3, "days": 14}}),
    Row("paid.cap.days", 1, 14, "frequency_paid", DOWN, {"paid__cap": {"impressions": 1, "days": 7}}),
    Row("paid.spill_over", 0.0, 5.0, "reach_paid", UP, {f"platforms__{name}__ad_like_rate": 0.5 for name in ("facebook", "linkedin", "twitter")}),
    Row("paid.creative_days", 1, 28, "clicks_paid", DOWN, {f"platforms__{name}__ad_click_rate": 0.5 for name in ("facebook", "linkedin", "twitter")}),
    Row("paid.viewable_fraction", 0.2, 1.0, "reach_paid", UP),
    Row("paid.invalid_fraction", 0.0, 0.8, "reach_paid", DOWN),
    Row("paid.blocked_fraction", 0.0, 0.8, "reach_paid", DOWN),
    Row("paid.targeting.audience_fraction", 0.1, 1.0, "frequency_paid", DOWN),
    Row("paid.cost.creative", 100.0, 1500.0, "impressions_paid", DOWN),
    Row("paid.cost.fee_fraction", 0.0, 0.9, "impressions_paid", DOWN),
    Row("paid.cost.platform_minimum", 0.0, 20.0, "paid_cost", DOWN),
    Row("page.enabled", False, True, "reach_page", UP),
    Row("page.followers", 20, 800, "reach_page", UP),
    Row("page.network_ratio", 2.0, 40.0, "reach_page", DOWN),
    Row("page.posts_per_week", 1.0, 7.0, "reach_page", UP),
    Row("behaviour.activity_shape", 0.25, 1.0, "reach_paid", UP),
    Row("behaviour.activity_correlation", 0.0, 1.0, "activity_overlap", UP),
    Row("behaviour.divided_attention", 0.0, 1.5, "reception_spread", UP, {"society__employees": 40}),
    Row("behaviour.appeal_log_sd", 0.0, 2.0, "post_spread", UP, {"page__posts_per_week": 14.0, "page__followers": 700}),
    Row("behaviour.affinity_shape", 0.1, 20.0, "likers", UP, {f"platforms__{name}__like_rate": 0.4 for name in ("facebook", "linkedin", "twitter")}),
    Row("behaviour.topics", 1, 20, "topic_luck", UP),
    Row("behaviour.topic_lift", 1.0, 4.0, "topical_likes", UP, {f"platforms__{name}__like_rate": 0.15 for name in ("facebook", "linkedin", "twitter")}),
    Row("behaviour.source_multiplier", 1.0, 6.0, "clicks_programme", UP),
    Row("behaviour.first_delivery_response", 0.0, 1.0, "clicks_programme", UP),
    Row("behaviour.hop_damping", 0.0, 0.25, "second_hop", UP, {f"platforms__{name}__reshare_rate": 0.01 for name in ("facebook", "linkedin", "twitter")}),
    Row("behaviour.monthly_sharers_fraction", 0.02, 0.25, "shares_natural", UP),
    Row("behaviour.offered_share_probability", 0.02, 0.5, "shares_programme", UP),
    Row("behaviour.response_hours", 1.0, 100.0, "answer_hours", UP),
    Row("behaviour.segments", LOUD, CALM, "critical_reach", DOWN, {"behaviour__critical_fraction": 1.0, "behaviour__monthly_sharers_fraction": 0.2}),
    Row("behaviour.critical_fraction", 0.0, 1.0, "critical_shares", UP, {"behaviour__monthly_sharers_fraction": 0.3}),
    Row("behaviour.manager_lift", -2.0, 4.0, "managers_part", UP, {"society__managers_span": 3}),
    Row("behaviour.privacy_fraction", 0.0, 1.0, "private", UP, {"behaviour__monthly_sharers_fraction": 0.02}),
    Row("behaviour.privacy_penalty", 0.0, 10.0, "private_part", DOWN, {"behaviour__privacy_fraction": 0.5, "behaviour__monthly_sharers_fraction": 0.02}),
    Row("behaviour.topic_match", 0.0, 3.0, "shares_programme", UP),
    Row("behaviour.peer_influence", 0.0, 5.0, "shares_programme", UP),
    Row("behaviour.peer_days", 0.5, 30.0, "shares_programme", UP, {"behaviour__peer_influence": 3.0}),
    Row("behaviour.fatigue_per_share", 0.0, 1.5, "shares_programme", DOWN, LONG),
    Row("behaviour.fatigue_half_life_days", 1.0, 300.0, "shares_programme", DOWN, {**LONG, "behaviour__fatigue_per_share": 0.8}),
    Row("behaviour.connected_fraction", 0.0, 1.0, "shares_programme", UP, {**LONG, "behaviour__engagement_per_share": 0.8}),
    Row("behaviour.engagement_per_share", 0.0, 1.5, "shares_programme", UP, LONG),
    Row("behaviour.engagement_half_life_days", 0.5, 300.0, "shares_programme", UP, {**LONG, "behaviour__engagement_per_share": 0.8}),
    Row("behaviour.engagement_sd", 0.0, 3.0, "willingness_spread", UP),
    Row("behaviour.habit_gain", 0.0, 3.0, "shares_programme", UP, LONG),
    Row("behaviour.habit_half_life_days", 1.0, 40.0, "habit_kept", UP, LONG),
    Row("behaviour.incident_fraction", 0.0, 1.0, "incident", UP, {"programme__training": 0.0}),
    Row("behaviour.training_effect", 0.0, 1.0, "incident", DOWN, {"behaviour__incident_fraction": 1.0, "programme__training": 1.0}),
]

ON_A_PLATFORM = [
    Row("active_fraction", 0.2, 1.0, "reach_page", UP),
    Row("visibility_fraction", 0.02, 0.4, "reach_programme", UP),
    Row("page_visibility_fraction", 0.02, 0.4, "reach_page", UP),
    Row("half_life_hours", 0.5, 60.0, "delay_hours", UP),
    Row("repeats", 1.0, 4.0, "frequency_programme", UP),
    Row("out_of_network", 0.0, 10.0, "outside", UP, {"like_rate": 0.1}),
    Row("like_rate", 0.001, 0.2, "likes_programme", UP),
    Row("click_rate", 0.001, 0.2, "clicks_programme", UP),
    Row("reshare_rate", 0.0, 0.03, "reshares_programme", UP),
    Row("ad_click_rate", 0.001, 0.4, "clicks_paid", UP),
    Row("ad_like_rate", 0.001, 0.4, "likes_paid", UP),
    Row("ad_opportunities_per_day", 0.05, 30.0, "impressions_paid", UP),
    Row("advocate_fraction", 0.3, 1.0, "shares_programme", UP),
    Row("follows", "mutual", "directed", "returned", DOWN),
    Row("followers_median", 30.0, 300.0, "followers", UP),
    Row("followers_log_sd", 0.3, 2.0, "followers_spread", UP),
    Row("following_log_sd", 0.3, 2.0, "reception_spread", UP, {"follows": "directed"}),
    Row("composition", {"industry": 0.5}, {"coworkers": 0.6}, "followers_inside", UP),
]

EXEMPT = {
    "horizon.step_hours": "decides nothing by itself: test_steps",
    "horizon.start_date": "a label of the first day",
    "society.network.family": "every family is played in tests/society/test_networks.py",
    "society.network.file": "tests/inputs/test_network_file.py", "society.network.attributes": "the same", "society.network.nodes": "the same",
    "society.network.platform": "the same", "market.sample_fraction": "estimates the same: tests/society/test_panel.py",
    "paid.flights": "when and on which terms: tests/theory/test_planned_flights.py", "paid.bursts": "when, not how much: tests/theory/test_auction.py", "behaviour.posting_shape": "how unequally, not how much: tests/behaviour/test_levels.py",
    "paid.targeting.lookalike.accuracy": "who, not how many: tests/engines/test_targeting.py",
    "run.parameters": "tests/studies/test_drawing.py", "run.posterior": "the same", "run.held": "the same",
    "run.replications": "how often, not what", "run.seed": "which luck: test_reproducible", "run.engine": "decides nothing", "run.workers": "decides nothing: test_reproducible",
}
"""Keys that move no outcome in a direction, with the reason."""


def test_no_lever_and_no_uncertainty_is_forgotten() -> None:
    covered = {row.key for row in LEVERS} | {f"platforms.NAME.{row.key}" for row in ON_A_PLATFORM} | set(EXEMPT)
    covered |= {f"platforms.{name}.{row.key}" for row in ON_A_PLATFORM for name in ("linkedin", "facebook", "twitter")}
    assert covered == {key for key, _ in bases()}


def concentration(values: np.ndarray) -> float:
    """Standard deviation of the logarithm of what is above nothing."""
    positive = values[values > 0]
    return float(np.log(positive).std()) if positive.size else 0.0


def of_posts(record: Record, luck: Luck, scenario: Scenario) -> dict[str, float]:
    """What came of posts: who, when, how far."""
    shares, deliveries = record.shares, record.deliveries
    own = (shares.channel == PROGRAMME) & (shares.depth == 0)
    pages = np.flatnonzero((shares.channel == PAGE) & (shares.depth == 0))
    liked = (record.reactions.action == 0) & (record.reactions.person < record.consumers)
    first = deliveries.share[~deliveries.outside]
    return {
        "shares_programme": float(np.count_nonzero(own)), "shares_natural": float(np.count_nonzero((shares.channel == NATURAL) & (shares.depth == 0))),
        "critical_shares": float(np.count_nonzero(shares.critical)), "second_hop": float(np.count_nonzero(shares.depth >= 2)),
        "outside": float(deliveries.outside.sum()), "answer_hours": float(np.mean(shares.hours[own] % (168 / scenario.programme.items_per_week))) if own.any() else 0.0,
        "delay_hours": float(np.mean(deliveries.hours[~deliveries.outside] - shares.hours[first])) if first.size else 0.0,
        "post_spread": concentration(np.bincount(deliveries.share, minlength=shares.item.size)[pages]),
        "likers": float(np.unique(record.reactions.person[liked]).size) / max(float(liked.sum()), 1.0),
    }


def of_society(society: Society, model: AdvocacyModel, record: Record) -> dict[str, float]:
    """What people and their ties are like."""
    scenario, staff = society.scenario, society.staff
    audiences = [audience.followers for name in scenario.platforms.names() for audience in society.audiences(name)]
    sizes = np.array([audience.size for audience in audiences], dtype=float)
    inside = {(place, int(who) - EMPLOYEES) for name in scenario.platforms.names()[:1] for place, audience in enumerate(society.audiences(name))
              for who in audience.followers[audience.followers >= EMPLOYEES]}
    receptions = np.concatenate([audience.reception / np.maximum(society.people.activity(name, audience.followers), 1e-12)
                                 for name in scenario.platforms.names()[:1] for audience in society.audiences(name)])
    authors = record.shares.author[(record.shares.channel == PROGRAMME) & (record.shares.depth == 0)] - EMPLOYEES
    topics = np.array([model.item_topic(item) for item in range(40)])
    who = np.arange(4000)
    activity = society.people.activity(scenario.platforms.names()[0], who), society.people.activity("ads", who)
    name = scenario.platforms.names()[0]
    own = np.array([np.log(np.maximum(society.ties.expected_following(name, np.array([EMPLOYEES + place]))[0], 1e-9)) for place in range(staff.department.size)])
    theirs = np.array([np.log(society.ties.expected_following(name, audience.followers)).mean() if audience.followers.size else np.nan for audience in society.audiences(name)])
    known = np.isfinite(theirs)
    return {
        "followers": float(sizes.mean()), "followers_spread": concentration(sizes), "followers_inside": float(np.mean([(audience >= EMPLOYEES).sum() for audience in audiences])),
        "audience_overlap": float(sizes.sum()) / np.unique(np.concatenate(audiences)).size, "returned": sum((b, a) in inside for a, b in inside) / max(len(inside), 1),
        "reception_spread": concentration(receptions), "colleague_ties": float(society.colleagues.number_of_edges()), "managers": float(staff.manager.sum()),
        "private": float(staff.private.sum()), "managers_part": float(staff.manager[authors].mean()) if authors.size else 0.0,
        "private_part": float(staff.private[authors].mean()) if authors.size else 0.0, "willingness_spread": float(staff.engagement.std()),
        "topic_luck": float(np.unique(topics).size), "activity_overlap": float(np.corrcoef(*np.log(np.maximum(activity, 1e-9)))[0, 1]),
        "friends_alike": float(np.polyfit(own[known], theirs[known], 1)[0]) if known.sum() > 2 and np.ptp(own[known]) > 0 else 0.0,
        "habit_kept": float(np.mean([employee.habit
                                     * 2.0 ** (-(model.hours - employee.settled) / 24.0 / scenario.behaviour.habit_half_life_days) for employee in model.employees])),
    }


def topical_likes(society: Society, model: AdvocacyModel, record: Record) -> float:
    """Likes of consumers on items of their own topic, as a fraction of all."""
    liked = (record.reactions.action == 0) & (record.reactions.person < record.consumers)
    topics = np.array([model.item_topic(int(item)) for item in record.shares.item])
    return float(np.mean(topics[record.reactions.share[liked]] == society.people.interest(record.reactions.person[liked]))) if liked.any() else 0.0


@lru_cache(maxsize=512)
def outcomes(text: str) -> dict[str, float]:
    """Means of all outcomes over the replications of a scenario, given as JSON."""
    scenario, total = Scenario.model_validate_json(text), dict[str, float]()
    for replication in range(REPLICATIONS):
        luck = Luck(scenario.run.seed).replication(replication)
        society = Society(scenario, luck)
        flights = plan_flights(scenario, society) if scenario.paid.enabled else {}
        model = AdvocacyModel(scenario, WORLDS["both"], luck=luck, society=society, flights=flights)
        model.run_model()
        record = model.record()
        impressions, reactions = tally(record, 1).by_person, reactions_by_channel(record)
        found = of_posts(record, luck, scenario) | of_society(society, model, record)
        for number, channel in enumerate(CHANNELS):
            found |= {f"{name}_{channel}": float(value or 0) for name, value in channel_measures(record.panel, impressions[number], reactions[number])._asdict().items()}
        found |= {"internal": float(internal_reach(record)), "outside_market": float(outside_reach(record)), "critical_reach": float(critical_reach(record)),
                  "advocates": float(advocates(record).size), "programme_cost": programme_spend(scenario, record), "paid_cost": paid_spend(scenario, record),
                  "incident": float(record.incident), "budget": ad_budget(scenario) if scenario.paid.match_programme_cost or scenario.paid.budget is not None else 0.0,
                  "topical_likes": topical_likes(society, model, record)}
        for name, value in found.items():
            total[name] = total.get(name, 0.0) + value / REPLICATIONS
    return total


def moved(scenario: Scenario, row: Row, key: str) -> None:
    """Both values played on the same luck; the mean of the replications moves as it should."""
    low, high = (outcomes(scenario.replace(**{key.replace(".", "__"): value}).model_dump_json())[row.outcome] for value in (row.low, row.high))
    assert (high - low) * row.direction > 0, f"{key}: {row.outcome} is {low:g} at {row.low} and {high:g} at {row.high}"


# Luck is common to both values, replication 0 of seed 2016; values are far apart, so that a direction is no toss of
# a coin: were one, half of the rows would fail.

@pytest.mark.parametrize("row", LEVERS, ids=[row.key for row in LEVERS])
def test_a_lever_moves_what_it_should(row: Row, firm: Scenario) -> None:
    moved(firm.replace(**row.setting), row, row.key)


@pytest.mark.parametrize("name", ["facebook", "linkedin", "twitter", "forum"])
@pytest.mark.parametrize("row", ON_A_PLATFORM, ids=[row.key for row in ON_A_PLATFORM])
def test_a_platforms_lever_moves_what_it_should(row: Row, name: str, alone_on: Callable[[str], Scenario]) -> None:
    setting = {f"platforms__{name}__{key}": value for key, value in row.setting.items()}
    moved(alone_on(name).replace(**setting), row, f"platforms.{name}.{row.key}")


@pytest.fixture(scope="module")
def alone_on(firm: Scenario) -> Callable[[str], Scenario]:
    """The firm on one platform; a forum is one of its own, with general defaults."""
    def on(name: str) -> Scenario:
        platforms: dict[str, Any] = dict.fromkeys(("facebook", "linkedin", "twitter"))
        platforms[name] = {} if name == "forum" else firm.model_dump()["platforms"][name]
        return firm.replace(platforms=platforms, paid__cpm={name: 5.0}, page__followers=400, horizon__weeks=1)
    return on
