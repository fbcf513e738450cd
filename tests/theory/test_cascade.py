"""Independent Cascade: tie by tie as a plain search says, generation by generation as the agents play it, on average as closed forms say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import permutations, product
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from simulation.engines import cascade
from simulation.engines.agents import Consumer, Employee, Moment, Noticed, Offer
from simulation.engines.cascade import cascade_steps, independent_cascade
from simulation.engines.model import AdvocacyModel
from simulation.engines.world import WORLDS
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.follows import EMPLOYEES, Follows, follows
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.society.words import number_of

ITEM, PLACE = 7, "a place"


def rows_of(graph: nx.DiGraph[int]) -> Follows:
    """Followers of each node 0, 1, 2, ...: edges run from whoever shares to whoever is shown."""
    pairs = np.array(list(graph.edges), dtype=np.int64).reshape(-1, 2)
    return follows(pairs[:, 0], pairs[:, 1], graph.number_of_nodes())


def searched(graph: nx.DiGraph[int], seeds: Sequence[int], probability: float, luck: Luck, names: Sequence[int]) -> dict[int, int]:
    """Step at which each person is reached, by breadth-first search; every tie asks for its own number."""
    steps = dict.fromkeys(seeds, 0)
    authors = list(steps)
    for author in authors:
        for follower in graph.successors(author):
            if follower not in steps and luck.uniform("delivery", ITEM, number_of(PLACE), names[author], 1, names[follower]) < probability:
                steps[follower] = steps[author] + 1
                authors.append(follower)
    return steps


@st.composite
def graphs(draw: st.DrawFn) -> nx.DiGraph[int]:
    """Directed graphs of up to 90 people, sparse or dense; in some one person is followed by everybody."""
    people = draw(st.integers(1, 90))
    mean = draw(st.sampled_from([0.0, 0.5, 2.0, 8.0, 40.0]))
    graph: nx.DiGraph[int] = nx.fast_gnp_random_graph(people, min(1.0, mean / people), seed=draw(st.integers(0, 2**32 - 1)), directed=True)
    if draw(st.booleans()):
        hub = draw(st.integers(0, people - 1))
        graph.add_edges_from((hub, other) for other in range(people) if other != hub)
    return graph


@given(graph=graphs(), data=st.data(), probability=st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.02, 0.2, 1.0])), seed=st.integers(0, 2**64 - 1),
       kind=st.sampled_from([(np.int64, False), (np.uint32, False), (np.int64, True)]))
@settings(max_examples=150)
def test_a_cascade_is_what_a_search_finds_that_asks_tie_by_tie(graph: nx.DiGraph[int], data: st.DataObject, probability: float, seed: int, kind: tuple[Any, bool]) -> None:
    width, named = kind
    people = graph.number_of_nodes()
    seeds = data.draw(st.lists(st.integers(0, people - 1), min_size=1, max_size=5))
    names = data.draw(st.permutations(range(EMPLOYEES, EMPLOYEES + people))) if named else list(range(people))
    rows, luck = rows_of(graph), Luck(seed)
    ties = (rows.starts.astype(width), rows.followers.astype(width))
    asked: dict[str, Any] = {"item": ITEM, "platform": PLACE, "names": names if named else None}
    counts = independent_cascade(ties, seeds, probability, luck, 3, **asked)
    for number in range(3):
        expected = searched(graph, seeds, probability, luck.replication(number), names)
        found = cascade_steps(ties, seeds, probability, luck.replication(number), **asked)
        assert dict(zip(found.person.tolist(), found.step.tolist(), strict=True)) == expected
        assert found.person.size == len(expected)
        assert (np.diff(found.step) >= 0).all()
        assert counts[number] == len(expected)


@given(seed=st.integers(0, 2**64 - 1))
def test_a_tie_is_hit_if_its_number_lies_below_the_probability_and_not_if_it_equals_it(seed: int) -> None:
    luck, ties = Luck(seed), (np.array([0, 1, 1]), np.array([1]))
    number = luck.uniform("delivery", ITEM, number_of(PLACE), 0, 1, 1)
    assert cascade_steps(ties, [0], number, luck, item=ITEM, platform=PLACE).person.tolist() == [0]
    assert cascade_steps(ties, [0], float(np.nextafter(number, 1.0)), luck, item=ITEM, platform=PLACE).person.tolist() == [0, 1]


@given(graph=graphs(), probabilities=st.tuples(st.floats(0, 1), st.floats(0, 1)), seed=st.integers(0, 2**64 - 1))
@settings(max_examples=30)
def test_a_higher_probability_loses_nobody_and_delays_nobody(graph: nx.DiGraph[int], probabilities: tuple[float, float], seed: int) -> None:
    low, high = (dict(zip(*cascade_steps(rows_of(graph), [0], probability, Luck(seed)), strict=True)) for probability in sorted(probabilities))
    assert all(high[person] <= step for person, step in low.items())


def test_replications_do_not_depend_on_how_many_are_played_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ties = rows_of(nx.barabasi_albert_graph(500, 3, seed=1).to_directed())
    whole = independent_cascade(ties, [1, 2, 3], 0.15, Luck(3), 50)
    assert np.unique(whole).size > 20
    monkeypatch.setattr(cascade, "AT_ONCE", 7)
    assert (independent_cascade(ties, [1, 2, 3], 0.15, Luck(3), 50) == whole).all()


# ---------------------------------------------------------------- the model with one post is a cascade


class Always(Employee):
    """Shares whatever is offered and nothing else."""

    def decide_to_share(self, offers: Sequence[Offer], moments: Sequence[Moment]) -> None:
        """Leave unprompted moments alone."""
        super().decide_to_share(offers, ())

    def share_probability(self, offer: Offer, peers: float) -> Any:
        """Certainty."""
        return 1.0


class Faithful(Consumer):
    """Passes on whatever appears, and does nothing else."""

    def react(self, noticed: Noticed, like: float, click: float, reshare: float) -> None:
        """Certainty."""
        self.act("reshare", noticed)


class Alike(Society):
    """A society in which everybody is equally active and equally attentive."""

    def reception(self, platform: str, people: NDArray[np.int64]) -> NDArray[np.float64]:
        """One for all."""
        return np.ones(people.size)


@pytest.fixture(scope="module")
def single_post(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """Five employees are offered one item, within an hour, in a network of 600; deliveries take no time, and steps are hours."""
    path: Path = tmp_path_factory.mktemp("graph") / "graph.csv"
    nx.write_edgelist(nx.barabasi_albert_graph(600, 2, seed=4), path, delimiter=",", data=False)
    return load_scenario("baseline", [
        f"society.network.file={path}", "society.network.family=file", "society.network.nodes=consumers", "society.employees=5", "society.departments=1",
        "horizon.weeks=1", "horizon.tail_days=0", "horizon.step_hours=1", "page.enabled=false", "paid.enabled=false", "programme.enrolment_fraction=1",
        "programme.items_per_week=1", "behaviour.response_hours=0.001", "behaviour.appeal_log_sd=0", "market.contacts_in_market_fraction=1",
        "platforms.linkedin=null", "platforms.twitter=null", "platforms.facebook.advocate_fraction=1", "platforms.facebook.visibility_fraction=0.25",
        "platforms.facebook.half_life_hours=0.000001", "platforms.facebook.out_of_network=0", "platforms.facebook.reshare_rate=0.001"])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_model_with_one_post_reaches_whom_a_cascade_reaches_and_when(seed: int, single_post: Scenario) -> None:
    # An exponential clock below the level is a uniform below 1 - exp(-level); rounding moves that by 1e-16, so by nobody of 600
    luck = Luck(seed)
    society = Alike(single_post, luck)
    model = AdvocacyModel(single_post, WORLDS["advocacy"], luck=luck, society=society, employee_class=Always, consumer_class=Faithful)
    model.run_model()
    record = model.record()
    assert np.unique(record.shares.item).size == 1
    hours = np.full(record.consumers, np.inf)
    consumers = record.deliveries.person < EMPLOYEES
    np.minimum.at(hours, record.deliveries.person[consumers], record.deliveries.hours[consumers])

    names = np.concatenate((np.arange(record.consumers), society.staff.identities))
    rows = society.ties.followers("facebook", names)
    ties = Follows(rows.starts, np.searchsorted(names, rows.followers))
    seeds = np.flatnonzero(names >= EMPLOYEES)
    probability = float(-np.expm1(-society.levels["facebook"].person))
    expected = cascade_steps(ties, seeds, probability, luck, item=int(record.shares.item[0]), platform="facebook", names=names)

    assert expected.step.max() >= 4
    assert 50 <= expected.person.size <= 550
    assert (expected.person[: seeds.size] == seeds).all()
    found = {person: int(hour) + 1 for person, hour in enumerate(hours.tolist()) if np.isfinite(hour)}
    assert found == dict(zip(expected.person[seeds.size :].tolist(), expected.step[seeds.size :].tolist(), strict=True))


# ---------------------------------------------------------------- closed forms; seeds are fixed, so nothing fails by chance


def test_the_hub_of_a_star_reaches_a_binomial_number() -> None:
    # 400 leaves at 0.3, 2,000 replications: mean and variance within 4.5 standard errors, false alarm 2e-5 were the seed not fixed
    leaves, probability, times = 400, 0.3, 2_000
    reach = independent_cascade((np.array([0] + [leaves] * (leaves + 1)), np.arange(1, leaves + 1)), [0], probability, Luck(11), times) - 1
    variance = leaves * probability * (1 - probability)
    assert abs(reach.mean() - leaves * probability) < 4.5 * np.sqrt(variance / times)
    assert abs(reach.var() / variance - 1) < 4.5 * np.sqrt(2 / times)


def test_a_line_is_followed_for_a_geometric_number_of_steps() -> None:
    # Reached with k more people with probability 0.8^k; 40 people, 4,000 replications, each of 12 lengths within 4.5 standard errors: 1e-4
    people, probability, times = 40, 0.8, 4_000
    reach = independent_cascade((np.minimum(np.arange(people + 1), people - 1), np.arange(1, people)), [0], probability, Luck(12), times)
    for length in range(1, 13):
        chance = probability**length
        assert abs(np.mean(reach > length) - chance) < 4.5 * np.sqrt(chance * (1 - chance) / times)


def test_a_small_complete_graph_is_reached_as_counting_all_worlds_says() -> None:
    # All 4,096 worlds of 12 ties at 0.3; 20,000 replications, each of 4 reaches within 4.5 standard errors: 3e-5
    probability, times = 0.3, 20_000
    pairs = list(permutations(range(4), 2))
    expected: Counter[int] = Counter()
    for world in product((False, True), repeat=len(pairs)):
        live: nx.DiGraph[int] = nx.DiGraph(pair for pair, hit in zip(pairs, world, strict=True) if hit)
        live.add_node(0)
        expected[len(nx.descendants(live, 0)) + 1] += probability ** sum(world) * (1 - probability) ** (12 - sum(world))  # type: ignore[assignment]
    reach = independent_cascade(rows_of(nx.complete_graph(4).to_directed()), [0], probability, Luck(13), times)
    for count, chance in expected.items():
        assert abs(np.mean(reach == count) - chance) < 4.5 * np.sqrt(chance * (1 - chance) / times)


# ---------------------------------------------------------------- what cannot be used

GOOD: dict[str, Any] = {"follows": (np.array([0, 1, 2]), np.array([1, 0])), "seeds": [0], "probability": 1.0, "luck": Luck(1), "replications": 2}


@pytest.mark.parametrize(("change", "message"), [
    ({"probability": 1.2}, "probability: given 1.2; allowed: 0 to 1"),
    ({"probability": float("nan")}, "probability: given nan; allowed: 0 to 1"),
    ({"replications": 0}, "replications: given 0; allowed: 1 or more"),
    ({"seeds": [0, 2]}, "seeds: given 2; allowed: at least one row, 0 to 1"),
    ({"seeds": [-1]}, "seeds: given -1; allowed"),
    ({"seeds": []}, "seeds: given nobody; allowed"),
    ({"seeds": [0.5]}, "seeds: given 1 dimensions of float64; allowed: one dimension of whole numbers"),
    ({"names": [5]}, "names: given 1 names; allowed: one whole number of 0 or more for each of the 2 people"),
    ({"names": [5, -6]}, "names: given -6; allowed"),
    ({"follows": (np.array([0, 1, 3]), np.array([1, 0]))}, "follows: given starts from 0 to 3; allowed: from 0 to the 2 followers there are"),
    ({"follows": (np.array([0]), np.array([], dtype=int))}, "follows: given starts of 0 people; allowed: 1 to"),
    ({"follows": (np.array([0.0, 1.0]), np.array([0]))}, "follows: given starts with 1 dimensions of float64; allowed: one dimension of whole numbers"),
    ({"follows": (np.array([0, 1, 2]), np.array([2, 0]))}, "follows: given follower 2; allowed: rows of people, 0 to 1"),
    ({"follows": (np.array([0, 1, 2]), np.array([-1, 0]))}, "follows: given follower -1; allowed"),
    ({"follows": (np.array([0, 1, 2]), np.array([2, 0])), "names": [5, 6]}, "follows: given follower 2; allowed"),
    ({"follows": (np.array([0, 3, 2]), np.array([1, 0]))}, "follows: given row 1, which ends before it starts; allowed: starts that never fall"),
])
def test_what_cannot_be_used_is_said(change: dict[str, Any], message: str) -> None:
    arguments = GOOD | change
    with pytest.raises(InputError) as many:
        independent_cascade(**arguments)
    assert message in str(many.value)
    if "replications" not in change:
        del arguments["replications"]
        with pytest.raises(InputError) as one:
            cascade_steps(**arguments)
        assert str(one.value) == str(many.value)


def test_what_the_messages_are_tested_on_can_be_used() -> None:
    assert independent_cascade(**GOOD).tolist() == [2, 2]
