"""A society: its people, the firm's employees, their audiences, and what an average post is shown."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import scipy
from numpy.typing import NDArray

from simulation.behaviour.exposure import attention, coarse, level_for, offspring, once_fraction, outside_level, reception, seen_fraction
from simulation.compiling import code_folder
from simulation.errors import InputError
from simulation.inputs.network_file import NetworkFile, read_network
from simulation.inputs.parameters import Scenario
from simulation.inputs.platforms import Platform
from simulation.society.audiences import Audience, Audiences, Contacts, Live
from simulation.society.families import Rows
from simulation.society.foci import FociTies
from simulation.society.follows import EMPLOYEES, Follows, Identities
from simulation.society.luck import Luck
from simulation.society.networks import ArrayTies, Ties, colleague_graph, colleague_graph_of_file, family_ties, file_ties
from simulation.society.panel import Panel
from simulation.society.population import People, Staff, draw_departments, draw_staff
from simulation.society.store import GENERATED, HASHED, Arrays, kept, origin, reception_of, ties_of, worth_keeping

Reals = NDArray[np.float64]

WHOLE_GRAPH_LIMIT = 20_000

MOST_OFFSPRING = 0.5
"""Reshares per reshare from which a setting is refused: reach that travels far is a fault."""


class Levels(NamedTuple):
    """Intensity levels of a platform: of posts, such that an average one has the visibility of the scenario, and around likes."""

    person: float
    page: float
    person_outside: float
    page_outside: float


class Society:
    """
    Everybody of one replication.

    Attributes
    ----------
    staff : traits of the employees, one column each
    colleagues : NetworkX graph of who works with whom; nodes are positions of employees
    ties : who follows whom on each platform
    notes : what was dropped or filled in while reading a network
    """

    def __init__(self, scenario: Scenario, luck: Luck) -> None:
        self.scenario = scenario
        self.luck = luck
        self.people = People(scenario, luck)
        network = scenario.society.network
        file = read_network(network.file, network.attributes) if network.file is not None else None
        self._file = file
        self.notes = file.notes if file else ()
        workplace = file if file and network.nodes == "employees" else None
        departments = _departments(workplace) if workplace and workplace.department else draw_departments(scenario, luck)
        if departments.size != scenario.society.employees:
            raise InputError(f"society.employees: given {scenario.society.employees:,}; the network of the workplace has {departments.size:,} people")
        self.staff: Staff = draw_staff(scenario, luck, departments, workplace.manager if workplace else None)
        self.colleagues: nx.Graph[int] = (colleague_graph_of_file(workplace, departments, self.staff.manager) if workplace
                                          else colleague_graph(scenario, luck, departments, self.staff.manager))
        self.ties: Ties = self._ties(file, workplace, departments)
        self._platforms = dict(scenario.platforms.items())
        self.levels = {name: self._levels(name, platform) for name, platform in self._platforms.items()}
        self._audiences: dict[str, Audiences] = {}
        self._pages: dict[str, Audiences] = {}
        self._contacts: dict[str, Contacts] = {name: Contacts() for name in self._platforms}

    def audiences(self, platform: str) -> Audiences:
        """The audience of every employee on a platform, one row each, listed once."""
        if platform not in self._audiences:
            self._audiences[platform] = self._kept("audiences of the employees", platform, self._expected_ties(platform),
                                                   lambda: self.ties.followers(platform, self.staff.identities))
        return self._audiences[platform]

    def page_audiences(self, platform: str) -> Audiences:
        """The followers of the brand's page on a platform, in one row: as many as the scenario says, or the employees' summed networks by the ratio."""
        if platform not in self._pages:
            page = self.scenario.page
            count = page.followers if page.followers is not None else self.audiences(platform).rows.followers.size / page.network_ratio

            def listed() -> Follows:
                followers = self.ties.page_followers(platform, count)
                return Follows(np.array([0, followers.size]), followers)

            ties = self._expected_ties(platform) + self.scenario.people / HASHED
            self._pages[platform] = self._kept("followers of the page", platform, ties, listed, count=float(count))
        return self._pages[platform]

    def page_audience(self, platform: str) -> Audience:
        """The followers of the brand's page."""
        return self.page_audiences(platform)[0]

    def contacts(self, platform: str, people: Identities) -> list[Audience]:
        """The audiences of any people."""
        return list(self._received(platform, self.ties.followers(platform, people)))

    def contact_lists(self, platform: str, people: Identities) -> Contacts:
        """The audiences of everybody who was ever asked for, with those of `people` among them; each is listed once and kept."""
        kept = self._contacts[platform]
        missing = kept.missing(people)
        if missing.size:
            kept.add(missing, self._live(platform, missing))
        return kept

    @cached_property
    def panel(self) -> Panel:
        """The consumers who are followed one by one: everybody, or the audiences of employees and pages and a sample of the rest."""
        market = self.scenario.market
        if market.sample_fraction >= 1.0:
            return Panel.whole(market.consumers)
        core = np.zeros(market.consumers, dtype=np.bool_)
        for name in self._platforms:
            for audiences in (self.audiences(name), self.page_audiences(name)):
                core[audiences.live.people[audiences.live.people < market.consumers]] = True
        return Panel.thinned(market.consumers, core, market.sample_fraction, self.luck)

    @cached_property
    def tied(self) -> NDArray[np.bool_]:
        """Which consumers are tied to an employee, on any platform."""
        consumers = self.scenario.market.consumers
        found = np.zeros(consumers, dtype=np.bool_)
        for name in self._platforms:
            followers = self.audiences(name).rows.followers
            found[followers[followers < consumers]] = True
        return found

    def again(self, scenario: Scenario) -> Society:
        """
        The same society under another scenario that leaves the ties alone (see `same_ties`): enrolment, training and the like are drawn
        with the same luck, ties, levels and everything that was listed are held in common.
        """
        other = copy.copy(self)
        other.scenario, other.people = scenario, People(scenario, self.luck)
        other.staff = draw_staff(scenario, self.luck, self.staff.department, self.staff.manager)
        return other

    def reception(self, platform: str, people: Identities) -> Reals:
        """How much of an average post each person is shown: active x activity x attention."""
        received = np.zeros(people.size)
        active = np.flatnonzero(self.people.active(platform, people))
        using = people[active]
        received[active] = reception(1.0, self.people.activity(platform, using), self._attention(platform, self.ties.expected_following(platform, using)))
        return received

    def _attention(self, platform: str, following: Reals) -> Reals:
        """Attention of people who are expected to follow so many accounts."""
        values, weights = self.ties.following_distribution(platform)
        return np.asarray(attention(float(values @ weights), following, self.scenario.behaviour.divided_attention))

    def _live(self, platform: str, people: Identities) -> Live:
        """The followers of each of some people whose accounts are in use, with their reception."""
        values, _ = self.ties.following_distribution(platform)
        live = self.ties.live_followers(platform, people, self.people.accounts(platform), self._attention(platform, values))
        return self._received(platform, self.ties.followers(platform, people)).live if live is None else live

    def to_networkx(self, platform: str, whole: bool = False) -> nx.Graph[int]:
        """
        The follow graph of a platform for NetworkX; nodes are identities, edges run from the follower where ties have a direction.

        Parameters
        ----------
        whole : everybody's ties, up to 20,000 people; otherwise employees and their audiences
        """
        everybody = self.scenario.people
        if whole and everybody > WHOLE_GRAPH_LIMIT:
            raise InputError(f"the whole graph of {everybody:,} people would take NetworkX about {everybody * 300 * 190 / 1e9:.0f} GB; "
                             f"allowed: up to {WHOLE_GRAPH_LIMIT:,} people (market.consumers), or employees and their audiences (whole=False)")
        authors = np.concatenate((np.arange(everybody if whole else 0, dtype=np.int64), self.staff.identities))
        rows = self.ties.everybody(platform) if whole else self.ties.followers(platform, authors)
        graph: nx.Graph[int] = nx.DiGraph() if self._platforms[platform].follows == "directed" else nx.Graph()
        for place, identity in enumerate(self.staff.identities.tolist()):
            graph.add_node(identity, kind="employee", department=int(self.staff.department[place]))
        graph.add_edges_from(zip(rows.followers.tolist(), np.repeat(authors, rows.sizes).tolist(), strict=True))
        for identity in graph.nodes:
            if identity < EMPLOYEES:
                graph.nodes[identity]["kind"] = "consumer" if identity < self.scenario.market.consumers else "outside the market"
        return graph

    def _ties(self, file: NetworkFile | None, workplace: NetworkFile | None, departments: NDArray[np.int64]) -> Ties:
        family = self.scenario.society.network.family
        if family == "foci" or workplace is not None:
            return FociTies(self.scenario, self.luck, departments, workplace.pairs if workplace else None)
        platforms, network = len(self.scenario.platforms.names()), self.scenario.society.network
        if file is not None:
            return self._kept_ties("network of a file", file.pairs.size * platforms, lambda: file_ties(self.scenario, self.luck, file))
        generated = (self.scenario.people + departments.size) * network.mean_followers * platforms
        return self._kept_ties(f"network of the family {family}", generated / GENERATED, lambda: family_ties(self.scenario, self.luck))

    def _levels(self, name: str, platform: Platform) -> Levels:
        """Solve the intensity levels; followers are met in proportion to how many they follow."""
        behaviour = self.scenario.behaviour
        values, fractions = self.ties.following_distribution(name)
        attentions = attention(float(values @ fractions), values, behaviour.divided_attention)
        met = coarse(attentions, values * fractions / float(values @ fractions))
        likers = fractions * values * attentions
        audience = float(self.ties.followers_by_following(name) @ likers) / float(likers.sum()) * platform.active_fraction
        levels = {}
        for author, visibility, source in (("person", platform.visibility_fraction, behaviour.source_multiplier), ("page", platform.page_visibility_fraction, 1.0)):
            level = level_for(visibility, behaviour.activity_shape, *met, behaviour.appeal_log_sd)
            answers = (seen_fraction(level, behaviour.activity_shape, *met, behaviour.appeal_log_sd)
                       - (1 - behaviour.first_delivery_response) * once_fraction(level, behaviour.activity_shape, *met, behaviour.appeal_log_sd))
            likes = platform.like_rate * source * answers / level if level > 0 else 0.0
            levels[author] = level
            levels[f"{author}_outside"] = float(outside_level(platform.out_of_network, likes, audience)) if likes * audience > 0 else 0.0
        passed_on = levels["person"] * float(np.exp(behaviour.appeal_log_sd**2))
        self._refuse_epidemics(name, platform, audience, seen_fraction(passed_on, behaviour.activity_shape, *met, behaviour.appeal_log_sd))
        return Levels(**levels)

    def _refuse_epidemics(self, name: str, platform: Platform, audience: float, seen: float) -> None:
        """Refuse settings under which posts would travel far; what is passed on appeals exp(variance) times as much as the average post."""
        behaviour = self.scenario.behaviour
        expected = offspring(platform.reshare_rate * behaviour.hop_damping * behaviour.source_multiplier, audience, seen)
        if expected >= MOST_OFFSPRING:
            raise InputError(f"platforms.{name}.reshare_rate: given {platform.reshare_rate:g}, with which a reshare would cause {expected:.2g} more; allowed: fewer than "
                             f"{MOST_OFFSPRING} (nearly all spread ends after one hop). Lower it, behaviour.hop_damping or platforms.{name}.visibility_fraction")

    @cached_property
    def _origin(self) -> dict[str, Any]:
        """What decides who is tied to whom beside the settings of the platforms; other machines and libraries may round otherwise."""
        return {"libraries": (code_folder().name, np.__version__, scipy.__version__), **origin(self.scenario, self.luck.seed, self.staff.department, self._file)}

    def _kept(self, what: str, platform: str, ties: float, make: Callable[[], Follows], **more: float) -> Audiences:
        """
        Audiences as they are kept, or listed now; few are not worth a file.

        Parameters
        ----------
        ties : ties that have to be listed, or as much work, about; a page is kept where the employees' audiences are
        more : what else decides them
        """
        if not worth_keeping(ties):
            return self._received(platform, make())
        key = {**self._origin, "platform": platform, "ties": ties_of(self.scenario)[platform], "reception": reception_of(self.scenario, platform), **more}
        arrays = kept(f"{what} on {platform}; {self._size}", key, lambda: _flat_audiences(self._received(platform, make())))
        return Audiences(Follows(arrays["starts"], arrays["followers"]), Live(arrays["live_starts"], arrays["live_people"], arrays["live_reception"]))

    def _expected_ties(self, platform: str) -> float:
        """Ties of all employees on a platform, about."""
        _, fractions = self.ties.following_distribution(platform)
        return self.scenario.society.employees * float(self.ties.followers_by_following(platform) @ fractions)

    def _kept_ties(self, what: str, ties: float, make: Callable[[], ArrayTies]) -> ArrayTies:
        """Ties held whole as they are kept, or made now."""
        if not worth_keeping(ties):
            return make()
        arrays = kept(f"{what}; {self._size}", {**self._origin, "ties": ties_of(self.scenario)}, lambda: _flat_ties(make()))
        words = json.loads(arrays["words"].tobytes())
        rows = {name: Rows(arrays[f"{name}.starts"], arrays[f"{name}.others"]) for name in words["platforms"]}
        return ArrayTies(arrays["nodes"], rows, self.luck, frozenset(words["directed"]), words["labels"])

    @property
    def _size(self) -> str:
        return f"{self.scenario.society.employees:,} employees among {self.scenario.people:,} people"

    def _received(self, platform: str, rows: Follows) -> Audiences:
        """Rows with the reception of everybody in them."""
        return Audiences.of(rows, self.reception(platform, rows.followers))


def _flat_audiences(audiences: Audiences) -> Arrays:
    """Audiences as named arrays."""
    rows, live = audiences.rows, audiences.live
    return {"starts": rows.starts, "followers": rows.followers, "live_starts": live.starts, "live_people": live.people, "live_reception": live.reception}


def _flat_ties(ties: ArrayTies) -> Arrays:
    """Ties held whole as named arrays; names are bytes of JSON."""
    words = json.dumps({"platforms": list(ties.rows), "directed": sorted(ties.directed), "labels": ties.labels})
    starts, others = ({f"{name}.{part}": getattr(rows, part) for name, rows in ties.rows.items()} for part in Rows._fields)
    return {"nodes": ties.nodes, "words": np.frombuffer(words.encode(), dtype=np.uint8), **starts, **others}


def _departments(workplace: NetworkFile) -> NDArray[np.int64]:
    """Departments of a workplace file as numbers, in the natural order of their names."""
    names = workplace.department or []
    order = {name: number for number, name in enumerate(sorted(set(names), key=lambda name: (0, int(name), "") if name.isdigit() else (1, 0, name)))}
    return np.array([order[name] for name in names], dtype=np.int64)
