"""What money can be spent on: a point of the unit cube as settings of a scenario that cost no more than the budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from simulation.behaviour.planning import planned_programme_cost
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario

type Settings = dict[str, Any]
"""Values of dotted scenario keys: one decision."""

ITEMS = (0.5, 12.0)
"""Items a week that are tried."""
CAPS: tuple[int | None, ...] = (1, 2, 3, 5, 8, None)
"""Impressions a person, platform and window of the cap that are tried; None for no cap."""
BIDS = (0.3, 4.0)
"""Highest bids that are tried, as multiples of the price of an average campaign; in auctions only."""
LEAST_WEIGHT = 0.05
"""Weights of a platform below count as nothing."""
NOTHING: Settings = {"programme.enabled": False, "paid.enabled": False}


@dataclass(frozen=True)
class Options:
    """
    The decisions that are open.

    Attributes
    ----------
    base : the scenario, whose other keys stay
    budget : money for programme and ads together, as planned
    most_enrolled : fraction of employees who can be enrolled at most
    stage_price : money a month for each stage of maturity above the scenario's; None: the stage stays
    spend_less : whether less than the budget may be spent
    """

    base: Scenario
    budget: float
    most_enrolled: float = 0.8
    stage_price: float | None = None
    spend_less: bool = False

    def checked(self) -> Options:
        """The same. Raises `InputError` where nothing could be bought."""
        if not 0 < self.budget < 1e12:
            raise InputError(f"--budget: given {self.budget:g}; allowed: more than 0, in {self.base.currency}")
        if not 0 < self.most_enrolled <= 1:
            raise InputError(f"--most-enrolled: given {self.most_enrolled:g}; allowed: above 0, up to 1")
        if self.stage_price is not None and not 0 <= self.stage_price < 1e9:
            raise InputError(f"--stage-price: given {self.stage_price:g}; allowed: 0 or more, in {self.base.currency} a month and stage")
        if self.budget < min(self.base.paid.cost.creative, self._programme(ITEMS[0], 0.0, self.base.programme.stage)):
            raise InputError(f"--budget: given {self.budget:g}, which pays neither for making the ads (paid.cost.creative) nor for a coordinator "
                             "(programme.cost.coordinator_per_month); allowed: more")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """What the numbers of a point stand for, in order."""
        platforms = tuple(f"weight of {name}" for name in self.platforms) if len(self.platforms) > 1 else ()
        return ("part", "items", "cap", *platforms, *(("bid",) if self.base.paid.pricing == "auction" else ()), *(("stage",) if self.stage_price is not None else ()),
                *(("spend",) if self.spend_less else ()))

    @property
    def platforms(self) -> tuple[str, ...]:
        """Platforms with a price for ads."""
        return tuple(name for name in self.base.platforms.names() if name in self.base.paid.cpm)

    def point(self, part: float) -> NDArray[np.float64]:
        """The point nearest to the scenario's own settings with a part of the money for the programme."""
        programme, paid = self.base.programme, self.base.paid
        weights = self.base.bought_platforms
        top = max(weights.values(), default=1.0)
        own = {"part": part, "items": _place(programme.items_per_week, ITEMS), "bid": _place(2.0, BIDS), "stage": (programme.stage - 0.5) / 5.0, "spend": 1.0,
               "cap": (CAPS.index(paid.cap.impressions if paid.cap is not None and paid.cap.impressions in CAPS else None) + 0.5) / len(CAPS)}
        return np.array([own[name] if name in own else weights.get(name.removeprefix("weight of "), 0.0) / top for name in self.names])

    def settings(self, point: Sequence[float] | NDArray[np.float64]) -> Settings:
        """The decision at a point: what the programme's part buys, and ads for the rest."""
        at = dict(zip(self.names, np.clip(np.asarray(point, dtype=np.float64), 0.0, 1.0).tolist(), strict=True))
        budget = self.budget * (0.05 + 0.95 * at["spend"] if self.spend_less else 1.0)
        stage = min(int(at["stage"] * 5.0), 4) + 1 if self.stage_price is not None else self.base.programme.stage
        programme, cost = self.bought(at["part"] * budget, float(f"{_value(at['items'], ITEMS):.3g}"), stage)
        return {**programme, **self._ads(budget - cost, at)}

    def planned_cost(self, settings: Settings) -> tuple[float, float]:
        """Money that a decision plans for programme and ads."""
        own = {key: value for key, value in settings.items() if key.startswith("programme.")}
        return planned_programme_cost(_with(self.base, own)), float(settings.get("paid.budget") or 0.0) if settings["paid.enabled"] else 0.0

    def items_for(self, settings: Settings, money: float) -> float:
        """Items a week that the programme of a decision could offer for so much money as planned, its advocates as they are."""
        stage, enrolled = settings.get("programme.stage", self.base.programme.stage), settings["programme.enrolment_fraction"]
        if self._programme(50.0, enrolled, stage) <= money:
            return 50.0
        return float(f"{brentq(lambda items: self._programme(items, enrolled, stage) - money, 0.0, 50.0, xtol=1e-3):.3g}")

    def bought(self, money: float, items: float, stage: int | None = None) -> tuple[Settings, float]:
        """As many advocates as the money pays, with fewer items where it would pay none; and what that costs as planned."""
        stage = self.base.programme.stage if stage is None else stage
        none: tuple[Settings, float] = ({"programme.enabled": False}, 0.0)
        least = 1.0 / self.base.society.employees
        while self._programme(items, least, stage) > money:
            items = float(f"{items / 2.0:.3g}")
            if items < ITEMS[0] / 2.0:
                return none
        enrolled = self.most_enrolled
        if self._programme(items, enrolled, stage) > money:
            enrolled = float(brentq(lambda fraction: self._programme(items, fraction, stage) - money, least, enrolled, xtol=1e-6))
            enrolled = max(math.floor(enrolled * 1e5) / 1e5, least)
        settings: Settings = {"programme.enabled": True, "programme.enrolment_fraction": enrolled, "programme.items_per_week": items}
        if self.stage_price is not None:
            settings |= {"programme.stage": stage, "programme.cost.coordinator_per_month": self._coordinator(stage)}
        return settings, self._programme(items, enrolled, stage)

    def _ads(self, money: float, at: dict[str, float]) -> Settings:
        paid = self.base.paid
        if money <= max(paid.cost.creative, 0.002 * self.budget):
            return {"paid.enabled": False}
        weights = {name: at.get(f"weight of {name}", 1.0) for name in self.platforms}
        weights = {name: float(f"{weight:.3g}") for name, weight in weights.items() if weight >= LEAST_WEIGHT * max(*weights.values(), 1e-9)}
        cap = CAPS[min(int(at["cap"] * len(CAPS)), len(CAPS) - 1)]
        days = paid.cap.days if paid.cap is not None else 7
        settings: Settings = {"paid.enabled": True, "paid.budget": float(f"{money:.8g}"), "paid.split": weights if any(weights.values()) else dict.fromkeys(self.platforms, 1.0),
                              "paid.cap": None if cap is None else {"impressions": cap, "days": days}}
        if "bid" in at:
            settings["paid.auction.bid"] = {name: float(f"{paid.cpm[name] * _value(at['bid'], BIDS):.4g}") for name in self.platforms}
        return settings

    def _coordinator(self, stage: int) -> float:
        return self.base.programme.cost.coordinator_per_month + (self.stage_price or 0.0) * max(stage - self.base.programme.stage, 0)

    def _programme(self, items: float, enrolled: float, stage: int) -> float:
        """Planned cost of a programme."""
        return planned_programme_cost(_with(self.base, {"programme.enabled": True, "programme.items_per_week": items, "programme.enrolment_fraction": enrolled,
                                                        "programme.stage": stage, "programme.cost.coordinator_per_month": self._coordinator(stage)}))


def _with(base: Scenario, settings: Settings) -> Scenario:
    return base.replace(**{key.replace(".", "__"): value for key, value in settings.items()})


def _value(part: float, span: tuple[float, float]) -> float:
    """The value at a part of a range, in equal ratios."""
    return float(span[0] * (span[1] / span[0]) ** part)


def _place(value: float, span: tuple[float, float]) -> float:
    return float(np.clip(math.log(max(value, 1e-9) / span[0]) / math.log(span[1] / span[0]), 0.0, 1.0))
