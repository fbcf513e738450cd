"""What a run leaves behind: every share, delivery, reaction and seen ad, as columns. Measures are functions of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, get_type_hints

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import kernel
from simulation.engines.shares import Shares
from simulation.engines.wheel import OUTSIDE
from simulation.engines.world import NATURAL, PAGE, PAID, PROGRAMME, World
from simulation.society.panel import Panel


class ShareColumns(NamedTuple):
    """One row per share."""

    author: NDArray[np.int64]
    item: NDArray[np.uint64]
    platform: NDArray[np.int16]
    hours: NDArray[np.float64]
    channel: NDArray[np.int8]
    depth: NDArray[np.int16]
    critical: NDArray[np.bool_]
    root: NDArray[np.int64]
    """Row of the original share."""


class DeliveryColumns(NamedTuple):
    """One row per delivery of a share to a person."""

    share: NDArray[np.int32]
    person: NDArray[np.int64]
    hours: NDArray[np.float64]
    showings: NDArray[np.uint16]
    outside: NDArray[np.bool_]
    """Shown beyond the followers, because a contact liked it."""


class ReactionColumns(NamedTuple):
    """One row per like, click or reshare of a share."""

    action: NDArray[np.int8]
    share: NDArray[np.int32]
    person: NDArray[np.int64]
    hours: NDArray[np.float64]


class AdColumns(NamedTuple):
    """One row per ad impression that a human saw."""

    platform: NDArray[np.int16]
    person: NDArray[np.int32]
    hours: NDArray[np.float64]


class AdReactionColumns(NamedTuple):
    """One row per like of, or click on, an ad."""

    action: NDArray[np.int8]
    platform: NDArray[np.int16]
    person: NDArray[np.int64]
    hours: NDArray[np.float64]


class Record(NamedTuple):
    """Everything that happened in one world of one replication."""

    world: World
    platforms: tuple[str, ...]
    panel: Panel
    """The consumers for whom it is counted."""
    shares: ShareColumns
    deliveries: DeliveryColumns
    reactions: ReactionColumns
    ads: AdColumns
    ad_reactions: AdReactionColumns
    media_spend: NDArray[np.float64]
    """Media money by platform and day."""
    enrolled: int
    incident: bool
    """Whether an inappropriate post came up in the period."""

    @property
    def consumers(self) -> int:
        """Size of the market; identities below are consumers."""
        return self.panel.market

    def posts_of(self, channels: tuple[int, ...]) -> Record:
        """The same world with only the posts of some channels, ads seen unpaid being those of `paid`; what was bought is left out."""
        chosen = np.isin(self.shares.channel, channels)
        number = np.cumsum(chosen) - 1
        delivered, reacted = chosen[self.deliveries.share], chosen[self.reactions.share]
        shares = ShareColumns._make(column[chosen] for column in self.shares)
        deliveries = DeliveryColumns._make(column[delivered] for column in self.deliveries)
        reactions = ReactionColumns._make(column[reacted] for column in self.reactions)
        return self._replace(shares=shares._replace(root=number[shares.root]), deliveries=deliveries._replace(share=number[deliveries.share].astype(np.int32)),
                             reactions=reactions._replace(share=number[reactions.share].astype(np.int32)))._without_bought()

    def joined(self, posts: Record) -> Record:
        """The same world with further posts that happened in it."""
        count = self.shares.author.size
        shares = posts.shares._replace(root=posts.shares.root + count)
        deliveries = posts.deliveries._replace(share=posts.deliveries.share + np.int32(count))
        reactions = posts.reactions._replace(share=posts.reactions.share + np.int32(count))
        return self._replace(shares=ShareColumns._make(_appended(self.shares, shares)), deliveries=DeliveryColumns._make(_appended(self.deliveries, deliveries)),
                             reactions=ReactionColumns._make(_appended(self.reactions, reactions)))

    def with_ads(self, ads: Record) -> Record:
        """The same world with the ads of another, and with what these earned unpaid."""
        earned = self.joined(ads.posts_of((PAID,))) if PAID in ads.shares.channel else self
        return earned._replace(world=self.world._replace(paid=ads.world.paid), media_spend=ads.media_spend, ads=ads.ads, ad_reactions=ads.ad_reactions)

    def without_ads(self) -> Record:
        """The same world without its ads and what these earned."""
        return self.posts_of((PAGE, NATURAL, PROGRAMME)) if PAID in self.shares.channel else self._without_bought()

    def _without_bought(self) -> Record:
        """The same posts; nothing was bought."""
        nothing = slice(0, 0)
        return self._replace(world=self.world._replace(paid=False), media_spend=self.media_spend * 0.0,
                             ads=AdColumns._make(column[nothing] for column in self.ads),
                             ad_reactions=AdReactionColumns._make(column[nothing] for column in self.ad_reactions))


def _appended(own: Iterable[NDArray[Any]], other: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    """Each column with the other's rows after its own."""
    return (np.concatenate(columns) for columns in zip(own, other, strict=True))


class Recorder:
    """Collects rows while a model runs; `columns` turns them into a `Record`'s columns."""

    def __init__(self) -> None:
        self._rows: dict[type, list[tuple[int, tuple[Any, ...]]]] = {ReactionColumns: [], AdColumns: [], AdReactionColumns: []}

    def add(self, kind: type, count: int, *columns: Any) -> None:
        """Append `count` rows of one kind: a column, or one value for all, for each of its fields in order."""
        if count:
            self._rows[kind].append((count, columns))

    def columns(self, kind: Any) -> Any:
        """All rows of one kind so far, as its columns."""
        rows = self._rows[kind]
        found = kind(*(np.empty(sum(count for count, _ in rows), dtype=hint.__args__[-1]) for hint in get_type_hints(kind).values()))
        start = 0
        for count, columns in rows:
            for column, values in zip(found, columns, strict=True):
                column[start : start + count] = values
            start += count
        return found


def share_columns(shares: Shares) -> ShareColumns:
    """All shares so far, as columns."""
    return ShareColumns(*(shares.table[name].astype(hint.__args__[-1]) for name, hint in get_type_hints(ShareColumns).items()))


def delivery_columns(steps: Sequence[NDArray[Any]]) -> DeliveryColumns:
    """Deliveries of all steps, as columns, step by step."""
    count = sum(rows.size for rows in steps)
    found = DeliveryColumns(*(np.empty(count, dtype=hint.__args__[-1]) for hint in get_type_hints(DeliveryColumns).values()))
    start = 0
    for rows in steps:
        _spread(rows, found, start)
        start += rows.size
    return found


@kernel
def _spread(rows: Any, found: Any, start: Any) -> None:
    """Write rows of `DELIVERY` into columns, from number `start` on."""
    for number in range(rows.size):
        row, place = rows[number], start + number
        found.share[place], found.person[place], found.hours[place] = row.post, row.person, row.hours
        found.showings[place], found.outside[place] = row.showings, row.marks & OUTSIDE > 0
