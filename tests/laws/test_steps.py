"""The length of a step, and the order of agents inside a stage, decide nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.world import PROGRAMME, WORLDS
from simulation.inputs.parameters import Scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

Play = Callable[..., Record]
Rows = Callable[[Record], Counter[tuple[object, ...]]]
Livelier = Callable[[Scenario], Scenario]


@pytest.mark.parametrize("hours", [1, 7, 100, 168])
def test_deliveries_of_given_shares_are_the_same_for_every_step(hours: int, steady: Scenario, play: Play, delivered: Rows) -> None:
    """Nothing that happens changes anything later here, so all deliveries are of the first hop, and agree to the last bit."""
    first_hop = steady.replace(**{f"platforms__{name}__{key}": 0.0 for name in steady.platforms.names() for key in ("reshare_rate", "out_of_network")})
    daily, other = (play(first_hop.replace(horizon__step_hours=each), "both") for each in (24, hours))
    assert sum(delivered(daily).values()) > 1000
    assert np.count_nonzero(daily.shares.channel == PROGRAMME) > 10
    assert delivered(other) == delivered(daily)
    assert np.array_equal(np.sort(other.ads.hours), np.sort(daily.ads.hours))


@pytest.mark.parametrize("hours", [1, 168])
def test_with_reshares_the_first_hop_is_the_same_for_every_step(hours: int, steady: Scenario, lively: Livelier, play: Play, delivered: Rows) -> None:
    scenario = lively(steady)
    daily, other = ({row: count for row, count in delivered(play(scenario.replace(horizon__step_hours=each), "both")).items() if row[3] == 0 and not row[7]}
                    for each in (24, hours))
    assert daily == other


def played(scenario: Scenario, model_class: type[AdvocacyModel], society: Society, luck: Luck) -> Record:
    model = model_class(scenario, WORLDS["both"], luck=luck, society=society)
    model.run_model()
    return model.record()


class Shuffled(AdvocacyModel):
    """Plays every stage with the agents in another order; what one agent has to do keeps its order."""

    turn = 0

    def _order(self, count: int) -> list[int]:
        Shuffled.turn += 1
        return [int(place) for place in np.random.default_rng(Shuffled.turn).permutation(count)]

    def decide_to_share(self) -> None:
        offers, moments = self._occasions()
        places = sorted(offers.keys() | moments.keys())
        for turn in self._order(len(places)):
            self.employees[places[turn]].decide_to_share(offers[places[turn]], moments[places[turn]])
        self._spread_shares()

    def react(self) -> None:
        by_person: dict[int, list[Any]] = {}
        for pair in self._noticed:
            by_person.setdefault(pair[0].identity, []).append(pair)
        people = list(by_person)
        self._noticed = [pair for turn in self._order(len(people)) for pair in by_person[people[turn]]]
        super().react()

    def settle(self) -> None:
        sharers = [employee for employee in self.employees if employee.shared_at is not None]
        for turn in self._order(len(sharers)):
            sharers[turn].settle()


@pytest.mark.parametrize("changes", [{}, {"behaviour__peer_influence": 5.0, "behaviour__peer_days": 2.0}, {"horizon__step_hours": 168}], ids=str)
def test_the_order_of_agents_inside_a_stage_changes_nothing(changes: dict[str, object], firm: Scenario, lively: Livelier, delivered: Rows, reacted: Rows,
                                                            shown: Rows) -> None:
    scenario, luck = lively(firm).replace(**changes), Luck(11)
    society = Society(scenario, luck)
    plain = played(scenario, AdvocacyModel, society, luck)
    assert np.unique(plain.shares.depth).size > 2
    for _ in range(2):
        other = played(scenario, Shuffled, society, luck)
        assert delivered(other) == delivered(plain)
        assert reacted(other) == reacted(plain)
        assert shown(other) == shown(plain)


def test_the_shuffle_does_shuffle(firm: Scenario, lively: Livelier) -> None:
    """Otherwise the law above would hold of itself."""
    scenario, luck = lively(firm), Luck(11)
    society = Society(scenario, luck)
    orders = {tuple(played(scenario, kind, society, luck).shares.author.tolist()) for kind in (AdvocacyModel, Shuffled, Shuffled)}
    assert len(orders) == 3


@pytest.mark.parametrize("inside", [1.0, 0.2])
def test_nobody_shares_one_item_twice_on_a_platform(inside: float, firm: Scenario, lively: Livelier, play: Play) -> None:
    """Once per person, item and action: in the market, outside it, and on the payroll."""
    shares = play(lively(firm).replace(market__contacts_in_market_fraction=inside), "advocacy").shares
    assert np.count_nonzero(shares.depth) > 30
    counts = Counter(zip(shares.author.tolist(), shares.item.tolist(), shares.platform.tolist(), strict=True))
    assert {event: times for event, times in counts.items() if times > 1} == {}
