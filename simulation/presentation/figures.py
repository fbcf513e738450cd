"""The figures that every answer shows, programme beside ads: in the terminal, in reports, on slides and in workbooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

from simulation.inputs.parameters import Scenario
from simulation.presentation.numbers import money, people, ratio

Kind = Literal["people", "ratio", "money", "price"]
Value = dict[str, Any] | None
"""A figure or quantile triple of the summary, or nothing where it is undefined."""


class Row(NamedTuple):
    """One measure, of the programme and of ads."""

    label: str
    kind: Kind
    unit: str
    programme: Value
    paid: Value

    def told(self, currency: str) -> tuple[str, str, str]:
        """Label and both figures, in words."""
        return self.label, with_interval(self.programme, self.kind, currency), with_interval(self.paid, self.kind, currency)


def sides(summary: dict[str, Any]) -> list[Row]:
    """The table of a comparison, row by row."""
    both, currency = summary["channels"]["both"], str(summary["currency"])

    def pair(label: str, kind: Kind, unit: str, name: str) -> Row:
        return Row(label, kind, unit, summary[name]["programme"], summary[name]["paid"])

    costs = summary["worlds"]["advocacy"]["cost"], summary["worlds"]["paid"]["cost"]
    return [
        pair("People added to what happens anyway", "people", "people", "added_reach"),
        pair("... seen 3 times or more", "people", "people", "added_reach_3plus"),
        pair("People added on top of the other", "people", "people", "incremental_reach"),
        Row("Impressions per person reached", "ratio", "impressions", both["programme"]["frequency"], both["paid"]["frequency"]),
        pair("Likes, clicks and reshares per 1,000 impressions", "ratio", "reactions", "engagements_per_thousand_impressions"),
        Row("Cost", "money", currency, *costs),
        pair("Cost per person added on top of the other", "price", currency, "cost_per_incremental_person"),
        pair("Cost of the next person", "price", currency, "marginal_cost_per_person"),
        pair("Cost per like, click or reshare", "price", currency, "cost_per_engagement"),
    ]


EQUAL = {"reach": "people", "reach_3plus": "people seen 3 times or more", "engagement": "likes and clicks"}
"""What is made equal, in words."""


def equal(scenario: Scenario, summary: dict[str, Any]) -> list[Row]:
    """The same comparison read at equal money, equal reach and equal engagement; nothing where one side is missing, or in results of an older program."""
    if not scenario.programme.enabled or not scenario.paid.enabled or "equivalent_budget_closed_form" not in summary:
        return []
    cost, budgets, currency = summary["worlds"]["advocacy"]["cost"], summary["equivalent_budget_closed_form"], scenario.currency
    return [
        Row("Equal money: people added", "people", "people", summary["added_reach"]["programme"], summary["equal_money_reach"]),
        Row("... seen 3 times or more", "people", "people", summary["added_reach_3plus"]["programme"], summary["equal_money_reach_3plus"]),
        Row("... likes and clicks", "people", "reactions", summary["likes_and_clicks"]["programme"], summary["equal_money_engagement"]),
        Row("Cost of as many people added", "money", currency, cost, budgets["reach"]),
        Row("... seen 3 times or more", "money", currency, cost, budgets["reach_3plus"]),
        Row("Cost of as many likes and clicks", "money", currency, cost, budgets["engagement"]),
    ]


def equal_notes(summary: dict[str, Any]) -> list[str]:
    """Where no budget makes the two equal, and how well the budgets did when they were bought and played."""
    budgets = summary["equivalent_budget_closed_form"]
    done = {reading: value["mean"] for reading, value in summary["equivalent_budget_confirmed"].items() if value}
    never = {reading: 1.0 - budgets[reading]["attainable"] for reading in EQUAL if budgets[reading]["attainable"] < 1}
    notes = [f"No ad budget earns as many {EQUAL[reading]} in {part:.0%} of replications." for reading, part in never.items()]
    if done:
        notes.append(f"Ad budgets are roots of the closed form; bought and played they did {', '.join(f'{part:.0%} ({EQUAL[reading]})' for reading, part in done.items())} of it.")
    return notes


def written_rows(summary: dict[str, Any]) -> list[tuple[str, Kind, str, Value]]:
    """The table of one world, as the scenario is written: label, kind, unit and value."""
    world = summary["worlds"]["as_written"]
    listed: list[tuple[str, Kind, str, str]] = [("People reached", "people", "people", "reach"), ("... 3 times or more", "people", "people", "reach_3plus"),
                                                ("Impressions", "people", "impressions", "impressions"), ("Likes", "people", "likes", "likes"),
                                                ("Clicks", "people", "clicks", "clicks"), ("Cost", "money", str(summary["currency"]), "cost")]
    return [(label, kind, unit, world[name]) for label, kind, unit, name in listed]


def change(value: Value, kind: Kind, currency: str) -> str:
    """A difference with its sign and interval; a dash where it is undefined."""
    return ("+" if value is not None and value["mean"] > 0 else "") + with_interval(value, kind, currency)


def with_interval(value: Value, kind: Kind, currency: str) -> str:
    """A figure with its interval, rounded to what the interval supports; a dash where it is undefined."""
    if value is None:
        return "-"
    middle = value.get("mean", value.get("median"))
    if middle is None:
        return "-" if not value["attainable"] else "not in most"
    shows: dict[Kind, Callable[[Any], str]] = {"people": lambda number: people(number), "ratio": lambda number: ratio(number),
                                               "money": lambda number: money(number, currency), "price": lambda number: money(number, currency)}
    show = shows[kind]
    low, high = show(value["low"]), "more" if value["high"] is None else show(value["high"])
    return show(middle) if low == high else f"{show(middle)} ({low} to {high})"
