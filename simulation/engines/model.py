"""The model as agents: a steppable Mesa model that walks the schedule. Watchable, hackable, and the reference."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.engagement import reshare_rate, response, topic_factor
from simulation.behaviour.exposure import appeal
from simulation.behaviour.schedule import STAGES
from simulation.behaviour.willingness import WEEKS_PER_MONTH, offered_logits
from simulation.engines.adboard import AdBoard, Seen
from simulation.engines.agents import Consumer, Employee, Moment, Noticed, Offer, Person
from simulation.engines.calendar import offers_of_item, releases, unprompted_moments
from simulation.engines.feeds import EMPTY, Feed, Feeds
from simulation.engines.flights import Flight, plan_flights
from simulation.engines.record import AdColumns, AdReactionColumns, DeliveryColumns, ReactionColumns, Record, Recorder
from simulation.engines.share import PAGE_AUTHOR, Share, page_item, programme_item, topic_of, unprompted_item
from simulation.engines.strangers import reactions
from simulation.engines.world import ACTIONS, CHANNELS, NATURAL, PAGE, PAID, PROGRAMME, World
from simulation.inputs.parameters import Scenario
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck, fold_words, to_unit
from simulation.society.society import Society


class AdvocacyModel(mesa.Model):
    """
    A firm, its market and one campaign, as Mesa agents.

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
        self.offered_logits = offered_logits(scenario).tolist()
        behaviour = scenario.behaviour
        self.topic_factors = tuple(float(topic_factor(own, behaviour.topics, behaviour.topic_lift)) for own in (False, True))
        """Reaction to another's topic, and to one's own."""
        self.responses = tuple(float(response(count, behaviour.first_delivery_response)) for count in (1, 2))
        """Reaction after one delivery, and after more."""
        self.hours = 0.0
        """Start of the current step, in hours since the campaign began."""
        self.impressions = np.zeros((len(CHANNELS), scenario.market.consumers), dtype=np.int32)
        """Impressions so far of each consumer, by channel; critical shares are kept out."""
        self.last_share = np.full(self.society.staff.department.size, -np.inf)
        """Hours of each employee's latest share, as the last step left it."""
        self._consumer_class = consumer_class
        self._consumers: dict[int, Consumer] = {}
        self._flights = (plan_flights(scenario, self.society) if flights is None else flights) if self.world.paid else {}
        self._board = AdBoard(scenario, self.society.people, luck, self._flights)
        self._feeds = Feeds(scenario, self.society, luck)
        self._recorder = Recorder()
        self._release_hours = releases(scenario, scenario.programme.items_per_week) if self.world.programme else []
        self._page_hours = releases(scenario, scenario.page.posts_per_week) if scenario.page.enabled else []
        self._offers: dict[int, dict[int, list[Offer]]] = defaultdict(lambda: defaultdict(list))
        self._moments: dict[int, dict[int, list[Moment]]] = defaultdict(lambda: defaultdict(list))
        self._noticed: list[tuple[Person, Noticed]] = []
        self._strangers = EMPTY
        self._liked: list[tuple[Share, int]] = []
        self._done: list[tuple[int, int, int]] = []
        """Action, share and person of everything done in this step."""
        self._ads: list[Seen] = []
        self._reshares: list[tuple[Share, int]] = []
        self._sharers: list[Employee] = []
        self._posted: set[tuple[int, int, str]] = set()
        self.employees = self._hire(employee_class)
        for place, moments in unprompted_moments(scenario, self.society.staff, luck).items():
            for moment in moments:
                self._moments[self._step_of(moment.hours)][place].append(moment)

    @property
    def hours_after(self) -> float:
        """End of the current step."""
        return min(self.hours + self.settings.horizon.step_hours, self.settings.horizon.end_hours)

    @property
    def agents(self) -> Any:
        """Employees, and every consumer whom anything has reached so far."""
        self._meet(np.flatnonzero(self.impressions.any(axis=0)))
        return super().agents

    @property
    def agents_by_type(self) -> Any:
        """The same people by class."""
        self._meet(np.flatnonzero(self.impressions.any(axis=0)))
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
        for number in self._between(self._release_hours):
            for place, offer in offers_of_item(self.settings, self.society.staff, self.luck, number):
                self._offers[self._step_of(offer.hours)][place].append(offer)
        for number in self._between(self._page_hours):
            for platform in self.platforms:
                self._publish(PAGE_AUTHOR, page_item(number), platform, self._page_hours[number], PAGE)

    def decide_to_share(self) -> None:
        """Employees with something due decide; nobody sees what others decide now."""
        now = self._step_of(self.hours)
        offers, moments = self._offers.pop(now, {}), self._moments.pop(now, {})
        for place in sorted(offers.keys() | moments.keys()):
            employee = self.employees[place]
            before = len(employee.shares)
            employee.decide_to_share(offers.get(place, ()), moments.get(place, ()))
            if len(employee.shares) > before:
                self._sharers.append(employee)

    def deliver(self) -> None:
        """Shares made now or earlier appear in feeds."""
        due = self._feeds.due(self.hours_after)
        self._recorder.add(DeliveryColumns, due.share.size, due.share, due.person, due.hours, due.showings, due.outside)
        in_market = due.person < self.settings.market.consumers
        self._strangers = due.where(~in_market & (due.person < EMPLOYEES))
        self._count(due.where(in_market))
        known = due.where(in_market | (due.person >= EMPLOYEES))
        self._meet(np.unique(known.person[known.person < EMPLOYEES]))
        shares = self._recorder.shares
        seen: dict[tuple[int, bool], Noticed] = {}
        for index, identity, outside in zip(known.share.tolist(), known.person.tolist(), known.outside.tolist(), strict=True):
            person: Person = self._consumers[identity] if identity < EMPLOYEES else self.employees[identity - EMPLOYEES]
            noticed = seen.get((index, outside)) or seen.setdefault((index, outside), self._as_noticed(shares[index], outside))
            person.notice(noticed.share)
            self._noticed.append((person, noticed))

    def advertise(self) -> None:
        """Ads that were won are seen."""
        for seen in self._board.show(self.hours, self.hours_after):
            np.add.at(self.impressions[PAID], seen.person, 1)
            self._recorder.add(AdColumns, seen.person.size, self._number(seen.platform), seen.person, seen.hours)
            self._ads.append(seen)

    def react(self) -> None:
        """People answer what they noticed; likes and reshares go on from the next step."""
        self._react_to_posts()
        self._react_as_strangers()
        self._react_to_ads()
        if self.hours_after < self.settings.horizon.end_hours:
            self._feeds.look_up([*self._liked, *self._reshares])
            self._feeds.spread_likes(self._liked, self.hours_after)
            for share, person in self._reshares:
                if self.has_posted(person, share.item, share.platform):
                    continue
                self._publish(person, share.item, share.platform, self.hours_after, share.channel, share.depth + 1, share.critical, share.root)
        self._recorder.add(ReactionColumns, len(self._done), *zip(*self._done, strict=True), self.hours_after)
        self._noticed, self._strangers, self._liked, self._reshares, self._done, self._ads = [], EMPTY, [], [], [], []

    def settle(self) -> None:
        """Employees who shared tire, feel more connected, form habits; for the others things only fade."""
        for employee in self._sharers:
            employee.settle()
        self._sharers = []

    # ---------------------------------------------------------------- what agents ask and tell

    def programme_share(self, employee: Employee, offer: Offer) -> Share:
        """Publish an offered item."""
        return self._publish(employee.identity, programme_item(offer.number), offer.platform, offer.hours, PROGRAMME)

    def unprompted_share(self, employee: Employee, moment: Moment) -> Share:
        """Publish what an employee posts unprompted."""
        item = unprompted_item(employee.identity, moment.platform, moment.number)
        return self._publish(employee.identity, item, moment.platform, moment.hours, NATURAL, critical=moment.critical)

    def has_posted(self, identity: int, item: int, platform: str) -> bool:
        """Whether a person has shared an item on a platform already; nobody does it twice."""
        return (identity, item, platform) in self._posted

    def programme_runs_for(self, employee: Employee) -> bool:
        """Whether the programme reaches an employee, so that it may displace what they would have posted."""
        return self.world.programme and employee.enrolled

    def item_topic(self, number: int) -> int:
        """Topic of an offered item."""
        return self._topic(programme_item(number))

    def report(self, action: str, identity: int, noticed: Noticed) -> None:
        """A person did something for the first time."""
        share = noticed.share
        self._done.append((ACTIONS.index(action), share.index, identity))
        if action == "like" and not noticed.outside:
            self._liked.append((share, identity))
        elif action == "reshare":
            self._reshares.append((share, identity))

    # ---------------------------------------------------------------- what is seen from outside

    def reach(self, channel: str | None = None) -> int:
        """Consumers with at least one impression so far, of one channel or of any."""
        counts = self.impressions if channel is None else self.impressions[[CHANNELS.index(channel)]]
        return int(np.count_nonzero(counts.any(axis=0)))

    def record(self) -> Record:
        """Everything that has happened so far."""
        names = tuple(self.platforms)
        spend = np.zeros((len(names), self.settings.horizon.weeks * 7))
        for name, flight in self._flights.items():
            spend[self._number(name)] = flight.spend
        years = self.settings.horizon.weeks * WEEKS_PER_MONTH**-1 / 12.0
        trained = self.settings.behaviour.training_effect * self.settings.programme.training * self.world.programme
        calm = (1.0 - self.settings.behaviour.incident_fraction) ** (years * (1.0 - trained))
        return Record(world=self.world, platforms=names, consumers=self.settings.market.consumers,
                      shares=self._recorder.share_columns(names), deliveries=self._recorder.columns(DeliveryColumns),
                      reactions=self._recorder.columns(ReactionColumns), ads=self._recorder.columns(AdColumns),
                      ad_reactions=self._recorder.columns(AdReactionColumns), media_spend=spend,
                      enrolled=int(self.society.staff.enrolled.sum()) if self.world.programme else 0,
                      incident=self.luck.uniform("incident") >= calm)

    # ---------------------------------------------------------------- inside

    def _hire(self, employee_class: type[Employee]) -> list[Employee]:
        affinity = self.society.people.affinity(self.society.staff.identities)
        return [employee_class(self, place, value) for place, value in enumerate(affinity.tolist())]

    def _meet(self, identities: NDArray[np.int64]) -> None:
        """Make agents of consumers who have none yet."""
        new = np.array([identity for identity in identities.tolist() if identity not in self._consumers], dtype=np.int64)
        if not new.size:
            return
        affinity, interest = self.society.people.affinity(new), self.society.people.interest(new)
        for identity, value, topic in zip(new.tolist(), affinity.tolist(), interest.tolist(), strict=True):
            self._consumers[identity] = self._consumer_class(self, identity, value, topic)

    def _between(self, hours: list[float]) -> list[int]:
        """Numbers of the releases in this step."""
        low, high = np.searchsorted(hours, (self.hours, self.hours_after))
        return list(range(int(low), int(high)))

    def _step_of(self, hours: float) -> int:
        return int(hours // self.settings.horizon.step_hours)

    def _number(self, platform: str) -> int:
        return list(self.platforms).index(platform)

    def _topic(self, item: int) -> int:
        return topic_of(item, self.luck, self.settings.behaviour.topics)

    def _publish(self, author: int, item: int, platform: str, hours: float, channel: int, depth: int = 0, critical: bool = False, root: int | None = None) -> Share:
        worth = float(appeal(self.luck.uniform("appeal", item), self.settings.behaviour.appeal_log_sd))
        index = len(self._recorder.shares)
        share = Share(index, author, item, platform, hours, channel, depth, critical, worth, self._topic(item), index if root is None else root)
        self._recorder.shares.append(share)
        self._posted.add((author, item, platform))
        self._feeds.post(share)
        return share

    def _as_noticed(self, share: Share, outside: bool) -> Noticed:
        behaviour, platform = self.settings.behaviour, self.platforms[share.platform]
        passing_on = 0.0 if outside else float(reshare_rate(platform.reshare_rate, behaviour.hop_damping, share.depth))
        return Noticed(share, outside, platform.like_rate, platform.click_rate, passing_on, 1.0 if share.by_page else behaviour.source_multiplier)

    def _count(self, due: Feed) -> None:
        """Add the impressions of deliveries to consumers."""
        shares = self._recorder.shares
        channel = np.array([-1 if share.critical else share.channel for share in shares], dtype=np.int64)[due.share] if due.share.size else due.share
        for number in range(len(CHANNELS)):
            mine = channel == number
            np.add.at(self.impressions[number], due.person[mine], due.showings[mine])

    def _react_to_posts(self) -> None:
        """Agents answer each post that they noticed, with one keyed uniform per action."""
        if not self._noticed:
            return
        identities = np.array([person.identity for person, _ in self._noticed], dtype=np.int64)
        shares, place = np.unique(np.array([noticed.share.index for _, noticed in self._noticed]), return_inverse=True)
        seen = [self._recorder.shares[index] for index in shares.tolist()]
        draws = []
        for action in ACTIONS:
            keys = np.array([self.luck.key(action, share.item) for share in seen], dtype=np.uint64)
            draws.append(to_unit(fold_words(keys[place], identities)).tolist())
        for (person, noticed), like, click, reshare in zip(self._noticed, *draws, strict=True):
            person.react(noticed, like, click, reshare)

    def _react_as_strangers(self) -> None:
        """People outside the market answer too, without being counted."""
        followers = self._strangers.where(~self._strangers.outside)
        shares = self._recorder.shares
        for action, sink in (("like", self._liked), ("reshare", self._reshares)):
            for row in reactions(action, followers, shares, self.settings, self.society.people, self.luck).tolist():
                share, person = shares[int(followers.share[row])], int(followers.person[row])
                self._done.append((ACTIONS.index(action), share.index, person))
                sink.append((share, person))

    def _react_to_ads(self) -> None:
        """Consumers whom an ad moves are met and told."""
        for seen in self._ads:
            for action, item, people in self._board.answers(seen):
                self._meet(people)
                for identity in people.tolist():
                    self._consumers[identity].respond_to_ad(action, item)
                self._recorder.add(AdReactionColumns, people.size, ACTIONS.index(action), self._number(seen.platform), people, self.hours_after)
