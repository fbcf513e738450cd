"""What would have to be true for ads to win, or to stop winning: the break-evens of a summary in sentences."""

from __future__ import annotations

from typing import Any, NamedTuple

from simulation.app.outcome import Outcome
from simulation.behaviour.planning import planned_enrolled
from simulation.presentation.chart_verdict import blended_cpm
from simulation.presentation.figures import with_interval
from simulation.presentation.numbers import money, people, ratio


class Condition(NamedTuple):
    """Ads win for reach while `asks` holds; `holds` is None where nothing can be said."""

    asks: str
    now: str
    holds: bool | None


def conditions(outcome: Outcome) -> list[Condition]:
    """Each alone, everything else as in the scenario; empty where there are not both a programme and ads, or the programme adds nobody."""
    scenario, summary = outcome.scenario, outcome.summary
    if not (scenario.programme.enabled and scenario.paid.enabled) or summary["added_reach"]["programme"]["mean"] <= 0:
        return []
    return [_price(outcome), _seat(outcome), _advocates(outcome), _month(outcome), _often(outcome)]


def headline(outcome: Outcome) -> str:
    """Who adds more people, and in how many replications."""
    summary, number = outcome.summary, outcome.replications
    if not (outcome.scenario.programme.enabled and outcome.scenario.paid.enabled):
        return "Only one of the two runs here, so there is nothing to win."
    for_programme = round(summary["probability_programme_reaches_more"] * number)
    ads = summary["added_reach"]["paid"]["mean"] >= summary["added_reach"]["programme"]["mean"]
    times = number - for_programme if ads else for_programme
    return f"At these settings {'ads add' if ads else 'the programme adds'} more people, in {times} of {number} replications."


def _price(outcome: Outcome) -> Condition:
    """Ad prices, at equal reach."""
    multiple, cpm, currency = outcome.summary["break_even_price_multiple"], blended_cpm(outcome.scenario), outcome.scenario.currency
    now = "no price" if cpm is None else f"{money(cpm, currency)} per 1,000 impressions, over all platforms"
    if cpm is None or not multiple or multiple["median"] is None:
        return Condition("no ad price, however low, makes ads add as many people as the programme in most replications", now, False)
    ends = ["any" if end is None else money(end * cpm, currency) for end in (multiple["low"], multiple["high"])]
    return Condition(f"1,000 impressions cost less than {money(multiple['median'] * cpm, currency)} ({ends[0]} to {ends[1]}), {ratio(multiple['median'])} times today's price",
                     now, multiple["median"] > 1)


def _seat(outcome: Outcome) -> Condition:
    """Price of the software, at equal reach."""
    price, currency, today = outcome.summary["break_even_seat_price"], outcome.scenario.currency, outcome.scenario.programme.cost.seat_per_month
    now = f"{money(today, currency)} per seat and month"
    if not price or price["median"] is None:
        free = "" if not price or not price["attainable"] else f" (in {price['attainable']:.0%} of replications some price would turn it)"
        return Condition(f"nothing about the software: even free seats cost more than ads for as many people{free}", now, True)
    return Condition(f"a seat costs more than {money(price['median'], currency)} a month", now, today > price["median"])


def _advocates(outcome: Outcome) -> Condition:
    """How many take part, at today's reach of each."""
    number = outcome.summary["break_even_advocates"]
    now = f"{people(planned_enrolled(outcome.scenario))} enrolled"
    if not number or number["median"] is None:
        return Condition("nothing about how many take part: an advocate costs more than ads for the people that one adds", now, True)
    return Condition(f"fewer than {people(number['median'])} advocates take part", now, None)


def _month(outcome: Outcome) -> Condition:
    """How long it goes on."""
    month, weeks = outcome.summary["break_even_month"], outcome.scenario.horizon.weeks
    now = f"{weeks} weeks"
    if not month or month["median"] is None:
        return Condition("nothing about how long it runs: within this campaign the programme never becomes the cheaper one", now, True)
    return Condition(f"the campaign ends before month {month['median']:.0f}", now, weeks / 4.35 < month["median"])


def _often(outcome: Outcome) -> Condition:
    """What one counts: people who see it three times."""
    thrice, cost, currency = outcome.summary["equivalent_paid_budget_3plus"], outcome.summary["worlds"]["advocacy"]["cost"], outcome.scenario.currency
    now = f"the programme costs {money(cost['mean'], currency)}"
    if not thrice or thrice["median"] is None:
        return Condition("one does not count people who see it 3 times: no ad budget reaches as many of them in most replications", now, False)
    return Condition(f"as many people who see it 3 times cost less in ads: {with_interval(thrice, 'money', currency)}", now, thrice["median"] < cost["mean"])


def word(condition: Condition) -> str:
    """Whether it holds, in a word."""
    words: dict[Any, str] = {True: "holds", False: "does not hold", None: "open"}
    return words[condition.holds]
