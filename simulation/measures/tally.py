"""All impressions of a world that count, added up in one reading: by person, by day, and when each person was reached first."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import kernel
from simulation.engines.record import Record
from simulation.engines.world import CHANNELS, PAID

Counts = NDArray[np.int64]


class Tally(NamedTuple):
    """Impressions in the market, organic and paid, on shares that do not criticise the firm."""

    by_person: Counts
    """Of everybody in the panel (columns) by channel (rows)."""
    by_day: NDArray[np.float64]
    """By platform, channel and day, each person weighted by whom they stand for."""
    first: NDArray[np.int16]
    """Day of the first impression of everybody in the panel, by platform and channel; the number of days where there was none."""


def tally(record: Record, days: int) -> Tally:
    """Add up the impressions of a record; what comes after the last day counts for that day."""
    platforms, panel = len(record.platforms), record.panel
    found = Tally(np.zeros((len(CHANNELS), panel.size), dtype=np.int64), np.zeros((platforms, len(CHANNELS), days)),
                  np.full((platforms, len(CHANNELS), panel.size), days, dtype=np.int16))
    shares, deliveries, ads = record.shares, record.deliveries, record.ads
    _add_posts(found, panel.places(deliveries.person), deliveries.share, deliveries.hours, deliveries.showings, shares.platform, shares.channel, shares.critical, panel.weights)
    _add_ads(found, panel.places(ads.person), ads.platform, ads.hours, panel.weights)
    return found


def newly_reached(first: NDArray[np.int16], weights: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """
    People by the day of their first impression, from `Tally.first`.

    Returns
    -------
    by platform, channel and day; the first platform and the first channel stand for all of them, deduplicated
    """
    found = np.zeros((first.shape[0] + 1, first.shape[1] + 1, days + 1))
    _add_newcomers(found, first, weights, np.empty(first.shape[1] + 1, dtype=np.int16))
    return found[:, :, :days]


@kernel
def first_depths(person: Any, share: Any, hours: Any, depth: Any, critical: Any, consumers: Any) -> Any:
    """How many reshares the first impression of a share had travelled, for each consumer; -1 without any. Critical shares are left out; of equal times the first row counts."""
    earliest, found = np.full(consumers, np.inf), np.full(consumers, np.int64(-1))
    for row in range(person.size):
        who, of = person[row], share[row]
        if who < consumers and not critical[of] and hours[row] < earliest[who]:
            earliest[who], found[who] = hours[row], depth[of]
    return found


@kernel
def _add_newcomers(found: Any, first: Any, weights: Any, earliest: Any) -> None:
    platforms, channels, people = first.shape
    never = np.int16(found.shape[2] - 1)
    for place in range(people):
        for channel in range(channels + 1):
            earliest[channel] = never
        for platform in range(platforms):
            here = never
            for channel in range(channels):
                day = first[platform, channel, place]
                found[platform + 1, channel + 1, day] += weights[place]
                earliest[channel + 1] = min(earliest[channel + 1], day)
                here = min(here, day)
            found[platform + 1, 0, here] += weights[place]
            earliest[0] = min(earliest[0], here)
        for channel in range(channels + 1):
            found[0, channel, earliest[channel]] += weights[place]


@kernel
def _add_posts(found: Any, places: Any, share: Any, hours: Any, showings: Any, platform: Any, channel: Any, critical: Any, weights: Any) -> None:
    last = found.by_day.shape[2] - 1
    for row in range(places.size):
        of, place = share[row], places[row]
        if place >= 0 and not critical[of]:
            day = min(np.int64(hours[row] / 24.0), last)
            found.by_person[channel[of], place] += showings[row]
            found.by_day[platform[of], channel[of], day] += weights[place] * showings[row]
            found.first[platform[of], channel[of], place] = min(found.first[platform[of], channel[of], place], day)


@kernel
def _add_ads(found: Any, places: Any, platform: Any, hours: Any, weights: Any) -> None:
    last = found.by_day.shape[2] - 1
    for row in range(places.size):
        place, day = places[row], min(np.int64(hours[row] / 24.0), last)
        found.by_person[PAID, place] += 1
        found.by_day[platform[row], PAID, day] += weights[place]
        found.first[platform[row], PAID, place] = min(found.first[platform[row], PAID, place], day)
