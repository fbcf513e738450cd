"""Scenario settings from exports: prices, rates and sizes, each with interval and source; only keys that scenarios have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.stats import chi2

from simulation.inputs.exports.read import Export
from simulation.inputs.exports.table import joined
from simulation.inputs.parameters import Scenario
from simulation.inputs.platforms import Platform
from simulation.studies.ladder import LEVEL, NORMAL, Fit

Reals = NDArray[np.float64]
FEWEST_POSTS = 10
"""Posts that a rate or a spread needs."""
FEWEST_MEMBERS = 3
"""Members whose followers make a median."""


class Setting(NamedTuple):
    """A value for a scenario, or the reason why there is none."""

    key: str
    value: Any
    low: float | None
    high: float | None
    how: str
    source: str
    refused: str | None = None
    """Why the scenario cannot take the value."""


class Rate(NamedTuple):
    """A ratio of sums over rows with its interval."""

    value: float
    low: float
    high: float
    rows: int


def pooled(part: pd.Series[Any], whole: pd.Series[Any]) -> Rate | None:
    """Summed `part` over summed `whole`, of rows that have both; the interval from how rows differ (linearised ratio). None without any."""
    x, y = part.to_numpy(dtype=np.float64), whole.to_numpy(dtype=np.float64)
    used = np.isfinite(x) & np.isfinite(y) & (y > 0)
    x, y = x[used], y[used]
    if not x.size or x.sum() < 0:
        return None
    value = float(x.sum() / y.sum())
    spread = NORMAL * float(np.sqrt(((x - value * y) ** 2).sum() * x.size / max(x.size - 1, 1))) / float(y.sum()) if x.size > 1 else float("nan")
    return Rate(value, max(value - spread, 0.0), value + spread, int(x.size))


def settings_from(exports: Sequence[Export], fits: Sequence[Fit], audience: float | None) -> list[Setting]:
    """What all exports together say, one setting a key; those that the scenario cannot take carry the reason."""
    found: dict[str, Setting] = {}
    groups: dict[tuple[str, str], list[Export]] = {}
    for export in exports:
        groups.setdefault((export.kind.name, export.platform), []).append(export)
    for (_, platform), group in groups.items():
        source = ", ".join(dict.fromkeys(Path(export.source).name for export in group))
        table = joined([export.table for export in group])
        for setting in _from_group(group[0].kind.name, group[0].kind.channel, platform, table, source):
            found.setdefault(setting.key, setting)
    for setting in [*_from_money(exports), *_from_fits(exports, fits), *_from_audience(audience)]:
        found.setdefault(setting.key, setting)
    return [_checked(setting) for setting in found.values()]


def _from_group(kind: str, channel: str, platform: str, table: pd.DataFrame, source: str) -> Iterator[Setting]:
    if not platform:
        return
    paid = table[table["channel"] == "paid"]
    if len(paid) and kind not in ("reach_curve", "frequency_table"):
        yield from _ads(platform, paid, source)
    if channel == "member":
        yield from _member(platform, table, source)
    if channel == "page":
        yield from _page(platform, table[table["channel"] == "page"], source)


def _rated(key: str, rate: Rate | None, how: str, source: str, factor: float = 1.0) -> Iterator[Setting]:
    if rate is not None:
        known = rate.rows > 1
        yield Setting(key, rate.value * factor, rate.low * factor if known else None, rate.high * factor if known else None, f"{how}, {_rows(rate.rows)}", source)


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


def _ads(platform: str, table: pd.DataFrame, source: str) -> Iterator[Setting]:
    """Price per thousand, and answers per person reached and ad."""
    bought = table[(table["spend"] > 0) & (table["impressions"] > 0)]
    yield from _rated(f"paid.cpm.{platform}", pooled(bought["spend"], bought["impressions"]), "spend for 1,000 impressions", source, 1000.0)
    clicks = next((column for column in ("unique_clicks", "link_clicks", "clicks") if table[column].notna().any()), None)
    if clicks:
        yield from _rated(f"platforms.{platform}.ad_click_rate", pooled(table[clicks], table["reach"]), f"{clicks.replace('_', ' ')} for each person reached", source)
    likes = next((column for column in ("reactions", "likes") if table[column].notna().any()), None)
    if likes:
        yield from _rated(f"platforms.{platform}.ad_like_rate", pooled(table[likes], table["reach"]), f"{likes} for each person reached", source)


def _defaults(platform: str) -> Platform:
    """Settings of a platform as shipped, or the general ones."""
    return dict(Scenario().platforms.items()).get(platform, Platform())


def _answers(platform: str, posts: pd.DataFrame, source: str, factor: float, what: str) -> Iterator[Setting]:
    """Likes and reshares of posts, for each person reached where reach is known, else for each delivery of the impressions."""
    whole = "reach" if posts["reach"].notna().any() else "impressions"
    repeats = _defaults(platform).repeats
    scale = factor * (1.0 if whole == "reach" else repeats)
    per = "person reached" if whole == "reach" else f"impression, times {repeats:g} impressions per delivery"
    liked = posts["reactions"].where(posts["reactions"].notna(), posts["likes"])
    for key, part in (("like_rate", liked), ("reshare_rate", posts["shares"])):
        if part.notna().sum() >= FEWEST_POSTS:
            yield from _rated(f"platforms.{platform}.{key}", pooled(part, posts[whole]), f"{'likes' if key == 'like_rate' else 'reshares'} for each {per}{what}", source, scale)
    if posts["clicks"].notna().sum() >= FEWEST_POSTS:
        yield from _rated(f"platforms.{platform}.click_rate", pooled(posts["clicks"], posts[whole]), f"clicks for each {per}{what}", source, scale)


def _appeal(values: pd.Series[Any], what: str, source: str) -> Iterator[Setting]:
    """How much posts differ: standard deviation of the logarithm, with the interval of a normal's variance."""
    logs = np.log(values[values > 0].to_numpy(dtype=np.float64))
    if logs.size >= FEWEST_POSTS:
        sd, freedom = float(logs.std(ddof=1)), logs.size - 1
        low, high = (sd * float(np.sqrt(freedom / chi2.ppf(part, freedom))) for part in ((1 + LEVEL) / 2, (1 - LEVEL) / 2))
        yield Setting("behaviour.appeal_log_sd", sd, low, high, f"spread of the logarithm of {what} of {logs.size:,} posts", source)


def _member(platform: str, table: pd.DataFrame, source: str) -> Iterator[Setting]:
    """A member's own posts; a page's rates are theirs over what a person's post earns on top."""
    posts = table[(table["reach_scope"] == "post") & (table["impressions"] > 0)]
    lift = Scenario().behaviour.source_multiplier
    yield from _answers(platform, posts, source, 1.0 / lift, f", over the {lift:g} times that a person's post earns")
    yield from _appeal(posts["impressions"], "impressions", source)
    followers = table[table["followers"] > 0].groupby("source", observed=True)["followers"].last()
    if len(followers) >= FEWEST_MEMBERS:
        yield Setting(f"platforms.{platform}.followers_median", float(followers.median()), float(followers.min()), float(followers.max()),
                      f"median of {len(followers):,} members (and the least and most)", source)


def _page(platform: str, table: pd.DataFrame, source: str) -> Iterator[Setting]:
    """Posts of a page; those that were promoted are left aside."""
    posts = table[(table["paid_flag"] != 1) & ((table["impressions"] > 0) | (table["reach"] > 0))]
    yield from _answers(platform, posts, source, 1.0, "")
    yield from _appeal(posts["reach"] if posts["reach"].notna().any() else posts["impressions"], "reach" if posts["reach"].notna().any() else "impressions", source)
    fans = posts[(posts["followers"] > 0) & posts["fan_reach"].notna()]
    if len(fans) >= FEWEST_POSTS:
        active = _defaults(platform).active_fraction
        yield Setting("page.followers", int(fans["followers"].max()), None, None, "the page's followers at their highest", source)
        share = fans["fan_reach"] / fans["followers"] / active
        sd = NORMAL * float(share.std() / np.sqrt(len(share)))
        yield Setting(f"platforms.{platform}.page_visibility_fraction", float(share.mean()), float(share.mean()) - sd, float(share.mean()) + sd,
                      f"followers reached by a post, over the {active:g} who are active, mean of {len(fans):,} posts", source)
        yield from _rated(f"platforms.{platform}.out_of_network", pooled(fans["impressions"] - fans["fan_impressions"], fans["fan_impressions"]),
                          "impressions outside the followers for each inside", source)


def _from_money(exports: Sequence[Export]) -> Iterator[Setting]:
    """Currency and year of prices."""
    spent = [export for export in exports if (export.table["spend"] > 0).any()]
    for export in spent:
        name = Path(export.source).name
        if export.currency:
            yield Setting("currency", export.currency, None, None, "currency of the spend; the scenario's other prices are not converted", name)
        if export.window[1]:
            yield Setting("price_year", int(export.window[1][:4]), None, None, "year of the last day", name)


def _from_fits(exports: Sequence[Export], fits: Sequence[Fit]) -> Iterator[Setting]:
    """Shape of activity from the strongest fit; impressions per delivery; a cap."""
    for fit in sorted(fits, key=lambda one: "edcbp".index(one.rung) if one.rung in "edcbp" else 9):
        name = Path(fit.source).name
        if (shape := fit.get("shape")) is not None:
            error = "" if fit.error is None else f", fit error {fit.error:.2g}"
            yield Setting("behaviour.activity_shape", shape.value, shape.low, shape.high, f"{fit.model}, {_rows(fit.rows)}{error}", name)
        export = next(export for export in exports if export.source == fit.source)
        if (repeats := fit.get("repeats")) is not None and export.platform:
            yield Setting(f"platforms.{export.platform}.repeats", repeats.value, repeats.low, repeats.high, f"{fit.model}, {_rows(fit.rows)}", name)
        if (cap := fit.get("cap")) is not None and export.window[0] and export.window[1]:
            days = (pd.Timestamp(export.window[1]) - pd.Timestamp(export.window[0])).days + 1
            yield Setting("paid.cap.impressions", int(cap.value), cap.low, cap.high, f"{fit.model}, {_rows(fit.rows)}", name)
            yield Setting("paid.cap.days", days, None, None, "days of the export", name)


def _from_audience(audience: float | None) -> Iterator[Setting]:
    if audience is not None:
        yield Setting("market.consumers", int(audience), None, None, "the audience given", "--audience")


def _checked(setting: Setting) -> Setting:
    """The setting, with the reason if a scenario would refuse it."""
    values = Scenario().model_dump()
    block: Any = values
    *parents, last = setting.key.split(".")
    for parent in parents:
        block = block.setdefault(parent, {}) if block.get(parent) is not None else block.update({parent: {}}) or block[parent]
    block[last] = setting.value
    try:
        Scenario.model_validate(values)
    except ValidationError as error:
        said = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return setting._replace(refused=f"a scenario does not take it: {said[:1].lower()}{said[1:]}")
    return setting
