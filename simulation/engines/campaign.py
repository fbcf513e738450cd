"""A campaign as a steppable Mesa model that walks the schedule, whatever the engine: what is due, feeds, ads, and what is seen from outside."""

from __future__ import annotations

from typing import Any, NamedTuple

import mesa
import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.schedule import STAGES
from simulation.behaviour.willingness import WEEKS_PER_MONTH
from simulation.engines.adboard import AdBoard, Seen, count_ads
from simulation.engines.agents import Consumer, Employee
from simulation.engines.answering import answering_of
from simulation.engines.calendar import Calendar, releases
from simulation.engines.feeds import Feeds
from simulation.engines.flights import Flight, plan_flights
from simulation.engines.kernels import LIKE, RESHARE, count_impressions
from simulation.engines.record import AdColumns, AdReactionColumns, ReactionColumns, Record, Recorder, delivery_columns, share_columns
from simulation.engines.share import PAGE_AUTHOR, Share, page_item, topic_of
from simulation.engines.shares import Shares
from simulation.engines.spill import SpillOver
from simulation.engines.state import StaffState, traits_of_staff
from simulation.engines.wheel import LIKES, RESHARES, in_time_order
from simulation.engines.world import ACTIONS, CHANNELS, PAGE, PAID, World
from simulation.inputs.parameters import Scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

Numbers = NDArray[np.int64]


class Reactions(NamedTuple):
    """Likes, clicks and reshares of one step, one row each, in order."""

    action: Numbers
    share: Numbers
    person: Numbers
    outside: NDArray[np.bool_]
    """Of a post shown beyond the author's followers."""

    def rows(self, chosen: NDArray[np.bool_]) -> Reactions:
        """Some of them."""
        return self if chosen.all() else Reactions._make(column[chosen] for column in self)


class Campaign(mesa.Model):
    """
    A firm, its market and one campaign, as a Mesa model; how people decide and react is left to the engines.

    `step()` plays one step, `run_model()` all of them; `record()` is what happened so far. `agents` holds the employees and
    the consumers whom anything has reached. Nothing is drawn from Mesa's generators: all luck is keyed.

    Parameters
    ----------
    scenario : the setting
    world : which of the two campaigns runs; left out, as the scenario says
    luck : all luck of this replication; left out, replication 0 of the scenario's seed
    society : who follows whom, built from the same scenario and luck when left out
    flights : ads bought, planned when left out; worlds of one replication share them
    employee_class, consumer_class : agents with another behaviour
    """

    engine: str
    employees: Any
    """The employees as agents, by position."""

    def __init__(self, scenario: Scenario, world: World | None = None, *, luck: Luck | None = None, society: Society | None = None,
                 flights: dict[str, Flight] | None = None, employee_class: type[Employee] = Employee, consumer_class: type[Consumer] = Consumer) -> None:
        super().__init__(rng=scenario.run.seed % 2**32)
        luck = luck or Luck(scenario.run.seed).replication(0)
        wanted = world or World(True, True)
        self.world = World(programme=wanted.programme and scenario.programme.enabled, paid=wanted.paid and scenario.paid.enabled)
        self.settings = scenario
        self.luck = luck
        self.society = society or Society(scenario, luck)
        self.platforms = dict(scenario.platforms.items())
        self.traits = traits_of_staff(scenario, self.society)
        self.state = StaffState.fresh(self.society.staff.department.size)
        self.shares = Shares(scenario, luck)
        self.hours = 0.0
        """Start of the current step, in hours since the campaign began."""
        self.panel = self.society.panel
        """The consumers who are followed one by one."""
        self.impressions = np.zeros((len(CHANNELS), self.panel.size), dtype=np.int32)
        """Impressions so far of each of them, by channel; critical shares are kept out."""
        self._employee_class, self._consumer_class = employee_class, consumer_class
        self._consumers: dict[int, Consumer] = {}
        self._flights = (plan_flights(scenario, self.society) if flights is None else flights) if self.world.paid else {}
        self._answering = answering_of(scenario, luck)
        self._feeds = Feeds(scenario, self.society, luck, self.shares, self.traits, self._answering)
        self._spill_over = SpillOver(self.shares, float(scenario.paid.spill_over))
        self._recorder = Recorder()
        self._board = AdBoard(scenario, luck, self._flights, self.panel, self._answering)
        self._calendar = Calendar(scenario, self.society.staff, luck, self.world.programme)
        self._page_hours = releases(scenario, scenario.page.posts_per_week) if scenario.page.enabled else []
        self._due = self._calendar.due(0)
        self._delivered: list[NDArray[Any]] = []
        """Deliveries of each step so far."""
        self._ads: list[Seen] = []
        self._posted: set[tuple[int, int, int]] = set()
        """Author, item and platform of everything that employees posted or anybody passed on."""
        self._begin()

    @property
    def hours_after(self) -> float:
        """End of the current step."""
        return min(self.hours + self.settings.horizon.step_hours, self.settings.horizon.end_hours)

    @property
    def agents(self) -> Any:
        """Employees, and every consumer whom anything has reached so far."""
        self._complete()
        return super().agents

    @property
    def agents_by_type(self) -> Any:
        """The same people by class."""
        self._complete()
        return super().agents_by_type

    def step(self) -> None:
        """Play the stages of one step in order."""
        for stage in STAGES:
            getattr(self, stage.name)()
        self.hours = self.hours_after
        self.running = self.hours < self.settings.horizon.end_hours

    def run_model(self) -> None:
        """Play all steps that are left."""
        while self.running:
            self.step()

    # ---------------------------------------------------------------- stages

    def release(self) -> None:
        """The programme offers items to the enrolled; the pages post."""
        self._due = self._calendar.due(self._step_number())
        for number in self._between(self._page_hours):
            platforms = np.arange(len(self.platforms))
            self._feeds.post(self.shares.add(np.full(platforms.size, PAGE_AUTHOR), page_item(number), platforms, self._page_hours[number], PAGE))

    def deliver(self) -> None:
        """Shares made now or earlier appear in feeds."""
        rows = self._feeds.due(self._step_number())
        self._delivered.append(rows)
        count_impressions(self.impressions, rows, self.panel.places(rows["person"]), self.shares.table)
        self._notice()

    def advertise(self) -> None:
        """Ads that were won are seen."""
        for seen in self._board.show(self.hours, self.hours_after):
            count_ads(self.impressions[PAID], seen.place)
            self._recorder.add(AdColumns, seen.place.size, self._number(seen.platform), self.panel.people[seen.place], seen.hours)
            self._ads.append(seen)

    def react(self) -> None:
        """People answer what they noticed; likes and reshares go on from the next step."""
        own, (likes, reshares) = self._reactions(), self._as_strangers()
        own = own.rows(self._spill_over.first_time(own.action, own.share, own.person))
        self._react_to_ads()
        ads = self._spill_over.take()
        if self.hours_after < self.settings.horizon.end_hours:
            spread, passed_on = (own.action == LIKE) & ~own.outside, own.action == RESHARE
            going_on = np.flatnonzero(spread | passed_on)
            self._feeds.look_up(np.concatenate((own.share[going_on], likes.share, reshares.share, ads.share)),
                                np.concatenate((own.person[going_on], likes.person, reshares.person, ads.person)))
            self._feeds.spread_likes(np.concatenate((own.share[spread], likes.share, ads.share)), np.concatenate((own.person[spread], likes.person, ads.person)), self.hours_after)
            self._pass_on(np.concatenate((own.share[passed_on], reshares.share)), np.concatenate((own.person[passed_on], reshares.person)))
        for some in (own, likes, reshares):
            self._recorder.add(ReactionColumns, some.action.size, some.action, some.share, some.person, self.hours_after)

    # ---------------------------------------------------------------- what an engine does

    def decide_to_share(self) -> None:
        """Employees with something due decide; nobody sees what others decide now."""
        raise NotImplementedError

    def settle(self) -> None:
        """Employees who shared tire, feel more connected, form habits; for the others things only fade."""
        raise NotImplementedError

    def deliveries_of(self, identity: int) -> dict[int, int]:
        """Deliveries to a person so far, by item."""
        raise NotImplementedError

    def done_by(self, identity: int) -> set[tuple[str, int]]:
        """What a person has done so far: action and item."""
        raise NotImplementedError

    def _begin(self) -> None:
        """Get ready before the first step."""
        raise NotImplementedError

    def _notice(self) -> None:
        """People notice what appears in their feeds."""
        raise NotImplementedError

    def _reactions(self) -> Reactions:
        """What people do about it, in order."""
        raise NotImplementedError

    def _answered_ad(self, action: str, item: int, people: Numbers) -> None:
        """Consumers whom an ad moves."""
        raise NotImplementedError

    # ---------------------------------------------------------------- what is seen from outside

    def has_posted(self, identity: int, item: int, platform: str) -> bool:
        """Whether a person has shared an item on a platform already; nobody does it twice."""
        return (identity, item, self._number(platform)) in self._posted

    def item_topic(self, item: int) -> int:
        """Topic of an item."""
        return topic_of(item, self.luck, self.settings.behaviour.topics)

    def reach(self, channel: str | None = None) -> int | float:
        """Consumers with at least one impression so far, of one channel or of any."""
        counts = self.impressions if channel is None else self.impressions[[CHANNELS.index(channel)]]
        return self.panel.counted(counts.any(axis=0))

    def posts_of(self, identity: int) -> list[Share]:
        """What a person has posted so far, reshares left out."""
        table = self.shares.table
        return [self.shares[number] for number in np.flatnonzero((table["author"] == identity) & (table["depth"] == 0)).tolist()]

    def record(self) -> Record:
        """Everything that has happened so far."""
        names = tuple(self.platforms)
        spend = np.zeros((len(names), self.settings.horizon.weeks * 7))
        for name, flight in self._flights.items():
            spend[self._number(name)] = flight.spend
        years = self.settings.horizon.weeks * WEEKS_PER_MONTH**-1 / 12.0
        trained = self.settings.behaviour.training_effect * self.settings.programme.training * self.world.programme
        calm = (1.0 - self.settings.behaviour.incident_fraction) ** (years * (1.0 - trained))
        return Record(world=self.world, platforms=names, panel=self.panel,
                      shares=share_columns(self.shares), deliveries=delivery_columns(self._delivered),
                      reactions=self._recorder.columns(ReactionColumns), ads=self._recorder.columns(AdColumns),
                      ad_reactions=self._recorder.columns(AdReactionColumns), media_spend=spend,
                      enrolled=int(self.society.staff.enrolled.sum()) if self.world.programme else 0,
                      incident=self.luck.uniform("incident") >= calm)

    # ---------------------------------------------------------------- inside

    @property
    def _noticed_now(self) -> NDArray[Any]:
        """Deliveries of the current step."""
        return self._delivered[-1]

    def _meet(self, identities: Numbers) -> None:
        """Make agents of consumers who have none yet."""
        new = np.array([identity for identity in identities.tolist() if identity not in self._consumers], dtype=np.int64)
        if not new.size:
            return
        affinity, interest = self.society.people.affinity(new), self.society.people.interest(new)
        for identity, value, topic in zip(new.tolist(), affinity.tolist(), interest.tolist(), strict=True):
            self._consumers[identity] = self._consumer_class(self, identity, value, topic)

    def _complete(self) -> None:
        """Make agents of everybody whom anything has reached."""
        self._meet(self.panel.people[self.impressions.any(axis=0)])

    def _step_number(self) -> int:
        return round(self.hours / self.settings.horizon.step_hours)

    def _between(self, hours: list[float]) -> list[int]:
        """Numbers of the releases in this step."""
        low, high = np.searchsorted(hours, (self.hours, self.hours_after))
        return list(range(int(low), int(high)))

    def _number(self, platform: str) -> int:
        return list(self.platforms).index(platform)

    def _pass_on(self, shares: Numbers, people: Numbers) -> None:
        """Publish reshares, unless the person has posted the item on that platform already."""
        chosen = []
        for row, (number, person) in enumerate(zip(shares.tolist(), people.tolist(), strict=True)):
            name = (person, int(self.shares.table["item"][number]), int(self.shares.table["platform"][number]))
            if name not in self._posted:
                self._posted.add(name)
                chosen.append(row)
        original = self.shares.table[shares[chosen]]
        self._feeds.post(self.shares.add(people[chosen], original["item"], original["platform"], self.hours_after, original["channel"], original["depth"] + 1,
                                         original["critical"], original["root"]))

    def _as_strangers(self) -> list[Reactions]:
        """People outside the market like and reshare too, without being counted."""
        rows = self._noticed_now
        found = [in_time_order(rows, mark) for mark in (LIKES, RESHARES)]
        return [Reactions(np.full(some.size, action), some["post"].astype(np.int64), some["person"], np.zeros(some.size, dtype=np.bool_))
                for action, some in zip((LIKE, RESHARE), found, strict=True)]

    def _react_to_ads(self) -> None:
        for seen in self._ads:
            for action, item, everybody in self._board.answers(seen, self.impressions[PAID]):
                people = self._spill_over.answered(action, item, self._number(seen.platform), everybody, self.hours_after)
                self._answered_ad(action, item, people)
                self._recorder.add(AdReactionColumns, people.size, ACTIONS.index(action), self._number(seen.platform), people, self.hours_after)
        self._ads = []
