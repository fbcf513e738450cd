"""How much memory a replication needs, told before anything is built; what cannot fit is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import psutil

from simulation.behaviour.planning import media_by_platform, spells
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario

# Constants are fitted to peaks of fresh processes; `benchmarks/memory.py` measures them again and prints both side by side.

PROGRAM = 0.36e9
"""Python, Numba, the libraries and the compiled code, in bytes; 0.13 GB more in the first run, which compiles."""
PER_TIE, PER_LIVE_TIE = 8.0, 20.0
"""Bytes for each tie of an employee, and more for each whose account is in use, copies in passing included."""
PER_TIE_AND_WEEK = 7.0
"""Bytes for each tie of an employee and week of the campaign: deliveries of shares and what is measured of them."""
PER_PERSON, PER_PERSON_AND_PLATFORM = 132.0, 44.0
"""Bytes for each consumer who is followed: counters of the worlds, flights and tables of measures."""
PER_AD = 44.0
"""Bytes for each impression served: the flight, and what was seen of it in each world."""
PER_AD_TRIED, PER_PERSON_TRIED = 22.0, 60.0
"""Bytes for each impression and consumer of a larger budget, tried when the scenario's own does not add as many people as the programme."""
GROWTH = 6.0
"""What `measures/equivalent.py` multiplies a budget with that falls short; stated again, since importing it loads tables."""
SPARE = 0.85
"""Fraction of the free memory that may be used."""


class Need(NamedTuple):
    """Bytes that one replication needs at its peak, by what for."""

    audiences: float
    people: float
    ads: float
    network: float

    @property
    def total(self) -> float:
        """Everything together, the program included."""
        return PROGRAM + sum(self)


def needed(scenario: Scenario) -> Need:
    """Memory for one replication of a scenario, estimated from the scenario alone."""
    platforms, market = dict(scenario.platforms.items()), scenario.market
    followers = {name: platform.followers_median * float(np.exp(platform.followers_log_sd**2 / 2)) for name, platform in platforms.items()}
    if scenario.society.network.family != "foci":
        followers = dict.fromkeys(platforms, scenario.society.network.mean_followers)
    ties = sum(scenario.society.employees * followers[name] * (PER_TIE + PER_TIE_AND_WEEK * scenario.horizon.weeks + PER_LIVE_TIE * platform.active_fraction)
               for name, platform in platforms.items())
    direct = min(1.0, scenario.society.employees * sum(followers.values()) / scenario.people)
    panel = market.consumers * (direct + (1.0 - direct) * market.sample_fraction)
    people = panel * (PER_PERSON + PER_PERSON_AND_PLATFORM * len(platforms)) + (market.consumers if market.sample_fraction < 1.0 else 0.0)
    return Need(ties, people, _ads(scenario, panel), _network(scenario, len(platforms)))


def _network(scenario: Scenario, platforms: int) -> float:
    """Bytes for the ties of a network that is held whole."""
    if scenario.society.network.family == "foci":
        return 0.0
    from simulation.society.networks import BYTES_BUILT, BYTES_KEPT

    people = scenario.people + scenario.society.employees
    return people * min(scenario.society.network.mean_followers, people / 4) / 2 * (platforms * BYTES_KEPT + BYTES_BUILT)


def _ads(scenario: Scenario, panel: float) -> float:
    """Bytes for the ads served, on the panel; without ads, for those of the first budget that is tried instead of them."""
    served = _served(scenario, panel, 1.0)
    if scenario.paid.enabled:
        return PER_AD * served
    return PER_AD_TRIED * _served(scenario, panel, GROWTH) + PER_PERSON_TRIED * panel


def _served(scenario: Scenario, panel: float, times: float) -> float:
    """Impressions served to the panel for so many times the money."""
    platforms, served = dict(scenario.platforms.items()), 0.0
    sees = (1.0 - scenario.paid.blocked_fraction) * scenario.targeted_fraction
    for name, money in media_by_platform(scenario).items():
        places = scenario.market.consumers * sees * platforms[name].active_fraction * platforms[name].ad_opportunities_per_day
        for spell in spells(scenario, name):
            days, cap = spell.stop - spell.first, spell.cap
            wanted = spell.prices.bought(times * float(spell.money(money).sum()) / days, places) * days / scenario.market.consumers
            most = platforms[name].ad_opportunities_per_day * days if cap is None else cap.impressions * float(np.ceil(days / cap.days))
            served += panel * min(wanted, most * sees * platforms[name].active_fraction)
    return served


def free_memory() -> float:
    """Bytes that this process may still use: what the machine has free, or what a container allows."""
    free = float(psutil.virtual_memory().available)
    limit, used = Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")
    try:
        allowed = limit.read_text(encoding="ascii").strip()
        return free if allowed == "max" else min(free, float(allowed) - float(used.read_text(encoding="ascii")))
    except (OSError, ValueError):
        return free


def workers_that_fit(scenario: Scenario, workers: int, free: float | None = None) -> int:
    """
    How many replications of a scenario can be played at a time, at most `workers`.

    Raises
    ------
    InputError
        Not even one fits; the message has the estimate and the setting to change.
    """
    usable, need = SPARE * (free_memory() if free is None else free), needed(scenario)
    fit = int(usable // need.total)
    if fit >= 1:
        return min(workers, fit)
    parts = ", ".join(f"{size / 1e9:.1f} for {what}" for what, size in need._asdict().items() if size > 0.05e9)
    given = f"given {scenario.market.consumers:,} with {scenario.society.employees:,} employees, which needs about {need.total / 1e9:.1f} GB ({parts})"
    raise InputError(f"market.consumers: {given}; {usable / 1e9:.1f} GB may be used here; allowed: {_way_out(scenario, usable)}")


def _way_out(scenario: Scenario, usable: float) -> str:
    """What to change so that it fits."""
    for fraction in () if not scenario.may_be_sampled else (0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001):
        if fraction < scenario.market.sample_fraction and needed(scenario.replace(market__sample_fraction=fraction)).total <= usable:
            return f"market.sample_fraction of {fraction:g} or less, or fewer consumers"
    return "fewer society.employees, fewer market.consumers, or a smaller paid.budget"
