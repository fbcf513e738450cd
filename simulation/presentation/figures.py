"""The figures that every answer shows, programme beside ads: in the terminal, in reports, on slides and in workbooks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

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


def written_rows(summary: dict[str, Any]) -> list[tuple[str, Kind, str, Value]]:
    """The table of one world, as the scenario is written: label, kind, unit and value."""
    world = summary["worlds"]["as_written"]
    listed: list[tuple[str, Kind, str, str]] = [("People reached", "people", "people", "reach"), ("... 3 times or more", "people", "people", "reach_3plus"),
                                                ("Impressions", "people", "impressions", "impressions"), ("Likes", "people", "likes", "likes"),
                                                ("Clicks", "people", "clicks", "clicks"), ("Cost", "money", str(summary["currency"]), "cost")]
    return [(label, kind, unit, world[name]) for label, kind, unit, name in listed]


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
