"""Reach, frequency and engagement of one world, from its record."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.engines.record import Record
from simulation.engines.share import PAGE_AUTHOR
from simulation.engines.world import ACTIONS, CHANNELS, NATURAL, PAID, PROGRAMME
from simulation.measures.tally import Counts, Tally, first_depths
from simulation.society.follows import EMPLOYEES
from simulation.society.panel import Panel

ANY = "any"
ALL = "all"


class ChannelMeasures(NamedTuple):
    """What one channel, or all together, did in the market."""

    reach: float
    reach_3plus: float
    impressions: float
    frequency: float | None
    likes: float
    clicks: float
    reshares: float


def reactions_by_channel(record: Record) -> NDArray[Any]:
    """Likes, clicks and reshares by consumers (columns) by channel (rows)."""
    share, posts, ads = record.shares, record.reactions, record.ad_reactions
    who, panel = record.panel.places(posts.person), record.panel
    counts = (who >= 0) & ~share.critical[posts.share]
    table: NDArray[Any] = np.zeros((len(CHANNELS), len(ACTIONS)), dtype=panel.counting)
    np.add.at(table, (share.channel[posts.share[counts]], posts.action[counts]), panel.each(who[counts]))
    np.add.at(table[PAID], ads.action, panel.each(panel.places(ads.person)))
    return table


def channel_measures(panel: Panel, impressions: Counts, reactions: NDArray[Any]) -> ChannelMeasures:
    """Measures of one channel from its impressions by person of the panel and its three counts of reactions."""
    reach, total = panel.counted(impressions > 0), panel.total(impressions)
    likes, clicks, reshares = reactions.tolist()
    return ChannelMeasures(reach=reach, reach_3plus=panel.counted(impressions >= 3), impressions=total,
                           frequency=total / reach if reach else None, likes=likes, clicks=clicks, reshares=reshares)


def frequency_table(panel: Panel, impressions: Counts) -> pd.DataFrame:
    """People at each number of impressions, by channel and for any; 0 included, so that people add up to the audience."""
    tables = [np.bincount(counts) if panel.everybody else np.bincount(counts, weights=panel.weights) for counts in (*impressions, impressions.sum(axis=0))]
    numbers = [np.flatnonzero(table) for table in tables]
    channel = np.repeat([*CHANNELS, ANY], [some.size for some in numbers])
    return pd.DataFrame({"channel": channel, "impressions": np.concatenate(numbers), "people": np.concatenate([table[some] for table, some in zip(tables, numbers, strict=True)])})


def internal_reach(record: Record) -> int:
    """Employees with at least one impression."""
    person = record.deliveries.person
    return int(np.unique(person[(person >= EMPLOYEES) & (person < PAGE_AUTHOR)]).size)


def outside_reach(record: Record, channel: int = PROGRAMME) -> int:
    """Different people outside the market with at least one impression of a channel."""
    deliveries, share = record.deliveries, record.shares
    outside = (deliveries.person >= record.consumers) & (deliveries.person < EMPLOYEES)
    mine = outside & (share.channel[deliveries.share] == channel) & ~share.critical[deliveries.share]
    return int(np.unique(deliveries.person[mine]).size)


def viral_impressions(record: Record) -> int:
    """Impressions in the market of ads seen unpaid, because a contact liked them."""
    deliveries = record.deliveries
    mine = (deliveries.person < record.consumers) & (record.shares.channel[deliveries.share] == PAID)
    return int(deliveries.showings[mine].sum())


def critical_reach(record: Record) -> int:
    """Different consumers with at least one impression of a share that criticises the firm."""
    deliveries = record.deliveries
    mine = (deliveries.person < record.consumers) & record.shares.critical[deliveries.share]
    return int(np.unique(deliveries.person[mine]).size)


def offspring_number(record: Record) -> float | None:
    """Reshares caused per reshare; None without any."""
    depth = record.shares.depth
    reshares = int(np.count_nonzero(depth >= 1))
    return int(np.count_nonzero(depth >= 2)) / reshares if reshares else None


def advocates(record: Record) -> NDArray[np.int64]:
    """Identities of the employees who shared an offered item at least once."""
    shares = record.shares
    own = (shares.channel == PROGRAMME) & (shares.depth == 0)
    return np.unique(shares.author[own])


def reach_by_department(record: Record, department: NDArray[np.int64]) -> dict[int, int]:
    """Different consumers whom each department reached by shares, offered or unprompted, and what came of them; consumers of several count in each."""
    shares, deliveries = record.shares, record.deliveries
    own = np.isin(shares.channel, (NATURAL, PROGRAMME)) & ~shares.critical
    mine = (deliveries.person < record.consumers) & own[deliveries.share]
    authors = department[shares.author[shares.root[deliveries.share[mine]]] - EMPLOYEES]
    pairs = np.unique(authors * np.int64(record.consumers) + deliveries.person[mine])
    return {int(number): int(count) for number, count in zip(*np.unique(pairs // record.consumers, return_counts=True), strict=True)}


def reach_by_depth(record: Record) -> dict[int, int]:
    """Different consumers whose first impression of a share had travelled so many reshares."""
    shares, deliveries = record.shares, record.deliveries
    depths = first_depths(deliveries.person, deliveries.share, deliveries.hours, shares.depth, shares.critical, record.consumers)
    return {int(number): int(count) for number, count in zip(*np.unique(depths[depths >= 0], return_counts=True), strict=True)}


def daily_table(record: Record, counted: Tally, reached: NDArray[np.float64], cost: NDArray[np.float64]) -> pd.DataFrame:
    """
    Impressions, first-time reach, reactions and cost by platform, channel and day.

    `new_reach` counts consumers on the day of their first impression of that platform and channel; platform `all` and
    channel `any` are deduplicated over platforms and channels.

    Parameters
    ----------
    reached : people by the day of their first impression, with all platforms and all channels first; see `newly_reached`
    cost : by platform, channel and day
    """
    panel, shape = record.panel, counted.by_day.shape
    platforms, channels, days = (ALL, *record.platforms), (ANY, *CHANNELS), shape[2]
    columns = {"impressions": counted.by_day.astype(panel.counting), **{f"{action}s": table for action, table in zip(ACTIONS, _daily_reactions(record, shape), strict=True)},
               "shares": _daily_shares(record, shape), "cost": cost}
    platform, channel, day = (column.ravel() for column in np.indices((len(platforms), len(channels), days)))
    return pd.DataFrame({"platform": pd.Series(np.array(platforms)[platform], dtype=str), "channel": pd.Series(np.array(channels)[channel], dtype=str),
                         "day": day, "new_reach": reached.ravel().astype(panel.counting), **{name: _with_sums(table).ravel() for name, table in columns.items()}})


def _with_sums(table: NDArray[Any]) -> NDArray[Any]:
    """A table by platform, channel and day with the sums over platforms, and over channels, before the rest."""
    for axis in (0, 1):
        table = np.concatenate((table.sum(axis=axis, keepdims=True), table), axis=axis)
    return table


def _daily_reactions(record: Record, shape: tuple[int, int, int]) -> NDArray[Any]:
    """Reactions of consumers by action, platform, channel and day."""
    panel = record.panel
    table: NDArray[Any] = np.zeros((len(ACTIONS), *shape), dtype=panel.counting)
    share, posts, ads = record.shares, record.reactions, record.ad_reactions
    who = panel.places(posts.person)
    mine = (who >= 0) & ~share.critical[posts.share]
    of = posts.share[mine]
    last = shape[2] - 1
    np.add.at(table, (posts.action[mine], share.platform[of], share.channel[of], _day(posts.hours[mine], last)), panel.each(who[mine]))
    paid: Any = (ads.action, ads.platform, PAID, _day(ads.hours, last))
    np.add.at(table, paid, panel.each(panel.places(ads.person)))
    return table


def _daily_shares(record: Record, shape: tuple[int, int, int]) -> Counts:
    """Original shares and reshares by platform, channel and day, critical ones and ads seen unpaid left out."""
    table = np.zeros(shape, dtype=np.int64)
    share, good = record.shares, ~record.shares.critical & (record.shares.channel != PAID)
    np.add.at(table, (share.platform[good], share.channel[good], _day(share.hours[good], shape[2] - 1)), 1)
    return table


def _day(hours: NDArray[np.float64], last: int) -> Counts:
    """Day of an event that was noted at the end of its step."""
    return np.minimum(np.ceil(hours / 24.0 - 1e-9).astype(np.int64) - 1, last).clip(0)
