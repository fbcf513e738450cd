"""What figures of an export must satisfy. Each check is a small function; the tables below say what follows when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.inputs.exports.headers import AT_LEAST_PREFIX

Table = pd.DataFrame
Mask = NDArray[np.bool_]
Level = Literal["refused", "dropped", "warning", "note"]

LONGEST_LINKEDIN_DAYS = 92
"""LinkedIn reports the reach of ads for no longer range."""
NO_FIT = "no fit is made of this curve"
ROUNDING = 0.011
"""Frequencies are exported with two decimals."""


class Finding(NamedTuple):
    """What a check found."""

    check: str
    level: Level
    message: str
    rows: int = 0


def rows_of(found: Mask | int) -> str:
    """How many rows, in words."""
    number = int(np.sum(found))
    return "1 row" if number == 1 else f"{number:,} rows"


class RowCheck(NamedTuple):
    """A row that fails it is impossible; it is kept apart, with the reason."""

    name: str
    fails: Callable[[Table], Mask]
    reason: str


class TableCheck(NamedTuple):
    """Says something about a table as a whole."""

    name: str
    level: Level
    say: Callable[[Table], tuple[str, int] | None]


def _fails(condition: Any) -> Mask:
    """A comparison in which a missing figure fails nothing."""
    return np.asarray(condition.fillna(False) if hasattr(condition, "fillna") else condition, dtype=bool)


def reach_above_impressions(table: Table) -> Mask:
    """More people than impressions."""
    return _fails(table["reach"] > table["impressions"])


def fan_reach_above_impressions(table: Table) -> Mask:
    """More fans reached than impressions among fans."""
    return _fails(table["fan_reach"] > table["fan_impressions"])


def fans_above_all(table: Table) -> Mask:
    """A part above its whole."""
    return _fails((table["fan_impressions"] > table["impressions"]) | (table["fan_reach"] > table["reach"]))


def reach_above_audience(table: Table) -> Mask:
    """More people than the audience has."""
    return _fails(table["reach"] > table["audience_size"])


def negative(table: Table) -> Mask:
    """A count or an amount below zero; corrections of reactions and followers may be."""
    return _fails((table[["spend", "impressions", "reach", "clicks", "audience_size", "viral_impressions", "people"]] < 0).any(axis=1))


ROW_CHECKS = (
    RowCheck("negative figures", negative, "a count or an amount is negative"),
    RowCheck("reach within impressions", reach_above_impressions, "reach is above impressions: nobody is reached without an impression"),
    RowCheck("fan reach within fan impressions", fan_reach_above_impressions, "reach among fans is above impressions among fans"),
    RowCheck("fans within all", fans_above_all, "fans have more impressions or reach than everybody together"),
    RowCheck("reach within audience", reach_above_audience, "reach is above the size of the audience"),
)


def frequency_disagrees(table: Table) -> tuple[str, int] | None:
    """Frequency is impressions over reach, within rounding."""
    expected = table["impressions"] / table["reach"].where(table["reach"] > 0)
    wrong = _fails((table["frequency"] - expected).abs() > ROUNDING + 0.005 * expected)
    return (f"{rows_of(wrong)} with a frequency that is not impressions over reach; it is computed anew", int(wrong.sum())) if wrong.any() else None


def window_backwards(table: Table) -> tuple[str, int] | None:
    """A window that ends before it begins."""
    backwards = _fails(table["window_end"] < table["window_start"])
    return (f"{rows_of(backwards)} with an end before the start; that end is left out", int(backwards.sum())) if backwards.any() else None


def long_linkedin_reach(table: Table) -> tuple[str, int] | None:
    """LinkedIn gives no reach of ads over more than 92 days."""
    days = (table["window_end"] - table["window_start"]).dt.days + 1
    long = _fails((table["kind"] == "linkedin_ads") & (days > LONGEST_LINKEDIN_DAYS) & table["reach"].notna())
    if not long.any():
        return None
    return f"{rows_of(long)} with a reach over more than {LONGEST_LINKEDIN_DAYS} days, which LinkedIn does not report; that reach is left out", int(long.sum())


def zero_spend(table: Table) -> tuple[str, int] | None:
    """Paid impressions that cost nothing."""
    free = _fails((table["spend"] == 0) & (table["impressions"] > 0) & (table["channel"] == "paid"))
    return (f"{rows_of(free)} with impressions without spend; they do not count for prices", int(free.sum())) if free.any() else None


def per_click_pricing(table: Table) -> tuple[str, int] | None:
    """Spend that follows clicks and not impressions was billed per click."""
    used = table[(table["spend"] > 0) & (table["clicks"] > 0) & (table["impressions"] > 0)]
    if len(used) < 5:
        return None
    per_click, per_impression = used["spend"] / used["clicks"], used["spend"] / used["impressions"]
    if per_click.std() < 0.05 * per_click.mean() and per_impression.std() > 4 * per_click.std() / per_click.mean() * per_impression.mean():
        return f"spend is proportional to clicks: these ads were billed {per_click.mean():.3g} per click, so their price per thousand impressions follows the click rate", len(used)
    return None


def capped(table: Table) -> tuple[str, int] | None:
    """Reach above what thinning at one rate for all can give."""
    m = table["impressions"] / table["audience_size"].where(table["audience_size"] > 0)
    flat = _fails(table["reach"] > table["audience_size"] * -np.expm1(-m) + 0.5)
    return (f"{rows_of(flat)} with more people reached than impressions at random give: delivery was capped or optimised for reach", int(flat.sum())) if flat.any() else None


def reach_is_not_additive(table: Table) -> tuple[str, int] | None:
    """Reach of several rows is no reach of all."""
    rows = int(table["reach"].notna().sum())
    return (f"reach of {rows_of(rows)} is not added up: people reached twice would count twice", rows) if rows > 1 else None


def broken_down(table: Table) -> tuple[str, int] | None:
    """An ad that stands in several rows because it was broken down."""
    rows = int((table["breakdown"] != "").sum())
    return (f"{rows_of(rows)} of parts of an ad or campaign (placement, age, country ...): their reach overlaps", rows) if rows else None


def more_clicks_than_impressions(table: Table) -> tuple[str, int] | None:
    """Possible, as one impression may be clicked twice, but rare."""
    rows = int(_fails((table["clicks"] > table["impressions"]) & (table["impressions"] >= 0)).sum())
    return (f"{rows_of(rows)} with more clicks than impressions; left as they are", rows) if rows else None


def never_shown(table: Table) -> tuple[str, int] | None:
    """Rows that were never served."""
    rows = int((table["impressions"] == 0).sum())
    return (f"{rows_of(rows)} with no impressions", rows) if rows else None


def doubles(table: Table) -> tuple[str, int] | None:
    """Rows that say the same thing twice."""
    rows = int(table.drop(columns=["row", "source", "header_map"]).duplicated().sum())
    return (f"{rows_of(rows)} like an earlier one word for word; left in, as two posts or days may be alike", rows) if rows and (table["entity_id"] != "").any() else None


def potential_only(table: Table) -> tuple[str, int] | None:
    """Potential reach is followers added up, not people who saw anything."""
    rows = int(table["potential_reach"].notna().sum())
    return (f"{rows_of(rows)} with a potential reach: followers added up, never used as exposure", rows) if rows else None


def viral(table: Table) -> tuple[str, int] | None:
    """Impressions that paid posts earned on top."""
    earned, bought = float(table["viral_impressions"].sum()), float(table["impressions"].sum())
    if not (earned > 0 and bought > 0):
        return None
    return f"{earned:,.0f} viral impressions came on top of {bought:,.0f} paid ones ({earned / bought:.1%}); they are kept apart", len(table)


def gaps(table: Table) -> tuple[str, int] | None:
    """Columns in which some rows say nothing."""
    columns = ("impressions", "reach", "spend", "clicks", "engagements", "likes", "shares", "comments", "paid_flag", "fan_reach")
    missing = [(column, int(table[column].isna().sum())) for column in columns if table[column].notna().any() and table[column].isna().any()]
    return ("nothing is said about " + ", ".join(f"{column} in {rows_of(count)}" for column, count in missing), sum(count for _, count in missing)) if missing else None


TABLE_CHECKS = (
    TableCheck("frequency", "warning", frequency_disagrees),
    TableCheck("windows run forwards", "warning", window_backwards),
    TableCheck("LinkedIn reach within 92 days", "refused", long_linkedin_reach),
    TableCheck("capped delivery", "note", capped),
    TableCheck("billing per click", "note", per_click_pricing),
    TableCheck("impressions without spend", "warning", zero_spend),
    TableCheck("reach is not additive", "note", reach_is_not_additive),
    TableCheck("breakdowns", "warning", broken_down),
    TableCheck("clicks within impressions", "warning", more_clicks_than_impressions),
    TableCheck("never shown", "note", never_shown),
    TableCheck("repeated rows", "warning", doubles),
    TableCheck("potential reach", "warning", potential_only),
    TableCheck("viral impressions", "note", viral),
    TableCheck("gaps", "note", gaps),
)


def judge_rows(table: Table) -> tuple[Table, Table, list[Finding]]:
    """The rows that are possible, those that are not with their reasons, and what was found."""
    reasons = np.full(len(table), "", dtype=object)
    findings = []
    for check in ROW_CHECKS:
        failing = check.fails(table)
        if failing.any():
            reasons[failing] = [f"{said}; {check.reason}".removeprefix("; ") for said in reasons[failing]]
            findings.append(Finding(check.name, "dropped", f"{rows_of(failing)} dropped: {check.reason}", int(failing.sum())))
    bad = np.asarray(reasons != "", dtype=bool)
    dropped = table.loc[bad, ["source", "row", "entity_id", "impressions", "reach", "spend"]].assign(reason=reasons[bad])
    return table[~bad].reset_index(drop=True), dropped.reset_index(drop=True), findings


def judge_table(table: Table) -> list[Finding]:
    """What the checks of whole tables have to say."""
    found = ((check, check.say(table)) for check in TABLE_CHECKS) if len(table) else iter(())
    return [Finding(check.name, check.level, *said) for check, said in found if said is not None]


def without_impossible_cells(table: Table) -> Table:
    """The table without ends before starts, and without LinkedIn's reach over more than 92 days."""
    days = (table["window_end"] - table["window_start"]).dt.days + 1
    return table.assign(reach=table["reach"].mask((table["kind"] == "linkedin_ads") & (days > LONGEST_LINKEDIN_DAYS)), window_end=table["window_end"].mask(days < 1))


def levels(table: Table) -> list[str]:
    """Columns of reach at K or more, in their order."""
    return [column for column in table.columns if column.startswith(AT_LEAST_PREFIX)]


def judge_curve(table: Table) -> Iterator[Finding]:
    """Reach at K or more: falls with K, adds up to impressions, and grows no faster than people who saw exactly one."""
    names = levels(table)
    if not names:
        return
    values = table[names].to_numpy(dtype=np.float64)
    numbers = np.array([int(name.removeprefix(AT_LEAST_PREFIX)) for name in names])
    rising = np.any(np.diff(values, axis=1) > 1e-6 * np.nanmax(values) + 0.5, axis=1)
    if rising.any():
        yield Finding("reach falls with frequency", "refused", f"{rows_of(rising)} with more people at a higher frequency than at a lower one; {NO_FIT}", int(rising.sum()))
    whole = np.array_equal(numbers, np.arange(1, numbers.size + 1))
    over = _fails(pd.Series(np.nansum(values, axis=1)) > table["impressions"].to_numpy(dtype=np.float64) * 1.01 + 1) if whole else np.zeros(len(table), dtype=bool)
    if over.any():
        yield Finding("frequencies add up to impressions", "refused", f"{rows_of(over)} with more impressions in their frequencies than in all; {NO_FIT}", int(over.sum()))
    if whole and numbers.size > 1 and (broken := implausible_steps(table, values[:, 0], values[:, 1])):
        yield Finding("frequency falls toward one at low weight", "refused", f"{broken:,} steps of this curve gain more new people than those seen exactly once allow; no campaign "
                      f"shown at random can do that, so the frequencies are not measured ones; {NO_FIT}", broken)


def implausible_steps(table: Table, once_or_more: Mask | Any, twice_or_more: Any) -> int:
    """
    Steps from one weight to the next at which reach grows faster than thinning allows.

    Under any mixture of Poissons reach is concave in impressions, and its slope is people seen exactly once for each impression, so
    R(b) - R(a) <= (R1(a) - R2(a)) (b / a - 1). With money for weight it holds all the more, as the price rises. A tenth is left for noise.
    """
    weight = table["impressions"].where(table["impressions"].notna(), table["spend"]).to_numpy(dtype=np.float64)
    order = np.argsort(weight, kind="stable")
    w, one, two = weight[order], np.asarray(once_or_more)[order], np.asarray(twice_or_more)[order]
    keep = (w > 0) & np.isfinite(one) & np.isfinite(two)
    w, one, two = w[keep], one[keep], two[keep]
    room = 1.1 * (one - two)[:-1] * (w[1:] / w[:-1] - 1.0) + 0.005 * one.max(initial=0.0) + 1.0
    return int(np.count_nonzero(np.diff(one) > room))
