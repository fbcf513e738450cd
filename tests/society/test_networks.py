"""Networks from NetworkX and from files: one graph, connected to the scenario, tie by tie as the engines read it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from simulation.engines.model import AdvocacyModel
from simulation.engines.world import WORLDS
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.networks import ArrayTies, family_ties
from simulation.society.society import Society
from simulation.studies.pool import Task
from simulation.studies.replication import replicate

FAMILIES = ["barabasi_albert", "configuration", "lfr", "powerlaw_cluster", "stochastic_block_model", "watts_strogatz"]


def of_family(scenario: Scenario, family: str) -> Scenario:
    return scenario.replace(society__network__family=family, society__network__mean_followers=8.0, market__consumers=1000, market__contacts_in_market_fraction=0.5,
                            paid__budget=1510.0, paid__cap=None)


def graphs_of(society: Society) -> dict[str, nx.Graph[int]]:
    assert isinstance(society.ties, ArrayTies)
    return {name: society.ties.to_networkx(name) for name in society.scenario.platforms.names()}


def digest(graph: nx.Graph[int]) -> str:
    """The same for the same nodes and ties, in whatever order they stand."""
    edges = sorted(tuple(sorted(edge)) for edge in graph.edges)
    return hashlib.sha256(repr((sorted(graph.nodes), edges)).encode()).hexdigest()


# Families

@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_holds_everybody_once_with_about_as_many_ties_as_asked(family: str, tiny: Scenario) -> None:
    scenario = of_family(tiny, family)
    society = Society(scenario, Luck(5))
    everybody = set(range(2000)) | {EMPLOYEES + place for place in range(20)}
    for graph in graphs_of(society).values():
        assert set(graph.nodes) == everybody
        assert nx.number_of_selfloops(graph) == 0
        # Fixed seed; families round to whole ties and drop doubles: within a quarter of 8
        assert 2 * graph.number_of_edges() / 2020 == pytest.approx(8, rel=0.25)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_platform_of_a_family_has_a_graph_of_its_own_on_the_same_employees(family: str, tiny: Scenario) -> None:
    graphs = graphs_of(Society(of_family(tiny, family), Luck(5)))
    assert set(graphs) == {"facebook", "linkedin", "twitter"}
    assert len({digest(graph) for graph in graphs.values()}) == 3


@pytest.mark.parametrize("family", FAMILIES)
def test_engines_read_a_family_tie_by_tie(family: str, tiny: Scenario) -> None:
    society = Society(of_family(tiny, family), Luck(5))
    everybody = np.concatenate((np.arange(2000), society.staff.identities))
    for platform, graph in graphs_of(society).items():
        found = society.ties.followers(platform, everybody)
        for place, person in enumerate(everybody.tolist()):
            assert found.row(place).tolist() == sorted(graph.neighbors(person))
        assert np.array_equal(society.ties.expected_following(platform, everybody), np.maximum(found.sizes, 1))


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_luck_gives_the_same_family_and_other_luck_another(family: str, tiny: Scenario) -> None:
    scenario = of_family(tiny, family)
    first, again, other = ([digest(graph) for graph in graphs_of(Society(scenario, Luck(seed))).values()] for seed in (5, 5, 6))
    assert first == again
    assert not set(first) & set(other)


@pytest.mark.parametrize("family", ["powerlaw_cluster", "lfr"])
def test_a_fresh_process_builds_the_same_family(family: str, tiny: Scenario) -> None:
    code = ("import hashlib; from simulation.inputs.scenario import load_scenario; from simulation.society.society import Society; from simulation.society.luck import Luck;"
            "s = load_scenario('baseline', ['society.employees=20', 'society.departments=4', 'market.consumers=1000', 'market.contacts_in_market_fraction=0.5',"
            f"'society.network.family={family}', 'society.network.mean_followers=8']);"
            "g = Society(s, Luck(5)).ties.to_networkx('facebook');"
            "print(hashlib.sha256(repr((sorted(g.nodes), sorted(tuple(sorted(edge)) for edge in g.edges))).encode()).hexdigest())")
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": "4"}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest(graphs_of(Society(of_family(tiny, family), Luck(5)))["facebook"])


@pytest.mark.parametrize("family", FAMILIES)
def test_a_whole_replication_plays_on_a_family(family: str, tiny: Scenario) -> None:
    result = replicate(Task(of_family(tiny, family).replace(programme__enrolment_fraction=0.8, behaviour__offered_share_probability=0.3, horizon__weeks=1), 0, True))
    assert result.comparison is not None
    assert 0 < (result.worlds["advocacy"].channels["programme"]["reach"] or 0) <= 1000
    assert sum(result.comparison["groups"].values()) == 1000


@pytest.mark.parametrize("family", FAMILIES)
def test_the_market_is_a_random_part_of_a_family(family: str, tiny: Scenario) -> None:
    ties = Society(of_family(tiny, family), Luck(5)).ties
    people = np.arange(2000)
    for platform in tiny.platforms.names():
        sizes = ties.followers(platform, people).sizes
        # Half of the people at random have half of the ties, within 5 standard deviations: false-alarm rate 6e-7, 18 times
        assert abs(sizes[:1000].sum() / sizes.sum() - 0.5) < 5 * sizes.std() * 2000**0.5 / 2 / sizes.sum()


def test_people_outside_a_family_have_no_followers_there(tiny: Scenario) -> None:
    ties = Society(of_family(tiny, "watts_strogatz"), Luck(5)).ties
    strangers = np.array([5000, EMPLOYEES + 20])
    assert ties.followers("facebook", strangers).sizes.tolist() == [0, 0]
    assert ties.expected_following("facebook", strangers).tolist() == [1, 1]


def test_a_family_may_have_hundreds_of_thousands_of_people(tiny: Scenario) -> None:
    scenario = tiny.replace(society__network__family="watts_strogatz", society__network__mean_followers=20.0, market__consumers=100_000,
                            market__contacts_in_market_fraction=0.5)
    ties = family_ties(scenario, Luck(1))
    for name in scenario.platforms.names():
        assert ties.rows[name].others.size == 20 * 200_020


def test_a_society_too_large_for_a_family_is_refused_before_it_is_built(tiny: Scenario) -> None:
    scenario = tiny.replace(society__network__family="watts_strogatz", market__consumers=30_000_000)
    with pytest.raises(InputError, match=r"'watts_strogatz' holds all ties in memory; given 100,000,020 people with 40 followers on 3 platforms.*Set market.consumers or"):
        family_ties(scenario, Luck(1))


# Shared foci for NetworkX

@pytest.fixture(scope="module")
def foci(tiny: Scenario) -> Society:
    return Society(tiny.replace(market__consumers=300), Luck(7))


@pytest.mark.parametrize("platform", ["facebook", "linkedin"])
def test_the_whole_graph_is_symmetric_and_tie_by_tie_as_listed(platform: str, foci: Society) -> None:
    graph = foci.to_networkx(platform, whole=True)
    everybody = np.concatenate((np.arange(foci.scenario.people), foci.staff.identities))
    found = foci.ties.followers(platform, everybody)
    assert not graph.is_directed()
    assert set(graph.nodes) == set(everybody.tolist())
    for place, person in enumerate(everybody.tolist()):
        assert found.row(place).tolist() == sorted(graph.neighbors(person))


def test_in_a_directed_graph_edges_run_from_the_follower(foci: Society) -> None:
    graph = foci.to_networkx("twitter", whole=True)
    assert isinstance(graph, nx.DiGraph)
    everybody = np.concatenate((np.arange(foci.scenario.people), foci.staff.identities))
    for person, audience in zip(everybody.tolist(), foci.contacts("twitter", everybody), strict=True):
        followers = sorted(graph.predecessors(person)) if person in graph else []
        assert followers == audience.followers.tolist()


@pytest.mark.parametrize("platform", ["facebook", "twitter"])
def test_contacts_listed_on_demand_are_those_of_the_whole_graph(platform: str, foci: Society) -> None:
    graph = foci.to_networkx(platform, whole=True)
    some = np.arange(0, 300, 17)
    for person, audience in zip(some.tolist(), foci.contacts(platform, some), strict=True):
        expected = sorted(graph.predecessors(person) if isinstance(graph, nx.DiGraph) else graph.neighbors(person))
        assert audience.followers.tolist() == expected
        assert audience.reception.size == len(expected)


def test_employees_and_their_audiences_are_the_part_of_the_whole_that_touches_them(foci: Society) -> None:
    part, whole = foci.to_networkx("facebook"), foci.to_networkx("facebook", whole=True)
    staff = set(foci.staff.identities.tolist())
    assert {frozenset(edge) for edge in part.edges} == {frozenset(edge) for edge in whole.edges if staff & set(edge)}
    for place, audience in enumerate(foci.audiences("facebook")):
        assert audience.followers.tolist() == sorted(part.neighbors(EMPLOYEES + place))


def test_nodes_say_who_they_are(foci: Society) -> None:
    graph = foci.to_networkx("facebook", whole=True)
    kinds = nx.get_node_attributes(graph, "kind")
    assert [kinds[0], kinds[299], kinds[300], kinds[EMPLOYEES]] == ["consumer", "consumer", "outside the market", "employee"]
    assert [graph.nodes[EMPLOYEES + place]["department"] for place in range(20)] == foci.staff.department.tolist()


def test_a_graph_too_large_for_networkx_is_refused(tiny: Scenario) -> None:
    society = Society(tiny.replace(market__consumers=10_000), Luck(1))
    assert society.to_networkx("facebook").number_of_nodes() > 20
    with pytest.raises(InputError, match="would take NetworkX about"):
        society.to_networkx("facebook", whole=True)


# One's own networks

@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty people in a ring, each sending to the next."""
    path: Path = tmp_path_factory.mktemp("ring") / "ring.csv"
    path.write_text("".join(f"{number},{(number + 1) % 60}\n" for number in range(60)), encoding="utf-8")
    return path


def test_a_workplace_file_is_who_works_with_whom_and_who_follows_whom(ring: Path) -> None:
    society = Society(load_scenario("baseline", ["market.consumers=300", "society.network.family=file", f"society.network.file={ring}"]), Luck(2))
    assert sorted(map(sorted, society.colleagues.edges)) == sorted(sorted((number, (number + 1) % 60)) for number in range(60))
    for platform in ("facebook", "linkedin", "twitter"):
        for place, audience in enumerate(society.audiences(platform)):
            staff = (audience.followers[audience.followers >= EMPLOYEES] - EMPLOYEES).tolist()
            expected = {(place - 1) % 60} if platform == "twitter" else {(place - 1) % 60, (place + 1) % 60}
            assert set(staff) == expected


def test_a_consumer_file_is_the_whole_society_of_its_platform(ring: Path) -> None:
    scenario = load_scenario("baseline", ["society.employees=6", "society.network.family=file", f"society.network.file={ring}", "society.network.nodes=consumers",
                                          "society.network.platform=facebook"])
    society = Society(scenario, Luck(2))
    graphs = graphs_of(society)
    assert {name: graph.number_of_edges() for name, graph in graphs.items()} == {"facebook": 60, "linkedin": 0, "twitter": 0}
    labels = nx.get_node_attributes(graphs["facebook"], "label")
    assert sorted(labels.values(), key=int) == [str(number) for number in range(60)]
    assert {tuple(sorted((int(labels[a]), int(labels[b])))) for a, b in graphs["facebook"].edges} == {tuple(sorted((number, (number + 1) % 60))) for number in range(60)}
    assert sum(identity >= EMPLOYEES for identity in labels) == 6
    model = AdvocacyModel(scenario.replace(horizon__weeks=1), WORLDS["both"], luck=Luck(2), society=society)
    model.run_model()
    assert set(model.record().shares.platform.tolist()) <= {0, 1, 2}


def test_a_real_workplace_plays_a_whole_replication(data_folder: Path) -> None:
    folder = data_folder / "email-eu-core"
    scenario = load_scenario("baseline", ["market.consumers=3000", "horizon.weeks=2", "society.network.family=file", f"society.network.file={folder / 'email-Eu-core.txt.gz'}",
                                          f"society.network.attributes={folder / 'email-Eu-core-department-labels.txt'}", "paid.budget=1600", "paid.cap=null"])
    assert scenario.society.employees == 1005
    society = Society(scenario, Luck(1))
    assert np.unique(society.staff.department).size == 42
    assert society.colleagues.number_of_edges() == 16_064
    result = replicate(Task(scenario, 0, True))
    assert result.comparison is not None
    assert sum(result.comparison["groups"].values()) == 3000
    assert (result.worlds["advocacy"].totals["reach"] or 0) > (result.worlds["neither"].totals["reach"] or 0) > 0


def test_real_friends_carry_a_whole_replication(data_folder: Path) -> None:
    path = data_folder / "facebook-ego" / "facebook_combined.txt.gz"
    scenario = load_scenario("baseline", ["society.employees=50", "society.departments=5", "horizon.weeks=2", "society.network.family=file", f"society.network.file={path}",
                                          "society.network.nodes=consumers", "paid.budget=1600", "paid.cap=null"])
    assert (scenario.market.consumers, scenario.people) == (3989, 3989)
    society = Society(scenario, Luck(1))
    graph = graphs_of(society)["facebook"]
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (4039, 88_234)
    assert sum(audience.followers.size for audience in society.audiences("facebook")) == sum(graph.degree(identity) for identity in society.staff.identities.tolist())
    result = replicate(Task(scenario, 0, True))
    assert result.comparison is not None
    assert 0 < (result.worlds["advocacy"].channels["programme"]["reach"] or 0) < 3989
